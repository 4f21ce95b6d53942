"""A campaign goes live when nothing is missing, and is closed when its nine steps are written."""

from datetime import datetime

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from wagtail.log_actions import log

from enquiries.campaigns import steps
from enquiries.models import Campaign, CampaignAudience, CampaignChange, CampaignChannel
from people.models import User

What = CampaignChange.What


class NotReady(Exception):
    """Something is missing; ``args[0]`` is the list of what, in words."""

    @property
    def findings(self) -> list[str]:
        return self.args[0]


class NotPlanned(Exception):
    """The campaign went live already: somebody else was quicker."""


class NotLive(Exception):
    """Only a campaign that runs can be closed."""


def missing(campaign: Campaign, *, at: datetime) -> list[str]:
    """What is still missing before the campaign may go live, each in a sentence; nothing if it may."""
    return [*lacking(campaign), *_over(campaign, at), *_steps(campaign)]


def lacking(campaign: Campaign) -> list[str]:
    """What is missing of all that a campaign has from its launch to its end; nothing of it is taken away meanwhile."""
    return [*_goal(campaign), *_frame(campaign), *_reach(campaign), *_above(campaign)]


def unfinished(campaign: Campaign) -> list[str]:
    """What is still missing before the campaign may be closed."""
    live = campaign.children.filter(state=Campaign.State.LIVE).order_by("name")
    found = [_("“%(part)s”, which is part of it, is still live.") % {"part": part} for part in live]
    return found + _undone(campaign, steps.ORDER)


@transaction.atomic
def launch(campaign: Campaign, *, at: datetime, by: User | None) -> Campaign:
    """Let the campaign go live; its report begins with a mark on that day.

    Raises NotReady with what is missing, NotPlanned if it went live already.
    """
    campaign = _held(campaign)
    if campaign.state != Campaign.State.PLANNED:
        raise NotPlanned(campaign.pk)
    if found := missing(campaign, at=at):
        raise NotReady(found)
    campaign.state, campaign.launched_at = Campaign.State.LIVE, at
    campaign.save(update_fields=["state", "launched_at"])
    CampaignChange.objects.create(campaign=campaign, at=at, what=What.LAUNCHED, by=by)
    log(instance=campaign, action="enquiries.launch_campaign", user=by)
    return campaign


@transaction.atomic
def close(campaign: Campaign, *, at: datetime, by: User | None) -> Campaign:
    """End a campaign that runs; from then on it stays as it was, but for bills that come late.

    Raises NotReady with what is missing, NotLive.
    """
    campaign = _held(campaign)
    if campaign.state != Campaign.State.LIVE:
        raise NotLive(campaign.pk)
    if found := unfinished(campaign):
        raise NotReady(found)
    campaign.state, campaign.closed_at = Campaign.State.CLOSED, at
    campaign.save(update_fields=["state", "closed_at"])
    CampaignChange.objects.create(campaign=campaign, at=at, what=What.CLOSED, by=by)
    log(instance=campaign, action="enquiries.close_campaign", user=by)
    return campaign


def _held(campaign: Campaign) -> Campaign:
    """The campaign, locked together with the one it is part of, which must not be closed in the same instant."""
    ids = [campaign.pk, campaign.parent_id] if campaign.parent_id else [campaign.pk]
    rows = Campaign.objects.filter(pk__in=ids).order_by("pk").select_for_update(no_key=True)
    return {row.pk: row for row in rows}[campaign.pk]


def _goal(campaign: Campaign) -> list[str]:
    found = []
    if not campaign.metric:
        found.append(_("What is measured is not chosen."))
    if campaign.baseline is None:
        found.append(_("Where we stand (the baseline) is not set."))
    if campaign.target is None:
        found.append(_("Where we want to be (the target) is not set."))
    elif campaign.baseline is not None and campaign.target <= campaign.baseline:
        found.append(_("The target does not go beyond where we stand already."))
    return found


def _frame(campaign: Campaign) -> list[str]:
    found = []
    if not campaign.budget_minor:
        found.append(_("There is no budget."))
    if not campaign.starts_on or not campaign.ends_on:
        found.append(_("The first or the last day is not set."))
    if campaign.owner_id is None:
        found.append(_("Nobody owns it."))
    return found


def _over(campaign: Campaign, at: datetime) -> list[str]:
    is_over = campaign.ends_on is not None and campaign.ends_on < timezone.localdate(at)
    return [_("Its last day is over.")] if is_over else []


def _reach(campaign: Campaign) -> list[str]:
    found = []
    if not CampaignAudience.objects.filter(campaign=campaign).exists():
        found.append(_("There is no audience: whom is it for?"))
    channels = list(CampaignChannel.objects.filter(campaign=campaign).order_by("medium"))
    if not channels:
        found.append(_("There is no channel: through what does it reach them?"))
    silent = [channel.get_medium_display() for channel in channels if not channel.message.strip()]
    return found + [_("The message for this channel is not written: %(medium)s.") % {"medium": name} for name in silent]


def _above(campaign: Campaign) -> list[str]:
    if campaign.parent is None or campaign.parent.state == Campaign.State.LIVE:
        return []
    return [_("“%(parent)s”, of which it is part, is not live.") % {"parent": campaign.parent}]


def _steps(campaign: Campaign) -> list[str]:
    return _undone(campaign, steps.BEFORE_LAUNCH)


def _undone(campaign: Campaign, wanted: list[steps.Step]) -> list[str]:
    found = []
    for step in steps.of_campaign(campaign):
        if step.code in wanted and not step.is_done:
            words = (
                _("Step %(number)s, %(step)s, is not done.") if step.text else _("Step %(number)s, %(step)s, is empty.")
            )
            found.append(words % {"number": step.number, "step": str(step.label).lower()})
    return found
