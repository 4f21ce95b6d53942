"""What the survivor of a merge is called and how they want to be contacted: each field, its choice and its default."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.db import models
from django.utils.translation import gettext as _

from people.models import Person

SURVIVOR, ABSORBED = "survivor", "absorbed"
Phase, Frequency = Person.Phase, Person.Frequency
CHOSEN = (
    "given_name",
    "family_name",
    "birth_date",
    "language",
    "time_zone",
    "country",
    "phase",
    "preferred_channel",
    "source",
    "preferred_from",
    "preferred_until",
)
# What somebody does not want holds, whichever of the two rows it was said on: there is nothing to choose.
STRICTEST = ("paused_until", "frequency", "topics_off")
FIELDS = CHOSEN + STRICTEST
HOURS = ("preferred_from", "preferred_until")
# Somebody who studies again after an earlier programme is a student; one who is lost for one is open for another.
ORDER_OF_PHASES = (Phase.LOST, Phase.PROSPECT, Phase.APPLICANT, Phase.ALUMNUS, Phase.STUDENT)
ORDER_OF_FREQUENCIES = ("", Frequency.WEEKLY, Frequency.FORTNIGHTLY, Frequency.MONTHLY)
EMPTY: tuple[Any, ...] = (None, "", [])


class BadChoice(ValueError):
    """There is no such field to choose, or no such side."""


@dataclass(frozen=True)
class Field:
    """One field side by side; ``proposed`` names the side its value comes from, empty where both have a part in it."""

    name: str
    label: str
    survivor: Any
    absorbed: Any
    proposed: str
    result: Any

    @property
    def is_chosen(self) -> bool:
        return self.name in CHOSEN

    @property
    def is_same(self) -> bool:
        return self.survivor == self.absorbed


def side_by_side(survivor: Person, absorbed: Person, choices: Mapping[str, str] | None = None) -> list[Field]:
    """Every field of both, with what would become of it."""
    one, other = values(survivor), values(absorbed)
    results = resolve(one, other, choices or {})
    return [
        Field(
            name=name,
            label=str(_field(name).verbose_name),
            survivor=one[name],
            absorbed=other[name],
            proposed=_side(name, one, other, results, choices or {}),
            result=results[name],
        )
        for name in FIELDS
    ]


def values(person: Person) -> dict[str, Any]:
    return {name: getattr(person, name) for name in FIELDS}


def checked(choices: Mapping[str, str]) -> dict[str, str]:
    """The choices if each names a field that can be chosen and a side; raises BadChoice."""
    for name, side in choices.items():
        if name in STRICTEST:
            raise BadChoice(_("The stricter wish always holds, so there is nothing to choose for “%s”.") % name)
        if name not in CHOSEN:
            raise BadChoice(_("There is no field “%s” to choose.") % name)
        if side not in (SURVIVOR, ABSORBED):
            raise BadChoice(_("Choose “survivor” or “absorbed” for “%s”.") % name)
    return dict(choices)


def resolve(one: Mapping[str, Any], other: Mapping[str, Any], choices: Mapping[str, str]) -> dict[str, Any]:
    """The survivor's fields after the merge. ``one`` are theirs, ``other`` those of the absorbed person.

    Unless somebody chose: the survivor's unless empty, preferred hours as a pair, the phase that is furthest. Always
    the longer pause, the lower frequency, and every topic that either does not want.
    """
    result = {name: other[name] if one[name] in EMPTY else one[name] for name in CHOSEN}
    if any(one[name] not in EMPTY for name in HOURS):
        result |= {name: one[name] for name in HOURS}
    result["phase"] = max(one["phase"], other["phase"], key=ORDER_OF_PHASES.index)
    result |= {name: (other if side == ABSORBED else one)[name] for name, side in choices.items()}
    return result | stricter(one, other)


def stricter(one: Mapping[str, Any], other: Mapping[str, Any]) -> dict[str, Any]:
    """Pause, frequency and topics that keep what both asked for."""
    pauses = [pause for pause in (one["paused_until"], other["paused_until"]) if pause]
    return {
        "paused_until": max(pauses) if pauses else None,
        "frequency": max(one["frequency"], other["frequency"], key=ORDER_OF_FREQUENCIES.index),
        "topics_off": one["topics_off"] + [topic for topic in other["topics_off"] if topic not in one["topics_off"]],
    }


def kept(fields: Mapping[str, Any]) -> dict[str, Any]:
    """As JSON keeps them, to the microsecond."""
    return {name: value.isoformat() if hasattr(value, "isoformat") else value for name, value in fields.items()}


def read(fields: Mapping[str, Any]) -> dict[str, Any]:
    """What ``kept`` wrote down, as the model has it."""
    return {name: _field(name).to_python(value) for name, value in fields.items() if name in FIELDS}


def _field(name: str) -> models.Field:
    return next(field for field in Person._meta.concrete_fields if field.name == name)


def _side(name, one, other, results, choices) -> str:
    if name in choices and name not in STRICTEST:
        return choices[name]
    if results[name] == one[name]:
        return SURVIVOR
    return ABSORBED if results[name] == other[name] else ""
