"""What the providers of text messages and of WhatsApp tell: words of people, and what became of ours.

Twilio: https://www.twilio.com/docs/messaging/guides/webhook-request; Meta:
https://developers.facebook.com/docs/whatsapp/cloud-api/webhooks/payload-examples.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext_noop

from contact_centre.inbound.filing import Came
from people.contact import outbox
from people.models import Channel

SMS, WHATSAPP = "sms", "whatsapp"
LONGEST = 10_000
NOT_A_TEXT = gettext_noop("(They sent a picture, a voice message or a file, which is not taken in here.)")


@dataclass(frozen=True)
class News:
    """What became of a message of ours, by its number."""

    uuid: str
    provider_id: str
    is_sent: bool
    is_failed: bool
    why: str = ""


def arrivals(provider: str, payload: dict) -> Iterator[Came]:
    """The words of people in what a provider tells."""
    yield from _of_twilio(payload) if provider == SMS else _of_meta(payload)


def news(provider: str, payload: dict) -> Iterator[News]:
    """What it tells of messages of ours."""
    yield from _news_of_twilio(payload) if provider == SMS else _news_of_meta(payload)


def note(news: News, *, at: datetime) -> None:
    """Write down what became of a message; told again, it changes nothing."""
    if news.is_failed:
        outbox.confirm_failed(news.uuid, why=news.why)
    elif news.is_sent:
        outbox.confirm_sent(news.uuid, provider_id=news.provider_id, at=at)


def _of_twilio(payload: dict) -> Iterator[Came]:
    if payload.get("SmsStatus", payload.get("MessageStatus", "received")) != "received" or not payload.get("From"):
        return
    text = str(payload.get("Body", "")).strip()
    yield Came(
        channel=Channel.SMS,
        provider=SMS,
        external_id=str(payload.get("MessageSid", "")),
        sender=str(payload["From"])[:254],
        to=(str(payload.get("To", ""))[:254],),
        text=(text or NOT_A_TEXT)[:LONGEST],
    )


def _news_of_twilio(payload: dict) -> Iterator[News]:
    status, uuid = payload.get("MessageStatus", ""), str(payload.get("message", ""))
    if uuid and status and status != "received":
        yield News(
            uuid=uuid,
            provider_id=str(payload.get("MessageSid", "")),
            is_sent=status in ("sent", "delivered"),
            is_failed=status in ("failed", "undelivered"),
            why=f"{status} {payload.get('ErrorCode', '')}",
        )


def _values(payload: dict) -> Iterator[dict]:
    for entry in payload.get("entry", []):
        for change in entry.get("changes", []):
            if isinstance(change.get("value"), dict):
                yield change["value"]


def _of_meta(payload: dict) -> Iterator[Came]:
    for value in _values(payload):
        names = {one.get("wa_id"): one.get("profile", {}).get("name", "") for one in value.get("contacts", [])}
        for message in value.get("messages", []):
            if message.get("type") in ("reaction", "system", "unsupported") or not message.get("from"):
                continue
            yield Came(
                channel=Channel.WHATSAPP,
                provider=WHATSAPP,
                external_id=str(message.get("id", "")),
                sender=f"+{message['from']}"[:254],
                sender_name=str(names.get(message["from"], ""))[:160],
                text=(_words(message) or NOT_A_TEXT)[:LONGEST],
            )


def _words(message: dict) -> str:
    kind = message.get("type", "")
    if kind == "text":
        return str(message.get("text", {}).get("body", "")).strip()
    if kind == "button":
        return str(message.get("button", {}).get("text", "")).strip()
    if kind == "interactive":
        chosen = message.get("interactive", {})
        reply = chosen.get("button_reply") or chosen.get("list_reply") or {}
        return str(reply.get("title", "")).strip()
    return str(message.get(kind, {}).get("caption", "") if isinstance(message.get(kind), dict) else "").strip()


def _news_of_meta(payload: dict) -> Iterator[News]:
    for value in _values(payload):
        for status in value.get("statuses", []):
            uuid = str(status.get("biz_opaque_callback_data", ""))
            errors = status.get("errors") or [{}]
            if uuid:
                yield News(
                    uuid=uuid,
                    provider_id=str(status.get("id", "")),
                    is_sent=status.get("status") in ("sent", "delivered", "read"),
                    is_failed=status.get("status") == "failed",
                    why=f"{errors[0].get('code', '')} {errors[0].get('title', '')}",
                )
