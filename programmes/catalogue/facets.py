"""For each filter its values, with how many programmes each would leave given the other filters."""

from bisect import bisect_right
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date

from babel import Locale as BabelLocale
from babel.numbers import get_currency_precision
from django.template.defaultfilters import capfirst
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from programmes import dates, money, words
from programmes.catalogue.filters import EVERY_COLLECTION, FREE, NARROWING, Filters, Sifted, price_range, price_test
from programmes.catalogue.shelf import Row, Shelf
from programmes.models import Level, Modality

# Where one price band ends and the next begins, in whole units of the currency.
BANDS = (250, 500, 1000, 2000, 5000, 10_000)
OPEN_AT_FIRST = 8  # values of one filter; the others are behind “More”


@dataclass(frozen=True)
class Option:
    """A value of a filter. Its address lifts it when it is chosen; ``count`` is how many are listed behind it."""

    value: str
    label: str
    count: int
    is_chosen: bool
    address: str


@dataclass(frozen=True)
class Facet:
    name: str
    label: str
    options: list[Option]

    @property
    def shown(self) -> list[Option]:
        return self.options if self._is_short else self.options[:OPEN_AT_FIRST]

    @property
    def more(self) -> list[Option]:
        return [] if self._is_short else self.options[OPEN_AT_FIRST:]

    @property
    def is_more_chosen(self) -> bool:
        return any(option.is_chosen for option in self.more)

    @property
    def _is_short(self) -> bool:
        return len(self.options) <= OPEN_AT_FIRST + 1  # a link that opens one value is no shorter than the value


def facets(shelf: Shelf, sifted: Sifted, filters: Filters) -> list[Facet]:
    """The filters that leave a choice, or that are in use, in the order in which people ask."""
    reader = BabelLocale.parse((get_language() or "ca")[:2]).languages
    labels = {
        "field": _("Field"),
        "level": _("Level"),
        "modality": _("How it is taught"),
        "language": _("Taught in"),
        "start": _("Starts in"),
        "price": _("Price"),
    }
    names: dict[str, Callable[[str], str]] = {
        "field": lambda slug: shelf.fields[slug].name if slug in shelf.fields else "",
        "level": lambda code: str(dict(Level.choices).get(code, "")),
        "modality": lambda code: str(dict(Modality.choices).get(code, "")),
        "language": lambda code: capfirst(reader.get(code, "")),
        "start": month_label,
        "price": band_label,
    }
    found = []
    for name in NARROWING:
        counts = _counts(sifted.without[name], name)
        chosen = getattr(filters, name)
        values = _in_order({*counts, *([chosen] if chosen else [])}, name, names[name])
        options = [
            Option(
                value=value,
                label=label,
                count=counts[value] if name != "price" or value in counts else _in_band(sifted, value),
                is_chosen=value == chosen,
                address=filters.address(**{name: "" if value == chosen else value}),
            )
            for value in values
            if (label := names[name](value))
        ]
        if options:
            found.append(Facet(name, labels[name], options))
    return found


def collections(shelf: Shelf, sifted: Sifted, filters: Filters) -> list[Option]:
    """The collections one can look into, the school's own first; empty if there is only that one."""
    counts = Counter(row.collection for row in sifted.without["collection"])
    options = []
    for collection in shelf.collections:
        value = "" if collection.is_own else collection.slug
        is_chosen = filters.collection in (value, collection.slug)
        if counts[collection.slug] or is_chosen:
            address = filters.address(collection=value)
            options.append(Option(value, collection.name, counts[collection.slug], is_chosen, address))
    if len(options) < 2:
        return []
    everything = filters.address(collection=EVERY_COLLECTION)
    is_all = filters.collection == EVERY_COLLECTION
    return [*options, Option(EVERY_COLLECTION, _("All"), counts.total(), is_all, everything)]


def chips(groups: list[Facet], filters: Filters) -> list[dict[str, str]]:
    """What is asked for at the moment, each with the address without it."""
    found = [
        {"label": option.label, "url": option.address}
        for group in groups
        for option in group.options
        if option.is_chosen
    ]
    if filters.q:
        found.insert(0, {"label": f"“{filters.q}”", "url": filters.address(q="", exact="")})
    return found


def ways_out(groups: list[Facet], sifted: Sifted, filters: Filters) -> list[dict[str, str]]:
    """For a list with nothing in it: each filter that, taken away, leaves something, with how many."""
    chosen = {group.name: option for group in groups for option in group.options if option.is_chosen}
    found = [
        (_("Without “%(filter)s”") % {"filter": option.label}, len(sifted.without[name]), option.address)
        for name, option in chosen.items()
        if sifted.without[name]
    ]
    if elsewhere := len(sifted.without["collection"]):
        found.append((_("In every collection"), elsewhere, filters.address(collection=EVERY_COLLECTION)))
    return [
        {
            "label": label,
            "count": ngettext("%(count)s programme", "%(count)s programmes", count) % {"count": count},
            "url": address,
        }
        for label, count, address in found
    ]


def month_label(value: str) -> str:
    """“March 2027”; "" if it is no month."""
    year, _dash, month = value.partition("-")
    try:
        return dates.month(date(int(year), int(month), 1))
    except ValueError:
        return ""


def band_label(value: str) -> str:
    """A price band in words: “500 € to 1.000 €”; "" if it is none."""
    if value == FREE:
        return _("Free")
    band = price_range(value)
    if band is None:
        return ""
    currency, least, most = band
    minor = 10 ** get_currency_precision(currency)
    low, high = money.show(least * minor, currency), money.show((most or 0) * minor, currency)
    if most is None:
        return _("%(price)s or more") % {"price": low}
    if not least:
        return _("Less than %(price)s") % {"price": high}
    return _("%(low)s to %(high)s") % {"low": low, "high": high}


def _counts(rows: list[Row], name: str) -> Counter:
    if name == "language":
        return Counter(code for row in rows for code in row.languages)
    if name == "start":
        return Counter(month for row in rows for month in row.months)
    if name == "price":
        return _band_counts(rows)
    return Counter(value for row in rows if (value := getattr(row, name)))


def _band_counts(rows: list[Row]) -> Counter:
    """By bands of the currency most of them cost; whatever costs another currency is in no band."""
    usual = Counter(row.currency for row in rows if row.price_minor).most_common(1)
    counts = Counter({FREE: sum(row.price_minor == 0 for row in rows)})
    if usual:
        currency = usual[0][0]
        minor = 10 ** get_currency_precision(currency)
        ends = [end * minor for end in BANDS]
        places = Counter(
            bisect_right(ends, row.price_minor) for row in rows if row.price_minor and row.currency == currency
        )
        for place, (least, most) in enumerate(zip((0, *BANDS), (*BANDS, ""), strict=True)):
            counts[f"{currency.lower()}-{least}-{most}"] = places[place]
    return +counts


def _in_band(sifted: Sifted, value: str) -> int:
    """Of a band that somebody wrote into the address."""
    return sum(map(price_test(value), sifted.without["price"]))


def _in_order(values: Iterable[str], name: str, label: Callable[[str], str]) -> list[str]:
    if name == "start":
        return sorted(values)
    if name == "price":
        return sorted(values, key=lambda value: (price_range(value) or ("", -1, 0))[1])
    if name in ("level", "modality"):
        order = [*(Level if name == "level" else Modality).values]
        return sorted(values, key=lambda value: order.index(value) if value in order else len(order))
    return sorted(values, key=lambda value: words.without_accents(label(value)).casefold())
