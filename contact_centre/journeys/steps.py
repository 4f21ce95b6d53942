"""The shape of a journey: steps, the exits that lead from one to the next, and what is wrong with them.

A document is ``{"start": key, "goal": fact, "steps": [{"key", "kind", …fields, "exits": {name: key}}]}``. Steps stand
in a list, because the database does not keep the order of an object. Nothing in it is ever run as code.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, time
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

WAIT, UNTIL, MESSAGE, TASK, BRANCH, SPLIT, EXIT = "wait", "until", "message", "task", "branch", "split", "exit"
KINDS = {
    WAIT: gettext_lazy("Wait"),
    UNTIL: gettext_lazy("Wait until they do something"),
    MESSAGE: gettext_lazy("Message"),
    TASK: gettext_lazy("Task for a person"),
    BRANCH: gettext_lazy("Did they or not"),
    SPLIT: gettext_lazy("Split"),
    EXIT: gettext_lazy("End"),
}
EXIT_NAMES = {"next": gettext_lazy("then"), "yes": gettext_lazy("yes"), "no": gettext_lazy("no")}
SPAN, WEEKDAY, DATE = "span", "weekday", "date"
BEST = "best"  # whatever channel they prefer and the policy allows
CHANNELS = (BEST, "email", "sms", "whatsapp")
TASK_KINDS = ("call", "follow_up")
SINCE_ENTRY, SINCE_LETTER = "entry", "letter"
SEGMENT = "segment:"  # a fact that begins so asks for a segment instead of something that happened
MOST_STEPS, MOST_WAYS = 60, 6
MOST_MINUTES = 366 * 24 * 60
KEY = re.compile(r"[a-z][a-z0-9]{0,11}")


@dataclass(frozen=True)
class Fault:
    """What is wrong, and with which step; an empty key speaks of the journey as a whole."""

    step: str
    text: str


@dataclass(frozen=True)
class Step:
    """One step as it was drawn."""

    key: str
    kind: str
    fields: Mapping[str, Any] = field(default_factory=dict)
    exits: Mapping[str, str] = field(default_factory=dict)

    def get(self, name: str, default: Any = "") -> Any:
        return self.fields.get(name, default)


@dataclass(frozen=True)
class Plan:
    """A journey that can be walked."""

    start: str
    goal: str
    steps: Mapping[str, Step]


def read(document: Mapping) -> Plan:
    """The plan in a document whose ``faults`` are none; of an unfinished one whatever can be read."""
    steps = {}
    for one in _rows(document):
        fields = {name: value for name, value in one.items() if name not in ("key", "kind", "exits")}
        exits = one.get("exits")
        ways = exits.items() if isinstance(exits, Mapping) else ()
        led = {name: to for name, to in ways if isinstance(name, str) and isinstance(to, str)}
        steps[one["key"]] = Step(one["key"], one["kind"], fields, led)
    return Plan(str(document.get("start") or ""), str(document.get("goal") or ""), steps)


def exits_of(kind: str, fields: Mapping) -> list[str]:
    """The names of the exits that a step of this kind has, in the order in which they are drawn."""
    if kind == EXIT:
        return []
    if kind in (UNTIL, BRANCH):
        return ["yes", "no"]
    if kind == SPLIT:
        return [way["code"] for way in ways_of(fields) if isinstance(way.get("code"), str)]
    return ["next"]


def ways_of(fields: Mapping) -> list[Mapping]:
    """The ways of a split, as far as they can be read."""
    ways = fields.get("ways")
    return [way for way in ways if isinstance(way, Mapping)] if isinstance(ways, list) else []


def faults(document: Any, *, facts: Iterable[str], templates: Iterable[str]) -> list[Fault]:
    """Everything that keeps the journey from being walked, in words. ``facts`` and ``templates`` are known codes."""
    if not isinstance(document, Mapping) or not isinstance(document.get("steps"), list):
        return [Fault("", _("This is not a journey."))]
    if len(_rows(document)) != len(document["steps"]):
        return [Fault("", _("A step has no key or no kind that we know."))]
    keys = [one["key"] for one in _rows(document)]
    if len(set(keys)) != len(keys):
        return [Fault("", _("Two steps have the same key."))]
    if len(keys) > MOST_STEPS:
        return [Fault("", _("A journey has %(most)s steps at most.") % {"most": MOST_STEPS})]
    plan, known = read(document), set(facts)
    if plan.start not in plan.steps:
        return [Fault("", _("The journey has no first step."))]
    found = [Fault("", _("The goal is nothing we can see happen."))] if plan.goal and plan.goal not in known else []
    for step in plan.steps.values():
        found += [Fault(step.key, text) for text in _wrong_with(step, known, set(templates))]
        found += [Fault(step.key, text) for text in _wrong_exits(step, plan)]
    return found or _wrong_ways(plan)


def _rows(document: Mapping) -> list[Mapping]:
    rows = document.get("steps")
    return [
        one
        for one in (rows if isinstance(rows, list) else [])
        if isinstance(one, Mapping)
        and isinstance(one.get("key"), str)
        and KEY.fullmatch(one["key"])
        and _known(one.get("kind"), KINDS)
    ]


def _wrong_exits(step: Step, plan: Plan) -> list[str]:
    names = exits_of(step.kind, step.fields)
    found = []
    for name in names:
        if step.exits.get(name) not in plan.steps:
            found.append(_("Nothing comes after “%(exit)s”.") % {"exit": exit_label(step, name)})
    if set(step.exits) - set(names):
        found.append(_("It has a way out that it cannot have."))
    return found


def exit_label(step: Step, name: str) -> str:
    """How a way out is called."""
    for way in ways_of(step.fields) if step.kind == SPLIT else []:
        if way.get("code") == name:
            return str(way.get("name") or name)
    return str(EXIT_NAMES.get(name, name))


def _wrong_with(step: Step, facts: set[str], templates: set[str]) -> list[str]:
    if step.kind == WAIT:
        return _wrong_wait(step)
    if step.kind in (UNTIL, BRANCH):
        return _wrong_question(step, facts)
    if step.kind == MESSAGE:
        found = [] if _known(step.get("template"), templates) else [_("Choose a template that is in use.")]
        return found + ([] if _known(step.get("channel", BEST), CHANNELS) else [_("Nothing is sent on that channel.")])
    if step.kind == TASK:
        found = [] if str(step.get("text")).strip() else [_("Say what is to be done.")]
        return found + (
            [] if _known(step.get("case_kind", "call"), TASK_KINDS) else [_("There is no such kind of task.")]
        )
    return _wrong_split(step) if step.kind == SPLIT else []


def _wrong_wait(step: Step) -> list[str]:
    mode = step.get("mode", SPAN)
    if mode == SPAN:
        return [] if _whole(step.get("minutes"), 1, MOST_MINUTES) else [_("Wait between a minute and a year.")]
    good = _whole(step.get("weekday"), 0, 6) if mode == WEEKDAY else mode == DATE and day_of(step) is not None
    return [] if good and time_of(step) is not None else [_("Say on which day and at what hour the wait ends.")]


def _wrong_question(step: Step, facts: set[str]) -> list[str]:
    found = [] if _known(step.get("fact"), facts) else [_("Choose what they may do.")]
    if not _known(step.get("since", SINCE_ENTRY), (SINCE_ENTRY, SINCE_LETTER)):
        found.append(_("Count from the beginning or from the last message."))
    hours = step.get("hours", 0)
    lowest = 1 if step.kind == UNTIL else 0
    if not _whole(hours, lowest, MOST_MINUTES // 60):
        found.append(_("Wait between an hour and a year."))
    return found


def _wrong_split(step: Step) -> list[str]:
    ways = step.get("ways", [])
    if not isinstance(ways, list) or not 2 <= len(ways) <= MOST_WAYS or not all(isinstance(w, Mapping) for w in ways):
        return [_("Split into two to six ways.")]
    codes = exits_of(SPLIT, step.fields)
    if len(set(codes)) != len(ways) or not all(KEY.fullmatch(code) for code in codes):
        return [_("Each way needs a name of its own.")]
    if not all(_whole(way.get("share"), 0, 100) for way in ways) or not sum(way["share"] for way in ways):
        return [_("Each way needs a share between 0 and 100.")]
    return []


def _wrong_ways(plan: Plan) -> list[Fault]:
    """Steps that nobody gets to, from which nobody gets out, and circles that would turn without end."""
    there, found = _reached(plan, [plan.start]), []
    back: dict[str, list[str]] = {}
    for step in plan.steps.values():
        for to in step.exits.values():
            back.setdefault(to, []).append(step.key)
    out = {step.key for step in plan.steps.values() if step.kind == EXIT}
    look = list(out)
    while look:
        for before in back.get(look.pop(), []):
            if before not in out:
                out.add(before)
                look.append(before)
    for key in plan.steps:
        if key not in there:
            found.append(Fault(key, _("No way leads here.")))
        elif key not in out:
            found.append(Fault(key, _("From here no way leads to an end.")))
    # Only a wait stops a circle: what they did already lets them pass an “until” at once, again and again.
    for key, step in plan.steps.items():
        if step.kind != WAIT and key in _reached(plan, step.exits.values(), stop_at=WAIT):
            found.append(Fault(key, _("This is a circle without a wait.")))
    return found


def _reached(plan: Plan, begin: Iterable[str], *, stop_at: str = "") -> set[str]:
    seen: set[str] = set()
    look = list(begin)
    while look:
        key = look.pop()
        if key in seen or plan.steps[key].kind == stop_at:
            continue
        seen.add(key)
        look += plan.steps[key].exits.values()
    return seen


def _known(value: Any, among: Iterable[str]) -> bool:
    return isinstance(value, str) and value in among


def _whole(value: Any, least: int, most: int) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and least <= value <= most


def day_of(step: Step) -> date | None:
    """The day on which a wait ends, or None where none is written."""
    try:
        return date.fromisoformat(str(step.get("date")))
    except ValueError:
        return None


def time_of(step: Step) -> time | None:
    """The hour at which a wait ends."""
    try:
        return time.fromisoformat(str(step.get("time")))
    except ValueError:
        return None
