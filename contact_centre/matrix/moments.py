"""The moments of somebody's way at which the school may write, as the floors register them."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from wagtail import hooks

from people.models import User
from programmes.models import Intake, Programme


@dataclass(frozen=True)
class Happening:
    """Something that brings a message about: to whom, about what, and since when it is so.

    ``key`` tells it from others of its moment: the same happening is never written about twice.
    """

    key: str
    person_id: int
    at: datetime
    programme_id: int | None = None
    about: tuple[str, int] | None = None


@dataclass(frozen=True)
class Standing:
    """What a message is about, as it is when it leaves: the programme, the start, and who signs."""

    programme: Programme | None = None
    intake: Intake | None = None
    by: User | None = None


@dataclass(frozen=True)
class Moment:
    """A moment. It is announced (``running.due``), or ``find`` says what time has brought about since an instant.

    ``standing`` is asked just before a message leaves: with the number of what it is about, the person's and the
    instant. It answers None where there is no reason to write any more; then the message is left out. ``writes_itself``
    names, by channel, what the product sends at this moment without a template.
    """

    label: str
    order: int
    phase: str = ""
    explained: str = ""
    find: Callable[[datetime, datetime], Iterable[Happening]] | None = None
    standing: Callable[[int | None, int, datetime], Standing | None] | None = None
    writes_itself: Mapping[str, str] = field(default_factory=dict)


def registered() -> dict[str, Moment]:
    """The moments that floors register with the hook ``register_moments``, by code, in the order of the way."""
    named: dict[str, Moment] = {}
    for register in hooks.get_hooks("register_moments"):
        named |= register()
    return dict(sorted(named.items(), key=lambda item: (item[1].order, item[0])))


def choices() -> list[tuple[str, str]]:
    """Moments to choose from."""
    return [(code, moment.label) for code, moment in registered().items()]
