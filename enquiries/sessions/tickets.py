"""Links that speak for one place or one appointment, and the code that is shown at the door."""

from datetime import datetime, timedelta
from uuid import UUID

from django.core import signing
from django.urls import reverse

from enquiries.models import Appointment, Session, SessionPlace
from people.identity import merging
from people.models import Person
from people.own_data import links
from programmes.models import Programme

PLACE, APPOINTMENT, BOOK = "session-place", "appointment", "book-adviser"
DAYS = 400  # a booking is made at most a year ahead
_DOOR = signing.Signer(salt="enquiries.sessions.door", sep=".")


def place_url(place: SessionPlace) -> str:
    """The page of one place, without the host; whoever holds it may call the place off or move it."""
    return reverse("enquiries:session_place", args=[links.sign(PLACE, str(place.uuid), days=DAYS)])


def appointment_url(appointment: Appointment) -> str:
    """The page of one appointment, without the host."""
    return reverse("enquiries:appointment", args=[links.sign(APPOINTMENT, str(appointment.uuid), days=DAYS)])


def booking_url(person: Person, *, user_id: int | None = None, programme: Programme | None = None) -> str:
    """Where ``person`` books an hour with an adviser, or with anybody, without saying again who they are."""
    value = f"{person.uuid}/{person.links_epoch}/{user_id or ''}/{programme.pk if programme else ''}"
    return reverse("enquiries:book_signed", args=[links.sign(BOOK, value, days=DAYS)])


def read_booking(token: str) -> tuple[Person, int | None, Programme | None]:
    """Who may book with ``token``, with whom and about what. Raises links.LinkForged, LinkExpired, LinkRevoked."""
    uuid, epoch, user_id, programme_id = links.read(BOOK, token).split("/")
    named = Person.objects.filter(uuid=uuid).only("links_epoch").first()
    person = merging.by_uuid(UUID(uuid)) if named else None
    if named is None or person is None or named.links_epoch != int(epoch):
        raise links.LinkRevoked(BOOK, uuid)
    programme = Programme.objects.filter(pk=programme_id).first() if programme_id else None
    return person, int(user_id) if user_id else None, programme


def place_of(token: str) -> SessionPlace | None:
    """The place of a link; None when its days are over or its person was erased. Raises links.LinkForged."""
    return _named(SessionPlace.objects.select_related("person", "session__campus", "session__programme"), PLACE, token)


def appointment_of(token: str) -> Appointment | None:
    """The appointment of a link; None when its days are over or its person was erased. Raises links.LinkForged."""
    return _named(Appointment.objects.select_related("person", "adviser"), APPOINTMENT, token)


def door_url(place: SessionPlace) -> str:
    """What the code at the door says: short, so that any camera reads it from a scratched screen."""
    return links.absolute(reverse("enquiries:session_ticket", args=[_DOOR.sign(place.uuid.hex)]))


def at_door(code: str) -> SessionPlace | None:
    """The place behind a code; None if we never made it or it is gone."""
    try:
        uuid = UUID(_DOOR.unsign(code))
    except (signing.BadSignature, ValueError):
        return None
    known = SessionPlace.objects.select_related("person", "session__campus", "checked_in_by")
    return known.filter(uuid=uuid, person__in=Person.objects.known()).first()


def is_open(session: Session, *, at: datetime) -> bool:
    """Whether places can still be booked."""
    return session.state == Session.State.OPEN and at < (session.closes_at or session.starts_at)


def doors_open_at(session: Session) -> datetime:
    """From when on people are let in: somebody scanned the day before has come to the wrong session."""
    return session.starts_at - timedelta(hours=3)


def _named(rows, purpose: str, token: str):
    try:
        uuid = links.read(purpose, token)
    except links.LinkExpired:
        return None
    return rows.filter(uuid=uuid, person__in=Person.objects.known()).first()
