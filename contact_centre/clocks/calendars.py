"""The calendars as the clocks read them, kept in memory, and the acts that change them."""

from collections import OrderedDict
from collections.abc import Iterable
from datetime import date, datetime, time, timedelta

from django.db import transaction
from wagtail.log_actions import log

from contact_centre.clocks import holidays
from contact_centre.clocks.working_time import Hours, Special, Week, week_of_rows
from contact_centre.models import SpecialDay, Team, WorkingCalendar, WorkingInterval
from people.models import User

ZONE = "Europe/Madrid"
_OFFICE: Hours = ((time(9), time(14)), (time(15), time(18)))
SCHOOL_WEEK = Week(ZONE, (_OFFICE,) * 5 + ((), ()))  # holds until the school writes a calendar of its own
KEPT = 64


class InUse(Exception):
    """The whole school or a team keeps the calendar."""


_weeks: OrderedDict[tuple[int, datetime | None], Week] = OrderedDict()


def week_of(team: Team | None = None) -> Week:
    """The working week of a team: its calendar, else that of the school, else Monday to Friday, 9–14 and 15–18.

    One statement asks which calendar holds and when it last changed; its rows are read when they are not in memory.
    """
    calendars = WorkingCalendar.objects.values_list("pk", "changed_at")
    if team is not None and team.calendar_id:
        found = calendars.filter(pk=team.calendar_id).first()
    else:
        found = calendars.filter(is_default=True).first()
    return week(*found) if found else SCHOOL_WEEK


def week(calendar_id: int, changed_at: datetime | None) -> Week:
    """A calendar as it stood at its last change; from memory if this process has read it since."""
    key = (calendar_id, changed_at)
    found = _weeks.get(key)
    if found is None:
        found = _weeks[key] = _read(calendar_id)
        while len(_weeks) > KEPT:
            _weeks.popitem(last=False)
    return found


def _read(calendar_id: int) -> Week:
    calendar = WorkingCalendar.objects.get(pk=calendar_id)
    rows = calendar.intervals.values_list("weekday", "from_time", "until_time")
    days = calendar.special_days.exclude(confirmed_at=None)
    special = {
        day.day: Special(day.name, ((day.from_time, day.until_time),) if day.from_time and day.until_time else ())
        for day in days
    }
    return week_of_rows(calendar.time_zone, list(rows), special, name=calendar.name)


@transaction.atomic
def keep(
    calendar: WorkingCalendar, *, rows: Iterable[tuple[int, time, time]], by: User | None, at: datetime
) -> WorkingCalendar:
    """Save a calendar with its hours in place of those it had. A new school calendar takes the place of the old one.

    Deadlines of open cases follow with the next sweep.
    """
    if calendar.is_default:
        WorkingCalendar.objects.filter(is_default=True).exclude(pk=calendar.pk).update(is_default=False, changed_at=at)
    calendar.changed_at = _later(calendar, at)
    calendar.save()
    calendar.intervals.all().delete()
    WorkingInterval.objects.bulk_create(
        WorkingInterval(calendar=calendar, weekday=weekday, from_time=opens, until_time=closes)
        for weekday, opens, closes in rows
    )
    log(instance=calendar, action="contact_centre.calendar", user=by, timestamp=at)
    _let_deadlines_follow()
    return calendar


@transaction.atomic
def remove(calendar: WorkingCalendar, *, by: User | None, at: datetime) -> None:
    """Delete a calendar; raises InUse if the whole school or a team keeps it."""
    kept = WorkingCalendar.objects.select_for_update().get(pk=calendar.pk)
    if kept.is_default or kept.teams.exists():
        raise InUse(kept.pk)
    log(instance=kept, action="contact_centre.calendar", user=by, timestamp=at, data={"deleted": kept.name})
    kept.delete()


@transaction.atomic
def add_day(
    calendar: WorkingCalendar,
    day: date,
    *,
    name: str,
    hours: tuple[time, time] | None = None,
    by: User | None,
    at: datetime,
) -> SpecialDay:
    """Write down a day that differs, confirmed at once because a person wrote it; closed without ``hours``."""
    opens, closes = hours or (None, None)
    facts = {"name": name, "from_time": opens, "until_time": closes, "confirmed_at": at, "confirmed_by": by}
    special, _is_new = SpecialDay.objects.update_or_create(calendar=calendar, day=day, defaults=facts)
    _changed(calendar, at=at, by=by, data={"day": day.isoformat(), "name": name})
    return special


@transaction.atomic
def propose(calendar: WorkingCalendar, year: int) -> int:
    """Put the holidays of a year on the calendar as proposals, which count for nothing until somebody confirms them.

    Days that are there already stay as they are. Returns how many were new.
    """
    known = set(calendar.special_days.values_list("day", flat=True))
    new = [
        SpecialDay(calendar=calendar, day=day, name=str(name)) for day, name in holidays.of(year) if day not in known
    ]
    SpecialDay.objects.bulk_create(new, ignore_conflicts=True)
    return len(new)


@transaction.atomic
def confirm(calendar: WorkingCalendar, ids: Iterable[int], *, by: User | None, at: datetime) -> int:
    """Let proposed days count from now on; return how many did not before."""
    proposed = calendar.special_days.filter(pk__in=list(ids), confirmed_at=None)
    confirmed = proposed.update(confirmed_at=at, confirmed_by=by)
    if confirmed:
        _changed(calendar, at=at, by=by, data={"confirmed": confirmed})
    return confirmed


@transaction.atomic
def remove_days(calendar: WorkingCalendar, ids: Iterable[int], *, by: User | None, at: datetime) -> int:
    """Take days off the calendar; return how many. The deadlines move only if one of them counted."""
    chosen = calendar.special_days.filter(pk__in=list(ids))
    counted = chosen.exclude(confirmed_at=None).exists()
    removed, _by_model = chosen.delete()
    if counted:
        _changed(calendar, at=at, by=by, data={"removed": removed})
    return removed


def _changed(calendar: WorkingCalendar, *, at: datetime, by: User | None, data: dict) -> None:
    calendar.changed_at = _later(calendar, at)
    calendar.save(update_fields=["changed_at"])
    log(instance=calendar, action="contact_centre.calendar", user=by, timestamp=at, data=data)
    _let_deadlines_follow()


def _later(calendar: WorkingCalendar, at: datetime) -> datetime:
    """The instant of a change, later than that of the last one: weeks are kept in memory by it."""
    held = WorkingCalendar.objects.select_for_update().filter(pk=calendar.pk).values_list("changed_at", flat=True)
    last = held.first() if calendar.pk else None
    return at if last is None else max(at, last + timedelta(microseconds=1))


def _let_deadlines_follow() -> None:
    from contact_centre import tasks  # noqa: PLC0415 -- the tasks import the queue, and that this module

    tasks.follow_calendars.delay_on_commit()
