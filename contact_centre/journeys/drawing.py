"""Changes to the steps of a draft: each leaves a document that can be taken back, and never one that is torn.

A version that people walk is fixed; the first change after it went live makes the next version out of it.
"""

from collections.abc import Callable, Mapping
from copy import deepcopy
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from contact_centre import seen
from contact_centre.journeys import states, steps
from contact_centre.models import Journey, JourneyVersion
from people.models import User

UNDO_STEPS = 20
Place = tuple[str, str]  # a step and one of its exits; ("", "") is the beginning


class CannotDraw(Exception):
    """The change would leave something that is no journey; the text says why."""


@transaction.atomic
def change(
    journey: Journey, act: Callable[[dict], str | None], *, by: User | None, at: datetime, looked_at: str = ""
) -> tuple[JourneyVersion, str]:
    """Do ``act`` to a copy of the newest steps and keep it, with what was before; return the draft and the step.

    ``looked_at`` is the ``states.mark`` of the drawing in which it was chosen. Raises CannotDraw, and seen.Overtaken if
    the drawing is another by now; then nothing has changed.
    """
    journey = Journey.objects.select_for_update().get(pk=journey.pk)
    seen.check(looked_at, states.mark(journey))
    version = draft(journey, by=by, at=at)
    before = bare(version.steps)
    document = deepcopy(before)
    key = act(document) or ""
    if len(document["steps"]) > steps.MOST_STEPS:
        raise CannotDraw(_("A journey has %(most)s steps at most.") % {"most": steps.MOST_STEPS})
    version.steps = {**document, "undo": [*version.steps.get("undo", []), before][-UNDO_STEPS:]}
    version.made_by = by
    version.save(update_fields=["steps", "made_by"])
    Journey.objects.filter(pk=journey.pk).update(changed_at=at)
    return version, key


@transaction.atomic
def undo(journey: Journey, *, by: User | None, at: datetime) -> bool:
    """Take back the last change of the draft; whether there was one."""
    journey = Journey.objects.select_for_update().get(pk=journey.pk)
    version = states.newest(journey)
    if version is None or version.went_live_at is not None or not version.steps.get("undo"):
        return False
    *earlier, before = version.steps["undo"]
    version.steps = {**before, "undo": earlier}
    version.save(update_fields=["steps"])
    Journey.objects.filter(pk=journey.pk).update(changed_at=at)
    return True


def draft(journey: Journey, *, by: User | None, at: datetime) -> JourneyVersion:
    """The version that may be changed: the newest, or the next one made out of it once that is walked."""
    newest = states.newest(journey)
    if newest is not None and newest.went_live_at is None:
        return newest
    document = bare(newest.steps) if newest else first()
    number = newest.number + 1 if newest else 1
    return JourneyVersion.objects.create(journey=journey, number=number, steps=document, made_at=at, made_by=by)


def first() -> dict:
    """What a new journey begins as: a wait and an end."""
    return {
        "start": "a1",
        "goal": "",
        "steps": [
            {"key": "a1", "kind": steps.WAIT, "mode": steps.SPAN, "minutes": 1440, "exits": {"next": "a2"}},
            {"key": "a2", "kind": steps.EXIT, "exits": {}},
        ],
    }


def bare(document: Mapping) -> dict:
    """The steps without what was before them."""
    return {"start": document.get("start", ""), "goal": document.get("goal", ""), "steps": document.get("steps", [])}


def add(document: dict, place: Place, kind: str, fields: Mapping[str, Any]) -> str:
    """Put a new step where an exit leads: what came after it comes after the new one. Return its key."""
    key, after = _free_key(document), _target(document, place)
    step = {"key": key, "kind": kind, **fields}
    step["exits"] = dict.fromkeys(steps.exits_of(kind, fields), after)
    document["steps"].append(step)
    _point(document, place, key)
    return key


def edit(document: dict, key: str, fields: Mapping[str, Any]) -> str:
    """Change what a step does. A split that gets a new way leads it to where its first one leads."""
    old = _step(document, key)
    names = steps.exits_of(old["kind"], fields)
    first_to = next((to for to in old.get("exits", {}).values() if to), "")
    new = {"key": key, "kind": old["kind"], **fields}
    new["exits"] = {name: old.get("exits", {}).get(name, first_to) for name in names}
    document["steps"] = [new if one["key"] == key else one for one in document["steps"]]
    return key


def remove(document: dict, key: str) -> str:
    """Take a step out; whoever came to it goes on to where its first exit leads. What nobody gets to stays, marked."""
    step = _step(document, key)
    onward = next((to for to in step.get("exits", {}).values() if to and to != key), "")
    if not onward and step["kind"] != steps.EXIT:
        raise CannotDraw(_("Connect it to something first."))
    leading = [(one["key"], name) for one in document["steps"] for name, to in one["exits"].items() if to == key]
    if step["kind"] == steps.EXIT and (leading or document["start"] == key):
        raise CannotDraw(_("Something ends here: connect that to another step first."))
    document["steps"] = [one for one in document["steps"] if one["key"] != key]
    for one in document["steps"]:
        one["exits"] = {name: onward if to == key else to for name, to in one["exits"].items()}
    if document["start"] == key:
        document["start"] = onward
    return onward


def connect(document: dict, place: Place, to: str) -> str:
    """Let an exit lead to another step."""
    _step(document, to)
    if place[0] == to:
        raise CannotDraw(_("A step cannot lead to itself."))
    _point(document, place, to)
    return place[0] or to


def move(document: dict, key: str, place: Place) -> str:
    """Take a step with one way out from where it stands and put it where an exit leads."""
    step = _step(document, key)
    if list(step.get("exits", {})) != ["next"]:
        raise CannotDraw(_("Only a step with one way out can be moved: connect its ways instead."))
    if place[0] == key:
        return key
    remove(document, key)
    after = _target(document, place)
    document["steps"].append({**step, "exits": {"next": after}})
    _point(document, place, key)
    return key


def aim(document: dict, goal: str) -> None:
    """Set what the journey aims at; whoever does it leaves, wherever they stand."""
    document["goal"] = goal


def _step(document: dict, key: str) -> dict:
    for one in document["steps"]:
        if one["key"] == key:
            return one
    raise CannotDraw(_("This step is no longer there."))


def _target(document: dict, place: Place) -> str:
    key, name = place
    if not key:
        return document["start"]
    step = _step(document, key)
    if name not in step["exits"]:
        raise CannotDraw(_("This way out is no longer there."))
    return step["exits"][name]


def _point(document: dict, place: Place, to: str) -> None:
    key, name = place
    _target(document, place)
    if key:
        _step(document, key)["exits"][name] = to
    else:
        document["start"] = to


def _free_key(document: dict) -> str:
    numbers = [int(one["key"][1:]) for one in document["steps"] if one["key"][1:].isdigit()]
    return f"a{max(numbers, default=0) + 1}"
