"""Links that carry their own proof: signed, for one purpose, for a number of days."""

from django.conf import settings
from django.core import signing
from django.urls import reverse

from people.models import Person

PREFERENCES = "preferences"
PREFERENCES_DAYS = 400  # longer than the year in which somebody may look for the last mail we wrote


class LinkForged(Exception):
    """The token was not signed here, or for something else."""


class LinkExpired(LinkForged):
    """The token was right, and its days are over."""


def sign(purpose: str, value: str, *, days: int) -> str:
    """A token that says ``value`` for ``purpose`` during ``days``."""
    return _signer(purpose).sign_object([value, days])


def read(purpose: str, token: str) -> str:
    """What ``token`` says; raises LinkForged, or LinkExpired after its days."""
    try:
        value, days = _signer(purpose).unsign_object(token)
        _signer(purpose).unsign_object(token, max_age=days * 86400)
    except signing.SignatureExpired:
        raise LinkExpired(purpose)
    except (signing.BadSignature, ValueError, TypeError):
        raise LinkForged(purpose)
    return value


def absolute(path: str) -> str:
    """``path`` on this site as others reach it; an address that is already absolute stays."""
    return path if path.startswith(("https://", "http://")) else f"{settings.BASE_URL}{path}"


def preferences_url(person: Person) -> str:
    """The absolute address of the person's preference centre."""
    token = sign(PREFERENCES, str(person.uuid), days=PREFERENCES_DAYS)
    return absolute(reverse("people:preferences", args=[token]))


def _signer(purpose: str) -> signing.TimestampSigner:
    return signing.TimestampSigner(salt=f"people.links.{purpose}", sep=".")
