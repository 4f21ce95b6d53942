"""Whether enough people will be there: the next two weeks, hour by hour, against what usually comes in.

What comes in is the mean of the same weekday and hour over the last eight weeks; what one adviser does in an hour is
their mean over the same weeks, in the hours in which they answered anybody. Both are counted from the event log. What
is not answered in its hour waits for the next.
"""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from math import ceil
from zoneinfo import ZoneInfo

from django.db import connection

from contact_centre import queue
from contact_centre.assignment import shifts
from contact_centre.clocks import calendars
from contact_centre.metrics.log import FOR_HAND
from contact_centre.models import Case

WEEKS_BACK, DAYS_AHEAD = 8, 14
USUAL_RATE = 4.0  # answers an hour, until there are any to count from
HOUR = timedelta(hours=1)

# Both halves in one statement: what came in by weekday and hour, and what an adviser answered in an hour at work.
_PAST = """
SELECT 'came', extract(isodow FROM e.at AT TIME ZONE %(zone)s)::int - 1,
       extract(hour FROM e.at AT TIME ZONE %(zone)s)::int, count(*), min(e.at)
FROM contact_centre_caseevent AS e JOIN contact_centre_case AS c ON c.id = e.case_id
WHERE e.kind IN ('opened', 'they_wrote') AND e.at >= %(since)s AND e.at < %(until)s AND c.kind = ANY(%(kinds)s)
GROUP BY 2, 3
UNION ALL
SELECT 'answered', 0, 0, sum(answers)::int, NULL FROM (
    SELECT count(*) AS answers FROM contact_centre_caseevent
    WHERE kind IN ('answered', 'replied') AND by_id IS NOT NULL AND at >= %(since)s AND at < %(until)s
    GROUP BY by_id, date_trunc('hour', at)) AS hours
UNION ALL
SELECT 'hours', 0, 0, count(*), NULL FROM (
    SELECT 1 FROM contact_centre_caseevent
    WHERE kind IN ('answered', 'replied') AND by_id IS NOT NULL AND at >= %(since)s AND at < %(until)s
    GROUP BY by_id, date_trunc('hour', at)) AS hours
"""


@dataclass(frozen=True)
class Hour:
    """One hour: who is there, what comes in, and what is left over at its end.

    ``is_short`` marks an hour of the desk's calendar with fewer people than it takes; ``is_at_risk`` one after which
    what waits is more than can be answered in the 24 hours that follow.
    """

    at: datetime
    on_shift: int
    expected: float
    needed: int
    left: float
    is_open: bool
    is_short: bool
    is_at_risk: bool
    is_over: bool


@dataclass(frozen=True)
class Day:
    """A day with its hours, and its sums."""

    on: date
    hours: list[Hour]

    @property
    def expected(self) -> float:
        return sum(hour.expected for hour in self.hours)

    @property
    def short(self) -> int:
        return sum(hour.is_short for hour in self.hours)

    @property
    def is_at_risk(self) -> bool:
        return any(hour.is_at_risk for hour in self.hours)

    @property
    def adviser_hours(self) -> int:
        return sum(hour.on_shift for hour in self.hours)


@dataclass(frozen=True)
class Plan:
    """The days ahead. ``rate`` is what one adviser answers in an hour; ``weeks`` how far back the log was read."""

    days: list[Day]
    rate: float
    is_rate_measured: bool
    weeks: int
    waiting: int

    @property
    def rows(self) -> list[tuple[int, list[Hour | None]]]:
        """Hour of the clock by hour, those in which anything happens; a day of 23 hours has a gap."""
        shown = {
            hour.at.hour
            for day in self.days
            for hour in day.hours
            if hour.on_shift or hour.is_open or hour.expected >= 1
        }
        by_clock = [{hour.at.hour: hour for hour in day.hours} for day in self.days]
        return [(clock, [of.get(clock) for of in by_clock]) for clock in sorted(shown)]


def plan(*, at: datetime, days: int = DAYS_AHEAD) -> Plan:
    """The two weeks from the day of ``at`` on, in a constant number of queries."""
    week = calendars.week_of()
    zone = ZoneInfo(week.zone)
    arrivals, measured, weeks = _past(zone.key, at=at)
    rate = measured or USUAL_RATE
    users = list(queue.advisers())
    known = shifts.roster(users, at=at)
    waiting = Case.objects.unanswered().filter(kind__in=FOR_HAND).count()
    today = at.astimezone(zone).date()
    instants = [one for offset in range(days) for one in _hours_of(today + timedelta(days=offset), zone)]
    there = [sum(known.is_on(user.pk, one + HOUR / 2) for user in users) if one + HOUR > at else 0 for one in instants]
    came = [
        arrivals.get((local.weekday(), local.hour), 0.0) if one + HOUR > at else 0.0
        for one in instants
        for local in [one.astimezone(zone)]
    ]
    left = _carried(came, [count * rate for count in there], start=waiting)
    spans = [span for offset in range(days) for span in week.spans(today + timedelta(days=offset))]
    hours = []
    for place, one in enumerate(instants):
        is_open = any(opens < one + HOUR and one < closes for opens, closes in spans) and one + HOUR > at
        follows = sum(there[place + 1 : place + 25]) * rate
        hours.append(
            Hour(
                at=one.astimezone(zone),
                on_shift=there[place],
                expected=came[place],
                needed=ceil(came[place] / rate - 1e-9),
                left=left[place],
                is_open=is_open,
                is_short=is_open and there[place] * rate + 1e-9 < max(came[place], 1e-6),
                # The last day has nothing after it to answer in, so it is not judged.
                is_at_risk=one + HOUR > at and place + 24 < len(instants) and left[place] > follows + 1e-9,
                is_over=one + HOUR <= at,
            )
        )
    by_day: dict[date, list[Hour]] = {}
    for hour in hours:
        by_day.setdefault(hour.at.date(), []).append(hour)
    return Plan([Day(on, of) for on, of in by_day.items()], rate, measured is not None, weeks, waiting)


def _past(zone: str, *, at: datetime) -> tuple[dict[tuple[int, int], float], float | None, int]:
    since = at - timedelta(weeks=WEEKS_BACK)
    with connection.cursor() as cursor:
        cursor.execute(_PAST, {"zone": zone, "since": since, "until": at, "kinds": list(FOR_HAND)})
        rows = cursor.fetchall()
    came = [row for row in rows if row[0] == "came"]
    sums = {row[0]: row[3] or 0 for row in rows if row[0] != "came"}
    first = min((row[4] for row in came), default=at)
    # A young log does not have eight Mondays yet: it is shared out over the weeks there are, at least one.
    weeks = min(WEEKS_BACK, max(1, ceil((at - first) / timedelta(weeks=1))))
    rate = sums["answered"] / sums["hours"] if sums.get("hours") else None
    return {(row[1], row[2]): row[3] / weeks for row in came}, rate, weeks


def _carried(came: list[float], done: list[float], *, start: float) -> list[float]:
    left, found = float(start), []
    for arriving, answered in zip(came, done, strict=True):
        left = max(0.0, left + arriving - answered)
        found.append(left)
    return found


def _hours_of(day: date, zone: ZoneInfo) -> list[datetime]:
    """The instants at which the hours of a day begin: 23 or 25 of them when the clocks change."""
    utc = ZoneInfo("UTC")
    begins = datetime(day.year, day.month, day.day, tzinfo=zone).astimezone(utc)
    ends_on = day + timedelta(days=1)
    ends = datetime(ends_on.year, ends_on.month, ends_on.day, tzinfo=zone).astimezone(utc)
    return [begins + HOUR * place for place in range(round((ends - begins) / HOUR))]
