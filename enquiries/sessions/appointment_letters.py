"""What is written about an appointment: booked, moved, called off, soon."""

from datetime import datetime

from django.utils.translation import gettext as _
from django.utils.translation import override

from contact_centre import notices
from contact_centre.clocks.calendars import ZONE
from enquiries.intake.promises import when
from enquiries.models import Appointment, BookableHours
from enquiries.sessions import invitations, tickets
from people.contact import outbox
from people.models import Purpose

Way = BookableHours.Way


def when_at_school(at: datetime) -> str:
    """Weekday, date and time where the school is, in the active language."""
    return when(at, zone=ZONE)


def words_for(appointment: Appointment) -> str:
    """What the adviser has to do, in their language, for their follow-ups."""
    with override(notices.language_of(appointment.adviser)):
        words = {
            Way.PHONE: _("Appointment: call %(number)s") % {"number": appointment.phone},
            Way.ONLINE: _("Appointment online"),
            Way.ON_SITE: _("Appointment at the school"),
        }[Way(appointment.way)]
        return f"{words} · {appointment.note}"[:250] if appointment.note else words


def tell_booked(appointment: Appointment, *, at: datetime) -> None:
    with override(appointment.language):
        _write(appointment, "booked", _("Your appointment: %(when)s"), _("Your appointment is booked."), at=at)


def tell_moved(appointment: Appointment, *, at: datetime) -> None:
    with override(appointment.language):
        _write(
            appointment,
            f"moved-{appointment.sequence}",
            _("Your appointment was moved: %(when)s"),
            _("Your appointment has another time now."),
            at=at,
        )


def tell_cancelled(appointment: Appointment, *, at: datetime) -> None:
    with override(appointment.language):
        outbox.drop_in(
            appointment.person,
            purpose=Purpose.SERVICE,
            key=f"appointment:off:{appointment.uuid}",
            subject=_("Called off: your appointment of %(when)s") % {"when": _when(appointment)},
            body=_("Your appointment of %(when)s was called off.\n\nIf you still want to talk, choose another time.")
            % {"when": _when(appointment)},
            language=appointment.language,
            at=at,
            about=appointment,
            action_url=tickets.booking_url(appointment.person, user_id=appointment.adviser_id),
            action_label=_("Choose another time"),
        )


def remind(appointment: Appointment, hours: int, *, at: datetime) -> None:
    with override(appointment.language):
        _write(
            appointment,
            f"soon-{hours}-{appointment.sequence}",
            _("Soon: your appointment, %(when)s"),
            _("A reminder of your appointment."),
            at=at,
        )


def _write(appointment: Appointment, act: str, subject: str, first: str, *, at: datetime) -> None:
    adviser = appointment.adviser.first_name or _("an adviser")
    lines = [
        first,
        _("When: %(when)s") % {"when": _when(appointment)},
        _("With: %(adviser)s") % {"adviser": adviser},
        _("Where: %(place)s") % {"place": invitations.meeting_place(appointment)},
        _("If it does not suit you any more, move it or call it off with the button below."),
    ]
    outbox.drop_in(
        appointment.person,
        purpose=Purpose.SERVICE,
        key=f"appointment:{act}:{appointment.uuid}",
        subject=subject % {"when": _when(appointment)},
        body="\n\n".join(lines),
        language=appointment.language,
        at=at,
        about=appointment,
        action_url=tickets.appointment_url(appointment),
        action_label=_("My appointment"),
    )


def _when(appointment: Appointment) -> str:
    return when(appointment.starts_at, zone=appointment.person.time_zone or ZONE)
