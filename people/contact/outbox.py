"""Messages that must leave. The row is the queue: workers take rows, and take again what a lost one held."""

import time
from datetime import datetime, timedelta
from threading import Lock, Timer

import structlog
from django.db import transaction
from django.db.models import F, Model
from django.utils.translation import gettext as _
from django.utils.translation import override
from wagtail import hooks

from people import timeline
from people.announcements import announce
from people.contact import carriers, policy
from people.contact.carriers import MayHaveLeft, Refused, UndeliverableAddress
from people.models import Channel, ConsentRequest, Identity, OutgoingMessage, Person, Touchpoint, User
from people.models.messages import OutgoingMessageQuerySet
from people.own_data import links

log = structlog.get_logger("matricula.outbox")
State = OutgoingMessage.State
STALE_AFTER = timedelta(minutes=10)  # far above the mail server's timeout: a claim this old has lost its worker
WAKES_APART = 0.2  # seconds
BACK_OFF = [timedelta(minutes=minutes) for minutes in (1, 5, 30, 120, 360)]


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
    verdict = _carried(verdict, person, channel=channel, at=at)
    due_at = max(filter(None, (due_at, verdict.not_before, at)))
    refused = not verdict.allowed and verdict.not_before is None
    message = _written(
        OutgoingMessage(person=person, purpose=purpose, key=key, channel=channel, topic=topic, language=language),
        subject=subject,
        body=body,
        action_url=action_url,
        action_label=action_label,
        about=about,
    )
    message.to, message.by, message.created_at, message.due_at = verdict.reachable_at, by, at, due_at
    message.state = State.REFUSED if refused else State.QUEUED
    message.why = "" if verdict.allowed else verdict.why[:250]
    # Two who ask at the same time: the unique key lets one row in, and both are answered with it.
    OutgoingMessage.objects.bulk_create([message], ignore_conflicts=True)
    if not refused and due_at <= at:
        transaction.on_commit(wake, robust=True)
    kept = OutgoingMessage.objects.get(key=key)
    kept.person = person
    return kept


def drop_in(
    person: Person,
    *,
    purpose: str,
    key: str,
    subject: str,
    body: str,
    language: str,
    at: datetime,
    about: Model,
    action_url: str,
    action_label: str,
    to: str = "",
) -> None:
    """Put a mail nobody wrote in the outbox, once per ``key``, in one statement and without asking whether it may.

    For what follows at once on an act of the person, where they wait: the policy is asked when it leaves, as for every
    message, and says then whether at ``to``, which they gave, at another address of theirs, or why not.
    """
    message = written(
        person,
        purpose=purpose,
        key=key,
        subject=subject,
        body=body,
        language=language,
        at=at,
        about=about,
        action_url=action_url,
        action_label=action_label,
        to=to,
    )
    OutgoingMessage.objects.bulk_create([message], ignore_conflicts=True)
    transaction.on_commit(wake, robust=True)


def written(
    person: Person,
    *,
    purpose: str,
    key: str,
    subject: str,
    body: str,
    language: str,
    at: datetime,
    about: Model,
    action_url: str,
    action_label: str,
    to: str = "",
) -> OutgoingMessage:
    """The row that ``drop_in`` writes, not saved: for whoever writes it beside their own, and then calls ``wake``."""
    return _written(
        OutgoingMessage(person=person, purpose=purpose, key=key, to=to, language=language, created_at=at, due_at=at),
        subject=subject,
        body=body,
        action_url=action_url,
        action_label=action_label,
        about=about,
    )


def _written(
    message: OutgoingMessage, *, subject: str, body: str, action_url: str, action_label: str, about: Model | None
) -> OutgoingMessage:
    message.subject, message.body = " ".join(subject.split())[:250], body.replace("\x00", "")
    message.action_url = links.absolute(action_url) if action_url else ""
    message.action_label = action_label
    if about is not None:
        message.about_kind, message.about_id = about._meta.label_lower, about.pk
    return message


class _Wakes:
    lock = Lock()
    last = float("-inf")
    later: Timer | None = None


def wake_soon() -> None:
    """The same for what comes by the hundred a second: at once, and for all that follow within ``WAKES_APART`` once."""
    with _Wakes.lock:
        waited = time.monotonic() - _Wakes.last
        if waited < WAKES_APART:
            if _Wakes.later is None:
                _Wakes.later = Timer(WAKES_APART - waited, _wake_later)
                _Wakes.later.daemon = True
                _Wakes.later.start()
            return
        _Wakes.last = time.monotonic()
    wake()


def _wake_later() -> None:
    with _Wakes.lock:
        _Wakes.later, _Wakes.last = None, time.monotonic()
    try:
        wake()
    except Exception:  # a broker that is away: the sweep finds what waits
        log.warning("broker_away")


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


def is_due(*, at: datetime) -> bool:
    """Whether something waits that no brake holds back."""
    due = OutgoingMessage.objects.due(at=at)
    return due.filter(purpose__in=policy.TRANSACTIONAL).exists() or _unbraked(due, at=at).exists()


def requeue_stale(*, at: datetime) -> int:
    """Put back what a lost worker held. It may have left already, so its Message-ID stays the same."""
    stale = OutgoingMessage.objects.filter(state=State.SENDING, claimed_at__lte=at - STALE_AFTER)
    given_up = stale.filter(attempts__gt=len(BACK_OFF))
    given_up.update(state=State.FAILED, why=_("The process that sent it stopped each time."))
    forgetful = [channel for channel in carriers.channels() if not _remembers(channel)]
    stale.filter(channel__in=forgetful).update(state=State.FAILED, why=may_have_left())
    return stale.update(state=State.QUEUED, claimed_at=None)


def wake() -> None:
    """Only a wake-up: without a broker the next sweep finds the row, so nobody waits for one that is away."""
    from people import tasks  # noqa: PLC0415 -- tasks are leaves

    tasks.deliver_messages.apply_async(retry=False, expires=60, queue="now")


@transaction.atomic
def _claim(at: datetime) -> OutgoingMessage | None:
    due = OutgoingMessage.objects.due(at=at).order_by("due_at", "pk").select_for_update(skip_locked=True)
    # What somebody waits for leaves before what they did not ask for, and no brake holds it.
    message = due.filter(purpose__in=policy.TRANSACTIONAL).first() or _unbraked(due, at=at).first()
    if message is not None:
        message.state, message.claimed_at, message.attempts = State.SENDING, at, message.attempts + 1
        message.save(update_fields=["state", "claimed_at", "attempts"])
    return message


def _unbraked(due: OutgoingMessageQuerySet, *, at: datetime) -> OutgoingMessageQuerySet:
    """Leave out what floors above hold back with the hook ``register_sending_brakes``: ``(at) -> Q`` of messages."""
    for brake in hooks.get_hooks("register_sending_brakes"):
        due = due.exclude(brake(at=at))
    return due.exclude(purpose__in=policy.TRANSACTIONAL)


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
        message.provider_id = _send(message)[:120]
    except UndeliverableAddress as error:
        Identity.objects.filter(person_id=message.person_id, value=message.to).update(is_undeliverable=True)
        _finish(message, state=State.FAILED, why=str(error))
        transaction.on_commit(lambda: announce("after_message_returned", message=message, at=at), robust=True)
        return False
    except Refused as error:
        _finish(message, state=State.FAILED, why=str(error))
        return False
    except MayHaveLeft:
        _finish(message, state=State.FAILED, why=may_have_left())
        return False
    except Exception as error:  # whatever a provider does, the next message must still leave
        log.warning("message_not_sent", message=message.pk, attempt=message.attempts, error=type(error).__name__)
        _try_later(message, at=at, why=f"{type(error).__name__}: {error}")
        return False
    with transaction.atomic():
        _finish(message, state=State.SENT, to=message.to, provider_id=message.provider_id, sent_at=at, why="")
        _note(message, at=at)
        # It has left, whatever they do who hear of it.
        transaction.on_commit(lambda: announce("after_message_sent", message=message, at=at), robust=True)
    return True


def _is_for_one_address(message: OutgoingMessage) -> bool:
    return message.about_kind == ConsentRequest._meta.label_lower


def _send(message: OutgoingMessage) -> str:
    carrier = carriers.of(message.channel)
    if carrier is None:
        raise Refused(_("No provider is set up for this channel."))
    return carrier.send(message)


def _carried(verdict: policy.Verdict, person: Person, *, channel: str, at: datetime) -> policy.Verdict:
    """The verdict, or no where nobody carries the channel or its own rules forbid it now."""
    carrier = carriers.of(channel)
    if carrier is None:
        return policy.Verdict(False, _("No provider is set up for this channel."))
    if verdict.allowed and (why := carrier.why_not(person, at=at)):
        return policy.Verdict(False, why)
    return verdict


def _remembers(channel: str) -> bool:
    carrier = carriers.of(channel)
    return carrier is None or carrier.remembers


def may_have_left() -> str:
    """What is written beside a message of which nobody knows whether it left."""
    return _("The connection broke after it was handed over: it may have arrived. It is not sent again by itself.")


def confirm_sent(uuid: str, *, provider_id: str, at: datetime) -> bool:
    """The provider says that it has the message: one of which we did not know is now sent. Again changes nothing."""
    unknown = OutgoingMessage.objects.filter(uuid=uuid, state=State.FAILED, sent_at=None)
    return bool(unknown.update(state=State.SENT, sent_at=at, why="", provider_id=provider_id[:120]))


def confirm_failed(uuid: str, *, why: str) -> bool:
    """The provider says later that it could not deliver the message; whether that was news."""
    sent = OutgoingMessage.objects.filter(uuid=uuid, state=State.SENT)
    return bool(sent.update(state=State.FAILED, why=" ".join(why.split())[:250]))


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
