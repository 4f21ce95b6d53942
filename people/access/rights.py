"""What a member of staff may do, read in one statement where Django and Wagtail read it in six."""

import json

from django.contrib.auth.backends import ModelBackend
from django.db import connections
from wagtail.models import GroupCollectionPermission, GroupPagePermission, GroupSitePermission
from wagtail.users.models import UserProfile

from people.models import User

RIGHTS = """
SELECT 'user' AS held_by, kind.app_label, held.codename
FROM people_user_user_permissions own
JOIN auth_permission held ON held.id = own.permission_id
JOIN django_content_type kind ON kind.id = held.content_type_id
WHERE own.user_id = %(user)s
UNION ALL
SELECT DISTINCT 'group', kind.app_label, held.codename
FROM people_user_groups member
JOIN auth_group_permissions role ON role.group_id = member.group_id
JOIN auth_permission held ON held.id = role.permission_id
JOIN django_content_type kind ON kind.id = held.content_type_id
WHERE member.user_id = %(user)s
UNION ALL
SELECT 'wagtail', place, '' FROM (
    SELECT 'page' AS place, group_id FROM wagtailcore_grouppagepermission
    UNION ALL SELECT 'collection', group_id FROM wagtailcore_groupcollectionpermission
    UNION ALL SELECT 'site', group_id FROM wagtailcore_groupsitepermission
) places JOIN people_user_groups member USING (group_id)
WHERE member.user_id = %(user)s GROUP BY place
UNION ALL
SELECT 'profile', row_to_json(profile)::text, '' FROM wagtailusers_userprofile profile WHERE user_id = %(user)s
"""
# Where Wagtail's policies look whether the rights of this login have been read: who has none need not be asked again.
KEPT = {
    "page": ("_page_permission_cache", GroupPagePermission),
    "collection": ("_collection_permission_cache", GroupCollectionPermission),
    "site": ("_site_permission_cache", GroupSitePermission),
}


class RightsBackend(ModelBackend):
    """Reads the rights of a login before Django's own backend would, and leaves them where both look for them.

    Signs nobody in; superusers and logins that are not active are left to the backends after this one.
    """

    def authenticate(self, request, **credentials):
        return None

    def get_user_permissions(self, user_obj, obj=None):
        return self._read(user_obj)._user_perm_cache if _is_ours(user_obj, obj) else set()

    def get_group_permissions(self, user_obj, obj=None):
        return self._read(user_obj)._group_perm_cache if _is_ours(user_obj, obj) else set()

    def get_all_permissions(self, user_obj, obj=None):
        return self.get_user_permissions(user_obj, obj) | self.get_group_permissions(user_obj, obj)

    def has_perm(self, user_obj, perm, obj=None):
        if not _is_ours(user_obj, obj):
            return False
        self._read(user_obj)
        return perm in user_obj._user_perm_cache or perm in user_obj._group_perm_cache

    def has_module_perms(self, user_obj, app_label):
        return any(name.partition(".")[0] == app_label for name in self.get_all_permissions(user_obj))

    def _read(self, user: User) -> User:
        if hasattr(user, "_user_perm_cache") and hasattr(user, "_group_perm_cache"):
            return user
        held: dict[str, set[str]] = {"user": set(), "group": set()}
        places: set[str] = set()
        profile = None
        with connections["default"].cursor() as cursor:
            cursor.execute(RIGHTS, {"user": user.pk})
            for held_by, first, second in cursor.fetchall():
                if held_by == "wagtail":
                    places.add(first)
                elif held_by == "profile":
                    profile = _profile(json.loads(first))
                else:
                    held[held_by].add(f"{first}.{second}")
        # The names under which Django looks for what was read before.
        user._user_perm_cache, user._group_perm_cache = held["user"], held["group"]  # type: ignore[attr-defined]
        for place, (name, model) in KEPT.items():
            if place not in places and not hasattr(user, name):
                setattr(user, name, model.objects.none())
        # None says that there is none: Wagtail would ask the database each time.
        user._state.fields_cache.setdefault("wagtail_userprofile", profile)
        return user


def _is_ours(user, obj) -> bool:
    return user.is_active and not user.is_anonymous and not user.is_superuser and obj is None


def _profile(columns: dict) -> UserProfile:
    fields = UserProfile._meta.concrete_fields
    return UserProfile.from_db("default", [one.attname for one in fields], [columns[one.column] for one in fields])
