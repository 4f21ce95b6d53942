"""How advisers use the technical sheet: openings for each answer, and how long one waited for it."""

from dataclasses import dataclass
from typing import Any

from django.db.models import Aggregate, Count, Exists, FloatField, OuterRef, QuerySet

from contact_centre.models import CaseEvent
from insights.kpis import Period
from people.models import User
from programmes.models import SheetLookup

OF_CASE = "contact_centre.case"


class Percentile(Aggregate):
    """The value below which the share ``at`` of the rows lies."""

    function = "PERCENTILE_CONT"
    template = "%(function)s(%(at)s) WITHIN GROUP (ORDER BY %(expressions)s)"
    output_field = FloatField()

    def __init__(self, expression: str, *, at: float):
        super().__init__(expression, at=at)


@dataclass(frozen=True)
class Use:
    """What one adviser did, or with ``adviser`` None all of them; waits are in milliseconds."""

    adviser: User | None
    lookups: int
    answers: int
    prepared: int
    median_ms: float | None
    slow_ms: float | None

    @property
    def per_answer(self) -> float | None:
        return self.lookups / self.answers if self.answers else None

    @property
    def prepared_share(self) -> float | None:
        """The share of answers, from 0 to 1, before which somebody opened the sheet for that very case."""
        return self.prepared / self.answers if self.answers else None


def lookups_of(period: Period) -> QuerySet[SheetLookup]:
    return SheetLookup.objects.filter(period.within("looked_at"), by__isnull=False)


def answers_of(period: Period) -> QuerySet[CaseEvent]:
    return CaseEvent.objects.filter(
        period.within("at"), kind=CaseEvent.Kind.ANSWERED, by__isnull=False, case__programme__isnull=False
    )


def prepared_of(period: Period) -> QuerySet[CaseEvent]:
    """Those answers before which the sheet was opened from the case."""
    opened = SheetLookup.objects.filter(about_kind=OF_CASE, about_id=OuterRef("case"), looked_at__lte=OuterRef("at"))
    return answers_of(period).filter(Exists(opened))


def uses(period: Period) -> tuple[list[Use], Use]:
    """Each adviser who looked or answered, the busiest first, and all together; five queries."""
    waits = {"lookups": Count("pk"), "median": Percentile("took_ms", at=0.5), "slow": Percentile("took_ms", at=0.95)}
    looked: dict[int, dict[str, Any]] = {
        row["by"]: dict(row) for row in lookups_of(period).values("by").annotate(**waits)
    }
    answered = dict(answers_of(period).values_list("by").annotate(count=Count("pk")))
    prepared = dict(prepared_of(period).values_list("by").annotate(count=Count("pk")))
    advisers = User.objects.in_bulk(set(looked) | set(answered))
    rows = [
        _use(adviser, looked.get(pk, {}), answered.get(pk, 0), prepared.get(pk, 0)) for pk, adviser in advisers.items()
    ]
    rows.sort(key=lambda one: (-one.answers, -one.lookups, str(one.adviser)))
    total = _use(None, lookups_of(period).aggregate(**waits), sum(answered.values()), sum(prepared.values()))
    return rows, total


def _use(adviser: User | None, looked: dict, answers: int, prepared: int) -> Use:
    return Use(adviser, looked.get("lookups", 0), answers, prepared, looked.get("median"), looked.get("slow"))
