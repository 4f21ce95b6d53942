"""The director sees who may sign in, and cannot make anybody more than they are."""

import pytest
from django.contrib.auth.models import Group
from django.urls import reverse

from people.access import roles
from tests.factories.people import UserFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def director(client):
    user = UserFactory(role=roles.DIRECTOR)
    client.force_login(user)
    return user


def test_sees_the_users_without_a_way_to_add_one(client, director):
    page = client.get(reverse("wagtailusers_users:index"))
    assert page.status_code == 200
    assert reverse("wagtailusers_users:add") not in page.content.decode()


@pytest.mark.parametrize("act", ["edit", "delete"])
def test_is_sent_away_from_changing_a_user(client, director, act):
    answer = client.post(
        reverse(f"wagtailusers_users:{act}", args=[director.pk]), {"email": director.email, "is_superuser": "on"}
    )
    assert answer.status_code == 302
    director.refresh_from_db()
    assert not director.is_superuser


@pytest.mark.parametrize("act", ["assign_role", "set_active_state", "delete"])
def test_chosen_users_stay_as_they_are(client, director, act):
    other, role = UserFactory(role=roles.TUTOR), Group.objects.get(name=roles.FINANCE)
    address = reverse("wagtail_bulk_action", args=["people", "user", act])
    client.post(f"{address}?id={other.pk}", {"role": role.pk, "mark_as_active": "False", "next": "/admin/"})
    other.refresh_from_db()
    assert other.is_active
    assert list(other.groups.values_list("name", flat=True)) == [roles.TUTOR]


def test_an_editor_may_work_with_documents(client):
    client.force_login(UserFactory(role=roles.EDITOR))
    assert client.get(reverse("wagtaildocs:add_multiple")).status_code == 200
