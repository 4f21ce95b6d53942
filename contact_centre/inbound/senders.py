"""Who sent a letter or text, as far as addresses can tell."""

import re
from datetime import datetime
from typing import TYPE_CHECKING
from uuid import UUID

from contact_centre.inbound import speaking
from people.identity import identities, merging
from people.models import Channel, Identity, OutgoingMessage, Person, SharedAddress

if TYPE_CHECKING:
    from contact_centre.inbound.filing import Came

_NUMBER = re.compile(r"^([0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12})@", re.IGNORECASE)


def known_or_new(came: "Came", *, at: datetime) -> Person | None:
    """The person whose address the sender's is, or a new one; None if it is no address we could answer at.

    An address that is one person's alone leads to them whatever name stands beside it: programs write all kinds of
    names there. One that several share is told apart by the name.
    """
    value = _value(came)
    if value is None:
        return None
    found = _identities(came, value)
    owner = found.select_related("person").order_by("created_at", "pk").first()
    if owner is not None and not SharedAddress.objects.filter(identity=owner).exists():
        person = merging.current(owner.person)
        person.reached_by = owner.pk
        return person
    given_name, family_name = _names(came.sender_name)
    person, _is_new = identities.match_or_create(
        at=at,
        email=value if came.channel == Channel.EMAIL else "",
        phone=value if came.channel != Channel.EMAIL else "",
        given_name=given_name,
        family_name=family_name,
        language=speaking.language(came.text) or "ca",
        source=str(came.channel),
    )
    return person


def reaches(came: "Came", person: Person) -> bool:
    """Whether the sender's address is one of ``person``'s own, or one they share."""
    value = _value(came)
    if value is None:
        return False
    person = merging.current(person)
    found = _identities(came, value)
    return (
        found.filter(person=person).exists() or SharedAddress.objects.filter(person=person, identity__in=found).exists()
    )


def message_of_thread(ids: tuple[str, ...]) -> OutgoingMessage | None:
    """The newest message of ours that ``ids`` name, by our Message-ID or by the one the provider gave it."""
    numbers = []
    for one in ids:
        if found := _NUMBER.match(one):
            numbers.append(UUID(found[1]))
    ours = OutgoingMessage.objects.filter(uuid__in=numbers)
    return ours.order_by("-created_at").first() if numbers else None


def _value(came: "Came") -> str | None:
    try:
        if came.channel == Channel.EMAIL:
            return identities.normalise_email(came.sender)
        return identities.normalise_phone(came.sender)
    except identities.BadIdentity:
        return None


def _identities(came: "Came", value: str):
    kinds = (Identity.Kind.EMAIL,) if came.channel == Channel.EMAIL else identities.PHONES
    return Identity.objects.filter(kind__in=kinds, value=value, person__erased_at=None)


def _names(written: str) -> tuple[str, str]:
    """Given and family name of what a mail program calls the sender; an address is no name."""
    name = " ".join(written.replace('"', "").split())
    if not name or "@" in name or not any(sign.isalpha() for sign in name):
        return "", ""
    if name.count(",") == 1:  # "Puig Serra, Núria"
        family, given = (part.strip() for part in name.split(","))
        return given[:150], family[:150]
    given, _space, family = name.partition(" ")
    return given[:150], family[:150]
