"""What providers bring: kept first as it came, once each, then worked off by a task or by the sweep.

Of a letter the file is kept, of a text what the provider wrote; both go when the letter or text stands in its row.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256

import structlog
from django.core.files.base import ContentFile
from django.core.files.storage import storages
from django.db import transaction

from contact_centre.inbound import filing, letters, texts
from contact_centre.inbound.letters import Letter, Unreadable
from contact_centre.models import InboundMessage, ProviderEvent
from contact_centre.telephony import exchange, ringing
from people.models import Channel

log = structlog.get_logger("matricula.inbound")
MAIL = "mail"
FOLDER = "inbound/raw"
LARGEST = 25 * 1024 * 1024  # of a whole letter, as most mail servers hold it
HEAD = 256 * 1024  # of a larger one, enough to know who wrote it
TRIES = 5
AT_ONCE = 200


@dataclass(frozen=True)
class _Work:
    """One thing to be worked off, already claimed."""

    event: ProviderEvent
    at: datetime


@transaction.atomic
def keep_letter(raw: bytes, *, at: datetime, event_id: str = "", recipient: str = "") -> ProviderEvent:
    """Keep a letter as it came over the wire, once per ``event_id`` (without one: per content), to be worked off.

    Of one that is larger than 25 MB only the beginning is kept, by which its sender can be answered.
    """
    is_too_large = len(raw) > LARGEST
    number = event_id or sha256(raw).hexdigest()
    kept, is_new = ProviderEvent.objects.get_or_create(
        provider=MAIL,
        event_id=number[:200],
        defaults={"payload": {"recipient": recipient[:254], "size": len(raw)}, "received_at": at},
    )
    if is_new:
        content = ContentFile(raw[:HEAD] if is_too_large else raw)
        kept.payload["raw"] = storages["private"].save(f"{FOLDER}/{kept.pk}.eml", content)
        kept.save(update_fields=["payload"])
        transaction.on_commit(_wake, robust=True)
    return kept


@transaction.atomic
def keep_told(provider: str, event_id: str, payload: dict, *, at: datetime) -> bool:
    """Keep what a provider of texts or calls tells, once per its own number; whether it was new."""
    _kept, is_new = ProviderEvent.objects.get_or_create(
        provider=provider, event_id=event_id[:200], defaults={"payload": payload, "received_at": at}
    )
    if is_new:
        transaction.on_commit(_wake, robust=True)
    return is_new


def work_due(*, at: datetime) -> dict[str, int]:
    """Work off what waits, oldest first, one transaction each; a thing that fails stays for the next run.

    After five failures a letter is held for a person to look at, and what else it was is given up with its reason.
    """
    done = failed = 0
    for provider, work in WORKERS.items():
        waiting = ProviderEvent.objects.filter(provider=provider, done_at=None).order_by("received_at", "pk")
        for pk in list(waiting.values_list("pk", flat=True)[:AT_ONCE]):
            outcome = _work_one(pk, work, at=at)
            done += outcome is True
            failed += outcome is False
    return {"inbound_done": done, "inbound_failed": failed}


def work_now(provider: str, event_id: str, *, at: datetime) -> None:
    """Work one off at once, because somebody is waiting: a telephone rings. If it fails, the sweep takes it."""
    waiting = ProviderEvent.objects.filter(provider=provider, event_id=event_id[:200], done_at=None)
    for pk in waiting.values_list("pk", flat=True):
        _work_one(pk, WORKERS[provider], at=at)


def _work_one(pk: int, work: Callable[[_Work], None], *, at: datetime) -> bool | None:
    """Whether it could be worked off; None if somebody else is at it."""
    try:
        with transaction.atomic():
            event = ProviderEvent.objects.select_for_update(skip_locked=True).filter(pk=pk, done_at=None).first()
            if event is None:
                return None
            work(_Work(event, at))
            _finish(event, at=at)
        _drop_raw(event)
        return True
    except Exception as fault:
        log.exception("inbound_failed", number=pk, fault=type(fault).__name__)
        _note_failure(pk, type(fault).__name__, at=at)
        return False


def _finish(event: ProviderEvent, *, at: datetime, why: str = "") -> None:
    event.done_at, event.why = at, why
    event.save(update_fields=["done_at", "why"])


def _drop_raw(event: ProviderEvent) -> None:
    """What was worked off stands in its own row; a second copy would be one more to forget."""
    if raw := event.payload.get("raw"):
        storages["private"].delete(raw)
    ProviderEvent.objects.filter(pk=event.pk).update(payload={})


@transaction.atomic
def _note_failure(pk: int, why: str, *, at: datetime) -> None:
    event = ProviderEvent.objects.select_for_update().get(pk=pk)
    event.attempts, event.why = event.attempts + 1, why
    event.save(update_fields=["attempts", "why"])
    if event.attempts >= TRIES:
        if event.provider == MAIL:
            _hold_unread(event, at=at)
        _finish(event, at=at, why=why)


def _hold_unread(event: ProviderEvent, *, at: datetime) -> None:
    """A letter that nobody can read is shown as one; its file stays where it is."""
    InboundMessage.objects.get_or_create(
        provider=MAIL,
        external_id=f"event:{event.pk}",
        defaults={
            "channel": Channel.EMAIL,
            "sender": "",
            "received_at": event.received_at,
            "state": InboundMessage.State.HELD,
            "why": filing.UNREADABLE,
        },
    )


def _work_letter(todo: _Work) -> None:
    payload = todo.event.payload
    with storages["private"].open(payload["raw"]) as file:
        raw = file.read()
    try:
        letter = letters.read(raw, recipient=payload.get("recipient", ""))
    except Unreadable:
        _hold_unread(todo.event, at=todo.at)
        return
    is_too_large = payload.get("size", 0) > LARGEST
    _file_letter(letter, todo, is_too_large=is_too_large)


def _file_letter(letter: Letter, todo: _Work, *, is_too_large: bool) -> None:
    came = filing.Came(
        channel=Channel.EMAIL,
        provider=MAIL,
        external_id=letter.external_id[:300],
        sender=letter.sender,
        sender_name=letter.sender_name,
        to=letter.to,
        subject=letter.subject,
        text="" if is_too_large else letter.text,
        quoted="" if is_too_large else letter.quoted,
        thread_ids=letter.thread_ids,
        enclosed=() if is_too_large else letter.enclosed,
        automatic=letter.automatic,
        doubt=letter.doubt,
        is_too_large=is_too_large,
    )
    filing.take_in(came, received_at=todo.event.received_at, at=todo.at)


def _work_text(todo: _Work) -> None:
    for came in texts.arrivals(todo.event.provider, todo.event.payload):
        filing.take_in(came, received_at=todo.event.received_at, at=todo.at)
    for news in texts.news(todo.event.provider, todo.event.payload):
        texts.note(news, at=todo.at)


def _work_call(todo: _Work) -> None:
    made_by = exchange()
    told = made_by.read(todo.event.payload, at=todo.event.received_at) if made_by else None
    if told is not None:
        ringing.note(told)


WORKERS: dict[str, Callable[[_Work], None]] = {
    MAIL: _work_letter,
    "sms": _work_text,
    "whatsapp": _work_text,
    "voice": _work_call,
}


def _wake() -> None:
    """Only a wake-up: the row is what must be done, and the sweep finds it without a broker too."""
    from contact_centre import tasks  # noqa: PLC0415 -- tasks are leaves

    tasks.take_in_inbound.apply_async(retry=False, expires=60, queue="now")
