"""Deadlines follow their calendar: when it changes, those of open cases are worked out anew, batch by batch."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import connection, transaction
from django.db.models import F, Q, QuerySet

from contact_centre.clocks import calendars
from contact_centre.clocks.promised import NEXT_MINUTES, Terms, terms
from contact_centre.clocks.working_time import Week, add, is_open
from contact_centre.models import Case, CaseEvent, WorkingCalendar

CASES_PER_TRANSACTION = 1_000
# A case that was being opened while the calendar changed may carry the old hours: a run counts as the last one only
# if it began this long after the change.
SETTLED = timedelta(minutes=2)
FIELDS = ("work_due_at", "resolution_due_at", "next_due_at", "unowned_due_at")
_UPDATE = """
UPDATE contact_centre_case AS c
SET work_due_at = n.work, resolution_due_at = n.resolution, next_due_at = n.next, unowned_due_at = n.unowned
FROM unnest(%s::bigint[], %s::timestamptz[], %s::timestamptz[], %s::timestamptz[], %s::timestamptz[])
    AS n(id, work, resolution, next, unowned)
WHERE c.id = n.id
"""


@dataclass
class _Started:
    """From when the clocks of a case count, and how much time each has."""

    at: datetime
    promised: dict[str, int]
    next_from: datetime | None = None
    next_minutes: int = 0


def follow_changes(*, at: datetime) -> int:
    """Work out the deadlines of open cases anew wherever a calendar changed; return how many cases moved.

    A run that is killed begins again with the next; whatever it had done then stays as it is.
    """
    changed = WorkingCalendar.objects.filter(changed_at__isnull=False).filter(
        Q(recomputed_at=None) | Q(recomputed_at__lt=F("changed_at") + SETTLED)
    )
    return sum(follow(calendar, at=at) for calendar in changed.order_by("pk"))


def follow(calendar: WorkingCalendar, *, at: datetime) -> int:
    """Work out anew the deadlines of the open cases that keep this calendar; return how many moved.

    What was promised in hours stays, and so does the deadline on the wall, which the person was told. Each move leaves
    an event with the deadlines before and after.
    """
    week, moved, last = calendars.week(calendar.pk, calendar.changed_at), 0, 0
    held: dict[tuple[str, int | None], Terms] = {}
    while True:
        seen, last, some = _batch(calendar, week, after=last, held=held, at=at)
        moved += some
        if seen < CASES_PER_TRANSACTION:
            break
    WorkingCalendar.objects.filter(pk=calendar.pk, changed_at=calendar.changed_at).update(recomputed_at=at)
    return moved


def kept_by(calendar: WorkingCalendar) -> QuerySet[Case]:
    """The open cases whose deadlines hang on this calendar."""
    whose = Q(team__calendar=calendar)
    if calendar.is_default:
        whose |= Q(team=None) | Q(team__calendar=None)
    return Case.objects.open().filter(whose)


@transaction.atomic
def _batch(
    calendar: WorkingCalendar, week: Week, *, after: int, held: dict[tuple[str, int | None], Terms], at: datetime
) -> tuple[int, int, int]:
    some = kept_by(calendar).filter(pk__gt=after).order_by("pk")
    cases = list(some.select_for_update(of=("self",))[:CASES_PER_TRANSACTION])
    if not cases:
        return 0, after, 0
    started, moved, events = _started(cases), [], []
    for case in cases:
        key = (case.kind, case.team_id)
        if key not in held:
            held[key] = terms(case.kind, team_id=case.team_id)
        new = _dues(case, started[case.pk], held[key], week)
        old = tuple(getattr(case, name) for name in FIELDS)
        if new != old:
            moved.append((case.pk, *new))
            told = {
                name: [before and before.isoformat(), then and then.isoformat()]
                for name, before, then in zip(FIELDS, old, new, strict=True)
                if before != then
            }
            events.append(
                CaseEvent(
                    case=case, kind=CaseEvent.Kind.DUE_CHANGED, at=at, note=calendar.name[:80], data={"dues": told}
                )
            )
    if moved:
        with connection.cursor() as cursor:
            cursor.execute(_UPDATE, [list(column) for column in zip(*moved, strict=True)])
        CaseEvent.objects.bulk_create(events)
    return len(cases), cases[-1].pk, len(moved)


def _started(cases: Sequence[Case]) -> dict[int, _Started]:
    """When the clocks of each case last started; one statement."""
    found = {case.pk: _Started(case.opened_at, {}) for case in cases}
    starts = [CaseEvent.Kind.OPENED, CaseEvent.Kind.REOPENED]
    told = CaseEvent.objects.filter(case__in=list(found)).filter(Q(kind__in=starts) | Q(data__has_key=NEXT_MINUTES))
    for case_id, kind, at, data in told.order_by("at", "pk").values_list("case_id", "kind", "at", "data"):
        data = data or {}
        if kind == CaseEvent.Kind.OPENED:
            found[case_id].promised = data
        elif kind == CaseEvent.Kind.REOPENED:
            found[case_id] = _Started(at, data)
        else:
            found[case_id].next_from, found[case_id].next_minutes = at, data[NEXT_MINUTES]
    return found


def _dues(case: Case, start: _Started, held: Terms, week: Week) -> tuple[datetime | None, ...]:
    work, resolution, following, unowned = (getattr(case, name) for name in FIELDS)
    if work is not None and case.answered_at is None:
        work = add(start.at, start.promised.get("work_minutes", held.work_minutes), week).at
    if resolution is not None:
        resolution = add(start.at, start.promised.get("resolution_minutes", held.resolution_minutes), week).at
    if following is not None and start.next_from is not None:
        following = add(start.next_from, start.next_minutes, week).at
    # Whoever put the case back started this one, so it is only moved out of hours in which nobody works.
    if unowned is not None and not is_open(unowned - timedelta(minutes=1), week):
        unowned = add(unowned, held.unowned_minutes, week).at
    return work, resolution, following, unowned
