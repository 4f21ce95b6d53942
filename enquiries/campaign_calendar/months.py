"""A month laid out in weeks. Pure."""

from calendar import Calendar
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from enquiries.campaign_calendar.entries import Entry

MONDAY = 0


@dataclass(frozen=True)
class Piece:
    """An entry within one week: from which of its seven days on, and over how many."""

    entry: Entry
    column: int  # 1 to 7
    span: int
    begins_here: bool
    ends_here: bool


@dataclass(frozen=True)
class Week:
    days: list[date]
    pieces: list[Piece]


@dataclass(frozen=True)
class Month:
    """The weeks that hold a month, with days of its neighbours at both ends."""

    year: int
    number: int

    @property
    def first_day(self) -> date:
        return date(self.year, self.number, 1)

    @property
    def previous(self) -> "Month":
        return of(self.first_day - timedelta(days=1))

    @property
    def following(self) -> "Month":
        return of(self.first_day + timedelta(days=31))

    @property
    def last_day(self) -> date:
        return self.following.first_day - timedelta(days=1)

    def days(self) -> list[list[date]]:
        return Calendar(MONDAY).monthdatescalendar(self.year, self.number)

    def weeks(self, entries: Iterable[Entry]) -> list[Week]:
        """The weeks with their pieces; what lasts over several weeks has one in each."""
        entries = list(entries)
        return [Week(days, [_piece(entry, days) for entry in entries if _is_in(entry, days)]) for days in self.days()]

    def __str__(self) -> str:
        return f"{self.year:04d}-{self.number:02d}"


def of(day: date) -> Month:
    return Month(day.year, day.month)


def read(text: str, *, today: date) -> Month:
    """The month written as “2027-03”; the current one for anything else."""
    year, _dash, number = text.partition("-")
    if year.isdecimal() and number.isdecimal() and 1990 <= int(year) <= 2100 and 1 <= int(number) <= 12:
        return Month(int(year), int(number))
    return of(today)


def _is_in(entry: Entry, days: list[date]) -> bool:
    return entry.first_day <= days[-1] and entry.last_day >= days[0]


def _piece(entry: Entry, days: list[date]) -> Piece:
    first, last = max(entry.first_day, days[0]), min(entry.last_day, days[-1])
    return Piece(
        entry,
        column=(first - days[0]).days + 1,
        span=(last - first).days + 1,
        begins_here=entry.first_day == first,
        ends_here=entry.last_day == last,
    )
