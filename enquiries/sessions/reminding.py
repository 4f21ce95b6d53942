"""Reminders of places and appointments: hours before, never in the night, each one once."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from django.db import transaction

from contact_centre.clocks.calendars import ZONE
from enquiries.models import Appointment, Session, SessionPlace
from enquiries.sessions import appointment_letters, letters
from people.contact import policy
from people.contact.contact_hours import zone_of
from people.models import ContactRules

OF_APPOINTMENTS = (24, 2)  # hours before
LONGEST_HOURS = 24 * 14
QUARTER = timedelta(minutes=15)
AT_ONCE = 500


def moment(starts_at: datetime, hours: int, *, zone: str, rules: ContactRules) -> datetime:
    """When to remind of what begins at ``starts_at``: so many hours before, or earlier where that is quiet time."""
    due, clock = starts_at - timedelta(hours=hours), zone_of(zone or ZONE)
    for _step in range(24 * 4):
        local = due.astimezone(clock).time()
        quiet = (
            rules.quiet_from <= local < rules.quiet_until
            if rules.quiet_from <= rules.quiet_until
            else local >= rules.quiet_from or local < rules.quiet_until
        )
        if not quiet:
            return due
        due -= QUARTER
    return starts_at - timedelta(hours=hours)  # whoever declared the whole day quiet still wants to be reminded


def remind_due(*, at: datetime) -> int:
    """Send every reminder that is due; how many. Twice, or two at once, is once."""
    return _of_places(at) + _of_appointments(at)


def _of_places(at: datetime) -> int:
    rules, sent = policy.rules_of_school(), 0
    soon = Session.objects.filter(
        state=Session.State.OPEN, starts_at__gt=at, starts_at__lte=at + timedelta(hours=LONGEST_HOURS + 24)
    ).exclude(reminders=[])
    for session in soon.select_related("campus").order_by("starts_at", "pk"):
        hours = _hours(session.reminders)
        if not hours or at < session.starts_at - timedelta(hours=max(hours) + 24):
            continue
        with transaction.atomic():
            # Locked rows are another worker's: that one reminds them.
            waiting = session.places.filter(state=SessionPlace.State.BOOKED).exclude(reminded__contains=hours)
            rows = waiting.select_for_update(skip_locked=True, of=("self",)).select_related("person")
            for place in rows.order_by("pk")[:AT_ONCE]:
                place.session = session
                now = _due(session.starts_at, hours, place.reminded, place.booked_at, place.person.time_zone, rules, at)
                if now is None:
                    continue
                place.reminded = sorted({*place.reminded, *now[0]}, reverse=True)
                place.save(update_fields=["reminded"])
                if now[1]:
                    letters.remind(place, now[1], at=at)
                    sent += 1
    return sent


def _of_appointments(at: datetime) -> int:
    rules, sent, hours = policy.rules_of_school(), 0, list(OF_APPOINTMENTS)
    with transaction.atomic():
        soon = Appointment.objects.filter(
            state=Appointment.State.BOOKED, starts_at__gt=at, starts_at__lte=at + timedelta(hours=max(hours) + 24)
        ).exclude(reminded__contains=hours)
        rows = soon.select_for_update(skip_locked=True, of=("self",)).select_related("person", "adviser")
        for one in rows.order_by("starts_at", "pk")[:AT_ONCE]:
            now = _due(one.starts_at, hours, one.reminded, one.booked_at, one.person.time_zone, rules, at)
            if now is None:
                continue
            one.reminded = sorted({*one.reminded, *now[0]}, reverse=True)
            one.save(update_fields=["reminded"])
            if now[1]:
                appointment_letters.remind(one, now[1], at=at)
                sent += 1
    return sent


def _due(
    starts_at: datetime,
    hours: list[int],
    reminded: list[int],
    booked_at: datetime,
    zone: str,
    rules: ContactRules,
    at: datetime,
) -> tuple[list[int], int] | None:
    """The reminders whose time has come, and the one to send: the last of them, or none where they booked after it."""
    come = [
        (moment(starts_at, one, zone=zone, rules=rules), one)
        for one in hours
        if one not in reminded and moment(starts_at, one, zone=zone, rules=rules) <= at
    ]
    if not come:
        return None
    due, last = max(come, key=lambda pair: (pair[0], -pair[1]))
    return [one for _due_at, one in come], last if due > booked_at else 0


def _hours(said: Iterable) -> list[int]:
    return sorted({one for one in said if isinstance(one, int) and 0 < one <= LONGEST_HOURS}, reverse=True)
