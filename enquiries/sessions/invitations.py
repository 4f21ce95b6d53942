"""What a calendar is told: one entry for each place and each appointment, replaced by every change of it."""

from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import override

from enquiries import calendars
from enquiries.models import Appointment, BookableHours, Session, SessionPlace
from enquiries.sessions import tickets
from people.models import OutgoingMessage
from people.own_data import links

Way = BookableHours.Way
WITH_ENTRY = (SessionPlace.State.BOOKED, SessionPlace.State.ATTENDED, SessionPlace.State.NO_SHOW)


@dataclass(frozen=True)
class Invitation:
    """A calendar to attach: what it says and how it is meant."""

    name: str
    method: calendars.Method
    text: str


def of_place(place: SessionPlace, *, at: datetime, to: str = "") -> Invitation | None:
    """The entry of a place as it stands: asked in, or taken out again. Somebody who waits has none."""
    if place.state == SessionPlace.State.WAITING or (
        place.state == SessionPlace.State.CANCELLED and not place.sequence
    ):
        return None
    session, is_off = place.session, place.state not in WITH_ENTRY
    with override(place.language):
        entry = calendars.event(
            f"place-{place.uuid}@matricula",
            at=at,
            starts_at=session.starts_at,
            ends_at=session.ends_at,
            summary=session.title,
            description=_("Your place, to change it or call it off: %(url)s")
            % {"url": links.absolute(tickets.place_url(place))},
            place=where(session, is_online=place.is_online),
            url=links.absolute(tickets.place_url(place)),
            sequence=place.sequence,
            status="CANCELLED" if is_off else "CONFIRMED",
            organiser=settings.DEFAULT_FROM_EMAIL,
            attendee=to,
        )
    return _written("session", entry, is_off=is_off, to=to)


def of_appointment(appointment: Appointment, *, at: datetime, to: str = "") -> Invitation:
    """The entry of an appointment as it stands."""
    is_off = appointment.state == Appointment.State.CANCELLED
    with override(appointment.language):
        entry = calendars.event(
            f"appointment-{appointment.uuid}@matricula",
            at=at,
            starts_at=appointment.starts_at,
            ends_at=appointment.ends_at,
            summary=_("Appointment with %(adviser)s") % {"adviser": appointment.adviser.first_name or _("an adviser")},
            description=_("To change it or call it off: %(url)s")
            % {"url": links.absolute(tickets.appointment_url(appointment))},
            place=meeting_place(appointment),
            url=links.absolute(tickets.appointment_url(appointment)),
            sequence=appointment.sequence,
            status="CANCELLED" if is_off else "CONFIRMED",
            organiser=settings.DEFAULT_FROM_EMAIL,
            attendee=to,
        )
    return _written("appointment", entry, is_off=is_off, to=to)


def of_message(message: OutgoingMessage, *, at: datetime) -> list[Invitation]:
    """What goes with a message about a place or an appointment, as that stands when the message leaves.

    Who moved to another date is told of the new place, and their calendar also that the old one is off.
    """
    if message.about_id is None:
        return []
    if message.about_kind == SessionPlace._meta.label_lower:
        about = SessionPlace.objects.select_related("session__campus", "person").filter(pk=message.about_id).first()
        if about is None:
            return []
        left = SessionPlace.objects.select_related("session__campus", "person").filter(
            person=about.person_id, state=SessionPlace.State.CANCELLED, cancelled_at=about.booked_at
        )
        found = [of_place(place, at=at, to=message.to) for place in [about, *left.exclude(pk=about.pk)]]
        return [one for one in found if one is not None]
    if message.about_kind == Appointment._meta.label_lower:
        appointment = Appointment.objects.select_related("adviser", "person").filter(pk=message.about_id).first()
        return [of_appointment(appointment, at=at, to=message.to)] if appointment else []
    return []


def where(session: Session, *, is_online: bool) -> str:
    """The place in one line, in the active language."""
    if is_online:
        return session.online_address or _("Online")
    campus = session.campus
    parts = [session.room, campus.name if campus else "", campus.address if campus else ""]
    return ", ".join(part for part in parts if part)


def meeting_place(appointment: Appointment) -> str:
    """Where the two meet: the number we call, the address of the meeting, or the campus."""
    if appointment.way == Way.PHONE:
        return _("We call you: %(number)s") % {"number": appointment.phone}
    hours = (
        BookableHours.objects.filter(user=appointment.adviser_id, ways__contains=[appointment.way])
        .select_related("campus")
        .order_by("pk")
    )
    for one in hours:
        if appointment.way == Way.ONLINE and one.online_address:
            return one.online_address
        if appointment.way == Way.ON_SITE and one.campus:
            return ", ".join(part for part in (one.campus.name, one.campus.address) if part)
    return _("Online") if appointment.way == Way.ONLINE else _("At the school")


def _written(name: str, entry: str, *, is_off: bool, to: str) -> Invitation:
    method: calendars.Method = ("CANCEL" if is_off else "REQUEST") if to else "PUBLISH"
    text = calendars.calendar([entry], name=_("Matrícula"), method=method)
    return Invitation(f"{name}-off.ics" if is_off else f"{name}.ics", method, text)
