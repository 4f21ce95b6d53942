"""Finding whom staff mean."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from people.identity import identities, search
from people.models import Person
from tests.factories.people import MONDAY_9AM, IdentityFactory, PersonFactory

pytestmark = [pytest.mark.database, pytest.mark.django_db]


@pytest.fixture
def nuria():
    person = PersonFactory(email="nuria@example.org", phone="+34612345678")
    IdentityFactory(person=person, kind="student_number", value="2027-00042")
    IdentityFactory(person=person, kind="user_name", value="npuig")
    IdentityFactory(person=person, kind="external", issuer="fair", value="Lead-77x")
    PersonFactory(given_name="Joan", family_name="Roca", email="joan@example.org", phone="+34699999999")
    return person


@pytest.mark.parametrize(
    "typed",
    [
        "nuria@example.org",
        "NURIA@EXAMPLE.ORG",
        "nuria@ex",
        "mailto:nuria@example.org",
        "612345678",
        "+34 612 34 56 78",
        "0034612345678",
        "612 345",
        "+34612",
        "345678",
        "678",
        "2027-00042",
        "2027-000",
        "npuig",
        "Lead-77x",
        "Lead-7",
        "nuria",
        "NÚRIA",
        "Nu\u0301ria",
        "PUIG",
        "serra núria",
        "ser nu",
        "puig s",
        "Nú\u200bria",
        "Puig, Núria",
    ],
)
def test_staff_find_a_person_however_they_type(nuria, typed):
    assert identities.find(typed) == [nuria]


@pytest.mark.parametrize(
    "typed", ["", "   ", "zzzz", "núria roca", "%", "_", "\\", "'", "&|!():*", "nuria@example.net", "9" * 300]
)
def test_nobody_is_found_for_what_nobody_has(nuria, typed):
    assert identities.find(typed) == []


def test_the_exact_identity_comes_first_then_whole_words_then_beginnings_then_the_newest():
    at = [MONDAY_9AM + timedelta(days=day) for day in range(6)]
    exact = PersonFactory(given_name="Wei", family_name="Chen", email="", created_at=at[0])
    IdentityFactory(person=exact, kind="user_name", value="mar")
    beginning = PersonFactory(given_name="Marta", family_name="Roca", email="m1@example.org", created_at=at[5])
    older = PersonFactory(given_name="Mar", family_name="Vila", email="m2@example.org", created_at=at[1])
    newer = PersonFactory(given_name="Joana", family_name="Mar", email="m3@example.org", created_at=at[2])
    assert identities.find("mar") == [exact, newer, older, beginning]


def test_whoever_shares_an_address_is_found_by_it_after_its_owner():
    owner = PersonFactory(given_name="Núria", email="casa@example.org")
    sharing, _new = identities.match_or_create(at=MONDAY_9AM, email="casa@example.org", given_name="Joan")
    assert identities.find("casa@example.org") == [owner, sharing]


def test_nobody_erased_or_become_another_is_found(nuria):
    Person.objects.filter(pk=nuria.pk).update(merged_into=Person.objects.exclude(pk=nuria.pk).get())
    assert identities.find("nuria") == []
    assert identities.find("nuria@example.org") == []


def test_a_search_can_be_limited_to_some(nuria):
    other = PersonFactory(given_name="Núria", family_name="Roca")
    assert identities.find("nuria", among=Person.objects.filter(pk=other.pk)) == [other]


def test_a_rare_name_is_found_behind_many_who_are_newer(nuria, monkeypatch):
    monkeypatch.setattr(search, "NEWEST", 2)
    for _number in range(5):
        PersonFactory(given_name="Pau", family_name="Vila", created_at=MONDAY_9AM + timedelta(days=1))
    assert identities.find("nuria") == [nuria]
    assert identities.find("nur ser") == [nuria]
    with CaptureQueriesContext(connection) as taken:
        assert len(identities.find("p", most=3)) == 3
    assert len(taken) <= 9


def test_no_more_are_read_than_are_shown():
    for number in range(8):
        PersonFactory(created_at=MONDAY_9AM + timedelta(days=number))
    found = identities.find("nuria", most=3)
    assert [person.created_at.day for person in found] == [9, 8, 7]


@pytest.mark.parametrize("typed", ["nuria", "nuria@example.org", "345678", "n p"])
def test_a_search_takes_few_queries_however_many_are_found(nuria, typed):
    def queries():
        with CaptureQueriesContext(connection) as taken:
            [str(one) for person in identities.find(typed) for one in person.identities.all()]
        return len(taken)

    few = queries()
    for _number in range(10):
        PersonFactory()
    assert queries() <= few <= 5
