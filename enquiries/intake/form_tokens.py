"""The token of the public form: proof that we made the form, and a number that tells one filling-in from another.

The form carries nobody's authority and sits on pages that may be cached, so it has this instead of a CSRF token.
"""

from datetime import timedelta
from hashlib import sha256
from secrets import token_urlsafe

from django.core import signing

SALT = "enquiries.form"
GOOD_FOR = timedelta(days=90)  # a tab may stay open for weeks; an answer to it must still arrive


class TokenForged(Exception):
    """We never gave out this token."""


class TokenExpired(Exception):
    """We gave it out too long ago."""


def make() -> str:
    """A signed token with the moment it was made."""
    return signing.TimestampSigner(salt=SALT).sign(token_urlsafe(9))


def read(token: str) -> str:
    """The number in a token. Raises TokenForged or TokenExpired."""
    try:
        return signing.TimestampSigner(salt=SALT).unsign(token, max_age=GOOD_FOR)
    except signing.SignatureExpired:
        raise TokenExpired from None
    except signing.BadSignature:
        raise TokenForged from None


def external_key(number: str, *said: str) -> str:
    """The key under which one filling-in is kept once.

    A cached page gives many visitors the same number, and somebody may go back and ask something else: both are
    enquiries of their own, so what was said is part of the key.
    """
    return "form:" + sha256("\x1f".join([number, *said]).encode()).hexdigest()[:48]
