"""Messages that must leave. The row is the queue: workers take rows, and take again what a lost one held."""

import smtplib
import time
from datetime import datetime, timedelta
from functools import partial

import structlog
from anymail.exceptions import AnymailRecipientsRefused
from django.db import transaction
from django.db.models import F, Model
from django.utils.translation import gettext as _
from django.utils.translation import override

from people import timeline
from people.announcements import announce
from people.contact import policy
from people.contact.mails import compose
from people.models import Channel, ConsentRequest, Identity, OutgoingMessage, Person, Touchpoint, User
from people.own_data import links

log = structlog.get_logger("matricula.outbox")
State = OutgoingMessage.State
CARRIED = (Channel.EMAIL,)  # the channels that have a provider
STALE_AFTER = timedelta(minutes=10)  # far above the mail server's timeout: a claim this old has lost its worker
BACK_OFF = [timedelta(minutes=minutes) for minutes in (1, 5, 30, 120, 360)]


class UndeliverableAddress(Exception):
    """The receiving server says for good that there is no such address."""


def queue(
    person: Person,
    *,
    purpose: str,
    key: str,
    subject: str,
    body: str,
    language: str,
    at: datetime,
    by: User | None = None,
    channel: str = Channel.EMAIL,
    about: Model | None = None,
    action_url: str = "",
    action_label: str = "",
    due_at: datetime | None = None,
    topic: str = "",
    to: str = "",
) -> OutgoingMessage:
    """Put a message in the outbox, once per ``key``; asking again returns the first.

    What the policy forbids is kept as refused, with the reason; what it only postpones becomes due later.
    ``topic`` is what a commercial message is about, a code of ``policy.topics``. ``to`` is the one address it may leave
    for, where it matters which: what asks for a confirmation.
    ``body`` is plain text with empty lines between paragraphs. ``by`` is the person who wrote it, if one did: whoever
    calls notes that on the timeline; messages nobody wrote are noted when they leave.
    """
    first = OutgoingMessage.objects.filter(key=key).first()
    if first:
        return first
    verdict = policy.may_contact(person, channel=channel, purpose=purpose, at=at, topic=topic, address=to)
    if to and verdict.allowed and verdict.reachable_at != to:
        verdict = policy.Verdict(False, _("This address is not theirs any more, or must not be used."))
    if channel not in CARRIED:
        verdict = policy.Verdict(False, _("No provider is set up for this channel."))
    due_at = max(filter(None, (due_at, verdict.not_before, at)))
    refused = not verdict.allowed and verdict.not_before is None
    message = OutgoingMessage(
        person=person,
        purpose=purpose,
        key=key,
        channel=channel,
        topic=topic,
        to=verdict.reachable_at,
        language=language,
        subject=" ".join(subject.split())[:250],
        body=body.replace("\x00", ""),
        action_url=links.absolute(action_url) if action_url else "",
        action_label=action_label,
        state=State.REFUSED if refused else State.QUEUED,
        why="" if verdict.allowed else verdict.why[:250],
        due_at=due_at,
        created_at=at,
        by=by,
        about_kind=about._meta.label_lower if about is not None else "",
        about_id=about.pk if about is not None else None,
    )
    # Two who ask at the same time: the unique key lets one row in, and both are answered with it.
    OutgoingMessage.objects.bulk_create([message], ignore_conflicts=True)
    if not refused and due_at <= at:
        transaction.on_commit(_wake, robust=True)
    return OutgoingMessage.objects.select_related("person").get(key=key)


def deliver_due(*, at: datetime, limit: int = 200) -> int:
    """Send what is due, one claimed row at a time, at most ``limit``; return how many left.

    Rows are taken with SKIP LOCKED, so any number of workers may run. The policy is asked again for each. A failure
    concerns one message only: it is tried again after 1, 5, 30, 120 and 360 minutes, then given up.
    """
    started = time.monotonic()
    sent = 0
    requeue_stale(at=at)
    for _turn in range(limit):
        # A long run must not stamp its last claims with the hour of its first, or they would look abandoned.
        now = at + timedelta(seconds=time.monotonic() - started)
        message = _claim(now)
        if message is None:
            break
        sent += _deliver(message, at=now)
    return sent


def requeue_stale(*, at: datetime) -> int:
    """Put back what a lost worker held. It may have left already, so its Message-ID stays the same."""
    stale = OutgoingMessage.objects.filter(state=State.SENDING, claimed_at__lte=at - STALE_AFTER)
    given_up = stale.filter(attempts__gt=len(BACK_OFF))
    given_up.update(state=State.FAILED, why=_("The process that sent it stopped each time."))
    return stale.update(state=State.QUEUED, claimed_at=None)


def _wake() -> None:
    """Only a wake-up: without a broker the next sweep finds the row, so nobody waits for one that is away."""
    from people import tasks  # noqa: PLC0415 -- tasks are leaves

    tasks.deliver_messages.apply_async(retry=False, expires=60, queue="now")


@transaction.atomic
def _claim(at: datetime) -> OutgoingMessage | None:
    due = OutgoingMessage.objects.due(at=at).order_by("due_at", "pk")
    message = due.select_for_update(skip_locked=True).first()
    if message is not None:
        message.state, message.claimed_at, message.attempts = State.SENDING, at, message.attempts + 1
        message.save(update_fields=["state", "claimed_at", "attempts"])
    return message


def _deliver(message: OutgoingMessage, *, at: datetime) -> bool:
    """Ask the policy, send, write down how it went; whether it left."""
    try:
        verdict = policy.may_contact(
            message.person,
            channel=message.channel,
            purpose=message.purpose,
            at=at,
            message=message,
            topic=message.topic,
            address=message.to,
        )
        if _is_for_one_address(message) and verdict.allowed and verdict.reachable_at != message.to:
            verdict = policy.Verdict(False, _("This address is not theirs any more, or must not be used."))
        if not verdict.allowed:
            _hold_back(message, verdict)
            return False
        message.to = verdict.reachable_at
        _send(message)
    except UndeliverableAddress as error:
        Identity.objects.filter(person_id=message.person_id, value=message.to).update(is_undeliverable=True)
        _finish(message, state=State.FAILED, why=str(error))
        return False
    except Exception as error:  # whatever a provider does, the next message must still leave
        log.warning("message_not_sent", message=message.pk, attempt=message.attempts, error=type(error).__name__)
        _try_later(message, at=at, why=f"{type(error).__name__}: {error}")
        return False
    with transaction.atomic():
        _finish(message, state=State.SENT, to=message.to, sent_at=at, why="")
        _note(message, at=at)
        # It has left, whatever they do who hear of it.
        transaction.on_commit(partial(announce, "after_message_sent", message=message, at=at), robust=True)
    return True


def _is_for_one_address(message: OutgoingMessage) -> bool:
    return message.about_kind == ConsentRequest._meta.label_lower


def _send(message: OutgoingMessage) -> None:
    try:
        compose(message).send()
    except smtplib.SMTPRecipientsRefused as error:
        code, reply = next(iter(error.recipients.values()), (0, b""))
        if code >= 500:
            raise UndeliverableAddress(f"{code} {reply!r}")
        raise
    except AnymailRecipientsRefused as error:
        raise UndeliverableAddress(str(error))


def _hold_back(message: OutgoingMessage, verdict: policy.Verdict) -> None:
    """The policy said no at the last moment: not now, or not at all."""
    if verdict.not_before is None:
        _finish(message, state=State.REFUSED, why=verdict.why)
    else:
        _finish(
            message,
            state=State.QUEUED,
            why=verdict.why,
            due_at=verdict.not_before,
            claimed_at=None,
            attempts=F("attempts") - 1,
        )


def _try_later(message: OutgoingMessage, *, at: datetime, why: str) -> None:
    if message.attempts > len(BACK_OFF):
        _finish(message, state=State.FAILED, why=why)
    else:
        due_at = at + BACK_OFF[message.attempts - 1]
        _finish(message, state=State.QUEUED, why=why, due_at=due_at, claimed_at=None)


def _finish(message: OutgoingMessage, *, why: str, **fields) -> None:
    """Write the outcome, unless the claim was taken away from us meanwhile."""
    claimed = OutgoingMessage.objects.filter(pk=message.pk, state=State.SENDING, claimed_at=message.claimed_at)
    claimed.update(why=" ".join(why.split())[:250], **fields)


def _note(message: OutgoingMessage, *, at: datetime) -> None:
    if message.by_id is None:
        with override(message.language):
            timeline.record(
                message.person,
                at=at,
                channel=message.channel,
                direction=Touchpoint.Direction.OUT,
                kind="people.message_sent",
                summary=message.subject,
                about=message,
            )
