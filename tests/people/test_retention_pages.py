"""The school's rules, and the list of those about to be forgotten, as staff see them."""

from datetime import datetime, timedelta

import pytest
from django.utils import timezone

from people.models import AuditEntry, PlannedErasure, RetentionPeriod
from people.privacy import retention
from tests.factories.people import IdentityFactory, PersonFactory, UserFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def now():
    return timezone.now()


@pytest.fixture
def planned(now):
    person = PersonFactory(given_name="Quima", family_name="Roca", created_at=now - timedelta(days=1000))
    PersonFactory(given_name="Joan", created_at=now)
    retention.plan(at=now)
    return PlannedErasure.objects.get(person=person)


def test_director_reads_rules_and_figures_and_changes_nothing(client, planned):
    client.force_login(UserFactory(role="Director"))
    page = client.get("/admin/retention/").content.decode()
    assert "24 months after the last contact." in page and "Commercial Code art. 30" in page
    assert "New or changed" in page and "/admin/retention/rules/" not in page
    assert client.get("/admin/retention/rules/contacts/").status_code in (302, 403)
    assert client.post(f"/admin/retention/planned/{planned.pk}/hold/").status_code in (302, 403)
    planned.refresh_from_db()
    assert planned.held_until is None


def test_data_protection_changes_a_period_and_it_is_shown_first(client, planned, now):
    client.force_login(clerk := UserFactory(role="Data protection"))
    assert client.post("/admin/retention/rules/contacts/", {"months": 0, "is_active": "on"}).status_code == 200
    answer = client.post("/admin/retention/rules/contacts/", {"months": 36, "is_active": "on"}, follow=True)
    assert "36 months after the last contact." in answer.content.decode()
    period = RetentionPeriod.objects.get(code="contacts")
    assert (period.months, period.is_active, period.changed_by) == (36, True, clerk)
    client.post("/admin/retention/rules/contacts/", {"months": 36})
    assert not RetentionPeriod.objects.get(code="contacts").is_active
    assert client.get("/admin/retention/rules/nothing/").status_code == 404


def test_list_finds_people_by_name_and_address_and_is_taken_away_safely(client, planned):
    IdentityFactory(person=planned.person, value="quima@example.org")
    client.force_login(UserFactory(role="Data protection"))
    for words, is_found in {"Quima": True, "quima@example.org": True, "Joan": False}.items():
        page = client.get("/admin/retention/planned/", {"q": words}).content.decode()
        assert (f"/admin/retention/planned/inspect/{planned.pk}/" in page) == is_found
    answer = client.get("/admin/retention/planned/", {"export": "csv"})
    file = b"".join(answer.streaming_content).decode()
    assert str(planned.person.uuid) in file and "contacts" in file
    assert AuditEntry.objects.filter(act="exported", what="people.plannederasure.list").count() == 1


def test_hold_and_release_say_what_becomes_of_the_person(client, planned, now):
    client.force_login(UserFactory(role="Data protection"))
    address = f"/admin/retention/planned/{planned.pk}"
    until = timezone.localdate(now) + timedelta(days=100)
    assert "Hold until a day" in client.get(f"/admin/retention/planned/inspect/{planned.pk}/").content.decode()
    refused = client.post(f"{address}/hold/", {"until": "2001-01-01", "why": "Claim"}, follow=True)
    assert "Choose a day" in refused.content.decode()
    assert "Say until when" in client.post(f"{address}/hold/", {"until": until}, follow=True).content.decode()
    held = client.post(f"{address}/hold/", {"until": until, "why": "Claim"}, follow=True).content.decode()
    assert "Held until" in held and "Claim" in held
    page = client.get("/admin/retention/planned/", {"held": "yes"}).content.decode()
    assert "Quima Roca" in page
    assert "Quima Roca" not in client.get("/admin/retention/planned/", {"held": "no"}).content.decode()
    released = client.post(f"{address}/release/", follow=True).content.decode()
    assert "Released: forgotten on" in released
    planned.refresh_from_db()
    assert planned.held_until is None and planned.held_why == ""


@pytest.mark.parametrize("count", [1, 3])
def test_list_asks_the_database_as_often_for_three_as_for_one(client, now, count, django_assert_max_num_queries):
    for _one in range(count):
        PersonFactory(created_at=datetime(2020, 1, 1, tzinfo=now.tzinfo))
    retention.plan(at=now)
    client.force_login(UserFactory(role="Director"))
    client.get("/admin/retention/planned/")
    with django_assert_max_num_queries(22):
        client.get("/admin/retention/planned/")
