"""Telephone calls, made and received: what is written down of them, and what that means for a case."""

from collections.abc import Iterable
from contextlib import suppress
from datetime import datetime

from django.db import transaction

from contact_centre import answering, attempts, queue, told
from contact_centre.models import Call, Case, CaseEvent
from people import timeline
from people.announcements import announce
from people.contact import policy
from people.identity import identities
from people.models import Channel, Identity, Person, Purpose, Touchpoint, User

Outcome = Call.Outcome
MADE = (Outcome.REACHED, Outcome.NO_ANSWER, Outcome.BUSY, Outcome.VOICEMAIL, Outcome.WRONG_NUMBER)  # by us


class MayNotCall(Exception):
    """There is no ground for this call; ``why`` says so in words for staff."""

    def __init__(self, why: str):
        super().__init__(why)
        self.why = why


@transaction.atomic
def log_call(
    case_or_person: Case | Person,
    *,
    by: User,
    at: datetime,
    outcome: str,
    direction: str = Call.Direction.OUT,
    note: str = "",
    emotion: str = "",
    purpose: str = Purpose.ENQUIRY,
    facts: Iterable[int] = (),
    number: str = "",
    campaign: str = "",
    source: str = "",
    call: Call | None = None,
    logged_in_ms: int | None = None,
    leaves_open: bool = False,
) -> Touchpoint:
    """Write down a call. Having spoken is a two-way contact and answers the case; ringing out does neither.

    ``emotion`` is how the person felt, one of ``Touchpoint.Emotion``, where the adviser could tell.
    ``purpose`` is what a call of ours was for. One with an offer or a survey needs a ground (Ley 11/2022, art. 66):
    raises MayNotCall without it; the hour does not matter, because the call has been made.
    ``facts`` are the versions of facts that were told; those that ``note`` states are noted as told as well.
    With ``leaves_open`` they spoke, and something is still owed: the clock runs on.
    ``call`` is the row that the telephone exchange has written of it; without one a row is made.

    A case we call about has to be in the hands of ``by``: raises NotYours or CaseClosed. When they call, a case that
    nobody holds is taken with the call, and one that a colleague holds gets a note and keeps its clock. Announces
    ``after_case_answered`` when the call is the first answer, and ``after_call_logged`` in the end.
    """
    case, person = _about(case_or_person)
    is_ours = direction == Call.Direction.OUT
    if is_ours and case is not None:
        answering.refuse_unless_held(case, by)
    if is_ours:
        _refuse_groundless(person, purpose, at)
    elif case is not None and case.state == Case.State.WAITING:
        with suppress(queue.NotCertified):  # the call was taken all the same: the case gets a note, and waits
            case = queue.take(case, by=by, at=at)
    has_spoken = outcome == Outcome.REACHED
    touchpoint = _on_the_timeline(
        person, case, by=by, at=at, outcome=outcome, direction=direction, note=note, emotion=emotion, campaign=campaign
    )
    kept = _keep(
        call or Call(started_at=at),
        touchpoint,
        person=person,
        case=case,
        adviser=by,
        direction=direction,
        outcome=outcome,
        number=number,
        campaign=campaign,
        source=source,
        logged_in_ms=logged_in_ms,
    )
    if outcome in (Outcome.REACHED, Outcome.VOICEMAIL):
        told.note_call(touchpoint, case=case, note=note, ticked=facts, by=by, at=at)
    if case is not None:
        _tell_the_case(case, touchpoint, by=by, at=at, has_answered=has_spoken and not leaves_open, note=note)
    announce("after_call_logged", call=kept, at=at)
    return touchpoint


def _about(case_or_person: Case | Person) -> tuple[Case | None, Person]:
    if isinstance(case_or_person, Case):
        case = queue.locked(case_or_person)
        return case, case.person
    return None, case_or_person


def _refuse_groundless(person: Person, purpose: str, at: datetime) -> None:
    if purpose in policy.TRANSACTIONAL:
        return
    verdict = policy.may_contact(person, channel=Channel.PHONE, purpose=purpose, at=at)
    if not verdict.allowed and verdict.reason not in policy.LATER:
        raise MayNotCall(verdict.why)


def _on_the_timeline(
    person: Person,
    case: Case | None,
    *,
    by: User,
    at: datetime,
    outcome: str,
    direction: str,
    note: str,
    emotion: str,
    campaign: str,
) -> Touchpoint:
    label = str(Outcome(outcome).label)
    has_spoken = outcome == Outcome.REACHED
    return timeline.record(
        person,
        at=at,
        channel=Channel.PHONE,
        direction=Touchpoint.Direction.OUT if direction == Call.Direction.OUT else Touchpoint.Direction.IN,
        kind="contact_centre.call_reached" if has_spoken else "contact_centre.call_missed",
        summary=f"{label}\n\n{note}" if note else label,
        by=by,
        about=case,
        campaign=campaign,
        is_two_way=has_spoken,
        emotion=emotion,
    )


def _keep(call: Call, touchpoint: Touchpoint, *, person: Person, number: str, **facts) -> Call:
    """The row of the call; one of ours about a case says the how-manieth try it is (the case is locked)."""
    call.person, call.touchpoint_id = person, touchpoint.pk
    call.number = number or call.number or _number_of(person)
    for field, value in facts.items():
        if value or not getattr(call, field):
            setattr(call, field, value)
    if call.case is not None and call.direction == Call.Direction.OUT and call.attempt is None:
        call.attempt = attempts.next_number(call.case)
    call.save()
    if call.outcome == Outcome.WRONG_NUMBER:
        for identity in person.identities.filter(kind__in=identities.PHONES, value=call.number):
            identities.mark_undeliverable(identity, at=touchpoint.at, by=call.adviser)
    return call


def _number_of(person: Person) -> str:
    """The number we call when nobody said which: the first that works."""
    known = person.identities.filter(kind=Identity.Kind.PHONE).order_by("is_undeliverable", "pk")
    return (known.values_list("value", flat=True).first() or "")[:32]


def _tell_the_case(
    case: Case, touchpoint: Touchpoint, *, by: User, at: datetime, has_answered: bool, note: str
) -> None:
    """Having spoken with whoever holds the case stops its clock; anything else is only told."""
    case.follow_ups.filter(attempt__isnull=False, done_at=None, dropped_at=None).update(done_at=at)
    if has_answered and case.adviser_id == by.pk and case.state != Case.State.CLOSED:
        answering.stop_the_clock(case, by=by, at=at, note=note)
    elif touchpoint.is_two_way:
        queue.write_event(case, CaseEvent.Kind.NOTED, at=at, by=by, note=touchpoint.summary)
    else:
        queue.write_event(case, CaseEvent.Kind.CALLED, at=at, by=by, note=touchpoint.summary)
