"""A plan's figures quarter by quarter, and the reviews that freeze them."""

from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial

from django.db import transaction
from django.db.models import Count, QuerySet, Sum
from django.db.models.functions import ExtractQuarter
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from wagtail.log_actions import log

from contact_centre import notices
from contact_centre.models import StaffNotice
from enquiries.campaigns import tree
from enquiries.models import Campaign, Enquiry, MarketingPlan, OriginFigure, PlanReview, SessionPlace
from enquiries.plans.quarters import Quarter, of_year
from people.models import User

Metric = Campaign.Metric
INSTANTS = {
    Metric.ENQUIRIES: "received_at",
    Metric.CONTACTS: "contacted_at",
    Metric.APPLICATIONS: "applied_at",
    Metric.ENROLMENTS: "enrolled_at",
}
REMINDED_FOR = timedelta(days=120)  # after a quarter: whoever plans no more is not reminded for ever


class NotClosedYet(Exception):
    """The quarter is not over: its figures cannot be frozen."""


@dataclass(frozen=True)
class Line:
    """One figure of one quarter; ``actual`` is None for a quarter that has not begun."""

    quarter: Quarter
    metric: str
    target: int | None
    actual: int | None

    @property
    def percent(self) -> int | None:
        return round(100 * self.actual / self.target) if self.target and self.actual is not None else None

    @property
    def label(self) -> str:
        return str(Metric(self.metric).label)

    @property
    def is_money(self) -> bool:
        return self.metric == Metric.COLLECTED

    @property
    def is_met(self) -> bool:
        return self.percent is not None and self.percent >= 100


def lines(plan: MarketingPlan, *, at: datetime) -> list[Line]:
    """Every target of ``plan`` with what came of it until ``at``, quarter by quarter.

    A plan with campaigns counts what they and their parts brought, one without counts the whole school. One query for
    each metric that has a target.
    """
    quarters = {quarter.number: quarter for quarter in of_year(plan.year)}
    targets = list(plan.targets.order_by("quarter", "metric").values_list("quarter", "metric", "target"))
    actual = _actuals(plan, {metric for _quarter, metric, _target in targets}, at=at)
    return [
        Line(
            quarters[number],
            metric,
            target,
            actual.get((number, metric), 0) if quarters[number].since <= at else None,
        )
        for number, metric, target in targets
    ]


def _actuals(plan: MarketingPlan, metrics: Collection[str], *, at: datetime) -> dict[tuple[int, str], int]:
    links = tree.parents()
    campaigns = {part for one in plan.campaigns.values_list("pk", flat=True) for part in tree.below(one, links)}
    year = of_year(plan.year)
    since, until = year[0].since, min(year[-1].until, at)
    counts: dict[str, Callable[[], QuerySet]] = {
        metric: partial(_enquiries, column, since, until, campaigns) for metric, column in INSTANTS.items()
    }
    counts[Metric.ATTENDED] = partial(_attended, since, until, campaigns)
    counts[Metric.COLLECTED] = partial(_collected, since, until, campaigns)
    return {
        (number, metric): value or 0
        for metric in sorted(metrics)
        for number, value in counts[metric]().values_list("quarter", "value")
    }


def _enquiries(column: str, since: datetime, until: datetime, campaigns: set[int]) -> QuerySet:
    found = Enquiry.objects.live().exclude(state=Enquiry.State.INVALID)
    found = found.filter(**{f"{column}__gte": since, f"{column}__lt": until}).order_by()
    if campaigns:
        found = found.filter(campaign__in=campaigns)
    quarter = ExtractQuarter(column, tzinfo=timezone.get_default_timezone())
    return found.annotate(quarter=quarter).values("quarter").annotate(value=Count("pk"))


def _attended(since: datetime, until: datetime, campaigns: set[int]) -> QuerySet:
    came = SessionPlace.objects.filter(state=SessionPlace.State.ATTENDED, session__starts_at__gte=since)
    came = came.filter(session__starts_at__lt=until).order_by()
    if campaigns:
        came = came.filter(session__campaign__in=campaigns)
    quarter = ExtractQuarter("session__starts_at", tzinfo=timezone.get_default_timezone())
    return came.annotate(quarter=quarter).values("quarter").annotate(value=Count("pk"))


def _collected(since: datetime, until: datetime, campaigns: set[int]) -> QuerySet:
    """Money by the last touch, on the day the enquiry came in."""
    first, last = timezone.localdate(since), timezone.localdate(until - timedelta(microseconds=1))
    credited = OriginFigure.objects.filter(model="last", on__gte=first, on__lte=last).order_by()
    if campaigns:
        credited = credited.filter(campaign__in=campaigns)
    return credited.annotate(quarter=ExtractQuarter("on")).values("quarter").annotate(value=Sum("collected_minor"))


@transaction.atomic
def review(
    plan: MarketingPlan, quarter: Quarter, *, findings: str, consequences: str = "", at: datetime, by: User | None
) -> PlanReview:
    """Write down how ``quarter`` went, with its figures as they stand at ``at``; earlier reviews stay as they are.

    Raises NotClosedYet before the quarter is over.
    """
    if not quarter.is_closed(at=at):
        raise NotClosedYet(str(quarter))
    figures = [
        {"metric": line.metric, "target": line.target, "actual": line.actual}
        for line in lines(plan, at=at)
        if line.quarter == quarter
    ]
    made = PlanReview.objects.create(
        plan=plan,
        quarter=quarter.number,
        reviewed_at=at,
        by=by,
        figures=figures,
        findings=findings,
        consequences=consequences,
    )
    log(instance=plan, action="enquiries.plan_reviewed", user=by, timestamp=at, data={"quarter": quarter.number})
    return made


def lacking(*, at: datetime) -> list[tuple[MarketingPlan, Quarter]]:
    """The quarters that are over and have no review, plan by plan; two queries."""
    plans = MarketingPlan.objects.filter(year__lte=timezone.localdate(at).year).select_related("owner")
    reviewed = set(PlanReview.objects.values_list("plan", "quarter"))
    return [
        (plan, quarter)
        for plan in plans.order_by("year", "name", "pk")
        for quarter in of_year(plan.year)
        if quarter.is_closed(at=at) and (plan.pk, quarter.number) not in reviewed
    ]


def remind(*, at: datetime) -> int:
    """Tell the owners of plans, once for each, that a quarter is over and wants its review; return how many were."""
    due = {
        f"plan-review:{plan.pk}:{quarter.number}": (plan, quarter)
        for plan, quarter in lacking(at=at)
        if plan.owner is not None and at < quarter.until + REMINDED_FOR
    }
    if not due:
        return 0
    keys = {f"{key}:{plan.owner_id}": key for key, (plan, _quarter) in due.items()}
    told = set(StaffNotice.objects.filter(key__in=keys).values_list("key", flat=True))
    reminded = 0
    for full_key, key in keys.items():
        plan, quarter = due[key]
        if full_key not in told and plan.owner is not None:
            text = partial(_reminder, plan, quarter)
            url = reverse("marketing_plans:inspect", args=[plan.pk])
            reminded += notices.tell(plan.owner, key=key, text=text, url=url, at=at) is not None
    return reminded


def _reminder(plan: MarketingPlan, quarter: Quarter) -> str:
    facts = {"plan": plan.name, "quarter": quarter}
    return _("“%(plan)s”: the %(quarter)s is over. Write down how it went.") % facts
