"""Keys of other programs: issued once, shown once, kept as a hash, revoked at once."""

import hashlib
import secrets
from datetime import datetime

from django.utils.crypto import constant_time_compare
from django.utils.translation import gettext as _
from ninja.errors import HttpError
from ninja.security import HttpBearer

from people.identity import names
from people.models import ApiToken, User

PREFIX = "mat_"  # so that scanners for leaked secrets recognise one


class UnknownScope(ValueError):
    """There is no such scope."""


class Refused(Exception):
    """No such token, or it has been revoked."""


class NotAllowed(Exception):
    """The token is good, but not for this."""


def issue(name: str, scopes: list[str], at: datetime, by: User | None = None) -> str:
    """Make a token and return it: it cannot be shown again. Raises UnknownScope."""
    unknown = sorted(set(scopes) - set(ApiToken.Scope.values))
    if unknown or not scopes:
        raise UnknownScope(", ".join(unknown) or _("A token needs at least one scope."))
    token = PREFIX + secrets.token_urlsafe(32)
    ApiToken.objects.create(
        name=names.clean(name, longest=80),
        token_hash=_hash(token),
        shown_part=token[:10],
        scopes=sorted(set(scopes)),
        created_at=at,
        by=by,
    )
    return token


def revoke(token: ApiToken, *, at: datetime) -> None:
    """End a token; a second time changes nothing."""
    ApiToken.objects.filter(pk=token.pk, revoked_at=None).update(revoked_at=at)


def check(token: str, scope: str) -> ApiToken:
    """The token's row if it may do ``scope``; raises Refused or NotAllowed."""
    hashed = _hash(token)
    row = ApiToken.objects.filter(token_hash=hashed, revoked_at=None).first()
    if row is None or not constant_time_compare(row.token_hash, hashed):
        raise Refused
    if scope not in row.scopes:
        raise NotAllowed(scope)
    return row


class Bearer(HttpBearer):
    """``Authorization: Bearer …`` for one scope: 401 without a good token, 403 with one for something else."""

    def __init__(self, wanted: str):
        super().__init__()
        self.wanted = wanted

    def authenticate(self, request, token):
        try:
            return check(token, self.wanted)
        except Refused:
            return None
        except NotAllowed:
            raise HttpError(
                403, _("This token may not do that; it needs the scope %(scope)s.") % {"scope": self.wanted}
            )


def scope(wanted: str) -> Bearer:
    """What a router gives as ``auth=`` to ask for a token with ``wanted``."""
    return Bearer(wanted)


def _hash(token: str) -> str:
    # The token is 256 random bits, so a plain hash is enough: there is nothing to guess.
    return hashlib.sha256(token.encode()).hexdigest()
