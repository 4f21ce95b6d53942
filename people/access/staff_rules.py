"""What an administrator may do to logins and roles without being a superuser, and how they cannot rise by it."""

from collections.abc import Iterable

from django.contrib.auth.models import Group, Permission

from people.access import looking_as, roles
from people.models import User


def may_change(target: User, *, by: User) -> bool:
    """Whether ``by`` may change this login at all: a superuser is changed by superusers only."""
    return by.is_superuser or (by.has_perm("people.change_user") and not target.is_superuser)


def may_give_roles(target: User, *, by: User) -> bool:
    """Whether ``by`` may say which roles this login has: never one's own."""
    return may_change(target, by=by) and (by.is_superuser or target.pk != by.pk)


def may_set_address(target: User, *, by: User) -> bool:
    """Whether ``by`` may change the e-mail address of a login.

    Whoever has the mailbox has the login, so the address of somebody who may do more is not for ``by`` to change.
    Passwords of others are set by superusers only: everybody else comes in with a code.
    """
    if by.is_superuser or target.pk is None:
        return True
    return may_change(target, by=by) and target.get_all_permissions() <= by.get_all_permissions()


def may_change_group(group: Group, *, by: User) -> bool:
    """Whether ``by`` may change what a role allows: never a role of one's own."""
    return by.is_superuser or (by.has_perm("auth.change_group") and not by.groups.filter(pk=group.pk).exists())


def beyond(rights: Iterable[Permission], *, by: User) -> list[Permission]:
    """Those of ``rights`` that rule over others and that ``by`` does not have, so cannot put into a role either."""
    if by.is_superuser:
        return []
    held = by.get_all_permissions()
    found = [(f"{right.content_type.app_label}.{right.codename}", right) for right in rights]
    return [right for name, right in found if name in looking_as.GOVERNING and name not in held]


def is_named_by_product(group: Group) -> bool:
    """Whether the code knows this role by its name, which may not change."""
    return group.name in roles.ALL
