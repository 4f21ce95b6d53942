"""What a reader asked of the catalogue, as it stands in the address, and which programmes that leaves."""

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, fields, replace
from datetime import date
from math import inf
from operator import attrgetter
from typing import Any
from urllib.parse import urlencode

from babel.numbers import get_currency_precision
from django.utils.translation import gettext_lazy

from programmes import words
from programmes.catalogue.shelf import Row

EVERY_COLLECTION = "all"
FREE = "free"
MOST_COMPARED = 3
SORTS = {
    "start": gettext_lazy("Nearest start"),
    "title": gettext_lazy("Title"),
    "price": gettext_lazy("Lowest price"),
}
NARROWING = ("field", "level", "modality", "language", "start", "price")


@dataclass(frozen=True)
class Filters:
    """What the reader asked for; "" is no filter. ``p`` are the codes of programmes put aside to compare."""

    q: str = ""
    exact: str = ""  # the words as they were typed, although others would find more
    field: str = ""
    level: str = ""
    modality: str = ""
    language: str = ""
    start: str = ""
    price: str = ""
    collection: str = ""
    sort: str = ""
    p: tuple[str, ...] = ()

    @classmethod
    def read(cls, query: Mapping[str, Any]) -> "Filters":
        names = [one.name for one in fields(cls) if one.name != "p"]
        given = {name: _clean(query.get(name, "")) for name in names}
        return cls(**given, p=read_codes(query))

    def address(self, **changes: Any) -> str:
        """The query string of these filters with some changed: a list that can be shared. "?" if nothing is asked."""
        asked = replace(self, **changes)
        given = {one.name: value for one in fields(self) if (value := getattr(asked, one.name))}
        return f"?{urlencode(given, doseq=True)}"

    @property
    def is_narrowed(self) -> bool:
        """Whether programmes may be left out that a reader without wishes would see."""
        return bool(self.q or any(getattr(self, name) for name in NARROWING))

    def toggled(self, code: str) -> "Filters":
        """With that programme put aside to compare, or taken back."""
        kept = tuple(one for one in self.p if one != code)
        return replace(self, p=kept if code in self.p else (*kept, code)[:MOST_COMPARED])


@dataclass(frozen=True)
class Sifted:
    """The rows that pass all filters, and for each filter those that would pass without it."""

    chosen: list[Row]
    without: dict[str, list[Row]]


def read_codes(query: Mapping[str, Any]) -> tuple[str, ...]:
    """The programmes named in an address, each once, at most three."""
    given = query.getlist("p") if hasattr(query, "getlist") else query.get("p", ())
    return tuple(dict.fromkeys(code for one in given if (code := _clean(one))))[:MOST_COMPARED]


def sift(rows: Iterable[Row], filters: Filters) -> Sifted:
    """All counts in one pass: a row that fails one filter only is what lifting that filter would bring back."""
    tests = _tests(filters)
    chosen: list[Row] = []
    nearly: dict[str, list[Row]] = {name: [] for name in (*NARROWING, "collection")}
    for row in rows:
        failed = ""
        for name, passes in tests:
            if not passes(row):
                if failed:
                    break
                failed = name
        else:
            (nearly[failed] if failed else chosen).append(row)
    return Sifted(chosen, {name: chosen + more for name, more in nearly.items()})


def choose(rows: Iterable[Row], filters: Filters, *, ranks: Mapping[int, float] | None = None) -> list[Row]:
    """The rows that pass all filters in the order asked for; ``ranks`` say how well each matches the words."""
    return arrange(sift(rows, filters).chosen, filters, ranks=ranks)


def arrange(rows: Iterable[Row], filters: Filters, *, ranks: Mapping[int, float] | None = None) -> list[Row]:
    if filters.sort == "title":
        return sorted(rows, key=attrgetter("order"))
    if filters.sort == "price":
        return sorted(rows, key=lambda row: (row.price_minor is None, row.price_minor or 0, row.order))
    if ranks and filters.sort != "start":
        return sorted(rows, key=lambda row: (-ranks.get(row.page_id, 0.0), row.order))
    return sorted(rows, key=lambda row: (row.starts_on is None, row.starts_on or date.max, row.order))


def price_range(value: str) -> tuple[str, int, int | None] | None:
    """Currency, from and below in whole units, as a price band is written: “eur-500-1000”, “eur-5000-”."""
    found = re.fullmatch(r"([a-z]{3})-(\d{1,9})-(\d{0,9})", value)
    if not found:
        return None
    currency, least, most = found.groups()
    return currency.upper(), int(least), int(most) if most else None


def price_test(value: str) -> Callable[[Row], bool]:
    """Whether a row is in that band. What is free is in no other band; nothing is in a band that is none."""
    if value == FREE:
        return lambda row: row.price_minor == 0
    band = price_range(value)
    if band is None:
        return lambda row: False
    currency, least, most = band
    minor = 10 ** get_currency_precision(currency)
    end = most * minor if most is not None else inf
    return lambda row: bool(row.price_minor and row.currency == currency and least * minor <= row.price_minor < end)


def _tests(filters: Filters) -> list[tuple[str, Callable[[Row], bool]]]:
    known: dict[str, Callable[[Row], bool]] = {
        "field": lambda row: row.field == filters.field,
        "level": lambda row: row.level == filters.level,
        "modality": lambda row: row.modality == filters.modality,
        "language": lambda row: filters.language in row.languages,
        "start": lambda row: filters.start in row.months,
        "price": price_test(filters.price),
        "collection": lambda row: row.collection == filters.collection,
    }
    wanted = [(name, test) for name, test in known.items() if getattr(filters, name)]
    if not filters.collection:
        wanted.append(("collection", lambda row: row.is_own))
    if filters.collection == EVERY_COLLECTION:
        wanted = [(name, test) for name, test in wanted if name != "collection"]
    return wanted


def _clean(text: Any) -> str:
    return str(text).replace("\0", "").strip()[: words.QUERY_LIMIT]
