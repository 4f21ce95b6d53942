"""Finding a programme: words, filters, counts, pages, in three languages."""

from datetime import date

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext
from wagtail.models import PageViewRestriction

from programmes import site
from programmes.catalogue import shelf
from programmes.models import Intake, Programme
from tests.factories.programmes import MONDAY_9AM, CollectionFactory, FieldFactory, IntakeFactory, ProgrammeFactory

pytestmark = [pytest.mark.database, pytest.mark.django_db, pytest.mark.usefixtures("monday")]


@pytest.fixture
def monday():
    with time_machine.travel(MONDAY_9AM, tick=False):
        yield


def _titles(response) -> list[str]:
    return [card.title for card in response.context["cards"]]


def _publish(code, texts, **facts):
    site.build_tree(at=MONDAY_9AM)
    return site.publish_programme({"code": code, **facts}, texts, at=MONDAY_9AM)


@pytest.mark.parametrize("asked", ["infermera", "infermeres", "INFERMERES", "atenció", "atencio", "atencions"])
def test_search_in_catalan_finds_accents_and_inflections(client, asked):
    _publish("a", {"ca": {"title": "Per a infermeres", "description": "<p>Atenció a domicili</p>"}})
    _publish("b", {"ca": {"title": "Dades obertes"}})
    assert _titles(client.get("/ca/programmes/", {"q": asked})) == ["Per a infermeres"]


@pytest.mark.parametrize(("language", "asked"), [("es", "gestionar"), ("en", "managing teams")])
def test_search_stems_in_the_readers_language(client, language, asked):
    _publish("a", {"es": {"title": "Gestión de equipos"}, "en": {"title": "Manage a team"}})
    found = _titles(client.get(f"/{language}/programmes/", {"q": asked}))
    assert found == (["Manage a team"] if language == "en" else found)


def test_title_outranks_description(client):
    _publish("a", {"en": {"title": "Data", "description": "<p>Nothing on gardens</p>"}})
    _publish("b", {"en": {"title": "Gardens"}})
    assert _titles(client.get("/en/programmes/", {"q": "garden"})) == ["Gardens", "Data"]


def test_programme_without_a_translation_is_listed_with_the_sheet_it_has(client):
    _publish("a", {"en": {"title": "Only in English"}})
    _publish("b", {"ca": {"title": "En català"}, "en": {"title": "In Catalan"}})
    assert sorted(_titles(client.get("/ca/programmes/"))) == ["En català", "Only in English"]


def test_filters_narrow_and_say_how_many_each_would_leave(client):
    data = FieldFactory(slug="data", name_en="Data")
    ProgrammeFactory(title="Nursing", modality="online", page=True)
    ProgrammeFactory(title="Statistics", field=data, modality="on_site", page=True)
    response = client.get("/en/programmes/", {"field": "data"})
    assert _titles(response) == ["Statistics"]
    counts = {
        facet.name: {option.value: option.count for option in facet.options} for facet in response.context["facets"]
    }
    assert counts["field"] == {"data": 1, "health": 1}
    assert counts["modality"] == {"on_site": 1}
    assert counts["language"] == {"ca": 1, "es": 1}


def test_imported_collections_are_one_click_away(client):
    ProgrammeFactory(title="Ours", page=True)
    imported = CollectionFactory(slug="invented", name="Invented University", source="CC BY 4.0, its feed")
    ProgrammeFactory(title="Theirs", collection=imported, page=True)
    response = client.get("/en/programmes/")
    assert _titles(response) == ["Ours"]
    assert [(option.label, option.count) for option in response.context["collections"]] == [
        ("Escola Llevant", 1), ("Invented University", 1), ("All", 2),
    ]  # fmt: skip
    theirs = client.get("/en/programmes/", {"collection": "invented"})
    assert _titles(theirs) == ["Theirs"]
    assert "CC BY 4.0, its feed" in theirs.content.decode()
    assert len(_titles(client.get("/en/programmes/", {"collection": "all"}))) == 2


def test_nearest_start_comes_first_and_price_can_be_sorted_by(client):
    late, early = ProgrammeFactory(title="Late", page=True), ProgrammeFactory(title="Early", page=True)
    IntakeFactory(programme=late, starts_on=date(2027, 9, 1), ends_on=None, price_minor=100)
    IntakeFactory(programme=early, starts_on=date(2027, 2, 1), price_minor=200)
    assert _titles(client.get("/en/programmes/")) == ["Early", "Late"]
    assert _titles(client.get("/en/programmes/", {"sort": "price"})) == ["Late", "Early"]
    assert _titles(client.get("/en/programmes/", {"sort": "title"})) == ["Early", "Late"]


def test_list_has_pages_of_24_that_keep_the_filters(client):
    site.build_tree(at=MONDAY_9AM)
    for number in range(25):
        _publish(f"p{number:02}", {"en": {"title": f"Programme {number:02}"}}, modality="online")
    response = client.get("/en/programmes/", {"modality": "online", "page": "2"})
    assert _titles(response) == ["Programme 24"]
    assert "?modality=online&amp;page=1" in response.content.decode()


def test_closed_programmes_and_drafts_are_not_listed(client):
    ProgrammeFactory(title="Closed", is_open=False, page=True)
    draft = ProgrammeFactory(title="Draft", page=True)
    draft.pages.update(live=False)
    private = ProgrammeFactory(title="Private", page=True)
    PageViewRestriction.objects.create(page=private.sheet_in("en"), restriction_type="login")
    assert _titles(client.get("/en/programmes/")) == []


def test_empty_catalogue_and_empty_search_say_what_to_do(client):
    site.build_tree(at=MONDAY_9AM)
    assert "No programmes yet" in client.get("/en/programmes/").content.decode()
    assert "Take a filter away" in client.get("/en/programmes/", {"q": "unicorns"}).content.decode()


@pytest.mark.parametrize("query", [{"q": "'(\"&|!:*<>"}, {"page": "x"}, {"field": "\0"}, {"sort": "x", "level": "x"}])
def test_nonsense_in_the_address_does_no_harm(client, query):
    site.build_tree(at=MONDAY_9AM)
    assert client.get("/en/programmes/", query).status_code == 200


@pytest.mark.parametrize("address", ["/en/programmes/?q=nursing", "/en/"])
def test_list_costs_as_many_queries_with_one_row_as_with_three(client, address):
    def queries() -> int:
        with CaptureQueriesContext(connection) as captured:
            assert client.get(address).status_code == 200
        return len(captured)

    IntakeFactory(programme=ProgrammeFactory(title="Nursing", page=True))
    client.get(address)
    with_one = queries()
    for _ in range(2):
        IntakeFactory(programme=ProgrammeFactory(title="Nursing", page=True))
    assert Programme.objects.count() == 3
    assert queries() == with_one
    assert with_one <= 25


def test_misspelt_search_is_put_right_and_can_be_insisted_on(client):
    _publish("a", {"ca": {"title": "Infermeria comunitària"}})
    response = client.get("/ca/programmes/", {"q": "imfermeria"})
    assert _titles(response) == ["Infermeria comunitària"]
    assert response.context["found"].corrected == "infermeria"
    assert _titles(client.get(f"/ca/programmes/{response.context['as_typed_url']}")) == []


def test_some_of_the_words_are_better_than_nothing(client):
    _publish("a", {"en": {"title": "Nursing at home"}})
    response = client.get("/en/programmes/", {"q": "nursing submarines"})
    assert _titles(response) == ["Nursing at home"]
    assert "Nothing has all of those words" in response.content.decode()


def test_name_of_a_field_finds_its_programmes_after_those_that_speak_of_it(client):
    _publish("a", {"en": {"title": "Care at home"}}, field=FieldFactory(name_en="Health"))
    _publish("b", {"en": {"title": "Health and law"}})
    assert _titles(client.get("/en/programmes/", {"q": "health"})) == ["Health and law", "Care at home"]


def test_price_of_the_day_is_filtered_sorted_and_shown(client):
    early, usual = ProgrammeFactory(title="Early", page=True), ProgrammeFactory(title="Usual", page=True)
    IntakeFactory(programme=early, price_minor=60_000, early_price_minor=45_000, early_until=date(2027, 1, 31))
    IntakeFactory(programme=usual, price_minor=48_000)
    band = {"price": "eur-250-500"}
    assert _titles(client.get("/en/programmes/", band | {"sort": "price"})) == ["Early", "Usual"]
    assert [card.price for card in client.get("/en/programmes/", {"sort": "title"}).context["cards"]] == [
        "€450",
        "€480",
    ]
    with time_machine.travel(MONDAY_9AM.replace(month=2), tick=False):
        assert _titles(client.get("/en/programmes/", band)) == ["Usual"]


def test_start_is_filtered_by_month_and_named_in_words(client):
    march, september = ProgrammeFactory(title="March", page=True), ProgrammeFactory(title="September", page=True)
    IntakeFactory(programme=march)
    IntakeFactory(programme=september, starts_on=date(2027, 9, 6), ends_on=None)
    response = client.get("/en/programmes/", {"start": "2027-09"})
    assert _titles(response) == ["September"]
    options = next(facet.options for facet in response.context["facets"] if facet.name == "start")
    assert [(option.label, option.count) for option in options] == [("March 2027", 1), ("September 2027", 1)]


def test_empty_list_says_which_wish_to_give_up(client):
    ProgrammeFactory(title="Nursing", modality="online", page=True)
    response = client.get("/en/programmes/", {"modality": "online", "level": "master"})
    assert [(way["label"], way["count"]) for way in response.context["ways_out"]] == [
        ("Without “Master’s”", "1 programme")
    ]
    assert _titles(client.get(f"/en/programmes/{response.context['ways_out'][0]['url']}")) == ["Nursing"]


@pytest.fixture
def real_stamp(settings):
    """A stamp that lasts, as in production; and nothing of another test in memory."""
    settings.CACHES = settings.CACHES | {
        "freshness": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache", "LOCATION": "catalogue"}
    }
    shelf.forget()
    yield
    shelf.forget()


@pytest.mark.django_db(transaction=True)
def test_what_is_on_offer_is_read_once_until_something_changes(client, real_stamp, django_assert_num_queries):
    IntakeFactory(programme=ProgrammeFactory(title="Nursing", page=True))
    today = date(2027, 1, 11)
    before = shelf.on_offer("en", on=today)
    with django_assert_num_queries(0):
        assert shelf.on_offer("en", on=today) is before
    Intake.objects.update(price_minor=99_000)
    assert [row.price_minor for row in shelf.on_offer("en", on=today).rows] == [99_000]
    Programme.objects.update(is_open=False)
    assert shelf.on_offer("en", on=today).rows == []
