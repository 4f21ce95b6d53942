"""The filters of the catalogue: what each leaves, and that every count is the length of the list it leads to."""

from dataclasses import replace
from datetime import date

import pytest
from django.http import QueryDict
from hypothesis import given, settings
from hypothesis import strategies as st

from programmes.catalogue import Filters, Row, Shelf, choose, facets
from programmes.catalogue.filters import EVERY_COLLECTION, price_range, sift
from programmes.models import Collection, Field
from programmes.words import without_accents

FIELDS = {
    slug: Field(slug=slug, name_ca=name, name_es=name, name_en=name)
    for slug, name in [("health", "Health"), ("tech", "Tech")]
}
COLLECTIONS = [
    Collection(slug="own", name="Escola Llevant", is_own=True),
    Collection(slug="invented", name="Invented University"),
]


def row(number=0, **facts) -> Row:
    usual = {
        "page_id": number, "programme_id": number, "code": f"p{number}", "title": f"Programme {number}",
        "field": "health", "level": "course", "modality": "online", "languages": ("ca",), "collection": "own",
        "is_own": True, "months": ("2027-03",), "starts_on": date(2027, 3, 1), "price_minor": 125_000,
        "currency": "EUR", "terms": frozenset(),
    }  # fmt: skip
    facts = usual | facts
    return Row(**{"order": without_accents(facts["title"]).casefold()} | facts)


@pytest.mark.parametrize(
    ("asked", "fits", "does_not"),
    [
        ({"field": "tech"}, {"field": "tech"}, {"field": "health"}),
        ({"level": "master"}, {"level": "master"}, {"level": "course"}),
        ({"modality": "on_site"}, {"modality": "on_site"}, {"modality": ""}),
        ({"language": "es"}, {"languages": ("ca", "es")}, {"languages": ()}),
        ({"start": "2027-09"}, {"months": ("2027-03", "2027-09")}, {"months": ()}),
        ({"price": "free"}, {"price_minor": 0}, {"price_minor": None}),
        ({"price": "eur-0-250"}, {"price_minor": 24_999}, {"price_minor": 25_000}),
        ({"price": "eur-250-500"}, {"price_minor": 25_000}, {"price_minor": 24_999}),
        ({"price": "eur-0-250"}, {"price_minor": 1}, {"price_minor": 0}),
        ({"price": "eur-1000-"}, {"price_minor": 900_000}, {"price_minor": 99_999}),
        ({"price": "jpy-0-250"}, {"price_minor": 249, "currency": "JPY"}, {"price_minor": 249, "currency": "EUR"}),
        ({"collection": "invented"}, {"collection": "invented", "is_own": False}, {}),
        ({}, {}, {"collection": "invented", "is_own": False}),
        ({"field": "tech", "price": "eur-0-250"}, {"field": "tech", "price_minor": 100}, {"field": "tech"}),
    ],
)  # fmt: skip
def test_filter_leaves_what_was_asked_for(asked, fits, does_not):
    rows = [row(1, **fits), row(2, **does_not)]
    assert [one.page_id for one in choose(rows, Filters(**asked))] == [1]


def test_every_collection_shows_all():
    rows = [row(1), row(2, collection="invented", is_own=False)]
    assert len(choose(rows, Filters(collection=EVERY_COLLECTION))) == 2


@pytest.mark.parametrize(
    ("sort", "expected"),
    [("", [2, 1, 3]), ("start", [2, 1, 3]), ("title", [3, 1, 2]), ("price", [1, 2, 3]), ("nonsense", [2, 1, 3])],
)
def test_order(sort, expected):
    rows = [
        row(1, title="bombers", price_minor=0, starts_on=date(2027, 4, 1)),
        row(2, title="Cuina", price_minor=100, starts_on=date(2027, 3, 1)),
        row(3, title="Àlgebra", price_minor=None, starts_on=None),
    ]
    assert [one.page_id for one in choose(rows, Filters(sort=sort))] == expected


def test_best_match_comes_first_in_a_search_unless_asked_otherwise():
    rows = [row(1), row(2, starts_on=date(2027, 1, 20))]
    ranks = {1: 0.9, 2: 0.1}
    assert [one.page_id for one in choose(rows, Filters(q="x"), ranks=ranks)] == [1, 2]
    assert [one.page_id for one in choose(rows, Filters(q="x", sort="start"), ranks=ranks)] == [2, 1]


@pytest.mark.parametrize(
    "band", ["", "eur", "eur-", "eur--", "eur-1", "e-1-2", "eur-1-2-3", "EUR-1-2", "eur-1-x", "-1-2"]
)
def test_what_is_no_price_band_leaves_nothing(band):
    assert price_range(band) is None
    assert not band or choose([row()], Filters(price=band)) == []


def test_address_is_read_back_as_it_was_written():
    filters = Filters(q="a & b", field="health", price="eur-0-250", sort="price", p=("x", "y"))
    assert Filters.read(QueryDict(filters.address()[1:])) == filters
    assert Filters().address() == "?"


def test_three_at_most_are_put_aside_and_each_once():
    assert Filters.read(QueryDict("p=a&p=a&p=b&p=&p=c&p=d")).p == ("a", "b", "c")
    assert Filters(p=("a", "b")).toggled("a").p == ("b",)
    assert Filters(p=("a", "b", "c")).toggled("d").p == ("a", "b", "c")


def test_price_bands_are_those_of_the_currency_most_of_them_cost():
    rows = [row(1), row(2), row(3, currency="GBP"), row(4, price_minor=0), row(5, price_minor=None)]
    shelf = Shelf(rows, FIELDS, COLLECTIONS)
    price = next(one for one in facets.facets(shelf, sift(rows, Filters()), Filters()) if one.name == "price")
    assert [(option.value, option.count) for option in price.options] == [("free", 1), ("eur-1000-2000", 2)]


some_rows = st.builds(
    row,
    number=st.integers(1, 10_000),
    field=st.sampled_from(["", "health", "tech"]),
    level=st.sampled_from(["course", "master"]),
    modality=st.sampled_from(["", "online", "on_site"]),
    languages=st.sampled_from([(), ("ca",), ("ca", "es"), ("en",)]),
    months=st.sampled_from([(), ("2027-03",), ("2027-03", "2027-09")]),
    price_minor=st.sampled_from([None, 0, 100, 24_999, 25_000, 125_000, 2_000_000]),
    currency=st.sampled_from(["EUR", "EUR", "GBP"]),
    collection=st.sampled_from(["own", "own", "invented"]),
).map(lambda one: replace(one, is_own=one.collection == "own"))
some_filters = st.builds(
    Filters,
    field=st.sampled_from(["", "health", "tech"]),
    level=st.sampled_from(["", "course", "master"]),
    modality=st.sampled_from(["", "", "online"]),
    language=st.sampled_from(["", "ca", "en"]),
    start=st.sampled_from(["", "", "2027-09"]),
    price=st.sampled_from(["", "", "free", "eur-1000-2000", "gbp-0-250"]),
    collection=st.sampled_from(["", "own", "invented", EVERY_COLLECTION]),
)


@settings(max_examples=150, deadline=None)
@given(rows=st.lists(some_rows, max_size=25), filters=some_filters)
def test_every_count_is_the_length_of_the_list_it_leads_to(rows, filters):
    shelf = Shelf(rows, FIELDS, COLLECTIONS)
    sifted = sift(rows, filters)
    assert sorted(map(id, sifted.chosen)) == sorted(map(id, choose(rows, filters)))
    for facet in facets.facets(shelf, sifted, filters):
        for option in facet.options:
            asked = filters if option.is_chosen else Filters.read(QueryDict(option.address[1:]))
            assert option.count == len(choose(rows, asked)), (facet.name, option)
            assert option.count or option.is_chosen
    for option in facets.collections(shelf, sifted, filters):
        assert option.count == len(choose(rows, Filters.read(QueryDict(option.address[1:]))))
