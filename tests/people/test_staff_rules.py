"""An administrator makes logins and gives roles, makes no superuser, and does not rise."""

import pytest
from django.contrib.auth.models import Group, Permission

from people.models import AuditEntry, User
from tests.factories.people import UserFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def admin(client):
    user = UserFactory(role="Administrator")
    client.force_login(user)
    return user


def group(name):
    return Group.objects.get(name=name)


def fields(login, **changed):
    return {
        "email": login.email,
        "first_name": login.first_name,
        "last_name": login.last_name,
        "is_active": "on",
        "groups": [one.pk for one in login.groups.all()],
    } | changed


def save(client, login, **changed):
    return client.post(f"/admin/users/edit/{login.pk}/", fields(login, **changed))


def bulk(client, act, logins, **said):
    asked = "&".join(f"id={login.pk}" for login in logins)
    return client.post(f"/admin/bulk/people/user/{act}/?{asked}", said)


def roles_of(login):
    return set(login.groups.values_list("name", flat=True))


def test_an_administrator_makes_a_login_and_gives_it_a_role(client, admin):
    said = {"email": "nova@llevant.example", "first_name": "Nova", "last_name": "Roca", "groups": [group("Adviser").pk]}
    client.post("/admin/users/new/", said)

    made = User.objects.get(email="nova@llevant.example")
    assert roles_of(made) == {"Adviser"}
    assert not made.has_usable_password()  # they come in with a code


def test_an_administrator_makes_no_superuser(client, admin):
    client.post(
        "/admin/users/new/",
        {"email": "root@llevant.example", "first_name": "R", "last_name": "T", "is_superuser": "on", "password1": "x"},
    )
    colleague = UserFactory()
    save(client, colleague, is_superuser="on")

    assert User.objects.filter(email="root@llevant.example").exists()
    assert not User.objects.filter(is_superuser=True).exists()


def test_an_administrator_does_not_give_themselves_a_role(client, admin):
    save(client, admin, groups=[group("Director").pk, group("Administrator").pk])
    bulk(client, "assign_role", [admin], role=group("Director").pk)

    assert roles_of(admin) == {"Administrator"}


def test_an_administrator_gives_and_takes_the_roles_of_others(client, admin):
    colleague = UserFactory(role="Adviser")
    save(client, colleague, groups=[group("Tutor").pk])

    assert roles_of(colleague) == {"Tutor"}


def test_nobody_but_a_superuser_changes_a_superuser(client, admin):
    root = User.objects.create_superuser("root@llevant.example", "matricula-demo")

    assert save(client, root, email="mine@llevant.example").url == "/admin/"
    bulk(client, "set_active_state", [root], mark_as_active="False")
    bulk(client, "assign_role", [root], role=group("Adviser").pk)

    root.refresh_from_db()
    assert (root.email, root.is_active, roles_of(root)) == ("root@llevant.example", True, set())


def test_the_address_of_somebody_who_may_do_more_stays(client, admin):
    officer = UserFactory(role="Data protection", email="dpo@llevant.example")
    save(client, officer, email="mine@llevant.example", password1="taken-over-1", password2="taken-over-1")

    officer.refresh_from_db()
    assert officer.email == "dpo@llevant.example"
    assert officer.check_password("matricula-demo")


def test_an_administrator_does_not_widen_a_role_of_their_own(client, admin):
    own = group("Administrator")
    before = set(own.permissions.values_list("pk", flat=True))
    address = f"/admin/groups/edit/{own.pk}/"

    assert client.get(address).url == client.post(address, {"name": own.name}).url == "/admin/"
    assert set(own.permissions.values_list("pk", flat=True)) == before


def role_form(role, permissions):
    empty = {"TOTAL_FORMS": 0, "INITIAL_FORMS": 0, "MIN_NUM_FORMS": 0, "MAX_NUM_FORMS": 1000}
    prefixes = (
        "page_permissions",
        "collection_permissions",
        "document_permissions",
        "image_permissions",
        "collection_mgmt_permissions",
    )
    formsets = {f"{prefix}-{name}": value for prefix in prefixes for name, value in empty.items()}
    return {"name": role, "permissions": [right.pk for right in permissions], **formsets}


def test_a_right_over_others_that_one_lacks_is_not_put_into_a_role(client, admin):
    helpers = Group.objects.create(name="Helpers")
    erase = Permission.objects.get(codename="erase_person")
    see = Permission.objects.get(codename="view_case")
    address = f"/admin/groups/edit/{helpers.pk}/"

    answer = client.post(address, role_form("Helpers", [erase]))
    assert "You do not have these rights yourself" in answer.content.decode()
    client.post(address, role_form("Helpers", [see]))

    assert list(helpers.permissions.all()) == [see]


def test_the_name_of_a_role_that_the_code_knows_stays(client, admin):
    adviser = group("Adviser")
    client.post(f"/admin/groups/edit/{adviser.pk}/", role_form("Friends", adviser.permissions.all()))

    adviser.refresh_from_db()
    assert adviser.name == "Adviser"


def test_what_is_done_to_many_at_once_is_in_the_trail(client, admin):
    colleagues = [UserFactory(), UserFactory()]
    bulk(client, "assign_role", colleagues, role=group("Tutor").pk)

    told = AuditEntry.objects.filter(what="people.bulk_assign_role")
    assert {entry.about_id for entry in told} == {colleague.pk for colleague in colleagues}
    assert {(entry.act, entry.by, entry.detail["role"]) for entry in told} == {("changed", admin, "Tutor")}


def test_a_director_reads_the_list_and_is_offered_nothing_that_is_refused(client):
    client.force_login(UserFactory(role="Director"))
    UserFactory()

    page = client.get("/admin/users/").content.decode()

    assert "/admin/bulk/people/user/" not in page
    assert "data-bulk-action-checkbox" not in page
    assert "/admin/users/edit/" not in page


def test_an_administrator_is_offered_what_they_may_do_to_many_and_no_more(client, admin):
    page = client.get("/admin/users/").content.decode()

    assert "/admin/bulk/people/user/assign_role/" in page
    assert "/admin/bulk/people/user/delete/" not in page


def test_a_director_changes_nobody(client):
    client.force_login(UserFactory(role="Director"))
    colleague = UserFactory()

    assert bulk(client, "assign_role", [colleague], role=group("Director").pk).url == "/admin/"
    assert client.get(f"/admin/users/edit/{colleague.pk}/").url == "/admin/"
    assert roles_of(colleague) == set()
