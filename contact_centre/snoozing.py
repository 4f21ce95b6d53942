"""Putting a case aside until later. It never moves the promise: an unanswered case is back before it ends."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, time, timedelta

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from contact_centre import undo
from contact_centre.clocks import calendars, working_time
from contact_centre.models import Case, CaseEvent, DeskAct
from people.models import User

BACK_BEFORE = timedelta(hours=1)  # what it takes to answer, so that nothing comes back too late
WOKEN_AT_ONCE = 500


@dataclass(frozen=True)
class Aside:
    """What became of cases that were to be put aside."""

    count: int
    shortened: int  # come back earlier than asked, because their promise ends before
    refused: int  # are due too soon, answered, over, or held by a colleague
    act: DeskAct | None


def choices(*, at: datetime) -> list[tuple[str, str, datetime]]:
    """The quick choices: code, words, instant; none of them lies outside working hours but the first."""
    week = calendars.week_of()
    today = timezone.localdate(at)
    tomorrow = _opening(today + timedelta(days=1), week)
    monday = _opening(today + timedelta(days=7 - today.weekday()), week)
    return [
        ("hour", _("For an hour"), at + timedelta(hours=1)),
        ("tomorrow", _("Until the next working day"), tomorrow),
        ("week", _("Until next week"), monday),
    ]


@transaction.atomic
def snooze(cases: Iterable[Case], *, until: datetime, by: User, at: datetime) -> Aside:
    """Put cases aside until ``until``: out of the queue, their clocks running on. Others' cases need a lead."""
    chosen = list(Case.objects.open().filter(pk__in=[case.pk for case in cases]).select_for_update().order_by("pk"))
    taken, shortened = [], 0
    was = undo.before(chosen)
    for case in chosen:
        ends = until if case.answered_at else min(until, case.answer_due_at - BACK_BEFORE)
        if ends <= at or not _may_move(case, by):
            continue
        shortened += ends < until
        case.snoozed_until = ends
        taken.append(case)
    Case.objects.bulk_update(taken, ["snoozed_until"], batch_size=500)
    CaseEvent.objects.bulk_create(
        CaseEvent(case=case, kind=CaseEvent.Kind.SNOOZED, at=at, by=by, data={"until": case.snoozed_until.isoformat()})
        for case in taken
    )
    kept = {str(case.pk): was[str(case.pk)] for case in taken}
    act = undo.keep("snooze", kept, by=by, at=at) if kept else None
    return Aside(len(taken), shortened, len(set(cases)) - len(taken), act)


@transaction.atomic
def wake(case: Case, *, by: User, at: datetime) -> bool:
    """Bring a case back now, and say whether it is; others' cases need a lead."""
    case = Case.objects.select_for_update().get(pk=case.pk)
    if not _may_move(case, by):
        return False
    if case.snoozed_until is not None:
        case.snoozed_until = None
        case.save(update_fields=["snoozed_until"])
        CaseEvent.objects.create(case=case, kind=CaseEvent.Kind.WOKEN, at=at, by=by)
    return True


@transaction.atomic
def wake_due(*, at: datetime) -> int:
    """Bring back what was put aside until now; return how many. For the queue they were back at the minute itself."""
    due = Case.objects.open().filter(snoozed_until__lte=at).select_for_update(skip_locked=True)
    cases = list(due.order_by("snoozed_until")[:WOKEN_AT_ONCE])
    Case.objects.filter(pk__in=[case.pk for case in cases]).update(snoozed_until=None)
    CaseEvent.objects.bulk_create(CaseEvent(case=case, kind=CaseEvent.Kind.WOKEN, at=at) for case in cases)
    return len(cases)


def _may_move(case: Case, by: User) -> bool:
    return case.adviser_id in (None, by.pk) or by.has_perm("contact_centre.assign_case")


def _opening(day, week: working_time.Week) -> datetime:
    """The first working instant from ``day`` on; nine o'clock of that day where nobody ever works."""
    morning = timezone.make_aware(datetime.combine(day, time(0)))
    nine = timezone.make_aware(datetime.combine(day, time(9)))
    return working_time.next_opening(morning, week) or nine
