"""The address to which an answer to one message of ours comes back: ``reply+<token>@…``, signed.

The token is small letters and digits only, because mail programs change capitals, and short enough for the 64 octets
that RFC 5321 leaves before the @: the number of the message and ten bytes that only we can work out.
"""

import base64
import binascii
import hmac
from datetime import datetime, timedelta
from hashlib import sha256
from uuid import UUID

from django.conf import settings
from django.utils.crypto import constant_time_compare

from people.models import OutgoingMessage

PROOF = 10  # bytes: guessing one takes 2**79 tries on average
LIVES = timedelta(days=400)


def of(message: OutgoingMessage) -> str:
    """The reply address of ``message``; empty if the school has none."""
    local, at_sign, domain = settings.REPLY_ADDRESS.partition("@")
    if not at_sign:
        return ""
    return f"{local}+{_token(message.uuid)}@{domain}"


def is_ours(address: str) -> bool:
    """Whether ``address`` is the school's own reply address, with a token or without."""
    local, _at, domain = settings.REPLY_ADDRESS.lower().partition("@")
    theirs, _at, place = address.lower().partition("@")
    return bool(domain) and place == domain and theirs.partition("+")[0] == local


def read(addresses: tuple[str, ...], *, at: datetime) -> tuple[OutgoingMessage | None, str]:
    """The message that one of ``addresses`` answers, or None and why its token is not taken: "forged", "expired"."""
    why = ""
    for address in addresses:
        token = address.partition("@")[0].partition("+")[2]
        if not token or not is_ours(address):
            continue
        number = _read(token.lower())
        message = OutgoingMessage.objects.filter(uuid=number).first() if number else None
        if message is None:
            why = "forged"
        elif at - message.created_at > LIVES:
            why = "expired"
        else:
            return message, ""
    return None, why


def _token(number: UUID) -> str:
    return base64.b32encode(number.bytes + _proof(number)).decode().rstrip("=").lower()


def _read(token: str) -> UUID | None:
    try:
        content = base64.b32decode(token.upper() + "=" * (-len(token) % 8))
        number = UUID(bytes=content[:16])
    except (binascii.Error, ValueError):
        return None
    return number if constant_time_compare(content[16:], _proof(number)) else None


def _proof(number: UUID) -> bytes:
    key = sha256(b"contact_centre.reply_address" + settings.SECRET_KEY.encode()).digest()
    return hmac.digest(key, number.bytes, "sha256")[:PROOF]
