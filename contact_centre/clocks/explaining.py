"""Why a case is due when it is: each clock with its state, and how its deadline was reached, day by day."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from zoneinfo import ZoneInfo

from babel.dates import format_date
from django.db.models import Q
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from contact_centre.clocks.promised import NEXT_MINUTES, Terms, terms
from contact_centre.clocks.working_time import Due, Step, Week, add
from contact_centre.models import Case, CaseEvent

RUNNING, LATE, PAUSED, STOPPED = "running", "late", "paused", "stopped"
READERS = {"ca": "ca_ES", "es": "es_ES", "en": "en_GB"}
DAYS_SHOWN = 12


@dataclass(frozen=True)
class Clock:
    """One clock of a case in words. ``steps`` say how its deadline was reached."""

    code: str
    label: str
    due_at: datetime | None
    state: str
    says: str
    steps: tuple[str, ...]
    changes: tuple[str, ...] = ()


def explain(case: Case, *, at: datetime) -> list[Clock]:
    """Each clock of the case, with its deadline, its state and the steps that led to it, in the reader's language.

    Three statements: what is promised, the calendar if it is not in memory, and the events that started the clocks.
    """
    held, past = terms(case.kind, team_id=case.team_id), _history(case)
    clocks = [_wall(case, held, past, at=at), _work(case, held, past, at=at)]
    clocks += [_next(case, held, past, at=at), _resolution(case, held, past, at=at)]
    return [clock for clock in clocks if clock is not None]


@dataclass
class _Past:
    """When the clocks started and with how much time, and which deadlines changed since."""

    started_at: datetime
    promised: dict[str, int]
    next_from: datetime | None = None
    next_minutes: int = 0
    changed: dict[str, list[str]] = field(default_factory=dict)


def _wall(case: Case, held: Terms, past: _Past, *, at: datetime) -> Clock:
    hours = round((case.answer_due_at - past.started_at).total_seconds() / 3600)
    steps = [
        _("Asked on %(when)s.") % {"when": _when(past.started_at, held)},
        ngettext(
            "The school promises an answer within %(count)d hour, nights and Sundays included.",
            "The school promises an answer within %(count)d hours, nights and Sundays included.",
            hours,
        )
        % {"count": hours},
        _("So the answer is due by %(when)s.") % {"when": _when(case.answer_due_at, held)},
    ]
    if (jump := _jump(past.started_at, case.answer_due_at, held)) is not None:
        steps.insert(2, jump)
    state = _state(case.answer_due_at, stopped=case.answered_at is not None or _is_over(case), at=at)
    return _clock("wall", _("What they were promised"), case.answer_due_at, state, steps)


def _work(case: Case, held: Terms, past: _Past, *, at: datetime) -> Clock | None:
    if case.work_due_at is None:
        return None
    state = _state(case.work_due_at, stopped=case.answered_at is not None or _is_over(case), at=at)
    minutes = past.promised.get("work_minutes", held.work_minutes)
    steps = _steps(past.started_at, minutes, case.work_due_at, held)
    label = _("First answer, in working time")
    return _clock("work", label, case.work_due_at, state, steps, past.changed.get("work_due_at", ()))


def _next(case: Case, held: Terms, past: _Past, *, at: datetime) -> Clock | None:
    label = _("Next reply, in working time")
    if case.waiting_for_them_since is not None and not _is_over(case):
        since = _("Since %(when)s we wait for them. The other clocks run on.")
        steps = [since % {"when": _when(case.waiting_for_them_since, held)}]
        return _clock("next", label, None, PAUSED, steps)
    start = past.next_from or case.they_wrote_at
    if case.next_due_at is None or start is None:
        return None
    state = _state(case.next_due_at, stopped=_is_over(case), at=at)
    steps = [_("It is our turn since %(when)s.") % {"when": _when(start, held)}]
    steps += _steps(start, past.next_minutes or held.next_minutes, case.next_due_at, held)[1:]
    return _clock("next", label, case.next_due_at, state, steps, past.changed.get("next_due_at", ()))


def _resolution(case: Case, held: Terms, past: _Past, *, at: datetime) -> Clock | None:
    if case.resolution_due_at is None:
        return None
    state = _state(case.resolution_due_at, stopped=_is_over(case), at=at)
    minutes = past.promised.get("resolution_minutes", held.resolution_minutes)
    steps = _steps(past.started_at, minutes, case.resolution_due_at, held)
    label = _("Settled, in working time")
    return _clock("resolution", label, case.resolution_due_at, state, steps, past.changed.get("resolution_due_at", ()))


def _clock(code: str, label: str, due_at: datetime | None, state: str, steps: Sequence[str], changes=()) -> Clock:
    says = {
        RUNNING: _("running"),
        LATE: _("passed"),
        PAUSED: _("paused"),
        STOPPED: _("stopped"),
    }[state]
    return Clock(code, label, due_at, state, says, tuple(steps), tuple(changes))


def _state(due_at: datetime, *, stopped: bool, at: datetime) -> str:
    if stopped:
        return STOPPED
    return LATE if due_at <= at else RUNNING


def _is_over(case: Case) -> bool:
    return case.state == Case.State.CLOSED


def _steps(start: datetime, minutes: int, due_at: datetime, held: Terms) -> list[str]:
    """From ``start`` to the deadline that stands in the case, day by day."""
    due = add(start, minutes, held.week)
    whose = held.week.name or _("the school’s usual week")
    steps = [
        _("Asked on %(when)s.") % {"when": _when(start, held)},
        _("%(length)s of working time are promised, counted in the calendar “%(calendar)s” (%(zone)s).")
        % {"length": _length(minutes), "calendar": whose, "zone": held.week.zone},
    ]
    if due.at != due_at:
        # The case keeps what it was given: the promise or the calendar changed since, or the clock paused between.
        steps.append(_("What is promised or the calendar has changed since; this case keeps its deadline."))
    elif not due.is_counted:
        steps.append(_("The calendar has no working hours, so the clock on the wall counts."))
    else:
        steps += days(due, held.week)
    steps.append(_("So it is due by %(when)s.") % {"when": _when(due_at, held)})
    return steps


def days(due: Due, week: Week) -> list[str]:
    """How working time was counted, a line for each day worked and for each row of days off."""
    lines, off = [], []  # days off that follow each other stand on one line
    for step in due.steps:
        if not step.minutes and not step.spans:
            off.append(step)
            continue
        lines += _off(off)
        off = []
        lines.append(_worked(step, week))
    if len(lines) > DAYS_SHOWN:
        left_out = len(lines) - DAYS_SHOWN
        said = ngettext("… and %(count)d more line like these …", "… and %(count)d more lines like these …", left_out)
        lines[DAYS_SHOWN - 1 : -1] = [said % {"count": left_out}]
    return lines


def _worked(step: Step, week: Week) -> str:
    zone = ZoneInfo(week.zone)
    spans = ", ".join(f"{a.astimezone(zone):%H:%M}–{b.astimezone(zone):%H:%M}" for a, b in step.spans)
    facts = {"day": _day(step), "spans": spans, "length": _length(step.minutes)}
    return _("%(day)s: %(spans)s, %(length)s") % facts


def _off(steps: list[Step]) -> list[str]:
    if not steps:
        return []
    named = [step.name for step in steps if step.name]
    first, last = _day(steps[0]), _day(steps[-1])
    if len(steps) == 1:
        if named:
            return [_("%(day)s: closed, %(name)s") % {"day": first, "name": named[0]}]
        return [_("%(day)s: no working hours") % {"day": first}]
    if named:
        said = _("%(first)s to %(last)s: closed, %(name)s")
        return [said % {"first": first, "last": last, "name": ", ".join(named)}]
    return [_("%(first)s to %(last)s: no working hours") % {"first": first, "last": last}]


def _jump(start: datetime, end: datetime, held: Terms) -> str | None:
    zone = ZoneInfo(held.week.zone)
    before, after = start.astimezone(zone).utcoffset(), end.astimezone(zone).utcoffset()
    if before == after:
        return None
    return _("The clocks change in between, so the hour of the day is another one.")


def _history(case: Case) -> _Past:
    past, kinds = _Past(case.opened_at, {}), CaseEvent.Kind
    for event in case.events.filter(Q(data__isnull=False) | Q(kind=kinds.REOPENED)).order_by("at", "pk"):
        data = event.data or {}
        if event.kind == kinds.OPENED:
            past.promised = data
        elif event.kind == kinds.REOPENED:
            past = _Past(event.at, data)
        elif NEXT_MINUTES in data:
            past.next_from, past.next_minutes = event.at, data[NEXT_MINUTES]
            past.changed.pop("next_due_at", None)
        elif event.kind == kinds.DUE_CHANGED:
            _note_change(past, event)
    return past


def _note_change(past: _Past, event: CaseEvent) -> None:
    said = _("Was %(before)s, is %(after)s: %(why)s.")
    for name, (before, after) in ((event.data or {}).get("dues") or {}).items():
        facts = {"before": _short(before), "after": _short(after), "why": event.note or _("the calendar changed")}
        past.changed.setdefault(name, []).append(said % facts)


def _short(written: str | None) -> str:
    if not written:
        return "–"
    return _local(datetime.fromisoformat(written), "Europe/Madrid")


def _when(instant: datetime, held: Terms) -> str:
    return _local(instant, held.week.zone)


def _local(instant: datetime, zone: str) -> str:
    local = instant.astimezone(ZoneInfo(zone))
    return f"{format_date(local, 'EEE d MMM', locale=_reader())}, {local:%H:%M}"


def _day(step: Step) -> str:
    return format_date(step.day, "EEE d MMM", locale=_reader())


def _reader() -> str:
    return READERS.get((get_language() or "ca")[:2], "en_GB")


def _length(minutes: int) -> str:
    hours, rest = divmod(minutes, 60)
    if not hours:
        return _("%(minutes)d min") % {"minutes": rest}
    if not rest:
        return _("%(hours)d h") % {"hours": hours}
    return _("%(hours)d h %(minutes)d min") % {"hours": hours, "minutes": rest}
