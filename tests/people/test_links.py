"""Links: signed for one person and purpose, dead once revoked, used once, counted."""

import threading
from datetime import timedelta

import pytest
import time_machine
from django.core.cache import cache
from django.db import connection

from people.models import Person, UsedLink
from people.own_data import limits, links
from tests.factories.people import MONDAY_9AM, PersonFactory

NOBODY = "00000000-0000-4000-8000-000000000001"  # the same for every runner of the tests

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _nothing_counted():
    cache.clear()


def test_link_speaks_for_its_person_until_they_revoke_it():
    person = PersonFactory()
    before = links.sign_for(person, "preferences", days=5)
    assert links.read_person("preferences", before) == person
    links.revoke_all(person, at=MONDAY_9AM)
    with pytest.raises(links.LinkRevoked) as refusal:
        links.read_person("preferences", before)
    assert links.person_of_dead(refusal.value) == person
    assert links.read_person("preferences", links.sign_for(person, "preferences", days=5)) == person


def test_link_mailed_before_links_could_be_revoked_stays_good_until_the_first_time():
    person = PersonFactory()
    old = links.sign("preferences", str(person.uuid), days=5)
    assert links.read_person("preferences", old) == person
    links.revoke_all(person, at=MONDAY_9AM)
    with pytest.raises(links.LinkRevoked):
        links.read_person("preferences", old)


def test_link_of_somebody_found_to_be_another_leads_to_who_speaks_for_both():
    survivor, absorbed = PersonFactory(), PersonFactory()
    token = links.sign_for(absorbed, "preferences", days=5)
    Person.objects.filter(pk=absorbed.pk).update(merged_into=survivor)
    assert links.read_person("preferences", token) == survivor
    links.revoke_all(survivor, at=MONDAY_9AM)
    with pytest.raises(links.LinkRevoked):
        links.read_person("preferences", token)


def test_link_of_somebody_erased_opens_nothing_and_offers_nothing():
    person = PersonFactory()
    token = links.sign_for(person, "preferences", days=5)
    Person.objects.update(erased_at=MONDAY_9AM)
    with pytest.raises(links.LinkRevoked) as refusal:
        links.read_person("preferences", token)
    assert links.person_of_dead(refusal.value) is None


@pytest.mark.parametrize("value", ["", "x", "x/1", f"{NOBODY}/x", NOBODY, f"{NOBODY}/0"])
def test_link_signed_for_nobody_is_as_good_as_forged(value):
    with pytest.raises(links.LinkForged):
        links.read_person("preferences", links.sign("preferences", value, days=5))


def test_link_for_one_purpose_is_none_for_another():
    token = links.sign_for(PersonFactory(), "my-data", days=5)
    with pytest.raises(links.LinkForged) as refusal:
        links.read_person("preferences", token)
    assert not isinstance(refusal.value, links.LinkExpired)


def test_link_to_my_data_lasts_half_an_hour():
    person = PersonFactory()
    with time_machine.travel(MONDAY_9AM, tick=False):
        token = links.my_data_url(person).rstrip("/").rpartition("/")[2]
    with time_machine.travel(MONDAY_9AM + timedelta(minutes=29)):
        assert links.read_person("my-data", token) == person
    with time_machine.travel(MONDAY_9AM + timedelta(minutes=31)), pytest.raises(links.LinkExpired):
        links.read_person("my-data", token)


def test_link_is_used_once():
    links.use_once("token", at=MONDAY_9AM)
    with pytest.raises(links.LinkUsed):
        links.use_once("token", at=MONDAY_9AM)
    links.use_once("another", at=MONDAY_9AM)
    assert links.forget_used(before=MONDAY_9AM) == 0
    assert links.forget_used(before=MONDAY_9AM + timedelta(seconds=1)) == 2
    assert not UsedLink.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_of_two_who_use_a_link_at_once_one_comes_in():
    answers = []

    def use():
        try:
            links.use_once("token", at=MONDAY_9AM)
            answers.append("in")
        except links.LinkUsed:
            answers.append("used")
        finally:
            connection.close()

    both = [threading.Thread(target=use) for _number in range(4)]
    for one in both:
        one.start()
    for one in both:
        one.join()
    assert sorted(answers) == ["in", "used", "used", "used"]


def test_asking_too_often_says_when_again():
    limit = limits.LIMITS["mailed_link"]
    for number in range(limit.amount):
        limits.count("mailed_link", "one", at=MONDAY_9AM + timedelta(minutes=number))
    with pytest.raises(limits.TooMany) as refusal:
        limits.count("mailed_link", "one", at=MONDAY_9AM + timedelta(minutes=20))
    assert refusal.value.until == MONDAY_9AM + limit.window
    limits.count("mailed_link", "another", at=MONDAY_9AM + timedelta(minutes=20))
    limits.count("mailed_link", "one", at=MONDAY_9AM + limit.window)


@pytest.mark.django_db(transaction=True)
def test_counting_is_exact_for_whoever_asks_at_the_same_time():
    answers = []

    def ask():
        try:
            limits.count("code", "one", at=MONDAY_9AM)
            answers.append("counted")
        except limits.TooMany:
            answers.append("refused")
        finally:
            connection.close()

    many = [threading.Thread(target=ask) for _number in range(12)]
    for one in many:
        one.start()
    for one in many:
        one.join()
    assert answers.count("counted") == limits.LIMITS["code"].amount
