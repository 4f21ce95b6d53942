"""What a rule of a segment may ask. Floors hang theirs on the hook ``register_segment_criteria``.

A ``Criterion`` has fields, and a function from their values to a condition on ``Person``. The condition may read
columns of the person, and nothing else except ids: whatever lives in other tables comes in as ``people_with(rows)``.
A join would count somebody twice, and could not be turned round.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from django.db.models import Count, Q, QuerySet
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from wagtail import hooks

Text = str | Promise
Options = Callable[[], Iterable[tuple[str, Text]]]
LONGEST_TEXT = 120
LARGEST = 2_000_000_000
PEOPLE, DESK, INTEREST, STUDIES, MEMBERS = (
    gettext_lazy("Who they are"),
    gettext_lazy("What happened at the desk"),
    gettext_lazy("What they asked for"),
    gettext_lazy("Applications, studies and money"),
    gettext_lazy("Community"),
)


class BadValue(ValueError):
    """What stands in a field of a rule cannot be used; the message says why, for people."""


@dataclass(frozen=True)
class Field:
    """One thing to fill in: one or several of some options, a number, a number of days, a date, or words."""

    name: str
    label: Text
    kind: str = "choices"  # choices, choice, number, days, date, text
    options: Options | None = None
    is_required: bool = False
    unit: Text = ""
    start: int | str = ""  # what a new rule begins with
    least: int = 0
    most: int = LARGEST

    def clean(self, given: object) -> object:
        """The value as it is kept: a list of codes, a code, a whole number, an ISO date or words; None if empty."""
        if given in (None, "", []):
            if self.is_required:
                raise BadValue(_("Fill in “%(field)s”.") % {"field": self.label})
            return None
        if self.kind in ("number", "days"):
            return self._number(given)
        if self.kind == "date":
            return self._date(given)
        if self.kind == "text":
            return str(given).replace("\x00", "").strip()[:LONGEST_TEXT] or None
        return self._chosen(given)

    def _number(self, given: object) -> int:
        try:
            number = int(str(given))
        except ValueError:
            raise BadValue(_("“%(field)s” is a whole number.") % {"field": self.label}) from None
        if not self.least <= number <= self.most:
            limits = {"field": self.label, "least": self.least, "most": self.most}
            raise BadValue(_("“%(field)s” lies between %(least)s and %(most)s.") % limits)
        return number

    def _date(self, given: object) -> str:
        try:
            return date.fromisoformat(str(given)).isoformat()
        except ValueError:
            raise BadValue(_("“%(field)s” is a date.") % {"field": self.label}) from None

    def _chosen(self, given: object) -> list[str] | str:
        codes = [str(one) for one in given] if isinstance(given, list | tuple) else [str(given)]
        known = {str(code) for code, _label in self.choices()}
        gone = [code for code in codes if code not in known]
        if gone:
            facts = {"field": self.label, "value": gone[0][:60]}
            raise BadValue(_("“%(field)s”: there is no “%(value)s” (any more).") % facts)
        return codes if self.kind == "choices" else codes[0]

    def choices(self) -> list[tuple[str, Text]]:
        return [(str(code), label) for code, label in self.options()] if self.options is not None else []

    def words(self, value: object) -> str:
        """The value as a person reads it in a sentence."""
        if self.kind in ("choices", "choice"):
            labels = {code: str(label) for code, label in self.choices()}
            codes: list[str] = value if isinstance(value, list) else [str(value)]
            return _(" or ").join(labels.get(code, code) for code in codes)
        if self.kind == "days":
            return ngettext("%(n)s day", "%(n)s days", int(str(value))) % {"n": value}
        if self.kind == "text":
            return _("“%(words)s”") % {"words": value}
        return f"{value} {self.unit}".strip()


@dataclass(frozen=True)
class Criterion:
    """One thing a rule may ask about a person.

    ``to_q(values, at)`` gives the condition on ``Person``; ``values`` holds the fields that were filled in.
    ``whole`` may say what is wrong with the values together, by raising ``BadValue``.
    """

    code: str
    group: Text
    label: Text
    to_q: Callable[[Mapping, datetime], Q]
    fields: tuple[Field, ...] = ()
    help: Text = ""
    whole: Callable[[Mapping], None] | None = None
    by_name: Mapping[str, Field] = field(init=False, repr=False, compare=False, default_factory=dict)

    def __post_init__(self):
        object.__setattr__(self, "by_name", {one.name: one for one in self.fields})

    def clean(self, given: Mapping) -> dict[str, object]:
        """The values as they are kept, without the empty ones. Raises BadValue."""
        cleaned = {one.name: one.clean(given.get(one.name)) for one in self.fields}
        kept = {name: value for name, value in cleaned.items() if value is not None}
        if self.whole is not None:
            self.whole(kept)
        return kept

    def words(self, values: Mapping) -> str:
        """The rule in words: the label, then what was filled in."""
        said = [
            f"{one.label}: {one.words(values[one.name])}" for one in self.fields if values.get(one.name) is not None
        ]
        if len(self.fields) == 1 and said:
            return f"{self.label}: {self.fields[0].words(values[self.fields[0].name])}"
        return f"{self.label} ({'; '.join(said)})" if said else str(self.label)


def registered() -> dict[str, Criterion]:
    """All criteria of all floors by code, in the order of their groups."""
    found: dict[str, Criterion] = {}
    for register in hooks.get_hooks("register_segment_criteria"):
        found |= {one.code: one for one in register()}
    return found


def people_with(rows: QuerySet, path: str = "person") -> Q:
    """The condition that a person is among those on whom ``rows`` hang by ``path``."""
    return Q(pk__in=rows.order_by().filter(**{f"{path}__isnull": False}).values(path))


def at_least(rows: QuerySet, number: int | None, path: str = "person") -> Q:
    """The same, for those on whom at least ``number`` rows hang (one, if it is not said)."""
    if not number or number <= 1:
        return people_with(rows, path)
    counted = rows.order_by().filter(**{f"{path}__isnull": False}).values(path).annotate(hung=Count("pk"))
    return Q(pk__in=counted.filter(hung__gte=number).values(path))


def since(at: datetime, days: int | None, *, column: str) -> Q:
    """The condition that ``column`` lies in the last ``days`` before ``at``; any time before ``at``, if not said."""
    lately = Q(**{f"{column}__lte": at})
    return lately & Q(**{f"{column}__gt": at - timedelta(days=days)}) if days else lately


def lately(*, start: int | str = "") -> Field:
    """The usual field for a stretch of time; empty means ever."""
    return Field("days", gettext_lazy("in the last"), kind="days", least=1, most=36_500, start=start)


def times() -> Field:
    """The usual field for how often; empty means once."""
    unit = gettext_lazy("times")
    return Field("times", gettext_lazy("at least"), kind="number", least=1, most=100_000, unit=unit)
