"""Changes to a campaign that runs: whatever moves its budget, audience, channels, dates or target leaves a mark.

A mark keeps before and after in a form of its own (amounts with their currency, days as ISO 8601, codes), so that
everybody reads it in their language: ``shown`` puts it in words.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction
from django.db.models import Sum
from django.utils.formats import date_format, number_format
from django.utils.translation import gettext as _

from enquiries.campaigns import launching, tree
from enquiries.campaigns.steps import IsClosed
from enquiries.models import Campaign, CampaignAction, CampaignChange, Medium
from people.models import User
from programmes import money

What = CampaignChange.What
LONGEST = 500
METRICS = dict(Campaign.Metric.choices)


@contextmanager
def marked(campaign: Campaign, *, at: datetime, by: User | None, why: str = "") -> Iterator[None]:
    """Whatever is saved inside leaves one mark for each thing that changed, if the campaign is live.

    All in one transaction. Raises IsClosed, tree.BadParent if the tree of campaigns would not hold afterwards, and
    launching.NotReady if a live campaign would lose something without which none goes live.
    """
    with transaction.atomic():
        tree.lock()
        held = Campaign.objects.get(pk=campaign.pk)
        if held.state == Campaign.State.CLOSED:
            raise IsClosed(campaign.pk)
        before, lacked = facts(campaign.pk), launching.lacking(held)
        yield
        now = Campaign.objects.select_related("parent").get(pk=campaign.pk)
        if (now.parent_id, now.currency) != (held.parent_id, held.currency):
            tree.check(campaign_id=now.pk, parent=now.parent, currency=now.currency)
        if now.state == Campaign.State.LIVE:
            if lost := [finding for finding in launching.lacking(now) if finding not in lacked]:
                raise launching.NotReady(lost)
            after = facts(campaign.pk)
            CampaignChange.objects.bulk_create(
                CampaignChange(
                    campaign=now, at=at, by=by, why=why[:LONGEST], what=what, before=before[what], after=after[what]
                )
                for what in before
                if before[what] != after[what]
            )


def mark(campaign: Campaign, what: str, *, before: str, after: str, at: datetime, by: User | None, why: str) -> None:
    """Mark one change of a campaign that is live; of one that is not, nothing is marked."""
    if campaign.state == Campaign.State.LIVE and before != after:
        CampaignChange.objects.create(
            campaign=campaign,
            at=at,
            by=by,
            what=what,
            before=before[:LONGEST],
            after=after[:LONGEST],
            why=why[:LONGEST],
        )


def facts(campaign_id: int) -> dict[str, str]:
    """What of a campaign is watched, as it stands, each in the form in which a mark keeps it."""
    campaign = Campaign.objects.get(pk=campaign_id)
    sums = campaign.targets.aggregate(enquiries=Sum("enquiries"), enrolments=Sum("enrolments"))
    goal = [campaign.metric or "-", campaign.baseline, campaign.target, campaign.currency, *sums.values()]
    return {
        What.BUDGET: f"{campaign.budget_minor} {campaign.currency}",
        What.DATES: _days_kept(campaign),
        What.TARGET: " ".join("-" if fact is None else str(fact) for fact in goal),
        What.CHANNELS: " ".join(campaign.channels.order_by("medium").values_list("medium", flat=True)),
        What.AUDIENCE: _audiences(campaign)[:LONGEST],
    }


def _audiences(campaign: Campaign) -> str:
    rows = campaign.audiences.select_related("segment").order_by("pk")
    return " · ".join(sorted(str(row.words or row.segment) for row in rows))


@dataclass(frozen=True)
class Shown:
    """One mark in the reader's words."""

    change: CampaignChange
    before: str
    after: str


def of_campaign(campaign: Campaign) -> list[Shown]:
    """Its marks, the oldest first."""
    rows = campaign.changes.select_related("by").order_by("at", "pk")
    return [Shown(row, shown(row.what, row.before), shown(row.what, row.after)) for row in rows]


def shown(what: str, kept: str) -> str:
    """What a mark keeps, in the reader's words."""
    if not kept:
        return ""
    try:
        return _SHOWN.get(what, str)(kept)
    except (ValueError, KeyError):
        return kept  # written by hand, or in an older form


def amount(metric: str, figure: int, currency: str) -> str:
    """A figure of ``metric`` as people read it: money with its currency, everything else as a number."""
    if metric == Campaign.Metric.COLLECTED:
        return money.show(figure, currency)
    return number_format(figure, force_grouping=True)


def days(campaign: Campaign) -> str:
    """From when until when it runs, in short."""
    return _dates(_days_kept(campaign))


def _days_kept(campaign: Campaign) -> str:
    return f"{campaign.starts_on or ''}/{campaign.ends_on or ''}"


def _budget(kept: str) -> str:
    minor, currency = kept.split()
    return money.show(int(minor), currency)


def _dates(kept: str) -> str:
    said = [date_format(date.fromisoformat(day), "SHORT_DATE_FORMAT") if day else "…" for day in kept.split("/")]
    return "–".join(said) if said != ["…", "…"] else _("no days")


def _target(kept: str) -> str:
    metric, baseline, target, currency, enquiries, enrolments = kept.split()
    if metric == "-":
        return _("nothing measured")
    figures = ["…" if one == "-" else amount(metric, int(one), currency) for one in (baseline, target)]
    said = _("%(metric)s from %(baseline)s to %(target)s") % {
        "metric": str(METRICS[metric]).lower(),
        "baseline": figures[0],
        "target": figures[1],
    }
    if enquiries == "-":
        return said
    parts = _("by programme %(enquiries)s enquiries and %(enrolments)s enrolments")
    return f"{said}; {parts % {'enquiries': enquiries, 'enrolments': enrolments}}"


def _channels(kept: str) -> str:
    return ", ".join(str(Medium(code).label) for code in kept.split())


def _action(kept: str) -> str:
    state, days, minor, currency, name = kept.split(" ", 4)
    label = CampaignAction.State(state).label
    cost = [money.show(int(minor), currency)] if int(minor) else []
    return " · ".join([name, str(label).lower(), _dates(days), *cost])


_SHOWN: dict[str, Callable[[str], str]] = {
    What.BUDGET: _budget,
    What.DATES: _dates,
    What.TARGET: _target,
    What.CHANNELS: _channels,
    What.ACTION: _action,
}
