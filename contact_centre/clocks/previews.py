"""A calendar as people read it: its hours in words, and what it makes of a question asked at a given moment."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, Q
from django.utils.translation import gettext as _

from contact_centre.clocks import calendars, explaining, promised, recomputing
from contact_centre.clocks.working_time import Week, add, is_open, next_opening
from contact_centre.models import Case, WorkingCalendar
from contact_centre.models.calendars import Weekday


@dataclass(frozen=True)
class Overview:
    """One calendar in the list."""

    calendar: WorkingCalendar
    hours: list[tuple[str, str]]
    is_open: bool
    opens_at: datetime | None
    proposed: int
    teams: int


@dataclass(frozen=True)
class Tried:
    """What a question asked at a moment would be due, and why."""

    label: str
    due_at: datetime
    steps: list[str]


def overview(*, at: datetime) -> list[Overview]:
    """Every calendar, that of the school first, with its hours and whether somebody works at this instant."""
    rows = WorkingCalendar.objects.annotate(
        proposed=Count("special_days", filter=Q(special_days__confirmed_at=None), distinct=True),
        kept_by=Count("teams", distinct=True),
    ).order_by("-is_default", "name")
    found = []
    for calendar in rows:
        week = calendars.week(calendar.pk, calendar.changed_at)
        now, opens_at = is_open(at, week), next_opening(at, week)
        found.append(Overview(calendar, spoken(week), now, opens_at, calendar.proposed, calendar.kept_by))
    return found


def spoken(week: Week) -> list[tuple[str, str]]:
    """The hours of a week in words; days that follow each other with the same hours stand on one line."""
    lines: list[tuple[int, int, str]] = []
    for day in range(7):
        hours = ", ".join(f"{opens:%H:%M}–{closes:%H:%M}" for opens, closes in week.hours[day]) or _("closed")
        if lines and lines[-1][2] == hours:
            lines[-1] = (lines[-1][0], day, hours)
        else:
            lines.append((day, day, hours))
    names = [str(label) for _day, label in Weekday.choices]
    return [(names[first] if first == last else f"{names[first]}–{names[last]}", hours) for first, last, hours in lines]


def tried(calendar: WorkingCalendar, asked_at: datetime) -> list[Tried]:
    """What an enquiry that comes at this instant would be due by this calendar."""
    held = promised.terms(Case.Kind.ENQUIRY)
    week = calendars.week(calendar.pk, calendar.changed_at)
    wanted = [
        (_("Owned by somebody"), held.unowned_minutes),
        (_("First answer"), held.work_minutes),
        (_("Settled"), held.resolution_minutes),
    ]
    found = []
    for label, minutes in wanted:
        due = add(asked_at, minutes, week)
        found.append(Tried(label, due.at, explaining.days(due, week)))
    return found


def open_cases(calendar: WorkingCalendar) -> int:
    """How many open cases keep a calendar."""
    return recomputing.kept_by(calendar).count()
