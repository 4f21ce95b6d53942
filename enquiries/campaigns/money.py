"""What campaigns cost in money and hours: what is planned, what went out, and how a tree of campaigns adds up."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, fields
from datetime import date, datetime
from functools import reduce
from operator import add

from django.db import transaction
from django.db.models import Sum
from wagtail.log_actions import log

from enquiries.campaigns import tree
from enquiries.models import Campaign, CampaignAction, CampaignHelper, Spending, TimeSpent
from enquiries.plans import studies
from people.models import User


class NothingSpent(Exception):
    """An entry of zero says nothing."""


class BelowZero(Exception):
    """A correction takes back more than was spent."""


class OtherCampaign(Exception):
    """The action belongs to another campaign."""


@dataclass(frozen=True)
class Amounts:
    """Money in minor units of the campaign's currency, working time in minutes."""

    budget_minor: int = 0
    planned_minor: int = 0  # of the actions that were not called off
    actual_minor: int = 0
    studies_minor: int = 0
    planned_minutes: int = 0
    spent_minutes: int = 0

    def __add__(self, other: "Amounts") -> "Amounts":
        return Amounts(*(getattr(self, one.name) + getattr(other, one.name) for one in fields(self)))

    @property
    def cost_minor(self) -> int:
        """All that went out: what was spent, and the share of market studies."""
        return self.actual_minor + self.studies_minor

    @property
    def left_minor(self) -> int:
        return self.budget_minor - self.actual_minor

    @property
    def used_percent(self) -> int | None:
        return round(100 * self.actual_minor / self.budget_minor) if self.budget_minor else None


@dataclass(frozen=True)
class Part:
    """A campaign that is part of another, with everything below it."""

    campaign: Campaign
    whole: Amounts


@dataclass(frozen=True)
class Totals:
    """What a campaign costs by itself and with its parts: ``whole`` is always ``own`` and the parts, added up."""

    own: Amounts
    parts: Sequence[Part] = field(default_factory=tuple)

    @property
    def whole(self) -> Amounts:
        return reduce(add, (part.whole for part in self.parts), self.own)


def totals(campaign: Campaign) -> Totals:
    """The sums of the tree below ``campaign``, in a constant number of queries."""
    links = tree.parents()
    own = of_each(tree.below(campaign.pk, links))
    whole = added_up(own, links)
    children = Campaign.objects.filter(parent=campaign).order_by("starts_on", "name", "pk")
    return Totals(own[campaign.pk], tuple(Part(child, whole[child.pk]) for child in children))


def added_up(own: Mapping[int, Amounts], links: tree.Parents) -> dict[int, Amounts]:
    """Of each campaign, what it and everything below it come to; ``links`` says what each is part of."""
    return {one: reduce(add, (own[part] for part in tree.below(one, links) if part in own), Amounts()) for one in own}


def of_each(campaigns: Collection[int]) -> dict[int, Amounts]:
    """What each of ``campaigns`` costs by itself, by its id."""
    among = {"campaign__in": campaigns}
    actions = CampaignAction.objects.filter(**among).exclude(state=CampaignAction.State.CANCELLED)
    budget = dict(Campaign.objects.filter(pk__in=campaigns).values_list("pk", "budget_minor"))
    planned = _sums(actions, "cost_planned_minor")
    actual = _sums(Spending.objects.filter(**among), "amount_minor")
    hours = _sums(CampaignHelper.objects.filter(**among), "planned_minutes")
    spent = _sums(TimeSpent.objects.filter(**among), "minutes")
    study = studies.costs_of(list(campaigns))
    return {
        one: Amounts(
            budget.get(one, 0), planned.get(one, 0), actual.get(one, 0), study.get(one, 0), hours.get(one, 0),
            spent.get(one, 0),
        )
        for one in campaigns
    }  # fmt: skip


def _sums(rows, column: str) -> dict[int, int]:
    return dict(rows.order_by().values_list("campaign").annotate(Sum(column)))


def of_actions(campaign: Campaign) -> dict[int | None, int]:
    """What went out for each action of one campaign, by its id; under None what belongs to no action."""
    return dict(campaign.spendings.order_by().values_list("action").annotate(Sum("amount_minor")))


@transaction.atomic
def spend(
    campaign: Campaign,
    *,
    on: date,
    amount_minor: int,
    at: datetime,
    by: User | None,
    action: CampaignAction | None = None,
    note: str = "",
) -> Spending:
    """Enter money that went out; below zero it puts an earlier entry right. Bills may come after the campaign closed.

    Raises NothingSpent, OtherCampaign, and BelowZero if more is taken back than went out for the same action.
    """
    campaign = Campaign.objects.select_for_update(no_key=True).get(pk=campaign.pk)
    if not amount_minor:
        raise NothingSpent
    if action is not None and action.campaign_id != campaign.pk:
        raise OtherCampaign(action.pk)
    before = of_actions(campaign).get(action.pk if action else None, 0)
    if before + amount_minor < 0:
        raise BelowZero(before)
    entry = Spending.objects.create(
        campaign=campaign, action=action, on=on, amount_minor=amount_minor, currency=campaign.currency, note=note,
        noted_at=at, by=by,
    )  # fmt: skip
    log(instance=campaign, action="enquiries.spend", user=by, data={"minor": amount_minor})
    return entry


def note_time(campaign: Campaign, *, user: User, on: date, minutes: int, note: str = "") -> TimeSpent:
    """Note working time that went into a campaign; it may be somebody who was not planned for it."""
    return TimeSpent.objects.create(campaign=campaign, user=user, on=on, minutes=minutes, note=note)
