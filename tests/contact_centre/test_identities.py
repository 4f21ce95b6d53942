"""The ways in which a person reaches us, on their page."""

import pytest
from django.urls import reverse
from wagtail.models import ModelLogEntry

from people.identity import duplicates, identities
from people.models import DuplicatePair, Identity, Person
from tests.factories.people import MONDAY_9AM, IdentityFactory, PersonFactory, UserFactory

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def in_english(settings):
    settings.LANGUAGE_CODE = "en"


@pytest.fixture
def sign_in(client):
    def as_role(role):
        client.user = UserFactory(role=role)
        client.force_login(client.user, backend="allauth.account.auth_backends.AuthenticationBackend")
        return client

    return as_role


def page(client, person):
    return client.get(reverse("contact_centre_person", args=[person.uuid])).content.decode()


def add(client, person, **typed):
    answer = client.post(reverse("contact_centre_identity_add", args=[person.uuid]), typed, follow=True)
    return answer.content.decode()


def act(client, identity, what):
    address = reverse("contact_centre_identity_act", args=[identity.person.uuid, identity.pk, what])
    return client.post(address, follow=True)


@pytest.mark.parametrize("role", ["Adviser", "Contact-centre lead", "Admissions", "Data protection"])
def test_staff_write_down_how_else_somebody_is_reached(sign_in, role):
    client, person = sign_in(role), PersonFactory()
    assert "It is written down." in add(client, person, kind="phone", value="612 34 56 78", is_verified="on")
    identity = person.identities.get(kind="phone")
    assert (identity.value, identity.as_typed, identity.source) == ("+34612345678", "612 34 56 78", "desk")
    assert identity.verified_at
    assert "612 34 56 78" in page(client, person)
    entry = ModelLogEntry.objects.get(action="people.add_identity")
    assert (entry.user, entry.object_id) == (client.user, str(person.pk))
    assert "612345678" not in str(entry.data)


def test_what_is_no_number_is_refused_with_a_reason(sign_in):
    client, person = sign_in("Adviser"), PersonFactory()
    assert "not a telephone number" in add(client, person, kind="phone", value="12")
    assert "Type the address" in add(client, person, kind="phone", value="")
    assert "Type the address" in add(client, person, kind="student_number", value="2027-00001")
    assert person.identities.count() == 1


def test_an_address_of_somebody_else_is_shared_and_proposed(sign_in):
    client = sign_in("Adviser")
    mother, son = PersonFactory(email="casa@example.org"), PersonFactory(given_name="Joan")
    assert "both are now reached there" in add(client, son, kind="email", value="casa@example.org")
    assert son.shared_addresses.get().identity.person == mother
    assert DuplicatePair.objects.get().reasons == ["shared_email"]
    assert "casa@example.org" in page(client, son)
    assert "shared with" in page(client, mother)


def test_an_id_of_somebody_else_is_refused(sign_in):
    client, person = sign_in("Adviser"), PersonFactory()
    IdentityFactory(kind="external", issuer="fair", value="L-7")
    assert "That id belongs to" in add(client, person, kind="external", issuer="fair", value="L-7")
    assert not person.shared_addresses.exists()


def test_staff_mark_verify_and_remove(sign_in):
    client, person = sign_in("Adviser"), PersonFactory()
    identity = person.identities.get()
    for what in ("verify", "verify", "undeliverable", "undeliverable"):
        assert act(client, identity, what).status_code == 200
    identity.refresh_from_db()
    assert (bool(identity.verified_at), identity.is_undeliverable) == (True, True)
    act(client, identity, "deliverable")
    identity.refresh_from_db()
    assert not identity.is_undeliverable
    act(client, identity, "remove")
    assert not person.identities.exists()
    done = ModelLogEntry.objects.filter(object_id=str(person.pk)).order_by("timestamp").values_list("action", flat=True)
    assert [action for action in done if "identity" in action or "deliverable" in action] == [
        "people.verify_identity",
        "people.mark_undeliverable",
        "people.mark_deliverable",
        "people.remove_identity",
    ]


def test_whoever_shares_an_address_keeps_it_when_its_owner_does_not(sign_in):
    client = sign_in("Adviser")
    mother = PersonFactory(given_name="Núria", email="casa@example.org")
    son, _new = identities.match_or_create(at=MONDAY_9AM, email="casa@example.org", given_name="Joan")
    Person.objects.update(compared_at=MONDAY_9AM)
    act(client, mother.identities.get(), "remove")
    assert son.identities.get().value == "casa@example.org"
    assert not son.shared_addresses.exists()
    assert set(Person.objects.values_list("compared_at", flat=True)) == {None}


def test_who_may_not_change_identities_sees_no_buttons_and_is_refused(sign_in):
    client, person = sign_in("Finance"), PersonFactory()
    assert "identities/add/" not in page(client, person)
    assert client.post(reverse("contact_centre_identity_add", args=[person.uuid])).status_code in (302, 403)
    act(client, person.identities.get(), "remove")
    assert Identity.objects.filter(person=person).exists()


def test_an_identity_is_only_changed_on_the_page_of_its_owner(sign_in):
    client, person, other = sign_in("Adviser"), PersonFactory(), PersonFactory()
    address = reverse("contact_centre_identity_act", args=[person.uuid, other.identities.get().pk, "remove"])
    assert client.post(address).status_code == 404


def test_letters_that_only_look_alike_are_pointed_out(sign_in):
    assert "two alphabets" in page(sign_in("Adviser"), PersonFactory(given_name="Nuriа"))


def test_a_possible_duplicate_is_pointed_out_to_those_who_may_decide(sign_in):
    one, other = PersonFactory(phone="+34612345678"), PersonFactory(phone="+33612345678", family_name="Puig")
    duplicates.compare_due(at=MONDAY_9AM)
    assert "We may know this person already" in page(sign_in("Contact-centre lead"), one)
    assert str(other.uuid) in page(sign_in("Contact-centre lead"), one)
    assert "We may know this person already" not in page(sign_in("Adviser"), one)
