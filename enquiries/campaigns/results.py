"""What a campaign and its parts brought, set against its goal and against what it cost."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal

from django.db.models import Count, Q, Sum
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from enquiries.campaigns import money, tree
from enquiries.models import (
    Campaign,
    CampaignAction,
    CampaignTarget,
    Enquiry,
    Medium,
    SessionPlace,
    Spending,
)
from enquiries.origins import figures, naming
from enquiries.origins.figures import Line, Total
from enquiries.origins.models import Model

Metric = Campaign.Metric


@dataclass(frozen=True)
class Row:
    """What something brought, and what it cost in minor units of the campaign's currency."""

    brought: Total
    cost_minor: int

    @property
    def cost_per_enquiry(self) -> int | None:
        return each(self.cost_minor, self.brought.enquiries)

    @property
    def cost_per_enrolment(self) -> int | None:
        return each(self.cost_minor, self.brought.enrolled)


@dataclass(frozen=True)
class PartRow(Row):
    campaign: Campaign


@dataclass(frozen=True)
class MediumRow(Row):
    label: str | Promise
    actions: int


@dataclass(frozen=True)
class ActionRow(Row):
    action: CampaignAction
    files: Sequence = field(default_factory=tuple)

    @property
    def actual_minor(self) -> int:
        return self.cost_minor


@dataclass(frozen=True)
class TargetRow:
    target: CampaignTarget
    enquiries: int
    enrolments: int


@dataclass(frozen=True)
class Standing:
    """Where a campaign stands with its goal; ``gap`` is what is left to go, below zero once it is passed."""

    baseline: int
    target: int
    actual: int

    @property
    def gap(self) -> int:
        return self.target - self.actual

    @property
    def percent(self) -> int:
        return round(100 * self.actual / self.target) if self.target > 0 else 100

    @property
    def is_reached(self) -> bool:
        return self.actual >= self.target


@dataclass(frozen=True)
class Results:
    """Of a campaign by itself (``own``) and with its parts (``whole``), which is always the sum of both."""

    own_lines: list[Line]
    lines: list[Line]
    own: Row
    parts: Sequence[PartRow]
    whole: Row
    counted_at: datetime | None


def each(cost_minor: int, number: Decimal) -> int | None:
    """What one of ``number`` cost; None where there is none, or nothing was spent."""
    return round(cost_minor / number) if number and cost_minor else None


def of_tree(campaign: Campaign, totals: money.Totals, *, model: str = Model.LAST) -> Results:
    """What the campaign and everything below it brought under one ``model`` of credit."""
    links = tree.parents()
    lines = {one.pk: figures.of_campaign(one, model=model) for one in _rows(tree.below(campaign.pk, links))}
    parts = [
        PartRow(
            figures.total(_together(lines, tree.below(part.campaign.pk, links))),
            part.whole.cost_minor,
            part.campaign,
        )
        for part in totals.parts
    ]
    every = _together(lines, lines)
    return Results(
        own_lines=lines[campaign.pk],
        lines=every,
        own=Row(figures.total(lines[campaign.pk]), totals.own.cost_minor),
        parts=parts,
        whole=Row(figures.total(every), totals.whole.cost_minor),
        counted_at=figures.counted_at(),
    )


def _rows(campaigns: Collection[int]) -> Iterable[Campaign]:
    return Campaign.objects.filter(pk__in=campaigns).order_by("pk")


def _together(lines: Mapping[int, list[Line]], campaigns: Iterable[int]) -> list[Line]:
    return [line for one in campaigns for line in lines[one]]


def standing(campaign: Campaign, whole: Total) -> Standing | None:
    """The goal beside what was reached; None as long as no goal is set."""
    if not campaign.metric or campaign.baseline is None or campaign.target is None:
        return None
    return Standing(campaign.baseline, campaign.target, _actual(campaign, whole))


def _actual(campaign: Campaign, whole: Total) -> int:
    if campaign.metric == Metric.COLLECTED:
        return whole.collected.get(campaign.currency, 0)
    if campaign.metric == Metric.ATTENDED:
        return _attended(campaign)
    counts = {
        Metric.ENQUIRIES: whole.enquiries,
        Metric.CONTACTS: whole.contacted,
        Metric.APPLICATIONS: whole.applied,
        Metric.ENROLMENTS: whole.enrolled,
    }
    return round(counts[Metric(campaign.metric)])


def _attended(campaign: Campaign) -> int:
    """People who came to a session of the campaign, or to any session after an enquiry that it brought."""
    among = tree.below(campaign.pk)
    came = SessionPlace.objects.filter(state=SessionPlace.State.ATTENDED)
    came = came.filter(Q(session__campaign__in=among) | Q(enquiry__campaign__in=among))
    return came.order_by().values("person").distinct().count()


def of_actions(campaign: Campaign, own_lines: Iterable[Line]) -> list[ActionRow]:
    """Every action of the campaign with what it brought and what it cost, also those that brought nothing."""
    brought: dict[int | None, list[Line]] = {}
    for line in own_lines:
        brought.setdefault(line.action_id, []).append(line)
    cost = money.of_actions(campaign)
    found = campaign.actions.select_related("owner").prefetch_related("files").order_by("starts_on", "name", "pk")
    return [
        ActionRow(figures.total(brought.get(one.pk, [])), cost.get(one.pk, 0), one, tuple(one.files.all()))
        for one in found
    ]


def by_medium(campaign: Campaign, lines: Iterable[Line]) -> list[MediumRow]:
    """Every medium that was used or brought anybody, digital or not, in one table; costs add up to what was spent.

    Enquiries of an action count for the action's medium, whatever their link says.
    """
    among = tree.below(campaign.pk)
    actions = dict(CampaignAction.objects.filter(campaign__in=among).values_list("pk", "medium"))
    spent = Spending.objects.filter(campaign__in=among).order_by().values_list("action__medium")
    cost = {medium or "": amount for medium, amount in spent.annotate(Sum("amount_minor"))}
    brought: dict[str, list[Line]] = {}
    for line in lines:
        medium = actions[line.action_id] if line.action_id in actions else naming.medium_of(line.medium)
        brought.setdefault(medium, []).append(line)
    labels = dict(Medium.choices)
    number = {medium: list(actions.values()).count(medium) for medium in actions.values()}
    rows = [
        MediumRow(
            figures.total(brought.get(medium, [])), cost.get(medium, 0),
            labels.get(medium, medium) or _("No medium"), number.get(medium, 0),
        )
        for medium in {*brought, *cost, *number}
    ]  # fmt: skip
    return sorted(rows, key=lambda row: (-row.brought.enquiries, -row.cost_minor, str(row.label)))


def of_targets(campaign: Campaign) -> list[TargetRow]:
    """The targets by programme and intake beside what the campaign and its parts brought there: two queries."""
    rows = CampaignTarget.objects.filter(campaign=campaign)
    targets = list(rows.select_related("programme", "intake__programme").order_by("programme__title", "pk"))
    enrolled = Count("pk", filter=Q(state=Enquiry.State.ENROLLED))
    found = Enquiry.objects.filter(
        campaign__in=tree.below(campaign.pk), programme__in={target.programme_id for target in targets}
    ).exclude(state=Enquiry.State.INVALID)
    came = list(found.order_by().values_list("programme", "intake").annotate(number=Count("pk"), enrolled=enrolled))

    def brought(target, column):
        return sum(row[column] for row in came if row[0] == target.programme_id and target.intake_id in (None, row[1]))

    return [TargetRow(target, brought(target, 2), brought(target, 3)) for target in targets]
