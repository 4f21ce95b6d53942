"""Money that came in, as the floor above tells of it: the hook ``register_collected_money``.

The hook returns a function ``(*, person_ids=None, since=None, until=None)`` that gives rows of ``Collected``: of those
people, or of everybody, with an instant in ``[since, until)``. Money given back is below zero.
"""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import datetime

from wagtail import hooks


@dataclass(frozen=True)
class Collected:
    """One amount that came in from somebody, in minor units, for a programme where that is known."""

    person_id: int
    amount_minor: int
    currency: str
    at: datetime
    programme_id: int | None = None


def rows(
    *, person_ids: Collection[int] | None = None, since: datetime | None = None, until: datetime | None = None
) -> Iterator[Collected]:
    """What every floor above tells of money that came in."""
    if person_ids is not None and not person_ids:
        return
    for told in hooks.get_hooks("register_collected_money"):
        yield from told(person_ids=person_ids, since=since, until=until)
