"""For whom a slot is meant: groups of readers, named here and by the floors above.

A floor names its own with the hook ``register_audiences``, which returns ``{code: (label, test)}``; ``test`` gets the
Reader and says whether they belong. It is asked only about readers whom we know.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _
from wagtail import hooks

from people.contact import policy
from people.models import Person

EVERYONE, VISITORS, SIGNED_IN = "everyone", "visitors", "signed_in"
TOPIC = "topic:"  # followed by the code of a topic of commercial messages


@dataclass(frozen=True)
class Reader:
    """Whoever a slot is shown to: a visitor of the website, or the receiver of a commercial message on ``topic``."""

    person: Person | None = None
    is_signed_in: bool = False
    topic: str = ""

    @property
    def is_visitor(self) -> bool:
        return self.person is None and not self.is_signed_in


@dataclass(frozen=True)
class Audience:
    code: str
    label: Any
    test: Callable[[Reader], bool]


def audiences() -> dict[str, Audience]:
    """Every audience by its code: those of this floor, and those of the floors above."""
    found = {
        EVERYONE: Audience(EVERYONE, _("Everyone"), lambda reader: True),
        VISITORS: Audience(VISITORS, _("Visitors who have not signed in"), lambda reader: reader.is_visitor),
        SIGNED_IN: Audience(SIGNED_IN, _("Whoever has signed in"), lambda reader: reader.is_signed_in),
    }
    for register in hooks.get_hooks("register_audiences"):
        for code, (label, test) in register().items():
            found[code] = Audience(code, label, _of_known(test))
    return found


def topics() -> dict[str, Any]:
    """The audiences of the newsletter alone: the topics that its readers choose, by code."""
    return {f"{TOPIC}{code}": label for code, label in policy.topics().items()}


def label_of(code: str) -> str:
    """What the audience ``code`` is called; the code itself when nobody registers it any more."""
    if code.startswith(TOPIC):
        return str(topics().get(code, code))
    known = audiences().get(code)
    return str(known.label) if known else code


def includes(code: str, reader: Reader) -> bool:
    """Does ``reader`` belong to the audience ``code``? To one that nobody registers, nobody belongs."""
    if code.startswith(TOPIC):
        return reader.topic == code.removeprefix(TOPIC)
    known = audiences().get(code)
    return known is not None and bool(known.test(reader))


def _of_known(test: Callable[[Reader], bool]) -> Callable[[Reader], bool]:
    return lambda reader: reader.person is not None and test(reader)
