"""The clocks of a case: which of them run, what starts, pauses and stops each.

============  ===========================================  ==========================  ==================
clock         starts                                       pauses                      stops
============  ===========================================  ==========================  ==================
first         when the case opens or opens again           never                       at the first answer
next          when they write after the first answer       while we wait for them      at our next answer
resolution    when the case opens or opens again           never                       when it is closed
============  ===========================================  ==========================  ==================

The first clock has two deadlines: one on the wall, which the person was promised, and one in working time.
"""

from datetime import datetime

from django.db import transaction

from contact_centre import queue
from contact_centre.clocks.explaining import Clock, explain
from contact_centre.clocks.promised import NEXT_MINUTES, Dues, Terms, at_opening, terms
from contact_centre.clocks.working_time import add, minutes_between
from contact_centre.models import Case, CaseEvent
from people.models import User

__all__ = ["Clock", "Dues", "at_opening", "explain", "resumed", "they_wrote", "waiting_for_them"]


@transaction.atomic
def they_wrote(case: Case, *, at: datetime, note: str = "") -> Case:
    """The person wrote or rang: a further reply is owed, and nobody waits for them any more.

    Before the first answer its clock runs on; after it the next clock starts, unless an older letter has it running.
    An answered case is in the hands of its adviser again, and one that was put aside is back. One that is over, or
    whose adviser has gone, opens anew.
    """
    case = queue.locked(case)
    if case.state == Case.State.CLOSED or (case.state == Case.State.ANSWERED and case.adviser_id is None):
        queue.write_event(case, CaseEvent.Kind.THEY_WROTE, at=at, note=note)
        case = queue.reopen(case, by=None, at=at)
        case.they_wrote_at = at
        case.save(update_fields=["they_wrote_at"])
        return case
    minutes = None
    if case.answered_at is not None and case.next_due_at is None:
        held = _terms(case)
        minutes = _minutes_owed(case, held)
        case.next_due_at = add(at, minutes, held.week).at
    queue.write_event(case, CaseEvent.Kind.THEY_WROTE, at=at, note=note, data=_starts_next(minutes))
    if case.state == Case.State.ANSWERED:
        queue.move(case, Case.State.IN_HAND)
    if case.waiting_for_them_since is not None:
        case.waiting_for_them_since = None
        queue.write_event(case, CaseEvent.Kind.RESUMED, at=at)
    if case.snoozed_until is not None and case.snoozed_until > at:
        case.snoozed_until = None
        queue.write_event(case, CaseEvent.Kind.WOKEN, at=at)
    case.they_wrote_at = at
    case.save(update_fields=["state", "they_wrote_at", "waiting_for_them_since", "next_due_at", "snoozed_until"])
    return case


@transaction.atomic
def waiting_for_them(case: Case, *, by: User, at: datetime, note: str = "") -> Case:
    """It is the person's turn, with a paper or an answer: the next clock pauses, the others run on.

    Raises NotYours if somebody else holds the case, CaseClosed if it is over. Said again, it changes nothing.
    """
    case = queue.locked(case)
    _refuse(case, by)
    if case.waiting_for_them_since is None:
        left = None
        if case.next_due_at is not None:
            left = minutes_between(at, case.next_due_at, _terms(case).week)
            case.next_due_at = None
        case.waiting_for_them_since = at
        case.save(update_fields=["waiting_for_them_since", "next_due_at"])
        queue.write_event(case, CaseEvent.Kind.WAITING, at=at, by=by, note=note, data={"left_minutes": left})
    return case


@transaction.atomic
def resumed(case: Case, *, by: User | None, at: datetime, note: str = "") -> Case:
    """It is our turn again: the next clock goes on with the working time it had left.

    Raises NotYours if somebody else holds the case, CaseClosed if it is over. A case that waits for nobody stays as it
    is.
    """
    case = queue.locked(case)
    _refuse(case, by)
    if case.waiting_for_them_since is not None:
        left = _left(case)
        if left is not None:
            case.next_due_at = add(at, left, _terms(case).week).at
        case.waiting_for_them_since = None
        case.save(update_fields=["waiting_for_them_since", "next_due_at"])
        queue.write_event(case, CaseEvent.Kind.RESUMED, at=at, by=by, note=note, data=_starts_next(left))
    return case


def _minutes_owed(case: Case, held: Terms) -> int:
    """How long the next reply may take: as promised, or what was left for an older letter when its clock paused."""
    left = _left(case) if case.waiting_for_them_since else None
    return held.next_minutes if left is None else min(held.next_minutes, left)


def _starts_next(minutes: int | None) -> dict | None:
    """What the event keeps that starts the next clock: a change of calendar and "why this time" count from there."""
    return None if minutes is None else {NEXT_MINUTES: minutes}


def _left(case: Case) -> int | None:
    """The working minutes that the next clock had left when it paused; None if it was not running.

    At least one: a deadline that had passed already passes again at once, and not before the pause ended.
    """
    kinds = [CaseEvent.Kind.WAITING, CaseEvent.Kind.ANSWERED]  # an answer while we wait leaves nothing owed
    last = case.events.filter(kind__in=kinds).order_by("-at", "-pk").first()
    if last is None or last.kind != CaseEvent.Kind.WAITING:
        return None
    left = (last.data or {}).get("left_minutes")
    return None if left is None else max(left, 1)


def _terms(case: Case) -> Terms:
    return terms(case.kind, team_id=case.team_id)


def _refuse(case: Case, by: User | None) -> None:
    if case.state == Case.State.CLOSED:
        raise queue.CaseClosed(case.pk)
    if by is not None and not queue.may_act_on(case, by):
        raise queue.NotYours(case.pk)
