"""When an adviser can still be booked: their hours, less what is booked, where they are away and when nobody works."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db.models import Q

from contact_centre.assignment import shifts
from contact_centre.assignment.shifts import Roster
from contact_centre.clocks import working_time
from contact_centre.clocks.calendars import ZONE
from contact_centre.clocks.working_time import Span
from enquiries.models import Appointment, BookableHours, Session
from people.contact.contact_hours import zone_of
from people.models import User

NOTICE = timedelta(hours=2)  # nobody finds out over lunch that they are being waited for
DAYS_AHEAD = 60
NOBODY_WAITS = timedelta()  # staff who book for somebody may take the next minute


@dataclass(frozen=True, order=True)
class Slot:
    """A time at which one adviser can be booked."""

    starts_at: datetime
    ends_at: datetime
    user_id: int


def free(
    *,
    first_day: date,
    days: int,
    way: str = "phone",
    at: datetime,
    user: User | int | None = None,
    notice: timedelta = NOTICE,
) -> list[Slot]:
    """The slots that can be booked during ``days`` from ``first_day`` on, of one adviser or of all, in order of time.

    Not earlier than ``notice`` after ``at``, and not later than DAYS_AHEAD days. A constant number of queries.
    """
    last_day = first_day + timedelta(days=max(days, 1) - 1)
    hours = _hours(way, first_day, last_day, user)
    if not hours:
        return []
    known = shifts.roster({one.user_id for one in hours}, at=at)
    taken = _taken({one.user_id for one in hours}, first_day, last_day)
    earliest, latest = at + notice, at + timedelta(days=DAYS_AHEAD)
    found = {
        Slot(starts_at, ends_at, one.user_id)
        for one in hours
        for starts_at, ends_at in _cut(one, known, first_day, last_day)
        if earliest <= starts_at <= latest and _is_free(starts_at, ends_at, taken.get(one.user_id, ()))
    }
    return sorted(found)


def times(slots: Iterable[Slot]) -> dict[date, list[Slot]]:
    """One slot for each time, by the school's day: whoever asks for anybody need not see who is free."""
    by_day: dict[date, dict[datetime, Slot]] = {}
    for slot in sorted(slots):
        by_day.setdefault(day_of(slot.starts_at), {}).setdefault(slot.starts_at, slot)
    return {day: list(found.values()) for day, found in by_day.items()}


def day_of(at: datetime) -> date:
    """The day an instant falls on where the school is."""
    return at.astimezone(zone_of(ZONE)).date()


def _hours(way: str, first_day: date, last_day: date, user: User | int | None) -> list[BookableHours]:
    valid = Q(valid_from=None) | Q(valid_from__lte=last_day)
    valid &= Q(valid_until=None) | Q(valid_until__gte=first_day)
    hours = BookableHours.objects.filter(valid, ways__contains=[way], user__is_active=True)
    if user is not None:
        hours = hours.filter(user=user)
    return list(hours.order_by("user", "weekday", "from_time"))


def _cut(one: BookableHours, known: Roster, first_day: date, last_day: date) -> Iterable[Span]:
    """The hours of one row in pieces, day by day; on a holiday none, on a short day none after the school closes."""
    week = known.weeks[one.user_id]
    own = working_time.week_of_rows(week.zone, [(one.weekday, one.from_time, one.until_time)], {})
    length = timedelta(minutes=one.minutes)
    away = known.absences.get(one.user_id, ())
    for offset in range((last_day - first_day).days + 1):
        day = first_day + timedelta(days=offset)
        if (one.valid_from and day < one.valid_from) or (one.valid_until and day > one.valid_until):
            continue
        limits = week.spans(day) if day in week.special else None
        for opens, closes in own.spans(day):
            starts_at = opens
            while starts_at + length <= closes:
                ends_at = starts_at + length
                within = limits is None or any(first <= starts_at and ends_at <= last for first, last in limits)
                if within and not _is_away(starts_at, ends_at, away):
                    yield starts_at, ends_at
                starts_at = ends_at


def _is_away(starts_at: datetime, ends_at: datetime, away: Iterable[tuple[datetime, datetime | None]]) -> bool:
    return any(since < ends_at and (until is None or starts_at < until) for since, until in away)


def _is_free(starts_at: datetime, ends_at: datetime, taken: Iterable[Span]) -> bool:
    return not any(begins < ends_at and starts_at < ends for begins, ends in taken)


def _taken(users: set[int], first_day: date, last_day: date) -> dict[int, list[Span]]:
    """What these advisers are booked for, and the sessions that they host."""
    zone = zone_of(ZONE)
    since = datetime(first_day.year, first_day.month, first_day.day, tzinfo=zone) - timedelta(days=1)
    until = datetime(last_day.year, last_day.month, last_day.day, tzinfo=zone) + timedelta(days=2)
    booked = Appointment.objects.filter(
        adviser__in=users, state=Appointment.State.BOOKED, starts_at__lt=until, ends_at__gt=since
    )
    hosted = Session.objects.filter(
        hosts__in=users,
        state__in=[Session.State.OPEN, Session.State.HELD],
        starts_at__lt=until,
        ends_at__gt=since,
    )
    found: dict[int, list[Span]] = {}
    for user_id, starts_at, ends_at in (
        *booked.values_list("adviser", "starts_at", "ends_at"),
        *hosted.values_list("hosts", "starts_at", "ends_at"),
    ):
        found.setdefault(user_id, []).append((starts_at, ends_at))
    return found
