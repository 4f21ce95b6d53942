"""The token of the public form: proof that we made the form, and a number that tells one filling-in from another.

The form carries nobody's authority and sits on pages that may be cached, so it has this instead of a CSRF token.
"""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from secrets import token_urlsafe

from django.core import signing
from django.core.signing import b62_decode

SALT = "enquiries.form"
AGAIN = "again."
GOOD_FOR = timedelta(days=90)  # a tab may stay open for weeks; an answer to it must still arrive


class TokenForged(Exception):
    """We never gave out this token."""


class TokenExpired(Exception):
    """We gave it out too long ago."""


def make(*, is_again: bool = False) -> str:
    """A signed token with the moment it was made; ``is_again`` for a form that is shown again with what was typed."""
    return signing.TimestampSigner(salt=SALT).sign((AGAIN if is_again else "") + token_urlsafe(9))


@dataclass(frozen=True)
class Token:
    """What a token says: its number, and when the page was made, to the second."""

    number: str
    made_at: datetime

    @property
    def opened_at(self) -> datetime | None:
        """When somebody began to read; not known of a form that was shown again, which may be sent at once."""
        return None if self.number.startswith(AGAIN) else self.made_at


def opened(token: str, *, at: datetime) -> Token:
    """What stands in a token. Raises TokenForged or TokenExpired."""
    try:
        number = signing.TimestampSigner(salt=SALT).unsign(token)
        found = Token(number, datetime.fromtimestamp(b62_decode(token.rsplit(":", 2)[1]), tz=UTC))
    except (signing.BadSignature, ValueError, OverflowError):
        raise TokenForged from None
    if at - found.made_at > GOOD_FOR:
        raise TokenExpired
    return found


def external_key(number: str, *said: str) -> str:
    """The key under which one filling-in is kept once.

    A cached page gives many visitors the same number, and somebody may go back and ask something else: both are
    enquiries of their own, so what was said is part of the key.
    """
    return "form:" + sha256("\x1f".join([number, *said]).encode()).hexdigest()[:48]
