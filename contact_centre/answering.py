"""The answer, and what it does to the clock: only a real one stops it. Calls are in ``contact_centre.calls``."""

from collections.abc import Mapping
from datetime import datetime
from hashlib import sha256

from django.db import transaction

from contact_centre import corrections, queue, told
from contact_centre.models import Case, CaseEvent
from contact_centre.questions import asked
from people import timeline
from people.announcements import announce
from people.contact import outbox
from people.models import Channel, OutgoingMessage, Purpose, Touchpoint, User


class NotSent(Exception):
    """The message may not leave; ``why`` says so in words for staff."""

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
    questions: Mapping[str, str] | None = None,
    channel: str = Channel.EMAIL,
) -> OutgoingMessage:
    """Answer the person by e-mail, or as a text on ``channel``: the message is queued, and the clock stops if it
    answers all that was asked.

    ``questions`` says of each topic asked whether this answers it ("answered"), leaves it ("open") or it never was
    asked ("dropped"); one it does not name stays open if it was confirmed. Without it, as where nobody can tell
    questions apart, the letter answers them all. A letter that leaves something open is a reply: the clock runs on.

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
    refuse_unless_held(case, by)
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
        channel=channel,
    )
    if message.state == OutgoingMessage.State.REFUSED:
        raise NotSent(message.why)
    timeline.record(
        case.person,
        at=at,
        channel=channel,
        direction=Touchpoint.Direction.OUT,
        kind="contact_centre.answered",
        summary="\n\n".join(filter(None, (subject, body))),
        by=by,
        about=case,
        is_two_way=True,
    )
    if not corrections.sent(correction, message=message, at=at, by=by):
        told.note_letter(case, f"{subject}\n{body}", message=message, by=by, at=at)
    stop_the_clock(case, by=by, at=at, note=subject or body[:200], questions=questions)
    return message


def refuse_unless_held(case: Case, by: User) -> None:
    """Raise CaseClosed if it is over, NotYours unless ``by`` holds it."""
    if case.state == Case.State.CLOSED:
        raise queue.CaseClosed(case.pk)
    if case.adviser_id != by.pk:
        raise queue.NotYours(case.pk)


def stop_the_clock(
    case: Case, *, by: User, at: datetime, note: str, questions: Mapping[str, str] | None = None
) -> bool:
    """Mark the case answered if nothing that was asked stays open; the time of the first answer stays when there are
    more. Returns whether the clock stopped.

    ``questions`` says of each topic whether it is answered now; without it, as after having spoken, all of them are.
    """
    if questions is None:
        asked.settle(case, by=by, at=at)
        left = 0
    else:
        left = asked.decide(case, questions, by=by, at=at)
    if left:
        queue.write_event(case, CaseEvent.Kind.REPLIED, at=at, by=by, note=note, data={"left_open": left})
        return False
    is_first = case.answered_at is None
    if is_first:
        case.answered_at = at
    if case.state == Case.State.IN_HAND:
        queue.move(case, Case.State.ANSWERED)
    case.next_due_at = None
    case.save(update_fields=["state", "answered_at", "next_due_at"])
    queue.write_event(case, CaseEvent.Kind.ANSWERED, at=at, by=by, note=note)
    if is_first:
        announce("after_case_answered", case=case, by=by, at=at)
    return True
