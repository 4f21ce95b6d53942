"""To which case a letter or text belongs.

==============================================  =====================================================
what it brings                                  where it goes
==============================================  =====================================================
written by a program                            kept, shown nowhere as theirs; opens and reopens nothing
our own letter come back                        dropped
too many in too short a time                    held
a reply address or thread of ours, from them    the case of the message it answers
the same, from somebody else                    held: the letter contradicts its sender
a token forged or expired                       as if it had none
a text that only says STOP, BAIXA or BAJA       written into the ledger of consents; no case
somebody we know                                their open case, else a new one of kind "message"
somebody new                                    a new person and a new case of kind "message"
==============================================  =====================================================
"""

from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext_noop
from wagtail.log_actions import log

from contact_centre import queue
from contact_centre.clocks import dues
from contact_centre.inbound import attachments, courtesy, limits, reply_addresses, senders, speaking, stopping
from contact_centre.inbound.letters import Enclosed
from contact_centre.models import Case, InboundAttachment, InboundMessage
from contact_centre.questions import asked
from people import timeline
from people.access import ways_in
from people.announcements import announce
from people.models import OutgoingMessage, Person, Touchpoint, User

State = InboundMessage.State
UNREADABLE = gettext_noop("It could not be read.")
CONTRADICTS = gettext_noop("It answers a message to somebody else: the sender may not be who they seem to be.")
DOUBTED = gettext_noop("Its sender could not be proved: the mail server has doubts about it.")
NO_ADDRESS = gettext_noop("Its sender has left no address that we can use.")
TOO_LARGE = gettext_noop("It was larger than 25 MB and was not taken in; they have been asked to send less.")
STOPPED = gettext_noop("They want no more news and offers on this channel: that is written down.")
OURS = gettext_noop("It is a letter of our own that came back.")
# Cases in which people are spoken with; the others are for staff, and hear of a letter only if it answers them.
SPOKEN = (Case.Kind.ENQUIRY, Case.Kind.MESSAGE, Case.Kind.APPLICATION, Case.Kind.PAYMENT, Case.Kind.COMPLAINT)


class NotHeld(Exception):
    """Somebody has filed or dropped it meanwhile."""


class NoSender(Exception):
    """Nobody knows whose it is: somebody has to say."""


@dataclass(frozen=True)
class Came:
    """A letter or text as its channel brought it, before anybody knows whose it is."""

    channel: str
    provider: str
    external_id: str
    sender: str
    text: str
    sender_name: str = ""
    to: tuple[str, ...] = ()
    subject: str = ""
    quoted: str = ""
    thread_ids: tuple[str, ...] = ()
    enclosed: tuple[Enclosed, ...] = field(default=(), repr=False)
    automatic: str = ""
    doubt: str = ""
    is_too_large: bool = False


@transaction.atomic
def take_in(came: Came, *, received_at: datetime, at: datetime) -> InboundMessage | None:
    """Write down what came and file it by the table above; None if it was taken in before.

    Announces ``after_inbound_filed``.
    """
    message = _written_down(came, received_at=received_at)
    if message is None:
        return None
    person, case, held = _home(came, message, at=at)
    if held is not None:
        state, why = held
        if state == State.HELD and why != limits.TOO_MANY:
            _keep_files(message, came)
        _set(message, state=state, why=why, person=person, case=case)
        return message
    attached = _keep_files(message, came)
    if person is None:
        person = senders.known_or_new(came, at=received_at)
    if person is None:
        _set(message, state=State.HELD, why=NO_ADDRESS)
        return message
    if stopping.is_asked(came.text, channel=came.channel):
        stopping.heed(person, channel=came.channel, at=received_at)
        _set(message, state=State.DROPPED, why=STOPPED, person=person)
        return message
    _file(message, person, case, at=at, why=TOO_LARGE if came.is_too_large else "")
    courtesy.send(message, person, is_too_large=came.is_too_large, refused=attached, at=at)
    return message


@transaction.atomic
def file_by_hand(
    message: InboundMessage, *, by: User, at: datetime, case: Case | None = None, person: Person | None = None
) -> InboundMessage:
    """File a held one in ``case``, or in the open or a new case of ``person``; without either, by its sender.

    Raises NotHeld if it is not held any more, and NoSender if there is neither a person nor a usable address.
    """
    message = _held(message)
    if case is not None:
        person = case.person
    if person is None:
        person = senders.known_or_new(came_again(message), at=message.received_at)
    if person is None:
        raise NoSender(message.pk)
    _file(message, person, case, at=at, why=message.why, by=by)
    log(instance=message, action="contact_centre.file_letter", user=by, timestamp=at)
    return message


@transaction.atomic
def drop(message: InboundMessage, *, by: User, at: datetime) -> InboundMessage:
    """Put a held one aside as rubbish; its files go. Raises NotHeld."""
    message = _held(message)
    attachments.forget(message)
    _set(message, state=State.DROPPED, why=message.why)
    log(instance=message, action="contact_centre.drop_letter", user=by, timestamp=at)
    return message


def came_again(message: InboundMessage) -> Came:
    """A message that was held, as it came."""
    return Came(
        channel=message.channel,
        provider=message.provider,
        external_id=message.external_id,
        sender=message.sender,
        sender_name=message.sender_name,
        subject=message.subject,
        text=message.text,
    )


def _held(message: InboundMessage) -> InboundMessage:
    message = InboundMessage.objects.select_for_update().get(pk=message.pk)
    if message.state not in (State.HELD, State.AUTOMATIC):
        raise NotHeld(message.pk)
    return message


def _written_down(came: Came, *, received_at: datetime) -> InboundMessage | None:
    """The row of what came; of two who bring the same, one gets it. Somebody else's number is no number."""
    external_id = came.external_id
    first = InboundMessage.objects.filter(provider=came.provider, external_id=external_id).first()
    if first is not None:
        if first.sender == came.sender:
            return None
        external_id = f"{external_id[:200]}#{came.sender}"[:300]
    message, is_new = InboundMessage.objects.get_or_create(
        provider=came.provider,
        external_id=external_id,
        defaults={
            "channel": came.channel,
            "thread_ids": list(came.thread_ids),
            "sender": came.sender,
            "sender_name": came.sender_name,
            "to": next((one for one in came.to if reply_addresses.is_ours(one)), came.to[0] if came.to else ""),
            "subject": came.subject,
            "text": came.text,
            "quoted": came.quoted,
            "received_at": received_at,
        },
    )
    return message if is_new else None


def _home(
    came: Came, message: InboundMessage, *, at: datetime
) -> tuple[Person | None, Case | None, tuple[str, str] | None]:
    """Whose it is and where it belongs, as far as the letter itself says; with a state and a reason if it is held."""
    if reply_addresses.is_ours(came.sender):
        return None, None, (State.DROPPED, OURS)
    answered, note = _answered(came, at=at)
    case = _case_of(answered) if answered is not None else None
    person = answered.person if answered is not None else None
    is_theirs = person is not None and senders.reaches(came, person)
    too_many = limits.too_many(message)
    if came.automatic:
        held = (State.DROPPED if too_many else State.AUTOMATIC, came.automatic)
        return (person, case, held) if is_theirs else (None, None, held)
    if too_many:
        return None, None, (State.HELD, limits.TOO_MANY)
    if came.doubt:
        return None, None, (State.HELD, DOUBTED)
    if person is not None and not is_theirs:
        return None, None, (State.HELD, CONTRADICTS)
    if note:
        message.why = note
    return person, case, None


def _keep_files(message: InboundMessage, came: Came) -> list[InboundAttachment]:
    return [attachments.keep(message, one) for one in came.enclosed]


def _answered(came: Came, *, at: datetime) -> tuple[OutgoingMessage | None, str]:
    """Which message of ours it answers: by the signed address, else by the thread."""
    message, why = reply_addresses.read(came.to, at=at)
    return (message, why) if message is not None else (senders.message_of_thread(came.thread_ids), why)


def _case_of(message: OutgoingMessage) -> Case | None:
    """The case a message of ours was about."""
    if message.about_id is None:
        return None
    if message.about_kind == Case._meta.label_lower:
        return Case.objects.filter(pk=message.about_id).first()
    about = Case.objects.filter(about_kind=message.about_kind, about_id=message.about_id)
    return about.order_by("-opened_at").first()


def _file(
    message: InboundMessage, person: Person, case: Case | None, *, at: datetime, why: str = "", by: User | None = None
) -> None:
    """Put it in its case: on the timeline, in the conversation, on the clocks; everybody is told."""
    # Of two letters at once, the second finds the case of the first.
    person = ways_in.same_way(Person.objects.select_for_update().get(pk=person.pk), person)
    if case is None or case.person_id != person.pk:
        case = case_going_on(person)
    is_new = case is None
    words = message.text or why
    if case is None:
        case = queue.open_case(
            person,
            kind=Case.Kind.MESSAGE,
            at=message.received_at,
            question="\n\n".join(filter(None, (message.subject, words))),
            channel=message.channel,
            language=speaking.language(message.text) or person.language,
        )
    touchpoint = timeline.record(
        person,
        at=message.received_at,
        channel=message.channel,
        direction=Touchpoint.Direction.IN,
        kind="contact_centre.they_wrote",
        summary="\n\n".join(filter(None, (message.subject, words))),
        about=case,
    )
    message.touchpoint_id = touchpoint.pk
    _set(message, state=State.FILED, why=why or message.why, person=person, case=case)
    if not is_new:
        case = dues.they_wrote(case, at=message.received_at if by is None else at, note=message.subject or words[:200])
        asked.heard(case, words, at=message.received_at)
    announce("after_inbound_filed", inbound=message, case=case, at=at)


def case_going_on(person: Person, *, kinds: Collection[str] = SPOKEN) -> Case | None:
    """The case in which a word of ``person`` belongs: one that waits for an answer before one that has it."""
    going_on = Case.objects.open().filter(person=person, kind__in=kinds)
    unanswered = going_on.filter(answered_at=None).order_by("-opened_at", "-pk").first()
    return unanswered or going_on.order_by("-answered_at", "-pk").first()


def _set(message: InboundMessage, *, state: str, why: str, person=None, case=None) -> None:
    message.state, message.why = state, why[:250]
    message.person, message.case = person, case
    message.save(update_fields=["state", "why", "person", "case", "touchpoint_id"])
