"""Finding persons who may be one, and deciding that they are two."""

from datetime import date, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from wagtail.models import ModelLogEntry

from people import sweeping
from people.identity import duplicates, identities
from people.models import DuplicatePair, LikenessKey, Person
from tests.factories.people import MONDAY_9AM, PersonFactory, UserFactory
from tests.people import at_once

pytestmark = [pytest.mark.database, pytest.mark.django_db]
LATER = MONDAY_9AM + timedelta(days=1)


def pairs():
    return {(pair.one_id, pair.other_id): pair for pair in DuplicatePair.objects.all()}


def two_of_one_human(year=2001):
    born = date(year, 4, 7)
    return PersonFactory(birth_date=born), PersonFactory(given_name="Nuira", birth_date=born)


def test_planted_duplicates_are_found_among_others():
    one, other = two_of_one_human()
    for number in range(20):
        PersonFactory(given_name=f"Pau{'abcdefghijklmnopqrst'[number] * 4}", family_name=f"Roca{number}")
    assert duplicates.compare_due(at=LATER) == 22
    assert list(pairs()) == [(one.pk, other.pk)]
    assert pairs()[one.pk, other.pk].reasons[0] == "like_name_and_birth_date"
    assert not Person.objects.filter(compared_at=None).exists()


def test_comparing_twice_changes_nothing():
    one, other = two_of_one_human()
    duplicates.compare_due(at=LATER)
    found = pairs()[one.pk, other.pk]
    assert duplicates.compare_due(at=LATER) == 0
    Person.objects.update(compared_at=None)
    duplicates.compare_due(at=LATER + timedelta(days=1))
    again = pairs()[one.pk, other.pk]
    assert (again.pk, again.found_at, again.probability) == (found.pk, found.found_at, found.probability)


def test_the_sweep_compares():
    one, other = two_of_one_human()
    assert sweeping.sweep(at=LATER)["people_compared"] == 2
    assert (one.pk, other.pk) in pairs()


def test_two_people_stay_two_whatever_happens_to_them():
    one, other = two_of_one_human()
    duplicates.compare_due(at=LATER)
    adviser = UserFactory()
    pair = pairs()[one.pk, other.pk]
    assert duplicates.keep_apart([pair.pk], by=adviser, at=LATER) == 1
    assert duplicates.keep_apart([pair.pk], by=adviser, at=LATER) == 0
    identities.add(one, "phone", "612345678", at=LATER, source="desk")
    duplicates.compare_due(at=LATER)
    pair.refresh_from_db()
    assert (pair.state, pair.decided_by, pair.decided_at) == ("different", adviser, LATER)
    assert ModelLogEntry.objects.filter(action="people.keep_apart", user=adviser).count() == 1
    assert duplicates.reopen([pair.pk], by=adviser, at=LATER) == 1
    assert duplicates.open_pairs_of(other) == [pair]


def test_a_pair_that_is_no_longer_alike_goes():
    _one, other = two_of_one_human()
    duplicates.compare_due(at=LATER)
    Person.objects.filter(pk=other.pk).update(
        given_name="Wolfgang", family_name="Amadeus", birth_date=None, compared_at=None
    )
    duplicates.compare_due(at=LATER)
    assert pairs() == {}


def test_who_was_erased_or_became_another_is_compared_with_nobody():
    one, other = two_of_one_human()
    duplicates.compare_due(at=LATER)
    Person.objects.filter(pk=other.pk).update(merged_into=one, compared_at=None)
    assert duplicates.open_pairs_of(one) == []
    duplicates.compare_due(at=LATER)
    assert not LikenessKey.objects.filter(person=other).exists()
    assert pairs() == {}


def test_a_large_block_is_not_taken_apart():
    for number in range(duplicates.LARGEST_BLOCK + 2):
        person = PersonFactory(given_name=f"P{'abcdefghij'[number % 10] * 5}{number}", family_name="Roca", email="")
        person.identities.create(kind="phone", value=f"+3493{number:07};ext=1", created_at=MONDAY_9AM)
        LikenessKey.objects.create(person=person, key="p:931234567")
    assert duplicates._candidates([person.pk]) == set()


@pytest.mark.parametrize("address", [{"email": "casa@example.org"}, {"phone": "612345678"}])
def test_a_proposal_of_matching_is_weighed_with_all_that_is_known(address):
    mother, _new = identities.match_or_create(at=MONDAY_9AM, given_name="Núria", family_name="Puig", **address)
    son, _new = identities.match_or_create(at=MONDAY_9AM, given_name="Joan", family_name="Puig", **address)
    duplicates.compare_due(at=LATER)
    pair = pairs()[mother.pk, son.pk]
    assert pair.reasons[-1] == "other_name"
    assert 0 < pair.probability <= 0.5


def test_a_batch_takes_a_constant_number_of_queries():
    def queries():
        with CaptureQueriesContext(connection) as taken:
            duplicates.compare_due(at=LATER)
        return len(taken)

    two_of_one_human()
    few = queries()
    for year in range(1990, 1994):
        two_of_one_human(year)
    assert queries() <= few + 1


def _compare(_number):
    return duplicates.compare_due(at=LATER)


@pytest.mark.django_db(transaction=True)
def test_four_at_once_compare_everybody_once():
    one, other = two_of_one_human()
    PersonFactory(given_name="Joan", family_name="Roca")
    answers = at_once.run(_compare, processes=4)
    assert sum(answers) == 3
    assert list(pairs()) == [(one.pk, other.pk)]
