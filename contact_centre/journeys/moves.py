"""What a step does with whoever stands in it. The same moves for real people, imagined ones and those of last month.

Nothing here reads the database or the clock: what happened, and what sending comes to, is asked of a ``World``.
"""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from typing import Protocol
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _

from contact_centre.journeys import steps, words
from contact_centre.journeys.steps import Plan, Step

MOST_MOVES = 100  # in one turn; a plan without faults cannot come near


class TurnsForEver(Exception):
    """The steps lead in a circle without a wait."""


@dataclass(frozen=True)
class Stand:
    """Where somebody stands, and since when. ``lot`` decides on which side of a split they fall, always the same."""

    step: str
    since: datetime
    entered_at: datetime
    lot: str
    is_control: bool = False


@dataclass(frozen=True)
class Line:
    """What happened in a step, and why."""

    step: str
    at: datetime
    what: str
    why: str = ""
    message: int | None = None


@dataclass(frozen=True)
class Done:
    """What became of a message or a task: a word for the log, the reason, and the message if there is one."""

    what: str
    why: str = ""
    message: int | None = None


class World(Protocol):
    """Whom the moves ask."""

    def when(self, fact: str, *, since: datetime, until: datetime) -> datetime | None:
        """When ``fact`` first happened after ``since`` and not after ``until``."""

    def last_letter_at(self) -> datetime | None:
        """When this journey last sent them something."""

    def look_again_at(self, fact: str, *, at: datetime) -> datetime | None:
        """When to look for a fact that nobody announces; None where we are told."""

    def send(self, step: Step, *, at: datetime) -> Done: ...

    def give(self, step: Step, *, at: datetime) -> Done: ...


@dataclass(frozen=True)
class Turn:
    """How a turn ended: where they stand, what was noted, and when to look again or how it ended."""

    stand: Stand
    lines: list[Line]
    due_at: datetime | None
    ended: str = ""  # "arrived" or "left"


@dataclass
class _Move:
    exit: str = ""
    line: tuple[str, str, int | None] | None = None
    due_at: datetime | None = None
    ended: str = ""
    is_control: bool | None = None
    waits: str = field(default="")


def turn(plan: Plan, stand: Stand, world: World, *, at: datetime, zone: ZoneInfo) -> Turn:
    """Take somebody as far as they get at ``at``: through each step that does not wait, to one that does or the end."""
    lines: list[Line] = []
    is_new = not stand.step
    if is_new:
        stand = replace(stand, step=plan.start, since=at)
    reached = world.when(plan.goal, since=stand.entered_at, until=at) if plan.goal else None
    if reached is not None:
        why = _("The goal is reached: %(what)s.") % {"what": words.fact(plan.goal)}
        return Turn(stand, [Line(stand.step, at, "arrived", why)], None, "arrived")
    for _count in range(MOST_MOVES):
        step = plan.steps[stand.step]
        move = _MOVES[step.kind](step, stand, world, at, zone)
        if move.line:
            what, why, message = move.line
            lines.append(Line(step.key, at, what, why, message))
        if move.ended:
            return Turn(stand, lines, None, move.ended)
        if not move.exit:
            if is_new:
                lines.append(Line(step.key, at, "waiting", move.waits))
            return Turn(stand, lines, move.due_at)
        is_control = stand.is_control if move.is_control is None else move.is_control
        stand = replace(stand, step=step.exits[move.exit], since=at, is_control=is_control)
        is_new = True
    raise TurnsForEver(stand.step)


def wait_ends(step: Step, since: datetime, zone: ZoneInfo) -> datetime:
    """When a wait that began at ``since`` is over; days and hours are those of ``zone``, whatever its clock does."""
    mode = step.get("mode", steps.SPAN)
    if mode == steps.SPAN:
        return since + timedelta(minutes=step.get("minutes"))
    hour, local = steps.time_of(step), since.astimezone(zone)
    day = steps.day_of(step) if mode == steps.DATE else local.date()
    if hour is None or day is None:
        raise ValueError(step.key)
    if mode == steps.WEEKDAY:
        day += timedelta(days=(step.get("weekday") - day.weekday()) % 7)
    # Compared in UTC: two instants of one zone are compared by what its clocks show, which a clock change makes wrong.
    end = datetime.combine(day, hour, tzinfo=zone).astimezone(UTC)
    if mode == steps.WEEKDAY and end <= since:
        end = datetime.combine(day + timedelta(days=7), hour, tzinfo=zone).astimezone(UTC)
    return max(end, since)


def _wait(step: Step, stand: Stand, world: World, at: datetime, zone: ZoneInfo) -> _Move:
    end = wait_ends(step, stand.since, zone)
    if at < end:
        return _Move(due_at=end, waits=_("Until %(when)s.") % {"when": words.instant(end, zone)})
    why = _("The wait was over on %(when)s.") % {"when": words.instant(end, zone)}
    return _Move(exit="next", line=("waited", why, None))


def _since(step: Step, stand: Stand, world: World) -> datetime:
    letter = world.last_letter_at() if step.get("since", steps.SINCE_ENTRY) == steps.SINCE_LETTER else None
    return letter or stand.entered_at


def _until(step: Step, stand: Stand, world: World, at: datetime, zone: ZoneInfo) -> _Move:
    fact, limit = step.get("fact"), stand.since + timedelta(hours=step.get("hours"))
    names = {"what": words.fact(fact)}
    # Whatever came after the limit is too late, even if we look later than that.
    found = world.when(fact, since=_since(step, stand, world), until=min(at, limit))
    if found is not None:
        why = _("%(what)s: yes, on %(when)s.") % {**names, "when": words.instant(found, zone)}
        return _Move(exit="yes", line=("branched", why, None))
    if at >= limit:
        why = _("%(what)s: not by %(when)s.") % {**names, "when": words.instant(limit, zone)}
        return _Move(exit="no", line=("branched", why, None))
    again = world.look_again_at(fact, at=at)
    waits = _("%(what)s? Until %(when)s.") % {**names, "when": words.instant(limit, zone)}
    return _Move(due_at=min(filter(None, (limit, again))), waits=waits)


def _branch(step: Step, stand: Stand, world: World, at: datetime, zone: ZoneInfo) -> _Move:
    fact, hours, since = step.get("fact"), step.get("hours", 0), _since(step, stand, world)
    if hours:
        since = at - timedelta(hours=hours)
    found = world.when(fact, since=since, until=at)
    names = {"what": words.fact(fact), "when": words.instant(found or since, zone)}
    if fact.startswith(steps.SEGMENT):
        text = _("%(what)s: yes.") if found is not None else _("%(what)s: no.")
    else:
        text = _("%(what)s: yes, on %(when)s.") if found is not None else _("%(what)s: not since %(when)s.")
    return _Move(exit="no" if found is None else "yes", line=("branched", text % names, None))


def _message(step: Step, stand: Stand, world: World, at: datetime, zone: ZoneInfo) -> _Move:
    if stand.is_control:
        return _Move(exit="next", line=("held_out", _("In the control group: nothing is sent."), None))
    done = world.send(step, at=at)
    return _Move(exit="next", line=(done.what, done.why, done.message))


def _task(step: Step, stand: Stand, world: World, at: datetime, zone: ZoneInfo) -> _Move:
    if stand.is_control:
        return _Move(exit="next", line=("held_out", _("In the control group: nobody is asked."), None))
    done = world.give(step, at=at)
    return _Move(exit="next", line=(done.what, done.why, done.message))


def _split(step: Step, stand: Stand, world: World, at: datetime, zone: ZoneInfo) -> _Move:
    way = way_of(step, stand.lot)
    why = _("Drawn by lot: %(name)s.") % {"name": steps.exit_label(step, way["code"])}
    is_control = stand.is_control or bool(way.get("is_control"))
    return _Move(exit=way["code"], line=("split", why, None), is_control=is_control)


def _exit(step: Step, stand: Stand, world: World, at: datetime, zone: ZoneInfo) -> _Move:
    is_goal = bool(step.get("is_goal"))
    why = step.get("text") or (_("The end, with the goal reached.") if is_goal else _("The end."))
    ended = "arrived" if is_goal else "left"
    return _Move(ended=ended, line=(ended, str(why), None))


_MOVES: dict[str, Callable[[Step, Stand, World, datetime, ZoneInfo], _Move]] = {
    steps.WAIT: _wait,
    steps.UNTIL: _until,
    steps.BRANCH: _branch,
    steps.MESSAGE: _message,
    steps.TASK: _task,
    steps.SPLIT: _split,
    steps.EXIT: _exit,
}


def way_of(step: Step, lot: str) -> dict:
    """The way that falls to whoever holds ``lot``: by their shares, and the same however often it is drawn."""
    ways = step.get("ways")
    total = sum(way["share"] for way in ways)
    number = int.from_bytes(sha256(f"{lot}/{step.key}".encode()).digest()[:8], "big") % total
    for way in ways:
        if number < way["share"]:
            return way
        number -= way["share"]
    raise ValueError(step.key)
