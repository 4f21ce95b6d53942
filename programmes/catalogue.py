"""The catalogue: searching and filtering programmes, with counts, in the reader's language.

A programme is listed once: with its sheet in the reader's language, else with the one it has. The school's own
collection is what one sees first; imported collections are one link away.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields, replace
from datetime import date
from typing import Any
from urllib.parse import urlencode

from babel import Locale as BabelLocale
from django.contrib.postgres.search import SearchRank
from django.core.paginator import Page as ListPage
from django.core.paginator import Paginator
from django.db.models import (
    Case,
    CharField,
    Exists,
    ExpressionWrapper,
    F,
    FloatField,
    Min,
    OuterRef,
    Prefetch,
    QuerySet,
    Subquery,
    Value,
    When,
)
from django.template.defaultfilters import capfirst
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language, gettext_lazy, pgettext
from django.utils.translation import gettext as _
from wagtail.models import PageViewRestriction

from programmes import money, words
from programmes.models import (
    LANGUAGES,
    CataloguePage,
    Collection,
    Field,
    Intake,
    Level,
    Modality,
    Programme,
    ProgrammePage,
)

PAGE_SIZE = 24
EVERY_COLLECTION = "all"
SORTS = {
    "start": gettext_lazy("Nearest start"),
    "title": gettext_lazy("Title"),
    "price": gettext_lazy("Lowest price"),
}


@dataclass(frozen=True)
class Filters:
    """What the reader asked for, as it stands in the address; "" is no filter."""

    q: str = ""
    field: str = ""
    level: str = ""
    modality: str = ""
    language: str = ""
    collection: str = ""
    sort: str = ""

    @classmethod
    def read(cls, query: Mapping[str, str]) -> "Filters":
        return cls(**{one.name: query.get(one.name, "").strip()[: words.QUERY_LIMIT] for one in fields(cls)})

    def address(self, **changes: str) -> str:
        """The query string of these filters with some changed: a list that can be shared."""
        given = {one.name: value for one in fields(self) if (value := getattr(replace(self, **changes), one.name))}
        return f"?{urlencode(given)}"


@dataclass(frozen=True)
class Row:
    """One programme of the list, as far as filtering, counting and sorting need it."""

    page_id: int
    title: str
    field: str
    level: str
    modality: str
    languages: tuple[str, ...]
    collection: str
    is_own: bool
    starts_on: date | None
    price_minor: int | None
    rank: float


@dataclass(frozen=True)
class Option:
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


@dataclass(frozen=True)
class Card:
    """What a card in a list shows of a programme."""

    title: str
    url: str
    promise: str
    field: str
    facts: list[str]
    price: str
    cover_svg_url: str
    badge: str
    language: str


def matching_rows(text: str, *, language: str, on: date) -> list[Row]:
    """The programmes on offer whose sheet has the words of ``text``; all if it is empty. One query."""
    upcoming = Intake.objects.upcoming(on=on).filter(programme=OuterRef("programme")).order_by()
    pages = _listed_sheets(language)
    rank: Value | SearchRank = Value(0.0, output_field=FloatField())
    if text:
        pages = pages.filter(words.matching(text))
        rank = SearchRank(words.WORDS, words.ranking_query(text, language))
    found = pages.annotate(
        first_start=Subquery(upcoming.values("programme").annotate(first=Min("starts_on")).values("first")),
        least_price=Subquery(upcoming.values("programme").annotate(least=Min("price_minor")).values("least")),
        match=rank,
    ).values_list(
        "pk", "title", "programme__field__slug", "programme__level", "programme__modality", "programme__taught_in",
        "programme__collection__slug", "programme__collection__is_own", "first_start", "least_price", "match",
    )  # fmt: skip
    return [
        Row(pk, title, field or "", level, modality, tuple(Programme(taught_in=taught_in).languages()), *rest)
        for pk, title, field, level, modality, taught_in, *rest in found
    ]


def choose(rows: Iterable[Row], filters: Filters, *, leaving_out: str = "") -> list[Row]:
    """The rows that pass all filters, except the one named ``leaving_out``, in the order asked for."""
    tests = {
        "field": lambda row: row.field == filters.field,
        "level": lambda row: row.level == filters.level,
        "modality": lambda row: row.modality == filters.modality,
        "language": lambda row: filters.language in row.languages,
        "collection": lambda row: filters.collection in (EVERY_COLLECTION, row.collection),
    }
    wanted = [test for name, test in tests.items() if getattr(filters, name) and name != leaving_out]
    if not filters.collection and leaving_out != "collection":
        wanted.append(lambda row: row.is_own)
    return sorted((row for row in rows if all(test(row) for test in wanted)), key=_order(filters))


def facets(rows: list[Row], filters: Filters) -> list[Facet]:
    """For each filter its values with how many programmes each would leave, given the other filters."""
    reader = BabelLocale.parse((get_language() or "ca")[:2])
    named: dict[str, tuple[str, dict]] = {
        "field": (_("Field"), {field.slug: field.name for field in Field.objects.all()}),
        "level": (_("Level"), dict(Level.choices)),
        "modality": (_("How it is taught"), dict(Modality.choices)),
        "language": (_("Taught in"), {code: capfirst(name) for code, name in reader.languages.items()}),
    }
    found = []
    for name, (label, labels) in named.items():
        counts = _counts(choose(rows, filters, leaving_out=name), name)
        chosen = getattr(filters, name)
        options = [
            Option(value, str(labels[value]), counts[value], value == chosen, filters.address(**{name: value}))
            for value in labels
            if counts[value] or value == chosen
        ]
        found.append(Facet(name, label, sorted(options, key=lambda option: option.label)))
    return found


def collections(rows: list[Row], filters: Filters) -> list[Option]:
    """The collections one can look into, the school's own first; empty if there is only that one."""
    counts = Counter(row.collection for row in choose(rows, filters, leaving_out="collection"))
    options = []
    for collection in Collection.objects.order_by("-is_own", "name"):
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


def cards(page_ids: list[int], *, request, on: date) -> list[Card]:
    """The cards of these sheets, in that order. Two queries for any number."""
    pages = _with_facts(ProgrammePage.objects.filter(pk__in=page_ids), on=on).in_bulk()
    return [_card(pages[page_id], request) for page_id in page_ids if page_id in pages]


def for_listing(page: CataloguePage, request) -> dict[str, Any]:
    """Context of the catalogue page; the filters are read from the address."""
    filters = Filters.read(request.GET)
    today = timezone.localdate()
    rows = matching_rows(filters.q, language=page.locale.language_code, on=today)
    chosen = choose(rows, filters)
    shown: ListPage = Paginator([row.page_id for row in chosen], PAGE_SIZE).get_page(request.GET.get("page"))
    groups = facets(rows, filters)
    return {
        "filters": filters,
        "facets": groups,
        "collections": collections(rows, filters),
        "collection": _collection_shown(filters),
        "chips": _chips(groups, filters),
        "sorts": [(value, label, value == (filters.sort or "start")) for value, label in SORTS.items()],
        "count": len(chosen),
        "page_obj": shown,
        "cards": cards(list(shown.object_list), request=request, on=today),
        "is_filtered": filters != Filters(),
    }


def for_home(page, request) -> dict[str, Any]:
    """Context of the home page: the next starts of the school's own programmes, and its fields."""
    today = timezone.localdate()
    rows = choose(matching_rows("", language=page.locale.language_code, on=today), Filters())
    catalogue = CataloguePage.objects.child_of(page).live().select_related("locale").first()
    address = catalogue.get_url(request) if catalogue else ""
    counts = Counter(row.field for row in rows)
    next_starts = [row.page_id for row in rows if row.starts_on][:6]
    return {
        "catalogue_url": address,
        "count": len(rows),
        "fields": [
            {
                "name": field.name,
                "count": counts[field.slug],
                "url": address + Filters(field=field.slug).address(),
                "cover_url": reverse("field_cover", args=[field.slug]),
            }
            for field in sorted(Field.objects.all(), key=lambda field: field.name)
            if counts[field.slug]
        ],
        "cards": cards(next_starts or [row.page_id for row in rows[:6]], request=request, on=today),
    }


def related_to(page: ProgrammePage, *, request, on: date) -> list[Card]:
    """Up to three other programmes of the same collection, those of the same field first."""
    programme = page.programme
    near = Case(When(programme__field_id=programme.field_id, then=Value(0)), default=Value(1))
    others = (
        _listed_sheets(page.locale.language_code)
        .filter(programme__collection_id=programme.collection_id)
        .exclude(programme_id=programme.pk)
    )
    if programme.field_id is None:
        near = Case(When(programme__level_text=programme.level_text, then=Value(0)), default=Value(1))
    nearest = others.annotate(near=near).order_by("near", "title")
    return [_card(one, request) for one in _with_facts(nearest, on=on)[:3]]


def _listed_sheets(language: str) -> QuerySet[ProgrammePage]:
    """One published sheet for each programme on offer: the one in ``language``, else in another language."""
    order = dict.fromkeys([language, *LANGUAGES])
    place = Case(
        *[When(locale__language_code=code, then=Value(number)) for number, code in enumerate(order)],
        default=Value(len(order)),
    )
    sheets = ProgrammePage.objects.live().annotate(place=place)
    # One pass, sorted. A NOT EXISTS (better) took minutes while a fresh import had no statistics yet.
    best = sheets.order_by("programme_id", "place").distinct("programme_id").values("pk")
    # As Wagtail's public(), which would ask for the restrictions first.
    asked = ExpressionWrapper(OuterRef("path"), output_field=CharField())
    private = PageViewRestriction.objects.annotate(asked=asked).filter(asked__startswith=F("page__path"))
    return sheets.filter(~Exists(private), pk__in=best, programme__is_open=True).order_by("pk")


def _with_facts(pages: QuerySet[ProgrammePage], *, on: date) -> QuerySet[ProgrammePage]:
    upcoming = Prefetch("programme__intakes", queryset=Intake.objects.upcoming(on=on), to_attr="upcoming")
    return pages.select_related("locale", "programme__field").prefetch_related(upcoming)


def _order(filters: Filters):
    if filters.sort == "title":
        return lambda row: row.title.casefold()
    if filters.sort == "price":
        return lambda row: (row.price_minor is None, row.price_minor or 0, row.title.casefold())
    if filters.q and filters.sort != "start":
        return lambda row: (-row.rank, row.title.casefold())
    return lambda row: (row.starts_on is None, row.starts_on or date.max, row.title.casefold())


def _counts(rows: list[Row], name: str) -> Counter:
    if name == "language":
        return Counter(code for row in rows for code in set(row.languages))
    return Counter(getattr(row, name) for row in rows)


def _chips(groups: list[Facet], filters: Filters) -> list[dict[str, str]]:
    chips = [
        {"label": option.label, "url": filters.address(**{group.name: ""})}
        for group in groups
        for option in group.options
        if option.is_chosen
    ]
    if filters.q:
        chips.insert(0, {"label": f"“{filters.q}”", "url": filters.address(q="")})
    return chips


def _collection_shown(filters: Filters) -> Collection | None:
    if filters.collection in ("", EVERY_COLLECTION):
        return None
    return Collection.objects.filter(slug=filters.collection, is_own=False).first()


def _card(page: ProgrammePage, request) -> Card:
    programme = page.programme
    intakes = programme.upcoming
    facts = [intakes[0].start_label() if intakes else "", programme.get_modality_display(), length_of(programme)]
    priced = sorted((one for one in intakes if one.price_minor is not None), key=lambda one: one.price_minor)
    price = money.price_of(priced[0]) if priced else ""
    if len({one.price_minor for one in priced}) > 1:
        price = pgettext("lowest of several prices", "from %(price)s") % {"price": price}
    reader = (get_language() or "ca")[:2]
    written_in = page.locale.language_code
    return Card(
        title=page.title,
        url=page.get_url(request) or "",
        promise=page.promise,
        field=programme.field.name if programme.field else programme.level_text,
        facts=[fact for fact in facts if fact],
        price=price,
        cover_svg_url=reverse("programme_cover", args=[programme.uuid]),
        badge="" if intakes else _("No start announced"),
        language=written_in if written_in != reader else "",
    )


def length_of(programme: Programme) -> str:
    """How long it takes, in words."""
    if programme.length_weeks:
        return _("%(weeks)s weeks") % {"weeks": programme.length_weeks}
    return programme.length_text
