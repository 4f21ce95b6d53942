"""Working time: adding it, counting it, and saying how. Pure: no clock, no database.

Hours are those on the wall of the calendar's time zone, durations are real. On the night the clocks go forward an
interval that spans the jump is an hour shorter; on the night they go back, an hour longer.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

Hours = tuple[tuple[time, time], ...]  # from, until; as many as a day has
Span = tuple[datetime, datetime]  # in UTC

HORIZON_DAYS = 3_660  # ten years: who opens less than that never opens
MIDNIGHT = time(23, 59)  # a day cannot end at 24:00 in a form: until 23:59 means until midnight
DAYS_KEPT = 2_000
MINUTE, NOTHING = timedelta(minutes=1), timedelta()


@dataclass(frozen=True)
class Special:
    """A day that differs: with hours of its own, or closed when it has none."""

    name: str
    hours: Hours = ()


@dataclass(frozen=True)
class Week:
    """When somebody works: the hours of each weekday from Monday on, and the days that differ."""

    zone: str
    hours: tuple[Hours, ...]
    special: Mapping[date, Special] = field(default_factory=dict)
    name: str = ""
    _days: dict[date, list[Span]] = field(default_factory=dict, compare=False, repr=False)

    def __post_init__(self):
        if len(self.hours) != 7:
            raise ValueError("a week has seven days")

    @property
    def is_ever_open(self) -> bool:
        return any(self.hours) or any(day.hours for day in self.special.values())

    def hours_on(self, day: date) -> Hours:
        special = self.special.get(day)
        return self.hours[day.weekday()] if special is None else special.hours

    def spans(self, day: date) -> list[Span]:
        """The stretches of ``day`` in which somebody works, in order, none of them touching another."""
        found = self._days.get(day)
        if found is None:
            if len(self._days) >= DAYS_KEPT:
                self._days.clear()
            found = self._days[day] = _spans(self.hours_on(day), day, self.zone)
        return found

    def day_of(self, at: datetime) -> date:
        return at.astimezone(_zone(self.zone)).date()


@dataclass(frozen=True)
class Step:
    """What one day gave: the minutes that were counted, and between which instants; none on a day off."""

    day: date
    minutes: int
    spans: tuple[Span, ...] = ()
    name: str = ""  # of the day, if it is a special one


@dataclass(frozen=True)
class Due:
    """An instant, and how it was reached. ``is_counted`` is False where there is no working time to count."""

    at: datetime
    steps: tuple[Step, ...] = ()
    is_counted: bool = True


def add(start: datetime, minutes: int, week: Week) -> Due:
    """The instant at which ``minutes`` of working time have passed since ``start``, day by day.

    It falls on the end of a stretch rather than on the beginning of the next. A week that never opens, or not enough
    within ten years, counts as the clock on the wall does, so that no deadline is ever lost.
    """
    if minutes <= 0:
        return Due(start)
    begin = start.astimezone(UTC)
    if not week.is_ever_open:
        return Due(begin + minutes * MINUTE, is_counted=False)
    left, steps = minutes * MINUTE, []
    for day in _days_from(begin, week):
        used: list[Span] = []
        for opens, closes in week.spans(day):
            opens = max(opens, begin)
            if opens >= closes:
                continue
            until = min(closes, opens + left)
            used.append((opens, until))
            left -= until - opens
            if left <= NOTHING:
                break
        counted = sum((until - opens for opens, until in used), NOTHING)
        special = week.special.get(day)
        steps.append(Step(day, counted // MINUTE, tuple(used), special.name if special else ""))
        if left <= NOTHING:
            return Due(used[-1][1], tuple(steps))
    return Due(begin + minutes * MINUTE, is_counted=False)


def minutes_between(start: datetime, end: datetime, week: Week) -> int:
    """How many whole minutes of working time lie between two instants; 0 if ``end`` does not come after ``start``.

    At most ten years are counted.
    """
    begin, finish, total = start.astimezone(UTC), end.astimezone(UTC), NOTHING
    if finish <= begin or not week.is_ever_open:
        return 0
    for day in _days_from(begin, week):
        for opens, closes in week.spans(day):
            total += max(min(closes, finish) - max(opens, begin), NOTHING)
        if day > week.day_of(finish):
            break
    return total // MINUTE


def is_open(at: datetime, week: Week) -> bool:
    """Whether somebody works at this instant; at closing time nobody does any more."""
    return any(opens <= at < closes for opens, closes in week.spans(week.day_of(at)))


def next_opening(at: datetime, week: Week) -> datetime | None:
    """When somebody works next: ``at`` itself if they do now, None if they never will."""
    if not week.is_ever_open:
        return None
    for day in _days_from(at, week):
        for opens, closes in week.spans(day):
            if closes > at:
                return max(opens, at.astimezone(UTC))
    return None


def _days_from(at: datetime, week: Week) -> Iterator[date]:
    day = week.day_of(at)
    for _count in range(HORIZON_DAYS):
        yield day
        if day == date.max:
            return
        day += timedelta(days=1)


def _spans(hours: Hours, day: date, zone: str) -> list[Span]:
    found = sorted((_instant(day, opens, zone), _end(day, closes, zone)) for opens, closes in hours)
    merged: list[Span] = []
    for opens, closes in found:
        if closes <= opens:  # the hour that the clocks leapt over
            continue
        if merged and opens <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(closes, merged[-1][1]))
        else:
            merged.append((opens, closes))
    return merged


def _end(day: date, closes: time, zone: str) -> datetime:
    if closes >= MIDNIGHT and day < date.max:
        return _instant(day + timedelta(days=1), time(), zone)
    return _instant(day, closes, zone, is_last=True)


def _instant(day: date, clock: time, zone: str, *, is_last: bool = False) -> datetime:
    """When the clock on the wall shows this time: the first time, or the last if it does so twice."""
    local = datetime.combine(day, clock, _zone(zone))
    first, last = local.astimezone(UTC), local.replace(fold=1).astimezone(UTC)
    if first <= last:
        return last if is_last else first
    # The clock never shows it: the instant of the leap, found between the two readings.
    before, after = last, first
    while after - before > timedelta(seconds=1):
        middle = before + (after - before) / 2
        is_after = middle.astimezone(_zone(zone)).utcoffset() == after.astimezone(_zone(zone)).utcoffset()
        before, after = (before, middle) if is_after else (middle, after)
    return after.replace(microsecond=0)


@lru_cache(maxsize=256)
def _zone(name: str) -> ZoneInfo:
    return ZoneInfo(name)


def week_of_rows(
    zone: str, rows: Sequence[tuple[int, time, time]], special: Mapping[date, Special], *, name: str = ""
) -> Week:
    """A week from rows of (weekday, from, until)."""
    hours: list[list[tuple[time, time]]] = [[] for _day in range(7)]
    for weekday, opens, closes in rows:
        hours[weekday].append((opens, closes))
    return Week(zone, tuple(tuple(sorted(day)) for day in hours), special, name)
