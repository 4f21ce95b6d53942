"""The answer: by e-mail or by telephone. Only a real answer stops the clock."""

from collections.abc import Iterable
from datetime import datetime
from hashlib import sha256

from django.db import models, transaction
from django.utils.translation import gettext_lazy as _

from contact_centre import corrections, queue, told
from contact_centre.models import Case, CaseEvent
from people import timeline
from people.announcements import announce
from people.contact import outbox, policy
from people.models import Channel, OutgoingMessage, Person, Purpose, Touchpoint, User


class Outcome(models.TextChoices):
    """How a call ended."""

    REACHED = "reached", _("We spoke")
    NO_ANSWER = "no_answer", _("No answer")
    VOICEMAIL = "voicemail", _("Left a message")
    WRONG_NUMBER = "wrong_number", _("Wrong number")


class NotSent(Exception):
    """The message may not leave; ``why`` says so in words for staff."""

    def __init__(self, why: str):
        super().__init__(why)
        self.why = why


class MayNotCall(Exception):
    """There is no ground for this call; ``why`` says so in words for staff."""

    def __init__(self, why: str):
        super().__init__(why)
        self.why = why


@transaction.atomic
def answer(
    case: Case,
    *,
    by: User,
    at: datetime,
    subject: str,
    body: str,
    purpose: str = Purpose.ENQUIRY,
    draft: str = "",
) -> OutgoingMessage:
    """Answer the person by e-mail: the message is queued and the clock stops; a further answer leaves the first time.

    The same words to the same case are the same answer, so that a second click sends nothing. The facts they state
    are noted as told. ``draft`` is the mark of the correction the answer was started from. Announces
    ``after_case_answered``. Raises CaseClosed, NotYours unless ``by`` holds the case, NotSent if the ledger refuses,
    and corrections.Rewritten if the draft is another one by now: the case then stays as it was.
    """
    correction = corrections.held_of(case)
    case = queue.locked(case)
    words = sha256("\n".join([subject, body]).encode()).hexdigest()
    key = f"case:{case.uuid}:{words[:24]}"
    if sent := OutgoingMessage.objects.filter(key=key).first():
        return sent
    _refuse_unless_held(case, by)
    corrections.refuse_rewritten(correction, seen=draft)
    message = outbox.queue(
        case.person,
        purpose=purpose,
        key=key,
        subject=subject,
        body=body,
        language=case.language,
        at=at,
        by=by,
        about=case,
    )
    if message.state == OutgoingMessage.State.REFUSED:
        raise NotSent(message.why)
    timeline.record(
        case.person,
        at=at,
        channel=Channel.EMAIL,
        direction=Touchpoint.Direction.OUT,
        kind="contact_centre.answered",
        summary=f"{subject}\n\n{body}",
        by=by,
        about=case,
        is_two_way=True,
    )
    if not corrections.sent(correction, message=message, at=at, by=by):
        told.note_letter(case, f"{subject}\n{body}", message=message, by=by, at=at)
    _stop_the_clock(case, by=by, at=at, note=subject)
    return message


@transaction.atomic
def log_call(
    case_or_person: Case | Person,
    *,
    by: User,
    at: datetime,
    outcome: str,
    note: str = "",
    emotion: str = "",
    purpose: str = Purpose.ENQUIRY,
    facts: Iterable[int] = (),
) -> Touchpoint:
    """Write down a call. Having spoken is a two-way contact and answers the case; ringing out does neither.

    ``emotion`` is how the person felt, one of ``Touchpoint.Emotion``, where the adviser could tell.
    ``purpose`` is what the call was for. One with an offer or a survey needs a ground (Ley 11/2022, art. 66): raises
    MayNotCall without it; the hour does not matter, because the call has been made.
    ``facts`` are the versions of facts that were told; those that ``note`` states are noted as told as well.

    A case has to be in the hands of ``by``: raises NotYours or CaseClosed. Announces ``after_case_answered`` when the
    call is the first answer.
    """
    case: Case | None
    if isinstance(case_or_person, Case):
        case = queue.locked(case_or_person)
        _refuse_unless_held(case, by)
        person = case.person
    else:
        case, person = None, case_or_person
    if purpose not in policy.TRANSACTIONAL:
        verdict = policy.may_contact(person, channel=Channel.PHONE, purpose=purpose, at=at)
        if not verdict.allowed and verdict.reason not in policy.LATER:
            raise MayNotCall(verdict.why)
    has_spoken = outcome == Outcome.REACHED
    label = str(Outcome(outcome).label)
    touchpoint = timeline.record(
        person,
        at=at,
        channel=Channel.PHONE,
        direction=Touchpoint.Direction.OUT,
        kind="contact_centre.call_reached" if has_spoken else "contact_centre.call_missed",
        summary=f"{label}\n\n{note}" if note else label,
        by=by,
        about=case,
        is_two_way=has_spoken,
        emotion=emotion,
    )
    if outcome in (Outcome.REACHED, Outcome.VOICEMAIL):
        told.note_call(touchpoint, case=case, note=note, ticked=facts, by=by, at=at)
    if case is not None and has_spoken:
        _stop_the_clock(case, by=by, at=at, note=note)
    elif case is not None:
        queue.write_event(case, CaseEvent.Kind.NOTED, at=at, by=by, note=touchpoint.summary)
    return touchpoint


def _refuse_unless_held(case: Case, by: User) -> None:
    if case.state == Case.State.CLOSED:
        raise queue.CaseClosed(case.pk)
    if case.adviser_id != by.pk:
        raise queue.NotYours(case.pk)


def _stop_the_clock(case: Case, *, by: User, at: datetime, note: str) -> None:
    """Mark the case answered; the time of the first answer stays when there are more."""
    is_first = case.answered_at is None
    if is_first:
        queue.move(case, Case.State.ANSWERED)
        case.answered_at = at
        case.save(update_fields=["state", "answered_at"])
    queue.write_event(case, CaseEvent.Kind.ANSWERED, at=at, by=by, note=note)
    if is_first:
        announce("after_case_answered", case=case, by=by, at=at)
