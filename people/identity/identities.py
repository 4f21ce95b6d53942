"""The ways in which one person reaches us, and the one row they lead to.

How an arrival is matched stands in ``matching``, how staff find somebody in ``search``; both are spoken from here.
"""

from datetime import datetime

from django.db import transaction
from wagtail.log_actions import log

from people.identity import duplicates, likeness
from people.identity.addresses import (
    HOME_REGION,
    LONGEST,
    PHONES,
    BadIdentity,
    Given,
    normalise,
    normalise_email,
    normalise_phone,
)
from people.identity.matching import match_or_create
from people.identity.search import find
from people.models import Identity, Person, SharedAddress, User

__all__ = [
    "PHONES",
    "BadIdentity",
    "Given",
    "IdentityTaken",
    "add",
    "find",
    "mark_undeliverable",
    "match_or_create",
    "normalise",
    "normalise_email",
    "normalise_phone",
    "release",
    "remove",
    "share",
    "verify",
]
Kind = Identity.Kind


class IdentityTaken(Exception):
    """The identity already belongs to another person; ``identity`` is theirs."""

    def __init__(self, kind: str, identity: Identity | None = None):
        super().__init__(kind)
        self.identity = identity


def add(
    person: Person,
    kind: str,
    value: str,
    *,
    at: datetime,
    source: str,
    verified_at: datetime | None = None,
    issuer: str = "",
    by: User | None = None,
    region: str = HOME_REGION,
) -> Identity:
    """Note one more way to reach ``person``; one they already have stays, and becomes verified if it now is.

    Raises BadIdentity, and IdentityTaken if it belongs to somebody else.
    """
    kept = normalise(kind, value, region=region)
    with transaction.atomic():
        identity, is_new = Identity.objects.get_or_create(
            kind=kind,
            value=kept,
            issuer=issuer[:60],
            defaults={
                "person": person,
                "as_typed": value[:LONGEST],
                "source": source[:120],
                "verified_at": verified_at,
                "created_at": at,
            },
        )
        if identity.person_id != person.pk:
            raise IdentityTaken(kind, identity)
        if is_new:
            # What was shared with another until now, and is nobody's, is theirs.
            duplicates.compare_again(person.pk)
            _note("people.add_identity", identity, by=by, at=at)
        elif verified_at and not identity.verified_at:
            identity.verified_at = verified_at
            identity.save(update_fields=["verified_at"])
    return identity


@transaction.atomic
def share(person: Person, identity: Identity, *, at: datetime, source: str, by: User | None = None) -> SharedAddress:
    """``person`` is also reached at an address that belongs to another, with whom they may be one."""
    shared, is_new = SharedAddress.objects.get_or_create(
        person=person, identity=identity, defaults={"source": source[:120], "created_at": at}
    )
    if is_new:
        duplicates.propose(person, {identity.person_id: likeness.of_sharing(identity.kind)}, at=at)
        duplicates.compare_again(person.pk)
        if by is not None:
            log(instance=person, action="people.share_address", user=by, timestamp=at, data={"kind": identity.kind})
    return shared


@transaction.atomic
def verify(identity: Identity, *, at: datetime, by: User | None = None) -> Identity:
    """Somebody made sure that it is theirs; from now on it leads to them whatever the name. Again changes nothing."""
    identity = Identity.objects.select_for_update().get(pk=identity.pk)
    if identity.verified_at is None:
        identity.verified_at = at
        identity.save(update_fields=["verified_at"])
        _note("people.verify_identity", identity, by=by, at=at)
    return identity


@transaction.atomic
def mark_undeliverable(
    identity: Identity, *, at: datetime, by: User | None = None, is_undeliverable: bool = True
) -> Identity:
    """What we send there comes back, or no longer does."""
    identity = Identity.objects.select_for_update().get(pk=identity.pk)
    if identity.is_undeliverable != is_undeliverable:
        identity.is_undeliverable = is_undeliverable
        identity.save(update_fields=["is_undeliverable"])
        _note("people.mark_undeliverable" if is_undeliverable else "people.mark_deliverable", identity, by=by, at=at)
    return identity


@transaction.atomic
def remove(identity: Identity, *, at: datetime, by: User | None = None) -> None:
    """It is theirs no longer. Doing it twice changes nothing."""
    there = Identity.objects.select_for_update().filter(pk=identity.pk).first()
    if there is not None:
        _note("people.remove_identity", there, by=by, at=at)
        release(there)


@transaction.atomic
def release(identity: Identity) -> None:
    """Take an identity from its owner: it becomes that of whoever has shared it longest, unproved, or goes."""
    owner_id = identity.person_id
    heir = identity.shared_with.filter(person__erased_at=None).order_by("created_at", "pk").first()
    if heir is None:
        identity.delete()
        duplicates.compare_again(owner_id)
        return
    identity.person_id, identity.verified_at = heir.person_id, None
    identity.save(update_fields=["person", "verified_at"])
    heir.delete()
    duplicates.compare_again(owner_id, identity.person_id)


def _note(action: str, identity: Identity, *, by: User | None, at: datetime) -> None:
    """In the history of the person; the kind and the row, never the address."""
    if by is not None:
        data = {"kind": identity.kind, "identity": identity.pk}
        log(instance=identity.person, action=action, user=by, timestamp=at, data=data)
