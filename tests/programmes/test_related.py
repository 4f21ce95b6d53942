"""Programmes that go with a sheet."""

from datetime import date

import pytest
import time_machine
from django.db import connection
from django.test import RequestFactory
from django.test.utils import CaptureQueriesContext

from programmes import catalogue, site
from tests.factories.programmes import MONDAY_9AM, CollectionFactory, FieldFactory, IntakeFactory, ProgrammeFactory

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("monday")]
TODAY = date(2027, 1, 11)


@pytest.fixture
def monday():
    with time_machine.travel(MONDAY_9AM, tick=False):
        yield


def _publish(code, title, promise="", **facts):
    site.build_tree(at=MONDAY_9AM)
    text = {"title": title, "promise": promise}
    return site.publish_programme({"code": code, **facts}, {"en": text}, at=MONDAY_9AM)


def _related(programme) -> list[str]:
    page = programme.sheet_in("en")
    return [card.title for card in catalogue.related_to(page, request=RequestFactory().get("/"), on=TODAY)]


def test_same_field_comes_before_the_alphabet():
    health, tech = FieldFactory(), FieldFactory(slug="tech", name_en="Tech")
    here = _publish("a", "Nursing", field=health)
    _publish("b", "Algebra", field=tech)
    _publish("c", "Zoonoses", field=health)
    assert _related(here) == ["Zoonoses", "Algebra"]


def test_words_in_common_decide_within_a_field():
    here = _publish("a", "Community nursing", field=FieldFactory())
    _publish("b", "Anatomy", field=FieldFactory())
    _publish("c", "Nursing at home", field=FieldFactory())
    assert _related(here) == ["Nursing at home", "Anatomy"]


def test_level_and_language_decide_where_nothing_else_does():
    here = _publish("a", "Aaa", level="master", taught_in="ca")
    _publish("b", "Bbb", level="course", taught_in="en")
    _publish("c", "Ccc", level="course", taught_in="ca")
    _publish("d", "Ddd", level="master", taught_in="en")
    assert _related(here) == ["Ddd", "Ccc", "Bbb"]


def test_what_can_be_joined_comes_first_among_equals():
    here = _publish("a", "Aaa")
    _publish("b", "Bbb")
    IntakeFactory(programme=_publish("c", "Ccc"))
    assert _related(here) == ["Ccc", "Bbb"]


def test_neither_itself_nor_other_collections_nor_what_is_closed():
    here = ProgrammeFactory(title="Here", page=True)
    ProgrammeFactory(title="Closed", is_open=False, page=True)
    ProgrammeFactory(title="Theirs", collection=CollectionFactory(), page=True)
    assert _related(here) == []


def test_related_cost_as_many_queries_of_two_as_of_five():
    def queries() -> int:
        here = ProgrammeFactory(page=True)
        for _ in range(2):
            IntakeFactory(programme=ProgrammeFactory(page=True))
        page = here.sheet_in("en")
        with CaptureQueriesContext(connection) as captured:
            catalogue.related_to(page, request=RequestFactory().get("/"), on=TODAY)
        return len(captured)

    queries()  # what is read once for each process
    assert queries() == queries() <= 12
