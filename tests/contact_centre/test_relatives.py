"""Guardians and relatives on the page of a person."""

from datetime import date

import pytest
from django.urls import reverse

from people import relatives
from people.models import Relationship
from tests.factories.people import MONDAY_9AM, PersonFactory, UserFactory

pytestmark = pytest.mark.django_db
CHILD = date(2015, 5, 20)
MOTHER = {
    "given_name": "Rosa",
    "email": "rosa@example.org",
    "language": "ca",
    "kind": "mother",
    "is_guardian": "on",
    "gets_reports": "on",
    "source": "Call of 2 March",
}


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


def _page(client, person):
    return client.get(reverse("contact_centre_person", args=[person.uuid])).content.decode()


def _mother(person, **facts):
    mother = PersonFactory(given_name="Rosa", family_name="Serra")
    return relatives.note(person, relative=mother, kind="mother", at=MONDAY_9AM, source="call", **facts)


def test_guardian_is_written_down_seen_from_both_sides_and_ended(sign_in):
    client, child = sign_in("Tutor"), PersonFactory(birth_date=CHILD)
    assert "A minor without a guardian" in _page(client, child)
    client.post(reverse("contact_centre_relative_new", args=[child.uuid]), MOTHER)
    made = Relationship.objects.get()
    assert (made.by, made.relative.given_name, made.source) == (client.user, "Rosa", "Call of 2 March")
    page = _page(client, child)
    assert "Gets progress reports" in page
    assert "A minor without a guardian" not in page
    assert "Stands by" in _page(client, made.relative)
    client.post(reverse("contact_centre_relative_end", args=[child.uuid, made.pk]))
    made.refresh_from_db()
    assert made.until is not None
    assert "A minor without a guardian" in _page(client, child)


def test_scope_of_somebody_of_age_is_refused_without_proof_and_what_was_typed_stays(sign_in):
    client, grown = sign_in("Adviser"), PersonFactory(birth_date=date(1990, 1, 1))
    address = reverse("contact_centre_relative_new", args=[grown.uuid])
    refused = client.post(address, MOTHER)
    assert refused.status_code == 422
    assert "is of age" in refused.content.decode()
    assert "rosa@example.org" in refused.content.decode()
    assert not Relationship.objects.exists()
    client.post(address, MOTHER | {"proof": "Signed on 1 March"})
    assert Relationship.objects.get().proof == "Signed on 1 March"


def test_change_of_scope_keeps_what_was(sign_in):
    client, child = sign_in("Admissions"), PersonFactory(birth_date=CHILD)
    made = _mother(child, is_guardian=True)
    address = reverse("contact_centre_relative", args=[child.uuid, made.pk])
    assert client.get(address).status_code == 200
    client.post(address, {"is_guardian": "on", "gets_invoices": "on", "source": "Call"})
    was, now = child.relatives.order_by("pk")
    assert (was.gets_invoices, was.until, now.gets_invoices, now.until) == (False, now.since, True, None)
    assert "Before" in _page(client, child)


def test_address_nobody_can_be_reached_at_is_named_beside_its_field(sign_in):
    client, child = sign_in("Adviser"), PersonFactory(birth_date=CHILD)
    refused = client.post(reverse("contact_centre_relative_new", args=[child.uuid]), MOTHER | {"email": "rosa"})
    assert refused.status_code == 422
    assert refused.context["form"].errors["email"]


@pytest.mark.parametrize("role", ["Finance", "Director", "Moderator"])
def test_who_may_not_write_relatives_down_has_no_button_and_no_address(sign_in, role):
    client, child = sign_in(role), PersonFactory(birth_date=CHILD)
    made = _mother(child, is_guardian=True)
    assert client.get(reverse("contact_centre_relative_new", args=[child.uuid])).url == "/admin/"
    assert client.post(reverse("contact_centre_relative_end", args=[child.uuid, made.pk])).url == "/admin/"
    made.refresh_from_db()
    assert made.until is None
    assert "Write a relative down" not in _page(client, child)


def test_relation_of_another_person_is_not_found(sign_in):
    client, child = sign_in("Adviser"), PersonFactory(birth_date=CHILD)
    made = _mother(child)
    assert client.post(reverse("contact_centre_relative_end", args=[PersonFactory().uuid, made.pk])).status_code == 404
