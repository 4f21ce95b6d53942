"""Whom an arrival belongs to."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from people.identity import identities
from people.models import DuplicatePair, Identity, Person, SharedAddress
from tests.factories.people import MONDAY_9AM, IdentityFactory, PersonFactory
from tests.people import at_once

pytestmark = [pytest.mark.database, pytest.mark.django_db]


def match(**given):
    return identities.match_or_create(at=MONDAY_9AM, **given)


def proposed():
    return {
        (pair.one_id, pair.other_id): (pair.state, pair.reasons, pair.probability > 0)
        for pair in DuplicatePair.objects.all()
    }


def test_a_verified_address_leads_to_its_owner_whatever_the_name():
    owner = PersonFactory(given_name="Núria", family_name="Puig", email="")
    IdentityFactory(person=owner, value="n@example.org", verified_at=MONDAY_9AM)
    assert match(email="n@example.org", given_name="Joan", family_name="Puig") == (owner, False)
    assert not SharedAddress.objects.exists()


@pytest.mark.parametrize(
    ("given_name", "family_name"),
    [("", ""), ("nuria", "puig"), ("Puig", "Nuria"), ("N.", "Puig"), ("Nuira", "Puig"), ("Núria", "Puig Serra")],
)
def test_an_address_leads_to_its_owner_when_the_names_can_be_one(given_name, family_name):
    owner = PersonFactory(given_name="Núria", family_name="Puig", email="casa@example.org")
    assert match(email="casa@example.org", given_name=given_name, family_name=family_name) == (owner, False)


def test_the_mailbox_of_a_family_is_shared_not_one_person():
    mother = PersonFactory(given_name="Núria", family_name="Puig", email="casa@example.org")
    son, is_new = match(email="casa@example.org", phone="612345678", given_name="Joan", family_name="Puig")
    assert is_new
    assert mother.identities.get().value == "casa@example.org"
    assert list(son.identities.values_list("kind", "value")) == [("phone", "+34612345678")]
    assert son.shared_addresses.get().identity.value == "casa@example.org"
    assert proposed() == {(mother.pk, son.pk): ("open", ["shared_email"], True)}


def test_each_of_a_family_is_found_again_by_their_own_name():
    mother, _new = match(email="casa@example.org", given_name="Núria", family_name="Puig")
    son, _new = match(email="casa@example.org", given_name="Joan", family_name="Puig")
    daughter, _new = match(email="casa@example.org", given_name="Laia", family_name="Puig")
    assert match(email="casa@example.org", given_name="JOAN", family_name="Puig Serra") == (son, False)
    assert match(email="casa@example.org", given_name="Laia") == (daughter, False)
    assert match(email="casa@example.org", given_name="Núria") == (mother, False)
    assert match(email="casa@example.org") == (mother, False)
    assert (Person.objects.count(), SharedAddress.objects.count(), Identity.objects.count()) == (3, 2, 1)


def test_a_family_telephone_is_shared_by_who_comes_with_an_address_of_their_own():
    mother, _new = match(email="mother@example.org", phone="612345678")
    daughter, is_new = match(email="daughter@example.org", phone="612345678")
    assert is_new
    assert daughter.shared_addresses.get().identity == mother.identities.get(kind="phone")
    assert proposed() == {(mother.pk, daughter.pk): ("open", ["shared_phone"], True)}


def test_a_number_leads_to_nobody_of_another_name():
    father, _new = match(phone="612345678", given_name="Pere", family_name="Roca")
    daughter, is_new = match(phone="612345678", given_name="Laia", family_name="Roca")
    assert is_new
    assert match(phone="612345678", given_name="Laia", family_name="Roca", email="laia@example.org") == (
        daughter,
        False,
    )
    assert not daughter.identities.get(kind="email").may_sign_in
    assert match(phone="612345678", given_name="Pere") == (father, False)


def test_a_number_on_whatsapp_is_the_same_number():
    owner = PersonFactory(given_name="Núria", family_name="Puig", email="")
    IdentityFactory(person=owner, kind="whatsapp", value="+34612345678")
    assert match(phone="612345678") == (owner, False)
    other, is_new = match(phone="612345678", given_name="Joan", family_name="Puig")
    assert is_new
    assert not other.identities.exists()


def test_two_ids_of_one_issuer_are_two_people_whatever_they_share():
    first, _new = match(external_id="L-7", issuer="fair", email="n@example.org", given_name="Núria")
    Identity.objects.update(verified_at=MONDAY_9AM)
    second, is_new = match(external_id="L-8", issuer="fair", email="n@example.org", given_name="Núria")
    assert is_new
    assert second != first
    assert match(external_id="L-8", issuer="fair", email="n@example.org", given_name="Núria") == (second, False)


def test_an_external_id_decides_whatever_the_name_and_the_address():
    person, _new = match(external_id="L-7", issuer="fair", email="n@example.org", given_name="Núria")
    other = PersonFactory(given_name="Joan", family_name="Puig", email="joan@example.org")
    assert match(external_id="L-7", issuer="fair", email="joan@example.org", given_name="Joan") == (person, False)
    assert person.shared_addresses.get().identity.person == other


def test_an_address_of_another_person_is_noted_as_shared_once():
    first, _new = match(email="n@example.org", given_name="Núria")
    second, _new = match(phone="612345678", given_name="Núria")
    for _turn in range(2):
        assert match(email="n@example.org", phone="612345678", given_name="Núria") == (first, False)
    assert [one.identity.person for one in first.shared_addresses.all()] == [second]
    assert list(proposed()) == [(first.pk, second.pk)]


def test_it_is_said_which_identity_led_to_the_person():
    new, _new = match(email="n@example.org", phone="612345678", given_name="Núria")
    assert Identity.objects.get(pk=new.reached_by).kind == "email"
    known, _new = match(phone="612345678")
    assert Identity.objects.get(pk=known.reached_by).kind == "phone"
    sharing, _new = match(email="n@example.org", given_name="Joan")
    assert Identity.objects.get(pk=sharing.reached_by).value == "n@example.org"


def test_whoever_gains_something_is_compared_anew():
    person, _new = match(email="n@example.org", given_name="Núria")
    Person.objects.update(compared_at=MONDAY_9AM)
    match(email="n@example.org", given_name="Núria")
    assert Person.objects.get().compared_at == MONDAY_9AM
    match(email="n@example.org", given_name="Núria", phone="612345678")
    assert Person.objects.get(pk=person.pk).compared_at is None


def test_somebody_erased_who_shared_the_address_does_not_come_back():
    match(email="casa@example.org", given_name="Núria")
    gone, _new = match(email="casa@example.org", given_name="Joan")
    Person.objects.filter(pk=gone.pk).update(erased_at=MONDAY_9AM)
    assert match(email="casa@example.org", given_name="Joan")[1]


def test_hostile_names_and_addresses_make_one_plain_person():
    name = "Nú\u202er\u200bia" + " \u2066" + "x" * 10_000
    person, _new = match(email="n\u200b@example.org", given_name=name, family_name="\x00")
    assert person.given_name.isprintable()
    assert len(person.given_name) == 150
    assert match(email="n@example.org", given_name=name) == (person, False)


def test_a_new_person_who_shares_takes_a_constant_number_of_queries():
    match(email="casa@example.org", phone="612345678", given_name="Núria")

    def queries(**given):
        with CaptureQueriesContext(connection) as taken:
            match(email="casa@example.org", phone="612345678", **given)
        return len(taken)

    first = queries(given_name="Joan")
    for number in range(5):
        match(email="casa@example.org", given_name=f"Sibling{'abcde'[number] * 3}")
    assert queries(given_name="Laia") == first <= 10
    assert queries(given_name="Laia") <= 8


def _come(_number):
    person, is_new = match(email="casa@example.org", phone="612345678", given_name="Joan", family_name="Puig")
    return person.pk, is_new


@pytest.mark.django_db(transaction=True)
def test_eight_at_once_with_a_shared_address_and_one_name_are_one_person():
    match(email="casa@example.org", given_name="Núria", family_name="Puig")
    answers = at_once.run(_come, processes=8)
    assert len({pk for pk, _new in answers}) == 1
    assert sum(is_new for _pk, is_new in answers) == 1
    assert (Person.objects.count(), SharedAddress.objects.count(), DuplicatePair.objects.count()) == (2, 1, 1)
