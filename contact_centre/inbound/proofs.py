"""How those who knock at our doors prove who they are."""

import base64
import binascii
import hmac
from collections.abc import Mapping
from typing import Any

from django.conf import settings
from django.utils.crypto import constant_time_compare


def basic(header: str, user: str) -> bool:
    """Whether an ``Authorization`` header names ``user`` with the school's inbound secret."""
    scheme, _space, encoded = header.partition(" ")
    try:
        given = base64.b64decode(encoded, validate=True).decode()
    except (binascii.Error, UnicodeDecodeError):
        return False
    return scheme.lower() == "basic" and constant_time_compare(given, f"{user}:{settings.INBOUND_SECRET}")


def twilio(request: Any, secret: str) -> bool:
    """Twilio's signature of the address and of what was sent: https://www.twilio.com/docs/usage/security."""
    address = f"{settings.BASE_URL}{request.get_full_path()}"
    expected = twilio_signature(address, request.POST.dict(), secret)
    return constant_time_compare(request.headers.get("X-Twilio-Signature", ""), expected)


def twilio_signature(address: str, form: Mapping[str, str], secret: str) -> str:
    """What Twilio would write for ``form`` sent to ``address``."""
    signed = address + "".join(f"{name}{form[name]}" for name in sorted(form))
    return base64.b64encode(hmac.digest(secret.encode(), signed.encode(), "sha1")).decode()


def meta(request: Any, secret: str) -> bool:
    """Meta's signature of the body: https://developers.facebook.com/docs/graph-api/webhooks/getting-started."""
    expected = "sha256=" + hmac.new(secret.encode(), request.body, "sha256").hexdigest()
    return constant_time_compare(request.headers.get("X-Hub-Signature-256", ""), expected)
