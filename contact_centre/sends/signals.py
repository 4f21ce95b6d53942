"""What became of messages: delivered, opened, clicked, answered, came back, complained of. Machines are kept apart."""

from contextlib import suppress
from datetime import datetime

from django.db import transaction

from contact_centre.models import MessageSignal
from people.announcements import announce
from people.contact import exclusions, preferences
from people.models import Identity, OutgoingMessage

Kind = MessageSignal.Kind
TOLD = (Kind.CLICKED, Kind.REPLIED, Kind.BOUNCED, Kind.COMPLAINED, Kind.UNSUBSCRIBED)
ONCE = (Kind.DELIVERED, Kind.REPLIED, Kind.BOUNCED, Kind.COMPLAINED, Kind.UNSUBSCRIBED)


@transaction.atomic
def note(
    message: OutgoingMessage,
    kind: str,
    *,
    at: datetime,
    is_human: bool = True,
    why_not_human: str = "",
    url: str = "",
    event_id: str | None = None,
) -> MessageSignal | None:
    """Write down what became of ``message``; None if that was written down before.

    A provider's event counts once by its number; being delivered, answered, returned or complained of counts once for a
    message. Announces ``after_message_signalled(signal)`` for what people did and for what came back. A return or a
    complaint may halt its send (``contact_centre.sends.halting``, which listens).
    """
    if kind in ONCE:
        # Two who note the same at once: the lock lets the second see the first.
        OutgoingMessage.objects.select_for_update(no_key=True).get(pk=message.pk)
        if MessageSignal.objects.filter(message=message, kind=kind).exists():
            return None
    facts = {"message": message, "kind": kind, "at": at, "is_human": is_human, "url": url[:500]}
    facts["why_not_human"] = why_not_human[:120]
    if event_id:
        signal, is_new = MessageSignal.objects.get_or_create(event_id=event_id[:200], defaults=facts)
        if not is_new:
            return None
    else:
        signal = MessageSignal.objects.create(**facts)
    if kind in TOLD:
        announce("after_message_signalled", signal=signal, at=at)
    return signal


def returned(message: OutgoingMessage, *, at: datetime, event_id: str | None = None, is_for_good: bool = True) -> None:
    """The message came back; for good means that the address is not written to any more."""
    if is_for_good:
        Identity.objects.filter(person_id=message.person_id, value=message.to).update(is_undeliverable=True)
        note(message, Kind.BOUNCED, at=at, is_human=False, event_id=event_id)


@transaction.atomic
def complained(message: OutgoingMessage, *, at: datetime, event_id: str | None = None) -> None:
    """They marked it as unwanted: a no to all commercial messages, and the address is not written to any more."""
    if note(message, Kind.COMPLAINED, at=at, event_id=event_id) is None:
        return
    preferences.stop_commercial(message.person, at=at, source="complaint")
    if message.to:
        with suppress(exclusions.AlreadyExcluded):
            exclusions.suppress(Identity.Kind.EMAIL, message.to, why="complaint", at=at)


@transaction.atomic
def unsubscribed(message: OutgoingMessage, *, at: datetime, event_id: str | None = None) -> None:
    """They used the provider's way out, which means the same as ours."""
    if note(message, Kind.UNSUBSCRIBED, at=at, event_id=event_id) is not None:
        preferences.unsubscribe(message.person, at=at, source="unsubscribe")
