"""The moments of somebody's way at which the school may write, as the floors register them."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta

from django.db.models import Model, QuerySet
from django.utils import timezone
from django.utils.functional import Promise
from wagtail import hooks

from people.models import User
from programmes.models import Intake, Programme

MORNING = time(9)  # what begins on a day begins at this hour


@dataclass(frozen=True)
class Happening:
    """Something that brings a message about: to whom, about what, and when."""

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
    """A moment: which rows bring it about, and when.

    ``rows`` answers with those for whom it holds at an instant; a row that is not among them any more when the message
    should leave is not written about. ``instant`` names its column with a time or a day, ``after`` what passes since;
    the other names are paths to the person, the programme, the start and whoever signs. ``writes_itself`` says, by
    channel, what the product sends at this moment without a template.
    """

    label: str | Promise
    order: int
    rows: Callable[[datetime], QuerySet]
    instant: str
    after: timedelta = timedelta()
    is_day: bool = False
    person: str = "person"
    programme: str = "programme"
    intake: str = ""
    signer: str = ""
    explained: str | Promise = ""
    writes_itself: Mapping[str, str | Promise] = field(default_factory=dict)

    def found(self, *, since: datetime, until: datetime) -> list[Happening]:
        """What brought the moment about after ``since`` and not after ``until``. One query."""
        first, last = since - self.after, until - self.after
        bounds: tuple[date, date] = (first, last)  # an instant is a date as well
        if self.is_day:
            bounds = (timezone.localdate(first), timezone.localdate(last))
        rows = self.rows(until).filter(**{f"{self.instant}__gte": bounds[0], f"{self.instant}__lte": bounds[1]})
        kind = rows.model._meta.label_lower
        columns = rows.order_by().values_list("pk", f"{self.person}_id", self.instant, f"{self.programme}_id")
        told = [
            Happening(person_id, self._instant(value) + self.after, programme_id, (kind, pk))
            for pk, person_id, value, programme_id in columns
        ]
        return [one for one in told if since < one.at <= until]

    def standing(self, pk: int | None, *, at: datetime) -> Standing | None:
        """What is so now for the row ``pk``; None if the moment does not hold for it any more."""
        paths = [path for path in (self.programme, self.intake, self.signer) if path]
        row = self.rows(at).select_related(*paths).filter(pk=pk).first()
        if row is None:
            return None
        return Standing(_at(row, self.programme), _at(row, self.intake), _at(row, self.signer))

    def _instant(self, value: datetime | date) -> datetime:
        return timezone.make_aware(datetime.combine(value, MORNING)) if self.is_day else value  # type: ignore[return-value]


def registered() -> dict[str, Moment]:
    """The moments that floors register with the hook ``register_moments``, by code, in the order of the way."""
    named: dict[str, Moment] = {}
    for register in hooks.get_hooks("register_moments"):
        named |= register()
    return dict(sorted(named.items(), key=lambda item: (item[1].order, item[0])))


def choices() -> list[tuple[str, str | Promise]]:
    """Moments to choose from."""
    return [(code, moment.label) for code, moment in registered().items()]


def _at(row: Model, path: str):
    """What stands at the end of ``path``; None where there is no path, or nothing at its end."""
    found: Model | None = row if path else None
    for step in path.split("__") if path else ():
        found = getattr(found, step) if found is not None else None
    return found
