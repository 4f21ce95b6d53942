"""Many pairs made one in a single act of staff, each by itself."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _

from people.identity import merging
from people.models import DuplicatePair, Merge, Person, User

MOST = 200  # pairs in one act: about half a minute


@dataclass(frozen=True)
class Outcome:
    """What became of one pair: the merge, or why there is none."""

    pair: DuplicatePair
    merge: Merge | None = None
    why_not: str = ""


def merge_pairs(pair_ids: Iterable[int], *, at: datetime, by: User | None, source: str = "bulk") -> list[Outcome]:
    """Make each pair one with the default choices, in a transaction of its own, the likeliest first.

    Whoever has been known for longer stays. Of more than ``MOST`` pairs the rest are left as they are.
    """
    pairs = DuplicatePair.objects.filter(pk__in=list(pair_ids)).select_related("one", "other")
    return [_merge(pair, at=at, by=by, source=source) for pair in pairs.order_by("-probability", "pk")[:MOST]]


def survivor_first(one: Person, other: Person) -> tuple[Person, Person]:
    """Who stays by default: whoever has a login if only one has, else whoever has been known for longer."""
    first, second = sorted((one, other), key=lambda person: (person.user_id is None, person.created_at, person.pk))
    return first, second


def _merge(pair: DuplicatePair, *, at: datetime, by: User | None, source: str) -> Outcome:
    # Of three who are one, the second pair speaks of a person who has just become part of another.
    survivor, absorbed = survivor_first(merging.current(pair.one), merging.current(pair.other))
    if pair.state == DuplicatePair.State.DIFFERENT:
        return Outcome(pair, why_not=_("Somebody has decided that they are two people."))
    if survivor == absorbed:
        return Outcome(pair, why_not=_("These two are one person already."))
    try:
        return Outcome(pair, merging.merge(survivor, absorbed, at=at, by=by, source=source))
    except merging.CannotMerge as refusal:
        return Outcome(pair, why_not=str(refusal))
