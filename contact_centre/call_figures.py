"""What the calls of a stretch of time say: how often we try, when we get through, and how they heard of us."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Avg, Count, Max, Q

from contact_centre.models import Call, Case, DayPlanItem
from people.models import User

Out, In = Call.Direction.OUT, Call.Direction.IN
RUNGS = 8  # attempts after that are counted together


@dataclass(frozen=True)
class Rung:
    """The attempts of one number: how many were made, and how many of them reached somebody."""

    attempt: int
    made: int
    reached: int

    @property
    def percent(self) -> int:
        return round(100 * self.reached / self.made) if self.made else 0


@dataclass(frozen=True)
class Figures:
    """Calls made and received between two instants. Shares are whole percents, None where there is nothing to share."""

    made: int
    received: int
    missed: int
    with_source: int
    sources: list[tuple[str, int]]
    attempts_per_case: float | None
    cases_tried: int
    cases_reached: int
    rungs: list[Rung]
    seconds_to_log: float | None

    @property
    def source_percent(self) -> int | None:
        """Of the calls we took, how many say how they heard of us."""
        taken = self.received - self.missed
        return round(100 * self.with_source / taken) if taken else None

    @property
    def reached_percent(self) -> int | None:
        return round(100 * self.cases_reached / self.cases_tried) if self.cases_tried else None


@dataclass(frozen=True)
class Completion:
    """How much of the plans of an adviser was done: on how many days, of how many things."""

    user: User
    days: int
    planned: int
    done: int

    @property
    def percent(self) -> int:
        return round(100 * self.done / self.planned) if self.planned else 0


def between(since: datetime, until: datetime) -> Figures:
    """The figures of the calls begun from ``since`` on and before ``until``."""
    calls = Call.objects.filter(started_at__gte=since, started_at__lt=until)
    attributed = ~Q(source="") | ~Q(campaign="")
    taken = Q(direction=In) & ~Q(outcome=Call.Outcome.MISSED)
    sums = calls.aggregate(
        made=Count("pk", filter=Q(direction=Out)),
        received=Count("pk", filter=Q(direction=In)),
        missed=Count("pk", filter=Q(direction=In, outcome=Call.Outcome.MISSED)),
        with_source=Count("pk", filter=taken & attributed),
        seconds_to_log=Avg("logged_in_ms"),
    )
    named = calls.filter(taken).exclude(source="").values_list("source").annotate(count=Count("pk"))
    tried = calls.filter(direction=Out, case__isnull=False)
    per_case = tried.values("case").annotate(tries=Max("attempt"), was_reached=_reached())
    got_through = Count("case", filter=Q(was_reached__gt=0))
    cases = per_case.aggregate(all=Count("case"), reached=got_through, mean=Avg("tries"))
    logged = sums.pop("seconds_to_log")
    return Figures(
        **sums,
        sources=sorted(named, key=lambda one: -one[1]),
        attempts_per_case=round(float(cases["mean"]), 1) if cases["mean"] is not None else None,
        cases_tried=cases["all"],
        cases_reached=cases["reached"],
        rungs=_rungs(tried),
        seconds_to_log=round(logged / 1000, 1) if logged is not None else None,
    )


def completion(since: datetime, until: datetime) -> list[Completion]:
    """How much of the plans made in that time was done, by adviser, the busiest first."""
    items = DayPlanItem.objects.filter(plan__made_at__gte=since, plan__made_at__lt=until)
    rows = items.values("plan__user").annotate(
        days=Count("plan", distinct=True), planned=Count("pk"), done=Count("done_at")
    )
    found = list(rows.order_by("-planned"))
    users = User.objects.in_bulk([row["plan__user"] for row in found])
    return [Completion(users[row["plan__user"]], row["days"], row["planned"], row["done"]) for row in found]


def gave_up(since: datetime, until: datetime) -> int:
    """Cases with attempts that ended without anybody having been reached."""
    ended = Case.objects.filter(state=Case.State.CLOSED, closed_at__gte=since, closed_at__lt=until, answered_at=None)
    return ended.filter(calls__direction=Out).distinct().count()


def _reached():
    return Count("pk", filter=Q(outcome=Call.Outcome.REACHED))


def _rungs(tried) -> list[Rung]:
    rows = tried.exclude(attempt=None).values("attempt").annotate(made=Count("pk"), reached=_reached())
    rungs: dict[int, Rung] = {}
    for row in rows.order_by("attempt"):
        number = min(row["attempt"], RUNGS)
        before = rungs.get(number, Rung(number, 0, 0))
        rungs[number] = Rung(number, before.made + row["made"], before.reached + row["reached"])
    return list(rungs.values())
