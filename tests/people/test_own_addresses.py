"""Addresses a person adds and removes: a code proves an e-mail, and nobody learns whom we know."""

import re
from datetime import timedelta

import pytest
import time_machine
from allauth.account.models import EmailAddress
from django.core import mail
from wagtail.models import ModelLogEntry

from people.access import sign_in
from people.identity.identities import BadIdentity
from people.models import DuplicatePair, Identity, Person, SharedAddress, Touchpoint
from people.own_data import own_addresses
from tests.factories.people import MONDAY_9AM, IdentityFactory, PersonFactory, UserFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def person():
    person = PersonFactory(email="")
    IdentityFactory(person=person, value="nuria@example.org", verified_at=MONDAY_9AM)
    return person


def ask(person, typed="new@example.org"):
    mail.outbox.clear()
    token = own_addresses.ask_to_add_email(person, typed, at=MONDAY_9AM)
    (letter,) = mail.outbox
    return token, re.search(r"\b\d{6}\b", letter.body)[0], letter


def test_address_counts_once_its_code_came_back(person, django_capture_on_commit_callbacks):
    token, code, letter = ask(person, " New@Example.org ")
    assert letter.to == ["new@example.org"]
    assert not person.identities.filter(value="new@example.org").exists()
    with django_capture_on_commit_callbacks(execute=True):
        assert own_addresses.prove(person, token, f" {code[:3]} {code[3:]} ", at=MONDAY_9AM)
    identity = person.identities.get(value="new@example.org")
    assert identity.verified_at == MONDAY_9AM
    assert mail.outbox[-1].to == ["nuria@example.org"]  # whoever reads the old one learns of it
    assert Touchpoint.objects.get().kind == "people.address_added"
    assert "new@example.org" not in Touchpoint.objects.get().summary
    entry = ModelLogEntry.objects.get(action="people.address_added")
    assert entry.data == {"kind": "email"}
    with django_capture_on_commit_callbacks(execute=True):
        own_addresses.prove(person, token, code, at=MONDAY_9AM)  # a second press
    assert Touchpoint.objects.count() == 1


def test_wrong_code_old_code_and_somebody_elses_prove_nothing(person):
    with time_machine.travel(MONDAY_9AM, tick=False):
        token, code, _letter = ask(person)
        wrong = str((int(code) + 1) % 10**6).zfill(6)
        other_token, other_code, _letter = ask(person, "other@example.org")
        for attempt in [(person, token, wrong), (person, token, ""), (person, token + "x", code),
                        (PersonFactory(), token, code), (person, token, other_code)]:  # fmt: skip
            with pytest.raises(own_addresses.WrongCode):
                own_addresses.prove(*attempt, at=MONDAY_9AM)
    with time_machine.travel(MONDAY_9AM + timedelta(minutes=16)), pytest.raises(own_addresses.WrongCode):
        own_addresses.prove(person, token, code, at=MONDAY_9AM)
    assert not Identity.objects.filter(value="new@example.org").exists()
    assert other_token != token


def test_token_on_the_page_does_not_hold_the_code(person):
    token, code, _letter = ask(person)
    assert code not in token


def test_address_of_somebody_else_is_shared_and_proposed_never_taken(person):
    other = PersonFactory(email="")
    IdentityFactory(person=other, value="family@example.org", verified_at=MONDAY_9AM)
    token, code, _letter = ask(person, "family@example.org")
    assert not own_addresses.prove(person, token, code, at=MONDAY_9AM)
    assert Identity.objects.get(value="family@example.org").person == other
    assert SharedAddress.objects.get().person == person
    assert DuplicatePair.objects.count() == 1
    own_addresses.prove(person, token, code, at=MONDAY_9AM)
    assert SharedAddress.objects.count() == 1


def test_second_address_opens_the_same_login_and_makes_no_second_person(person):
    user = UserFactory(email="nuria@example.org")
    Person.objects.filter(pk=person.pk).update(user=user)
    person.refresh_from_db()
    token, code, _letter = ask(person)
    own_addresses.prove(person, token, code, at=MONDAY_9AM)
    assert sign_in.login_for("new@example.org", at=MONDAY_9AM) == user
    own_addresses.remove(person, "new@example.org", at=MONDAY_9AM)
    assert not EmailAddress.objects.filter(email="new@example.org").exists()


def test_staff_add_a_way_to_sign_in_only_when_signed_in(person):
    Person.objects.filter(pk=person.pk).update(user=UserFactory(role="Adviser"))
    person.refresh_from_db()
    token, code, _letter = ask(person)
    own_addresses.prove(person, token, code, at=MONDAY_9AM)
    assert not EmailAddress.objects.filter(email="new@example.org").exists()


def test_number_is_written_down_unproved_whoever_has_it_too(person):
    IdentityFactory(person=PersonFactory(), kind="phone", value="+34612345678")
    for typed in ("612 345 679", "612345679", "612 345 678"):
        own_addresses.add_phone(person, typed, at=MONDAY_9AM)
    assert [(own_addresses.value_of(one), type(one).__name__) for one in own_addresses.of_person(person)] == [
        ("nuria@example.org", "Identity"),
        ("+34612345679", "Identity"),
        ("+34612345678", "SharedAddress"),
    ]
    assert person.identities.get(value="+34612345679").verified_at is None
    assert Touchpoint.objects.count() == 2


@pytest.mark.parametrize("typed", ["", "nobody", "a@b", "nuria@exаmple.org\u202e", "x" * 5000 + "@example.org"])
def test_what_is_no_address_gets_no_code(person, typed):
    if "а" in typed:  # a homoglyph in a domain is another domain, in ASCII
        assert "xn--" in own_addresses.address_in(person, ask(person, typed)[0])
        return
    with pytest.raises(BadIdentity):
        own_addresses.ask_to_add_email(person, typed, at=MONDAY_9AM)
    assert mail.outbox == []


def test_address_is_removed_once_and_those_who_read_it_learn_of_it(person, django_capture_on_commit_callbacks):
    IdentityFactory(person=person, value="old@example.org", verified_at=MONDAY_9AM)
    with django_capture_on_commit_callbacks(execute=True):
        assert own_addresses.remove(person, "old@example.org", at=MONDAY_9AM)
        assert not own_addresses.remove(person, "old@example.org", at=MONDAY_9AM)
    assert {letter.to[0] for letter in mail.outbox} == {"nuria@example.org", "old@example.org"}
    assert Touchpoint.objects.get().kind == "people.address_removed"


def test_last_address_and_the_one_of_the_login_stay(person):
    with pytest.raises(own_addresses.CannotRemove):
        own_addresses.remove(person, "nuria@example.org", at=MONDAY_9AM)
    own_addresses.add_phone(person, "612345679", at=MONDAY_9AM)
    Person.objects.filter(pk=person.pk).update(user=UserFactory(email="nuria@example.org"))
    with pytest.raises(own_addresses.CannotRemove):
        own_addresses.remove(person, "nuria@example.org", at=MONDAY_9AM)
    assert own_addresses.remove(person, "+34612345679", at=MONDAY_9AM)


def test_address_of_another_person_is_not_removed(person):
    IdentityFactory(person=PersonFactory(), value="other@example.org")
    assert not own_addresses.remove(person, "other@example.org", at=MONDAY_9AM)
    assert Identity.objects.filter(value="other@example.org").exists()
