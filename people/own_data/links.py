"""Links that carry their own proof: signed, for one purpose, for a number of days.

A link to what belongs to a person also carries how often that person has revoked their links; revoking once more
makes every earlier one dead. A link that may be used once is written down when it is.
"""

from datetime import datetime
from hashlib import sha256
from uuid import UUID

from django.conf import settings
from django.core import signing
from django.db.models import F
from django.urls import reverse

from people.identity import merging
from people.models import Person, UsedLink

PREFERENCES = "preferences"
PREFERENCES_DAYS = 400  # longer than the year in which somebody may look for the last mail we wrote
MY_DATA = "my-data"
MY_DATA_MINUTES = 30
MY_DATA_DAYS = MY_DATA_MINUTES / (24 * 60)
LONGEST_DAYS = PREFERENCES_DAYS  # a used link is remembered until it has run out anyway


class LinkForged(Exception):
    """The token was not signed here, or for something else."""


class LinkExpired(LinkForged):
    """The token was right, and its days are over; ``value`` is what it said."""

    def __init__(self, purpose: str, value: str = ""):
        super().__init__(purpose)
        self.value = value


class LinkRevoked(LinkExpired):
    """The token was right, and the person has made their earlier links worthless, or was erased."""


class LinkUsed(LinkExpired):
    """The token may be used once, and was."""


def sign(purpose: str, value: str, *, days: float) -> str:
    """A token that says ``value`` for ``purpose`` during ``days``."""
    return _signer(purpose).sign_object([value, days])


def read(purpose: str, token: str) -> str:
    """What ``token`` says; raises LinkForged, or LinkExpired after its days."""
    try:
        value, days = _signer(purpose).unsign_object(token)
        _signer(purpose).unsign_object(token, max_age=days * 86400)
    except signing.SignatureExpired:
        raise LinkExpired(purpose, value)
    except (signing.BadSignature, ValueError, TypeError):
        raise LinkForged(purpose)
    return value


def sign_for(person: Person, purpose: str, *, days: float) -> str:
    """A token that speaks for ``person`` until its days are over or they revoke their links."""
    return sign(purpose, f"{person.uuid}/{person.links_epoch}", days=days)


def read_person(purpose: str, token: str) -> Person:
    """The person ``token`` speaks for, or whoever they have become part of.

    Raises LinkForged, LinkExpired, or LinkRevoked for somebody who has revoked it or was erased.
    """
    value = read(purpose, token)
    uuid, epoch = _person_in(value)
    named = Person.objects.filter(uuid=uuid).only("links_epoch").first() if uuid else None
    if uuid is None or named is None:
        raise LinkForged(purpose)
    person = merging.by_uuid(uuid)
    if person is None or named.links_epoch != epoch:
        raise LinkRevoked(purpose, value)
    return person


def person_of_dead(dead: LinkExpired) -> Person | None:
    """Whom a link that no longer opens anything was made for; None if they were erased."""
    uuid, _epoch = _person_in(dead.value)
    return merging.by_uuid(uuid) if uuid else None


def revoke_all(person: Person, at: datetime) -> None:
    """Make every link signed for ``person`` before now worthless, also those of whoever became part of them."""
    reached, found = [person.pk], [person.pk]
    while found:
        found = list(Person.objects.filter(merged_into__in=found).exclude(pk__in=reached).values_list("pk", flat=True))
        reached += found
    Person.objects.filter(pk__in=reached).update(links_epoch=F("links_epoch") + 1)
    person.refresh_from_db(fields=["links_epoch"])


def use_once(token: str, *, at: datetime) -> None:
    """Write down that ``token`` was used; raises LinkUsed the second time, also of two who use it at once."""
    _used, is_first = UsedLink.objects.get_or_create(key=sha256(token.encode()).hexdigest(), defaults={"at": at})
    if not is_first:
        raise LinkUsed("")


def forget_used(*, before: datetime) -> int:
    """Delete what was noted of links that have run out long ago; return how many."""
    return UsedLink.objects.filter(at__lt=before).delete()[0]


def absolute(path: str) -> str:
    """``path`` on this site as others reach it; an address that is already absolute stays."""
    return path if path.startswith(("https://", "http://")) else f"{settings.BASE_URL}{path}"


def preferences_url(person: Person) -> str:
    """The absolute address of the person's preference centre."""
    token = sign_for(person, PREFERENCES, days=PREFERENCES_DAYS)
    return absolute(reverse("people:preferences", args=[token]))


def my_data_url(person: Person) -> str:
    """The absolute address behind which the person sees all we hold, for half an hour and one opening."""
    return absolute(reverse("people:my_data_open", args=[sign_for(person, MY_DATA, days=MY_DATA_DAYS)]))


def _person_in(value: str) -> tuple[UUID | None, int]:
    """The uuid and the epoch a token names; those signed before links could be revoked name none, which is 0."""
    uuid, _slash, epoch = value.partition("/")
    try:
        return UUID(uuid), int(epoch or 0)
    except ValueError:
        return None, 0


def _signer(purpose: str) -> signing.TimestampSigner:
    return signing.TimestampSigner(salt=f"people.links.{purpose}", sep=".")
