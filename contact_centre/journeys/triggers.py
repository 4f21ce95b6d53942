"""What can happen to people that a journey begins with, waits for, asks about or aims at.

Each floor names its own with the hook ``register_journey_triggers``: a list of ``Happening``. What a floor announces
reaches the journeys through ``listening``; what nobody announces is looked for.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import cache

from django.db.models import Exists, Model, OuterRef, Q, QuerySet
from django.utils.functional import Promise
from wagtail import hooks

from contact_centre.models import Walk
from people.models import Person


@dataclass(frozen=True)
class Happening:
    """Something of which each time is a row: whose (``person``), when (``moment``), and about which programme.

    The paths are lookups from a row. ``announced`` is the announcement that tells of it and ``told_as`` the argument
    that holds the row; without them it is looked for every hour. ``letter`` leads to the message it answers: then only
    the letters of the journey itself count. ``search`` finds people to begin with, instead of rows.
    """

    code: str
    label: str | Promise
    rows: Callable[[], QuerySet] | None = None
    person: str = "person"
    moment: str = "at"
    programme: str = ""
    announced: str = ""
    told_as: str = ""
    is_told: Callable[[Model], bool] | None = None  # which of those announced count
    letter: str = ""
    search: Callable[..., QuerySet[Person]] | None = None
    begins: bool = True

    def of(self, person_id: int, *, since: datetime, until: datetime, walk: Walk | None = None) -> datetime | None:
        """When it first happened to somebody after ``since`` and not after ``until``."""
        if self.rows is None:
            return None
        rows = self.rows().filter(**{self.person: person_id, f"{self.moment}__gt": since, f"{self.moment}__lte": until})
        if self.letter and walk is not None:
            own = {f"{self.letter}__about_kind": Walk._meta.label_lower, f"{self.letter}__about_id": walk.pk}
            rows = rows.filter(**own)
        return rows.order_by(self.moment).values_list(self.moment, flat=True).first()

    def follows(self, walks: QuerySet[Walk]) -> QuerySet[Walk]:
        """Those of ``walks`` to whose person it happened after they came in."""
        if self.rows is None:
            return walks.none()
        since = {self.person: OuterRef("person"), f"{self.moment}__gt": OuterRef("entered_at")}
        return walks.filter(Exists(self.rows().filter(**since)))

    def month(self, *, since: datetime, until: datetime) -> QuerySet:
        """Rows of a stretch of time, oldest first."""
        if self.rows is None:
            raise ValueError(self.code)
        return (
            self.rows()
            .filter(Q(**{f"{self.moment}__gte": since, f"{self.moment}__lt": until}))
            .order_by(self.moment, "pk")
        )


@cache
def happenings() -> dict[str, Happening]:
    """Everything that any floor can tell of, by its code."""
    named = [one for name_some in hooks.get_hooks("register_journey_triggers") for one in name_some()]
    return {one.code: one for one in named}


def beginnings() -> dict[str, Happening]:
    """Those with which a journey may begin."""
    return {code: one for code, one in happenings().items() if one.begins}


def facts() -> dict[str, Happening]:
    """Those that a step may ask about and a journey may aim at."""
    return {code: one for code, one in happenings().items() if one.rows is not None}


def along(row: Model, path: str):
    """What a path leads to from one row: ``student__person``."""
    found = row
    for name in path.split("__"):
        if found is None:
            return None
        found = getattr(found, name)
    return found
