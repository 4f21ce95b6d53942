"""What the product grants its roles, remembers and takes back; and what it leaves to the school."""

import pytest
from django.contrib.auth.models import Group, Permission
from wagtail import hooks

from people.access import roles

pytestmark = pytest.mark.django_db


def rights_of(role):
    found = Group.objects.get(name=role).permissions.select_related("content_type")
    return {f"{right.content_type.app_label}.{right.codename}" for right in found}


def right(name):
    app, _dot, codename = name.partition(".")
    return Permission.objects.get(content_type__app_label=app, codename=codename)


@pytest.fixture
def listing():
    """Another table for a while, as after an upgrade."""

    def listed(**names):
        by_role = {role: ["wagtailadmin.access_admin"] for role in roles.ALL} | names
        return hooks.register_temporarily("register_role_permissions", lambda: by_role)

    kept = hooks._hooks["register_role_permissions"]
    hooks._hooks["register_role_permissions"] = []
    yield listed
    hooks._hooks["register_role_permissions"] = kept
    roles.grant_all()


def test_every_role_holds_what_the_floors_list():
    assert roles.grant_all() == []

    assert {role: rights_of(role) for role in roles.ALL} == roles.listed()


def test_granting_twice_changes_nothing():
    roles.grant_all()
    before = {role: rights_of(role) for role in roles.ALL}
    roles.grant_all()

    assert {role: rights_of(role) for role in roles.ALL} == before


def test_a_right_that_leaves_the_table_is_taken_back(listing):
    with listing(Finance=["wagtailadmin.access_admin", "enrolment.refund_payment"]):
        roles.grant_all()
        assert "enrolment.refund_payment" in rights_of("Finance")
    with listing():
        roles.grant_all()

    assert rights_of("Finance") == {"wagtailadmin.access_admin"}


def test_what_the_school_granted_by_itself_stays_even_when_it_leaves_the_table(listing):
    with listing():
        roles.grant_all()
    Group.objects.get(name="Finance").permissions.add(right("enrolment.refund_payment"))
    with listing(Finance=["wagtailadmin.access_admin", "enrolment.refund_payment"]):
        roles.grant_all()
    with listing():
        roles.grant_all()

    assert "enrolment.refund_payment" in rights_of("Finance")


def test_what_the_school_took_away_is_not_given_again():
    roles.grant_all()
    Group.objects.get(name="Adviser").permissions.remove(right("people.view_outgoingmessage"))
    roles.grant_all()

    assert "people.view_outgoingmessage" not in rights_of("Adviser")


def test_an_unknown_right_is_named_and_stops_nothing(listing):
    with listing(Finance=["people.fly", "enrolment.refund_payment"]):
        assert roles.grant_all() == ["people.fly"]

        assert "enrolment.refund_payment" in rights_of("Finance")


def test_roles_are_called_by_their_name_in_the_readers_language():
    assert {role: roles.label(role) for role in roles.ALL} == {role: role for role in roles.ALL}
    assert roles.label("Night watch") == "Night watch"
