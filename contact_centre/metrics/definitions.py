"""Every figure about answering: its name, what it means in words, and how it is counted from the event log.

A figure is counted from the same rows that are listed behind it, so the two cannot differ.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from math import ceil
from statistics import median
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from contact_centre.metrics.log import Hours, Period, Told, Turn

DAY = timedelta(hours=24)
SHARE, MINUTES, COUNT = "share", "minutes", "count"
Row = Told | Turn


@dataclass(frozen=True)
class Reading:
    """What figures look at besides a row: until when the log was read, and the working hours."""

    at: datetime
    hours: Hours


@dataclass(frozen=True)
class Definition:
    """One figure. ``value`` gives each row True or False for a share, minutes for a span, 1 for a count; None leaves
    the row out. ``of`` names the rows: "cases" or "turns"."""

    code: str
    label: str | Promise
    words: str | Promise
    unit: str
    value: Callable[[Any, Reading], bool | int | None]  # of a Told or of a Turn, as ``of`` says
    of: str = "cases"


@dataclass(frozen=True)
class Figure:
    """A figure counted. ``value`` is a percentage, median minutes or a number; None where there is nothing to count.

    ``rows`` are those it was counted from, with what each gave.
    """

    definition: Definition
    value: float | None
    p90: float | None
    met: int
    rows: list[tuple[Row, bool | int]]

    @property
    def counted(self) -> int:
        return len(self.rows)


@dataclass(frozen=True)
class Credit:
    """How one adviser, or one team, kept the promises of the period. ``of`` is its number, None for nobody."""

    of: int | None
    due: int
    kept: int
    median_minutes: float | None

    @property
    def percent(self) -> int | None:
        return round(100 * self.kept / self.due) if self.due else None


def _minutes(start: datetime, end: datetime) -> int:
    return int((end - start).total_seconds() // 60)


def _within_a_day(row: Told, reading: Reading) -> bool | None:
    if row.answered_at:
        return row.answered_at <= row.opened_at + DAY
    return False if row.opened_at + DAY <= reading.at else None


def _kept(row: Told, reading: Reading) -> bool | None:
    if row.answered_at:
        return row.answered_at <= row.due_at
    return False if row.due_at <= reading.at else None


def _wall(row: Row, reading: Reading) -> int | None:
    return _minutes(row.opened_at, row.answered_at) if row.answered_at else None


def _work(row: Row, reading: Reading) -> int | None:
    return reading.hours.between(row.opened_at, row.answered_at, row.team_id) if row.answered_at else None


def _settled(row: Told, reading: Reading) -> int | None:
    return _minutes(row.opened_at, row.settled_at) if row.settled_at else None


DEFINITIONS = {
    one.code: one
    for one in (
        Definition(
            "answered_24h",
            _("Answered within 24 hours"),
            _(
                "Of the cases opened in the period that were answered or are older than 24 hours: those whose first "
                "answer left within 24 hours. Closing a case without an answer is no answer."
            ),
            SHARE,
            _within_a_day,
        ),
        Definition(
            "kept",
            _("Promises kept"),
            _(
                "Of the cases opened in the period that were answered or whose promised time is over: those answered "
                "by the time the person was promised when the case was opened first."
            ),
            SHARE,
            _kept,
        ),
        Definition(
            "first_answer",
            _("First answer"),
            _(
                "From the first opening to the first answer by one of us or the first conversation, by the clock on "
                "the wall. Acknowledgements by the product, notes and calls nobody picked up do not count."
            ),
            MINUTES,
            _wall,
        ),
        Definition(
            "first_answer_work",
            _("First answer, in working time"),
            _("The same, counting only the working hours of the team’s calendar."),
            MINUTES,
            _work,
        ),
        Definition(
            "next_reply",
            _("Further replies"),
            _(
                "From the moment a person writes again after we had written to our next reply. Of several letters in "
                "a row the first counts."
            ),
            MINUTES,
            _wall,
            of="turns",
        ),
        Definition(
            "next_reply_work",
            _("Further replies, in working time"),
            _("The same, counting only the working hours of the team’s calendar."),
            MINUTES,
            _work,
            of="turns",
        ),
        Definition(
            "resolution",
            _("Until all is settled"),
            _("From the first opening to the last closing, of the cases that are closed and stayed so."),
            MINUTES,
            _settled,
        ),
        Definition(
            "unanswered",
            _("Closed without an answer"),
            _("Of the cases opened in the period: those closed that nobody ever answered."),
            SHARE,
            lambda row, reading: row.settled_at is not None and row.answered_at is None,
        ),
        Definition(
            "reopened",
            _("Opened again"),
            _("Of the cases answered or closed: those that opened again at least once."),
            SHARE,
            lambda row, reading: bool(row.reopened) if row.answered_at or row.settled_at or row.reopened else None,
        ),
        Definition(
            "handed_over",
            _("Handed over"),
            _("Of the cases opened in the period: those passed on because whoever held them left or was away."),
            SHARE,
            lambda row, reading: bool(row.handed_over),
        ),
        Definition(
            "taken_over",
            _("Taken over"),
            _("Of the cases opened in the period: those a colleague took from whoever held them."),
            SHARE,
            lambda row, reading: bool(row.taken_over),
        ),
        Definition(
            "repeated",
            _("Repeated contacts"),
            _(
                "Of the cases opened in the period: those of a person who had opened another enquiry, message or "
                "complaint in the seven days before."
            ),
            SHARE,
            lambda row, reading: row.is_repeated,
        ),
    )
}


def figures(period: Period, *, codes: Iterable[str] = DEFINITIONS) -> list[Figure]:
    """The figures of a period, in their order, in a constant number of queries."""
    wanted = [DEFINITIONS[code] for code in codes]
    rows: dict[str, Sequence[Row]] = {}
    if any(one.of == "cases" for one in wanted):
        rows["cases"] = period.cases()
    if any(one.of == "turns" for one in wanted):
        rows["turns"] = period.turns()
    return from_rows(wanted, rows, period)


def from_rows(wanted: Iterable[Definition], rows: Mapping[str, Sequence[Row]], period: Period) -> list[Figure]:
    """The same from rows that were read already."""
    reading = Reading(period.at, Hours(since=period.since, until=max(period.at, period.until)))
    return [_count(one, rows[one.of], reading) for one in wanted]


def _count(definition: Definition, rows: Sequence[Row], reading: Reading) -> Figure:
    given = [(row, value) for row in rows if (value := definition.value(row, reading)) is not None]
    values = sorted(value for _row, value in given)
    if not values:
        return Figure(definition, None, None, 0, given)
    if definition.unit == SHARE:
        met = sum(values)
        return Figure(definition, round(100 * met / len(values), 1), None, met, given)
    return Figure(definition, median(values), values[ceil(0.9 * len(values)) - 1], len(values), given)


def credits(cases: list[Told], period: Period, *, by: str) -> list[Credit]:
    """Promises kept by adviser ("adviser_id") or by team ("team_id"), those with the most first.

    Whoever answered first has the credit, whoever holds an unanswered case the blame once its time is over.
    """
    reading = Reading(period.at, Hours(since=period.since, until=period.until))
    found: dict[int | None, list[tuple[bool, int | None]]] = {}
    for row in cases:
        kept = _kept(row, reading)
        if kept is not None:
            found.setdefault(getattr(row, by), []).append((kept, _wall(row, reading)))
    made = []
    for pk, results in found.items():
        spans = [minutes for _kept_it, minutes in results if minutes is not None]
        made.append(Credit(pk, len(results), sum(kept for kept, _m in results), median(spans) if spans else None))
    return sorted(made, key=lambda one: (-one.due, one.of is None, one.of or 0))


@dataclass(frozen=True)
class SideBySide:
    """The same stretch of time in three units, so that none is taken for another."""

    contacts: int  # times somebody wrote or rang
    cases: int
    people: int


def side_by_side(cases: list[Told]) -> SideBySide:
    return SideBySide(sum(row.messages for row in cases), len(cases), len({row.person_id for row in cases}))
