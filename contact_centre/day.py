"""The adviser's day: what to do now, in which order and why, and how far along they are."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Count, F, Prefetch, Q
from django.utils import timezone

from contact_centre import deadlines, inbox
from contact_centre.deadlines import DueIn
from contact_centre.inbox import reason
from contact_centre.models import Call, Case, CaseEvent, DeskSettings, Objective
from contact_centre.plans import plan_of
from people.models import PersonScore, User

__all__ = ["Figures", "Step", "escalated", "figures", "objectives", "plan_of", "reason", "steps_of", "steps_waiting"]
STEPS_SHOWN = 6
Metric = Objective.Metric


@dataclass(frozen=True)
class Step:
    """One thing to do, with the reason why it stands where it stands."""

    case: Case
    due: DueIn
    why: str


@dataclass(frozen=True)
class Figures:
    """How an adviser stands today against the objective, and this week against the promise."""

    answered_today: int
    objective: int
    answered_this_week: int
    kept_this_week: int  # of those, how many before the deadline
    in_hand: int
    calls_today: int = 0
    calls_objective: int | None = None
    kept_objective: int | None = None  # percent

    @property
    def kept_percent(self) -> int | None:
        return round(100 * self.kept_this_week / self.answered_this_week) if self.answered_this_week else None

    @property
    def progress_percent(self) -> int:
        return min(100, round(100 * self.answered_today / self.objective)) if self.objective else 100


def steps_of(user: User, *, at: datetime) -> list[Step]:
    """The cases in the hands of ``user`` that still owe an answer, the most urgent first."""
    return _steps(Case.objects.unanswered().filter(adviser=user), at=at)


def steps_waiting(*, at: datetime) -> list[Step]:
    """The cases that nobody has taken, the most urgent first."""
    return _steps(Case.objects.waiting(), at=at)


def escalated(*, at: datetime) -> list[Step]:
    """What a lead must see to: unanswered cases past the promise, whoever holds them."""
    return _steps(Case.objects.overdue(at=at).exclude(escalated_at=None), at=at)


def figures(user: User, *, at: datetime) -> Figures:
    """Count the answers of ``user`` since midnight and since Monday, from the events of the cases."""
    midnight = timezone.localtime(at).replace(hour=0, minute=0, second=0, microsecond=0)
    monday = midnight - timedelta(days=midnight.weekday())
    wanted = objectives(user, at=at)
    # The first answer counts, so the case's own time is compared: a second mail is courtesy, not a second answer.
    first_answers = CaseEvent.objects.filter(
        kind=CaseEvent.Kind.ANSWERED, by=user, at__gte=monday, at__lte=at, at=F("case__answered_at")
    )
    counted = first_answers.aggregate(
        today=Count("pk", filter=Q(at__gte=midnight)),
        week=Count("pk"),
        kept=Count("pk", filter=Q(at__lte=F("case__answer_due_at"))),
    )
    return Figures(
        answered_today=counted["today"],
        objective=wanted.get(Metric.ANSWERS_A_DAY) or DeskSettings.of_school().answers_per_day,
        answered_this_week=counted["week"],
        kept_this_week=counted["kept"],
        in_hand=Case.objects.unanswered().filter(adviser=user).count(),
        calls_today=Call.objects.filter(adviser=user, started_at__gte=midnight, started_at__lte=at).count(),
        calls_objective=wanted.get(Metric.CALLS_A_DAY),
        kept_objective=wanted.get(Metric.KEPT_SHARE),
    )


def objectives(user: User, *, at: datetime) -> dict[str, int]:
    """What is expected of ``user`` on the day of ``at``: what was agreed with them goes before what their team has."""
    on = timezone.localdate(at)
    agreed = Objective.objects.filter(Q(user=user) | Q(team__advisers__user=user), valid_from__lte=on)
    agreed = agreed.filter(Q(valid_until=None) | Q(valid_until__gte=on))
    # The team's first, then their own over them; of two, the newer holds.
    ordered = sorted(agreed, key=lambda one: (one.user_id is not None, one.valid_from, one.pk))
    return {one.metric: round(one.target) for one in ordered}


def _steps(cases, *, at: datetime) -> list[Step]:
    scores = Prefetch("person__scores", PersonScore.objects.filter(metric=inbox.SCORE), to_attr="conversion_scores")
    shown = cases.select_related("person", "programme", "adviser").prefetch_related(scores).most_urgent_first()
    return [
        Step(
            case=case,
            due=deadlines.words(case.answer_due_at, at=at),
            why=reason(case, at=at, score=next(iter(case.person.conversion_scores), None)),
        )
        for case in shown[:STEPS_SHOWN]
    ]
