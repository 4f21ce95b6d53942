import pytest
from django.contrib.auth.models import Group, Permission
from wagtail.models import GroupPagePermission, Page
from wagtail.permission_policies.pages import PagePermissionPolicy
from wagtail.users.models import UserProfile

from people.access.rights import RightsBackend
from people.models import User
from tests.factories.people import UserFactory

pytestmark = pytest.mark.django_db


def again(user):
    """The login as the next request reads it."""
    return User.objects.get(pk=user.pk)


def test_rights_come_from_roles_and_from_the_login_itself():
    user = UserFactory(role="Adviser")
    own = Permission.objects.get(content_type__app_label="people", codename="merge_person")
    user.user_permissions.add(own)
    by_django = {
        f"{right.content_type.app_label}.{right.codename}"
        for right in Permission.objects.filter(group__user=user).select_related("content_type")
    }

    assert again(user).get_all_permissions() == by_django | {"people.merge_person"}
    assert again(user).get_user_permissions() == {"people.merge_person"}
    assert again(user).has_perm("people.merge_person")
    assert not again(user).has_perm("people.erase_person")


def test_one_statement_reads_rights_pages_and_profile(django_assert_num_queries):
    user = again(UserFactory(role="Adviser"))

    with django_assert_num_queries(1):
        assert user.has_perm("contact_centre.take_case")
        assert not user.has_perm("people.erase_person")
        assert not PagePermissionPolicy().user_has_any_permission(user, ["change"])
        assert not hasattr(user, "wagtail_userprofile")


def test_a_right_taken_away_is_gone_at_the_next_request():
    user = UserFactory(role="Adviser")
    assert again(user).has_perm("contact_centre.take_case")

    user.groups.clear()

    assert not again(user).has_perm("contact_centre.take_case")


def test_the_profile_is_the_one_that_was_saved(django_assert_num_queries):
    user = UserFactory(role="Adviser")
    kept = UserProfile.objects.create(user=user, preferred_language="es", theme="dark", dismissibles={"a": True})
    read = again(user)
    read.has_perm("contact_centre.take_case")

    with django_assert_num_queries(0):
        profile = read.wagtail_userprofile
    assert (profile.pk, profile.preferred_language, profile.theme, profile.dismissibles) == (
        kept.pk,
        "es",
        "dark",
        {"a": True},
    )
    profile.preferred_language = "ca"
    profile.save()
    assert again(user).wagtail_userprofile.preferred_language == "ca"


def test_who_edits_pages_still_may():
    user = UserFactory()
    group = Group.objects.create(name="Writers")
    change = Permission.objects.get(content_type__app_label="wagtailcore", codename="change_page")
    GroupPagePermission.objects.create(group=group, page=Page.objects.get(depth=1), permission=change)
    user.groups.add(group)
    read = again(user)
    read.has_perm("contact_centre.take_case")

    assert PagePermissionPolicy().user_has_any_permission(read, ["change"])


@pytest.mark.parametrize("fields", [{"is_active": False}, {"is_active": False, "is_superuser": True}])
def test_a_login_that_was_closed_may_nothing(fields):
    user = UserFactory(role="Adviser")
    User.objects.filter(pk=user.pk).update(**fields)

    assert not again(user).has_perm("contact_centre.take_case")


def test_a_superuser_may_everything():
    assert UserFactory(is_superuser=True).has_perm("people.erase_person")


def test_it_signs_nobody_in():
    user = UserFactory(password="a-long-enough-word")

    assert RightsBackend().authenticate(None, username=user.email, password="a-long-enough-word") is None
