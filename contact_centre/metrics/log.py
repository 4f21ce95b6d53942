"""What the event log says of each case opened in a stretch of time: read once, and every figure counts from it.

A case is read from its first opening. What happened when it opened again is a further story: it neither stops nor
restarts the clock of the first answer, so that reopening inflates nothing.
"""

from bisect import bisect_right
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import accumulate
from typing import Any

from django.db import connection

from contact_centre.clocks import calendars
from contact_centre.clocks.working_time import Week
from contact_centre.models import Team

REPEATED_WITHIN = timedelta(days=7)
FOR_HAND = ("enquiry", "message", "complaint")  # what people bring to us, and not we to ourselves

# Answers are the acts of people: an automatic acknowledgement, a note, a ring that nobody picked up are other kinds of
# events, and none of them is read here.
_CASES = """
SELECT c.id, c.uuid, c.kind, c.person_id, p.title, c.state, o.at,
       COALESCE(o.at + (o.data->>'wall_minutes')::int * interval '1 minute',
                CASE WHEN n.reopened = 0 THEN c.answer_due_at END, o.at + interval '24 hours'),
       a.at, a.by_id, c.adviser_id, COALESCE(answers.team_id, c.team_id, holds.team_id),
       n.reopened, n.handed_over, n.taken_over, n.messages,
       CASE WHEN n.closed_at > COALESCE(n.reopened_at, o.at) THEN n.closed_at END,
       EXISTS (
           SELECT 1 FROM contact_centre_case AS before
           JOIN contact_centre_caseevent AS b ON b.case_id = before.id AND b.kind = 'opened'
           WHERE before.person_id = c.person_id AND before.id <> c.id AND before.kind = ANY(%(for_hand)s)
             AND b.at < o.at AND b.at >= o.at - %(repeated)s)
FROM contact_centre_caseevent AS o
JOIN contact_centre_case AS c ON c.id = o.case_id
LEFT JOIN programmes_programme AS p ON p.id = c.programme_id
LEFT JOIN LATERAL (
    SELECT e.at, e.by_id FROM contact_centre_caseevent AS e
    WHERE e.case_id = c.id AND e.kind = 'answered' AND e.at <= %(at)s ORDER BY e.at, e.id LIMIT 1) AS a ON true
CROSS JOIN LATERAL (
    SELECT count(*) FILTER (WHERE e.kind = 'reopened') AS reopened,
           count(*) FILTER (WHERE e.kind = 'handed_over') AS handed_over,
           count(*) FILTER (WHERE e.kind = 'taken_over') AS taken_over,
           count(*) FILTER (WHERE e.kind IN ('opened', 'they_wrote')) AS messages,
           max(e.at) FILTER (WHERE e.kind = 'closed') AS closed_at,
           max(e.at) FILTER (WHERE e.kind = 'reopened') AS reopened_at
    FROM contact_centre_caseevent AS e WHERE e.case_id = c.id AND e.at <= %(at)s) AS n
LEFT JOIN contact_centre_adviser AS answers ON answers.user_id = a.by_id
LEFT JOIN contact_centre_adviser AS holds ON holds.user_id = c.adviser_id
WHERE o.kind = 'opened' AND o.at >= %(since)s AND o.at < %(until)s AND c.kind = ANY(%(kinds)s)
ORDER BY o.at, c.id
"""

# Of several letters before we reply the first counts: from then on they wait.
_TURNS = """
WITH said AS (
    SELECT e.case_id, e.kind, e.at, e.id,
           lag(e.kind) OVER story AS before,
           min(CASE WHEN e.kind <> 'they_wrote' THEN e.at END) OVER later AS replied_at
    FROM contact_centre_caseevent AS e
    WHERE e.kind IN ('they_wrote', 'answered', 'replied') AND e.at <= %(at)s AND e.case_id IN (
        SELECT w.case_id FROM contact_centre_caseevent AS w
        WHERE w.kind = 'they_wrote' AND w.at >= %(since)s AND w.at < %(until)s)
    WINDOW story AS (PARTITION BY e.case_id ORDER BY e.at, e.id),
           later AS (PARTITION BY e.case_id ORDER BY e.at, e.id ROWS BETWEEN CURRENT ROW AND UNBOUNDED FOLLOWING)
)
SELECT c.id, c.uuid, c.kind, p.title, s.at, s.replied_at, r.by_id, COALESCE(answers.team_id, c.team_id)
FROM said AS s
JOIN contact_centre_case AS c ON c.id = s.case_id
LEFT JOIN programmes_programme AS p ON p.id = c.programme_id
LEFT JOIN LATERAL (
    SELECT e.by_id FROM contact_centre_caseevent AS e
    WHERE e.case_id = s.case_id AND e.at = s.replied_at AND e.kind IN ('answered', 'replied')
    ORDER BY e.id LIMIT 1) AS r ON true
LEFT JOIN contact_centre_adviser AS answers ON answers.user_id = r.by_id
WHERE s.kind = 'they_wrote' AND s.before IN ('answered', 'replied') AND s.at >= %(since)s AND s.at < %(until)s
  AND c.kind = ANY(%(kinds)s)
ORDER BY s.at, s.id
"""


@dataclass(frozen=True)
class Told:
    """One case as the log tells it, until the instant it was read. Whoever answered first has the credit."""

    case_id: int
    uuid: object
    kind: str
    person_id: int
    programme: str | None
    state: str
    opened_at: datetime
    due_at: datetime  # what they were promised
    answered_at: datetime | None
    answered_by: int | None
    held_by: int | None
    team_id: int | None
    reopened: int
    handed_over: int
    taken_over: int
    messages: int
    settled_at: datetime | None
    is_repeated: bool

    @property
    def adviser_id(self) -> int | None:
        """Whose case this counts as: whoever answered first; while nobody has, whoever holds it."""
        return self.answered_by if self.answered_at else self.held_by


@dataclass(frozen=True)
class Turn:
    """They wrote again after we had written: when, and when one of us replied."""

    case_id: int
    uuid: object
    kind: str
    programme: str | None
    opened_at: datetime  # when they wrote
    answered_at: datetime | None
    answered_by: int | None
    team_id: int | None

    @property
    def adviser_id(self) -> int | None:
        return self.answered_by


@dataclass(frozen=True)
class Period:
    """From ``since`` on and before ``until``, as the log stood at ``at``; narrowed to kinds, a team, an adviser."""

    since: datetime
    until: datetime
    at: datetime
    kinds: tuple[str, ...] = FOR_HAND
    team_id: int | None = None
    adviser_id: int | None = None

    def _narrowed(self, rows: Iterable) -> list:
        return [
            row
            for row in rows
            if (self.team_id is None or row.team_id == self.team_id)
            and (self.adviser_id is None or row.adviser_id == self.adviser_id)
        ]

    def cases(self) -> list[Told]:
        """The cases opened in the period, the oldest first; one query."""
        return self._narrowed(Told(*row) for row in self._read(_CASES))

    def turns(self) -> list[Turn]:
        """The times they wrote again in the period; one query."""
        return self._narrowed(Turn(*row) for row in self._read(_TURNS))

    def _read(self, sql: str) -> list[tuple]:
        facts: dict[str, Any] = {"since": self.since, "until": self.until, "at": self.at, "kinds": list(self.kinds)}
        facts |= {"for_hand": list(FOR_HAND), "repeated": REPEATED_WITHIN}
        with connection.cursor() as cursor:
            cursor.execute(sql, facts)
            return cursor.fetchall()


class Hours:
    """The working minutes between two instants for many pairs: each week is laid out once, then looked up."""

    def __init__(self, *, since: datetime, until: datetime):
        self.since, self.until = since, until
        self._teams = {team.pk: team for team in Team.objects.select_related("calendar")}
        self._laid: dict[int | None, tuple[list[datetime], list[datetime], list[float]]] = {}

    def between(self, start: datetime, end: datetime, team_id: int | None) -> int:
        return max(0, round(self._passed(end, team_id) - self._passed(start, team_id)))

    def _passed(self, at: datetime, team_id: int | None) -> float:
        team = self._teams.get(team_id) if team_id is not None else None
        key = team.calendar_id if team else None
        if key not in self._laid:
            self._laid[key] = self._lay(calendars.week_of(team))
        opens, closes, before = self._laid[key]
        place = bisect_right(opens, at) - 1
        if place < 0:
            return 0
        return before[place] + (min(at, closes[place]) - opens[place]).total_seconds() / 60

    def _lay(self, week: Week) -> tuple[list[datetime], list[datetime], list[float]]:
        day, last, spans = week.day_of(self.since), week.day_of(self.until), []
        while day <= last:
            spans += week.spans(day)
            day += timedelta(days=1)
        lengths = [(closes - opens).total_seconds() / 60 for opens, closes in spans]
        return [one[0] for one in spans], [one[1] for one in spans], [0, *accumulate(lengths)]
