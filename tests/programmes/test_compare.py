"""Programmes side by side."""

from datetime import date

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext

from programmes import catalogue
from programmes.models import Programme
from tests.factories.programmes import MONDAY_9AM, IntakeFactory, ProgrammeFactory, build_tree

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("monday")]
ADDRESS = "/en/programmes/compare/"


@pytest.fixture
def monday():
    with time_machine.travel(MONDAY_9AM, tick=False):
        yield


@pytest.fixture
def two():
    made = [ProgrammeFactory(code="one", title="One", page=True), ProgrammeFactory(code="two", title="Two", page=True)]
    IntakeFactory(programme=made[0], price_minor=125_000, early_price_minor=100_000, early_until=date(2027, 2, 1))
    IntakeFactory(programme=made[1], price_minor=90_000, starts_on=date(2027, 4, 5))
    return made


def _lines(response) -> dict[str, list[str]]:
    return {line.label: line.values for line in response.context["lines"]}


def test_facts_stand_side_by_side_in_the_order_of_the_address(client, two):
    response = client.get(ADDRESS, {"p": ["two", "one"]})
    assert [column.page.title for column in response.context["columns"]] == ["Two", "One"]
    lines = _lines(response)
    assert lines["Price today"] == ["€900", "€1,000"]  # the early-bird price
    assert lines["Price list"] == ["", "€1,000 until 1 February 2027; €1,250 from 2 February 2027"]
    assert lines["Starts"] == ["5 April 2027", "1 March 2027"]
    assert lines["Length"] == ["12 weeks", "12 weeks"]
    assert "noindex" in response.content.decode()


def test_only_differences_can_be_shown(client, two):
    response = client.get(ADDRESS, {"p": ["one", "two"], "only": "differences"})
    assert {"Price today", "Starts"} <= set(_lines(response))
    assert "Length" not in _lines(response)


def test_price_of_the_day_is_compared(client, two):
    with time_machine.travel(MONDAY_9AM.replace(month=2, day=10), tick=False):
        assert _lines(client.get(ADDRESS, {"p": ["one", "two"]}))["Price today"] == ["€1,250", "€900"]


@pytest.mark.parametrize(
    ("codes", "shown", "says"),
    [
        ([], 0, "Choose two or three programmes"),
        (["one"], 1, "Choose two or three programmes"),
        (["one", "one"], 1, "Choose two or three programmes"),
        (["one", "gone"], 1, "not on offer any more"),
        (["one", "two", "gone"], 2, "not on offer any more"),
        (["\0", "'\"<script>"], 0, "not on offer any more"),
    ],
)
def test_too_few_or_unknown_programmes_are_said_kindly(client, two, codes, shown, says):
    response = client.get(ADDRESS, {"p": codes})
    assert response.status_code == 200
    assert len(response.context["columns"]) == shown
    assert says in response.content.decode()
    assert "<script>" not in response.content.decode().partition("<main")[2].replace("<script src", "")


def test_three_are_compared_of_four(client, two):
    for code in ("three", "four"):
        ProgrammeFactory(code=code, page=True)
    response = client.get(ADDRESS, {"p": ["one", "two", "three", "four"]})
    assert [column.programme.code for column in response.context["columns"]] == ["one", "two", "three"]
    assert response.context["has_room"] is False


def test_closed_programme_is_not_compared(client, two):
    Programme.objects.filter(code="two").update(is_open=False)
    assert len(client.get(ADDRESS, {"p": ["one", "two"]}).context["columns"]) == 1


def test_cards_lead_to_the_comparison_without_script_or_cookie(client, two):
    first = {card.code: card for card in client.get("/en/programmes/").context["cards"]}
    second = client.get(f"/en/programmes/{first['one'].compare_url}")
    assert second.context["compare_url"] == ""
    cards = {card.code: card for card in second.context["cards"]}
    assert cards["one"].is_compared
    third = client.get(f"/en/programmes/{cards['two'].compare_url}")
    assert third.context["compare_url"] == f"{ADDRESS}?p=one&p=two"
    assert client.get(third.context["compare_url"]).status_code == 200
    assert "sessionid" not in client.cookies


def test_choice_stays_while_the_list_is_filtered(client, two):
    response = client.get("/en/programmes/", {"p": "one"})
    for facet in response.context["facets"]:
        for option in facet.options:
            assert "p=one" in option.address
    assert ("p", "one") in response.context["kept"]


def test_comparison_is_in_the_readers_language_and_leads_to_the_others(client, two):
    text = client.get(ADDRESS, {"p": ["one", "two"]}).content.decode()
    assert "/ca/programmes/compare/?p=one&amp;p=two" in text


def test_page_named_compare_does_not_break_the_catalogue_of_an_empty_school(client):
    build_tree()
    assert client.get(ADDRESS).status_code == 200


def test_three_cost_as_many_queries_as_two(client, two):
    IntakeFactory(programme=ProgrammeFactory(code="three", page=True))

    def queries(codes):
        client.get(ADDRESS, {"p": codes})
        with CaptureQueriesContext(connection) as captured:
            client.get(ADDRESS, {"p": codes})
        return len(captured)

    assert queries(["one", "two", "three"]) == queries(["one", "two"]) <= 25


def test_comparison_address_needs_two():
    assert catalogue.comparison_address("/en/programmes/", ["a"]) == ""
    assert catalogue.comparison_address("/en/programmes/", ["a", "b c"]) == "/en/programmes/compare/?p=a&p=b+c"
