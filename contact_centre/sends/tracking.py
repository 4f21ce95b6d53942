"""What mail providers tell of letters that left: kept first as it came, once each, then understood."""

from datetime import datetime
from email.utils import parseaddr
from uuid import UUID

import structlog
from django.db import transaction

from contact_centre.models import MessageSignal, ProviderEvent
from contact_centre.sends import signals
from people.models import OutgoingMessage

log = structlog.get_logger("matricula.sends")
PROVIDER = "mail-events"
AT_ONCE = 500
TRIES = 5
FOR_GOOD = ("bounced", "invalid", "")  # a letter refused for its content says nothing of the address


@transaction.atomic
def keep(event_id: str, payload: dict, *, at: datetime) -> bool:
    """Keep what a provider tells, once per its own number; whether it was new.

    ``payload``: kind, message_id, recipient, reason, at (ISO), and what else it said.
    """
    _kept, is_new = ProviderEvent.objects.get_or_create(
        provider=PROVIDER, event_id=event_id[:200], defaults={"payload": payload, "received_at": at}
    )
    return is_new


def work_due(*, at: datetime) -> int:
    """Understand what was kept and not understood yet; return how many. Others do not wait for one that fails."""
    waiting = ProviderEvent.objects.filter(provider=PROVIDER, done_at=None).order_by("received_at", "pk")
    return sum(_work_one(pk, at=at) for pk in list(waiting.values_list("pk", flat=True)[:AT_ONCE]))


def _work_one(pk: int, *, at: datetime) -> bool:
    try:
        with transaction.atomic():
            event = ProviderEvent.objects.select_for_update(skip_locked=True).filter(pk=pk, done_at=None).first()
            if event is None:
                return False
            message = _message_of(event.payload)
            if message is not None:
                _understand(message, event)
            event.done_at, event.why = at, "" if message is not None else "no such message"
            event.payload = {"kind": event.payload.get("kind", "")}
            event.save(update_fields=["done_at", "why", "payload"])
        return True
    except Exception as fault:  # one event must not hold up the others
        log.exception("mail_event_failed", event=pk)
        _failed(pk, fault, at=at)
        return False


def _failed(pk: int, fault: Exception, *, at: datetime) -> None:
    event = ProviderEvent.objects.get(pk=pk)
    event.attempts += 1
    event.why = type(fault).__name__
    event.done_at = at if event.attempts >= TRIES else None
    event.save(update_fields=["attempts", "why", "done_at"])


def _understand(message: OutgoingMessage, event: ProviderEvent) -> None:
    payload, number = event.payload, event.event_id
    happened = _instant(payload.get("at"), event.received_at)
    kind, reason = payload.get("kind"), payload.get("reason") or ""
    if kind == "delivered":
        signals.note(message, MessageSignal.Kind.DELIVERED, at=happened, is_human=False, event_id=number)
    elif kind in ("bounced", "rejected"):
        signals.returned(message, at=happened, event_id=number, is_for_good=reason in FOR_GOOD)
    elif kind == "complained":
        signals.complained(message, at=happened, event_id=number)
    elif kind == "unsubscribed":
        signals.unsubscribed(message, at=happened, event_id=number)
    # Openings and clicks that providers count are left alone: ours tell people from machines, and ask for consent.


def _message_of(payload: dict) -> OutgoingMessage | None:
    number = str(payload.get("message_id") or "")
    if not number:
        return None
    bare = number.strip("<>")
    found = OutgoingMessage.objects.filter(provider_id__in=[bare, f"<{bare}>"], to__iexact=_address(payload)).first()
    if found is None:
        try:
            found = OutgoingMessage.objects.filter(uuid=UUID(bare.partition("@")[0])).first()
        except ValueError:
            return None
    return found


def _address(payload: dict) -> str:
    return parseaddr(str(payload.get("recipient") or ""))[1]


def _instant(text: object, otherwise: datetime) -> datetime:
    try:
        found = datetime.fromisoformat(str(text))
    except ValueError:
        return otherwise
    return found if found.tzinfo else otherwise
