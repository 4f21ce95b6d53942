"""Doors for machines: each sender's leads, proved, kept before they are understood, and taken in exactly once.

A lead is an event of a provider. Delivered again it gives the same answer and makes nothing new; what could not be
worked off at once is taken by the sweep.
"""

import hmac
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from secrets import token_urlsafe
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.crypto import constant_time_compare
from django.utils.translation import override
from wagtail.log_actions import log

from contact_centre.models import ProviderEvent
from enquiries.intake import lead_shapes, posting
from enquiries.models import LeadDoor, Submission
from people.models import Language, User

TOLERANCE = timedelta(minutes=5)
MOST_LEADS = 100  # in one delivery
TRIED_AT_MOST = 5
Kind = LeadDoor.Kind


class NotProved(Exception):
    """Whoever sent it does not know the secret of the door, or said so too long ago; the message says which."""


@dataclass(frozen=True)
class Answer:
    """What a sender is told about one lead: the same however often they ask."""

    status: int
    body: dict[str, Any]


def prove(door: LeadDoor, headers: Mapping[str, str], body: bytes, payload: Any, *, at: datetime) -> None:
    """Make sure that whoever sends knows the secret of the door. Raises NotProved."""
    if not door.secret:
        raise NotProved("This door has no secret yet.")
    if door.kind == Kind.SIGNED:
        _prove_signed(door, headers, body, at=at)
    elif door.kind == Kind.META:
        _same(headers.get("X-Hub-Signature-256", ""), "sha256=" + _hmac(door.secret, body))
    elif door.kind == Kind.LINKEDIN:
        _same(headers.get("X-LI-Signature", ""), "hmacsha256=" + _hmac(door.secret, body))
    else:
        key = payload.get("google_key", "") if isinstance(payload, dict) else ""
        _same(key if isinstance(key, str) else "", door.secret)


def _prove_signed(door: LeadDoor, headers: Mapping[str, str], body: bytes, *, at: datetime) -> None:
    """HMAC-SHA256 over the timestamp, a full stop and the body."""
    said = headers.get("X-Matricula-Timestamp", "")
    if not (said.isascii() and said.isdigit() and len(said) <= 12):
        raise NotProved("X-Matricula-Timestamp must be the seconds since 1970.")
    _same(headers.get("X-Matricula-Signature", ""), _hmac(door.secret, said.encode() + b"." + body))
    away = int(said) - int(at.timestamp())
    if abs(away) > TOLERANCE.total_seconds():
        side = "ahead of" if away > 0 else "behind"
        limit = int(TOLERANCE.total_seconds())
        raise NotProved(f"Your clock is {abs(away)} seconds {side} ours, {limit} are allowed.")


def _hmac(secret: str, body: bytes) -> str:
    return hmac.new(secret.encode(), body, sha256).hexdigest()


def _same(given: str, right: str) -> None:
    if not constant_time_compare(given.encode("utf-8", "replace"), right.encode()):
        raise NotProved("The signature is not that of this door.")


def verify_token(door: LeadDoor) -> str:
    """What Meta is given to repeat when it makes sure that the address is ours."""
    return _hmac(door.secret, b"verify")[:32]


def challenge(door: LeadDoor, asked: Mapping[str, str]) -> str | None:
    """The answer to a provider that makes sure that the address is ours; None if it may not know."""
    if door.kind == Kind.META and asked.get("hub.mode") == "subscribe" and door.secret:
        is_right = constant_time_compare(asked.get("hub.verify_token", ""), verify_token(door))
        return asked.get("hub.challenge", "")[:200] if is_right else None
    if door.kind == Kind.LINKEDIN and asked.get("challengeCode") and door.secret:
        return _hmac(door.secret, asked["challengeCode"][:200].encode())
    return None


def deliver(door: LeadDoor, payload: Any, body: bytes, *, number: str = "", at: datetime) -> list[Answer]:
    """Keep every lead of a delivery, then take each in. ``number`` is the sender's own, for the one of a portal."""
    leads = list(lead_shapes.leads_in(door.kind, payload, number or sha256(body).hexdigest()))[:MOST_LEADS]
    events = [_keep(door, event_id, lead, at=at) for event_id, lead in leads]
    LeadDoor.objects.filter(pk=door.pk).update(last_at=at)
    return [work_off(event, door, at=at) for event in events]


def _keep(door: LeadDoor, event_id: str, lead: dict, *, at: datetime) -> ProviderEvent:
    """The event of a lead; delivered again, the first one."""
    named = {"provider": provider_of(door), "event_id": event_id[:200]}
    try:
        with transaction.atomic():
            return ProviderEvent.objects.create(**named, payload=lead, received_at=at)
    except IntegrityError:
        return ProviderEvent.objects.get(**named)


def provider_of(door: LeadDoor) -> str:
    """Under which name events of the door are kept."""
    return f"leads:{door.uuid.hex}"


@transaction.atomic
def work_off(event: ProviderEvent, door: LeadDoor, *, at: datetime) -> Answer:
    """Take a lead in, once; in place of what was sent the answer stays. Of two at once one waits and answers the same.

    Announces after_enquiry_received.
    """
    event = ProviderEvent.objects.select_for_update().get(pk=event.pk)
    if event.done_at is not None:
        return Answer(event.payload["status"], event.payload["answer"])
    answer = _take(event, door, at=at)
    event.payload, event.done_at = {"status": answer.status, "answer": answer.body}, at
    event.save(update_fields=["payload", "done_at"])
    return answer


def _origin(door: LeadDoor) -> dict[str, str]:
    """Where the leads of a door come from: its platform, or the partner it belongs to."""
    source, medium = lead_shapes.PLATFORMS.get(LeadDoor.Kind(door.kind), ("", ""))
    if not source and door.partner is not None:
        source, medium = door.partner.code, "partner"
    return {"utm_source": source, "utm_medium": medium}


def _take(event: ProviderEvent, door: LeadDoor, *, at: datetime) -> Answer:
    lead = event.payload
    if lead.get("is_test"):
        return Answer(200, {"test": True})
    fields, answers = lead_shapes.fields_of(lead["said"], door.fields, door.purposes)
    if not fields.get("utm_source"):
        fields |= _origin(door)
    language = fields.get("language", "")
    language = language if language in Language.values else Language.CATALAN
    with override("en"):  # machines are answered in one language
        posted = posting.post(
            None,
            {**fields, "language": language},
            at=at,
            opened_at=event.received_at,
            language=language,
            door=Submission.Door.WEBHOOK,
            key=posting.key_of("door", door.pk, event.event_id),
            answers=answers,
            campaign=door.campaign,
            partner=door.partner,
        )
    if posted.enquiry is None:
        return Answer(422, {"errors": {name: str(why) for name, why in posted.errors.items()}})
    told: dict[str, Any] = {"enquiry": str(posted.enquiry.uuid)}
    if posted.unheard:
        told["consents_not_recorded"] = list(posted.unheard)
    return Answer(200, told)


def work_off_due(*, at: datetime, limit: int = 200) -> int:
    """What was kept and not worked off, because somebody died in between; each fault concerns one lead only."""
    doors = {provider_of(door): door for door in LeadDoor.objects.select_related("campaign", "partner")}
    waiting = ProviderEvent.objects.filter(
        provider__in=doors, done_at=None, attempts__lt=TRIED_AT_MOST, received_at__lt=at - timedelta(minutes=1)
    )
    done = 0
    for event in waiting.order_by("received_at", "pk")[:limit]:
        try:
            work_off(event, doors[event.provider], at=at)
            done += 1
        except Exception as fault:  # the next lead must still be taken in
            why = f"{type(fault).__name__}: {fault}"[:250]
            ProviderEvent.objects.filter(pk=event.pk).update(attempts=event.attempts + 1, why=why)
    return done


@transaction.atomic
def give_secret(door: LeadDoor, *, by: User | None, at: datetime, given: str = "") -> str:
    """A new secret, and the only time that it is shown; the old one opens nothing from now on.

    ``given`` is the provider's own, where it makes them: Meta's and LinkedIn's.
    """
    door.secret = given.strip()[:120] or token_urlsafe(32)
    door.save(update_fields=["secret"])
    log(instance=door, action="enquiries.door_secret", user=by, timestamp=at)
    return door.secret


def waiting_of(door: LeadDoor) -> int:
    """How many leads of a door are not worked off."""
    return ProviderEvent.objects.filter(provider=provider_of(door), done_at=None).count()


def done_of(door: LeadDoor) -> int:
    """How many leads of a door were answered."""
    return ProviderEvent.objects.filter(provider=provider_of(door), done_at__isnull=False).count()
