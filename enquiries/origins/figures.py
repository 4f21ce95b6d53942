"""What each source brought, read from the days that were counted: for a campaign, and for everything.

Counts are in whole enquiries with six decimals, because credit is shared; money is in minor units. Both are exact.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from decimal import Decimal

from django.db.models import Max, Min, Q, QuerySet, Sum

from enquiries.models import (
    Campaign,
    CampaignAction,
    Enquiry,
    OriginFigure,
    OriginReading,
    Partner,
    Spending,
    SpokenSource,
    StaleDay,
)
from enquiries.origins import collected, counting, credit
from enquiries.origins.models import Model
from enquiries.plans import studies
from programmes.models import Programme

MILLIONTH = Decimal(1) / credit.WHOLE
COUNTS = ("enquiries", "contacted", "applied", "enrolled")
GROUPS = ("source", "medium", "campaign", "action", "programme")


@dataclass(frozen=True)
class Line:
    """What one source brought; counts may be parts of one, because credit is shared."""

    source: str = ""
    medium: str = ""
    action_id: int | None = None
    programme_id: int | None = None
    enquiries: Decimal = Decimal(0)
    contacted: Decimal = Decimal(0)
    applied: Decimal = Decimal(0)
    enrolled: Decimal = Decimal(0)
    collected_minor: int = 0
    currency: str = ""


@dataclass(frozen=True)
class Total:
    """Lines added up. ``collected`` holds an amount for each currency."""

    enquiries: Decimal = Decimal(0)
    contacted: Decimal = Decimal(0)
    applied: Decimal = Decimal(0)
    enrolled: Decimal = Decimal(0)
    collected: dict[str, int] = field(default_factory=dict)

    @property
    def collected_minor(self) -> int:
        """The money of the currency in which most came; ``collected`` has the others."""
        return self.collected.get(self.currency, 0)

    @property
    def currency(self) -> str:
        return max(self.collected, key=lambda code: self.collected[code], default="")


def of_campaign(
    campaign: Campaign, *, model: str = Model.LAST, since: date | None = None, until: date | None = None
) -> list[Line]:
    """What is credited to the campaign itself, without its parts, by source, medium, action and programme. One query.

    ``since`` and ``until`` are days on which the enquiries came, both included.
    """
    rows = _rows(model, since, until).filter(campaign=campaign)
    names = ("source", "medium", "action_id", "programme_id", "currency")
    found = rows.values(*names).annotate(**_sums()).order_by("-sum_enquiries", "source", "medium")
    return [
        replace(
            _line(row),
            source=row["source"],
            medium=row["medium"],
            action_id=row["action_id"],
            programme_id=row["programme_id"],
        )
        for row in found
    ]


def total(lines: Iterable[Line]) -> Total:
    """All lines in one."""
    sums = dict.fromkeys(COUNTS, Decimal(0))
    money: dict[str, int] = {}
    for line in lines:
        for name in COUNTS:
            sums[name] += getattr(line, name)
        if line.currency:
            money[line.currency] = money.get(line.currency, 0) + line.collected_minor
    return Total(**sums, collected=money)


@dataclass(frozen=True)
class Row:
    """One line of the report: what a group brought, and what was spent for it."""

    key: str | int | None
    total: Total
    costs: dict[str, int] = field(default_factory=dict)

    @property
    def cost_minor(self) -> int:
        return self.costs.get(self.currency, 0)

    @property
    def currency(self) -> str:
        return max(self.costs, key=lambda code: self.costs[code], default="") or self.total.currency

    def cost_of(self, name: str) -> int | None:
        """What one enquiry, contact, application or enrolment cost, in minor units; None where there is none."""
        number = getattr(self.total, name)
        return round(self.cost_minor / number) if number and self.cost_minor else None


def report(group: str, *, model: str, since: date, until: date) -> list[Row]:
    """What each value of ``group`` (one of ``GROUPS``) brought, the most enquiries first, and what it cost.

    Money that was spent for an action is borne by what the action brought, in proportion to the enquiries; money of a
    campaign as a whole, and its part of studies, by all that the campaign brought. What brought nothing has a line of
    its own: the costs of all lines add up to what was spent.
    """
    column = group if group in ("source", "medium") else f"{group}_id"
    names = list(dict.fromkeys([column, "campaign_id", "action_id", "currency"]))
    rows = list(_rows(model, since, until).values(*names).annotate(**_sums()).order_by(*names))
    totals: dict[str | int | None, list[Line]] = {}
    for row in rows:
        totals.setdefault(row[column], []).append(_line(row))
    costs: dict[str | int | None, dict[str, int]] = {}
    for spent in spendings(since, until):
        for key, amount in _borne(spent, rows, group, column).items():
            money = costs.setdefault(key, {})
            money[spent.currency] = money.get(spent.currency, 0) + amount
    found = [Row(key, total(totals.get(key, [])), costs.get(key, {})) for key in {*totals, *costs}]
    return sorted(found, key=lambda row: (-row.total.enquiries, -row.cost_minor, str(row.key)))


def sum_of(rows: Iterable[Row]) -> Row:
    """All lines of a report in one."""
    whole, costs = Row(None, Total()), dict[str, int]()
    for row in rows:
        sums = {name: getattr(whole.total, name) + getattr(row.total, name) for name in COUNTS}
        money = dict(whole.total.collected)
        for currency, amount in row.total.collected.items():
            money[currency] = money.get(currency, 0) + amount
        for currency, amount in row.costs.items():
            costs[currency] = costs.get(currency, 0) + amount
        whole = replace(whole, total=Total(**sums, collected=money))
    return replace(whole, costs=costs)


@dataclass(frozen=True)
class Spent:
    """What was spent for a campaign, or one of its actions."""

    campaign_id: int
    action_id: int | None
    medium: str
    currency: str
    amount_minor: int


def spendings(since: date, until: date) -> list[Spent]:
    """What was spent in the period by campaign and action, and what campaigns that ran in it bear of studies."""
    rows = Spending.objects.filter(on__range=(since, until)).values_list(
        "campaign", "action", "action__medium", "currency"
    )
    found = [
        Spent(campaign, action, medium or "", currency, amount)
        for campaign, action, medium, currency, amount in rows.order_by().annotate(Sum("amount_minor"))
    ]
    running = Campaign.objects.filter(Q(starts_on=None) | Q(starts_on__range=(since, until)))
    currencies = dict(running.values_list("pk", "currency"))
    shares = studies.costs_of(list(currencies))
    return found + [Spent(pk, None, "", currencies[pk], amount) for pk, amount in shares.items() if amount]


@dataclass(frozen=True)
class Check:
    """Whether what was credited is all there is."""

    enquiries: int
    credited: Decimal
    collected: dict[str, int]
    collected_credited: dict[str, int]
    waiting: int  # days that are still to be counted

    @property
    def holds(self) -> bool:
        return self.enquiries == self.credited and self.collected == self.collected_credited


def check(*, model: str, since: date, until: date) -> Check:
    """Enquiries of the period beside those credited; money of all time beside what was credited of it."""
    first, end = counting.bounds(since, until)
    there = Enquiry.objects.filter(received_at__gte=first, received_at__lt=end).exclude(state=Enquiry.State.INVALID)
    credited = _rows(model, since, until).aggregate(number=Sum("enquiries"))["number"] or 0
    came: dict[str, int] = {}
    for row in collected.rows():
        came[row.currency] = came.get(row.currency, 0) + row.amount_minor
    ours = OriginFigure.objects.filter(model=model).exclude(currency="").order_by()
    money = dict(ours.values_list("currency").annotate(Sum("collected_minor")))
    return Check(
        enquiries=there.count(),
        credited=credited * MILLIONTH,
        collected={currency: amount for currency, amount in came.items() if amount},
        collected_credited={currency: amount for currency, amount in money.items() if amount},
        waiting=StaleDay.objects.count(),
    )


def counted_at() -> datetime | None:
    """Until when everything was looked through; None before the first time."""
    return OriginReading.objects.aggregate(at=Min("seen_at"))["at"]


def last_day() -> date | None:
    """The last day that has figures."""
    return OriginFigure.objects.aggregate(on=Max("on"))["on"]


def names_of(group: str, keys: Iterable[str | int | None]) -> dict[str | int | None, str]:
    """What the keys of a report are called, where it is not what they say themselves. At most two queries."""
    keys = list(keys)
    wanted = [key for key in keys if isinstance(key, int)]
    if group == "source":
        codes = [key for key in keys if isinstance(key, str) and key]
        said = {source.code: str(source) for source in SpokenSource.objects.filter(code__in=codes)}
        return {**said, **dict(Partner.objects.filter(code__in=codes).values_list("code", "name"))}
    if group == "campaign":
        return dict(Campaign.objects.filter(pk__in=wanted).values_list("pk", "name"))
    if group == "action":
        rows = CampaignAction.objects.filter(pk__in=wanted).values_list("pk", "campaign__name", "name")
        return {pk: f"{campaign}: {name}" for pk, campaign, name in rows}
    if group == "programme":
        return dict(Programme.objects.filter(pk__in=wanted).values_list("pk", "title"))
    return {}


def _rows(model: str, since: date | None, until: date | None) -> QuerySet[OriginFigure]:
    rows = OriginFigure.objects.filter(model=model)
    if since is not None:
        rows = rows.filter(on__gte=since)
    return rows if until is None else rows.filter(on__lte=until)


def _sums() -> dict[str, Sum]:
    return {f"sum_{name}": Sum(name) for name in (*COUNTS, "collected_minor")}


def _line(row: dict) -> Line:
    return Line(
        enquiries=row["sum_enquiries"] * MILLIONTH,
        contacted=row["sum_contacted"] * MILLIONTH,
        applied=row["sum_applied"] * MILLIONTH,
        enrolled=row["sum_enrolled"] * MILLIONTH,
        collected_minor=row["sum_collected_minor"],
        currency=row["currency"],
    )


def _borne(spent: Spent, rows: list[dict], group: str, column: str) -> dict[str | int | None, int]:
    """Who bears an amount, by the key of their line; the parts add up to it."""
    of_campaign = [row for row in rows if row["campaign_id"] == spent.campaign_id]
    bearers = [row for row in of_campaign if spent.action_id in (None, row["action_id"])]
    weights = [int(row["sum_enquiries"]) for row in bearers]
    if not sum(weights):
        alone = {"campaign": spent.campaign_id, "action": spent.action_id, "medium": spent.medium}
        return {alone.get(group, None if column.endswith("_id") else ""): spent.amount_minor}
    borne: dict[str | int | None, int] = {}
    for row, amount in zip(bearers, credit.split(spent.amount_minor, weights), strict=True):
        borne[row[column]] = borne.get(row[column], 0) + amount
    return borne
