"""The roles of a school, as Wagtail groups, and who may do what: each floor says so for its own screens."""

import structlog
from django.contrib.auth.models import Group, Permission
from wagtail import hooks
from wagtail.models import Collection, GroupCollectionPermission, GroupPagePermission, Page

log = structlog.get_logger("matricula.roles")

ADVISER = "Adviser"
LEAD = "Contact-centre lead"
ADMISSIONS = "Admissions"
FINANCE = "Finance"
EDITOR = "Editor"
TUTOR = "Tutor"
MODERATOR = "Moderator"
DIRECTOR = "Director"
DATA_PROTECTION = "Data protection"
ALL = (ADVISER, LEAD, ADMISSIONS, FINANCE, EDITOR, TUTOR, MODERATOR, DIRECTOR, DATA_PROTECTION)

PERMISSIONS = {
    **{role: ["wagtailadmin.access_admin"] for role in ALL},
    LEAD: ["wagtailadmin.access_admin", "people.view_outgoingmessage", "people.view_importrun"],
    ADVISER: ["wagtailadmin.access_admin", "people.view_outgoingmessage"],
    DIRECTOR: [
        "wagtailadmin.access_admin",
        "people.view_outgoingmessage",
        "people.view_consent",
        "people.view_importrun",
        "people.undo_import",
        "people.view_apitoken",
        "people.issue_apitoken",
        "people.view_user",  # no more: whoever may change users can make a superuser of themselves
    ],
    DATA_PROTECTION: [
        "wagtailadmin.access_admin",
        "people.view_outgoingmessage",
        "people.view_consent",
        "people.view_importrun",
        "people.undo_import",
        "people.export_person",
        "people.erase_person",
    ],
}
PAGE_RIGHTS = ("add_page", "change_page", "publish_page", "bulk_delete_page", "lock_page", "unlock_page")
FILE_RIGHTS = ("add_image", "change_image", "choose_image", "add_document", "change_document", "choose_document")

FILE_APPS = {"image": "wagtailimages", "document": "wagtaildocs"}


def grant_all() -> list[str]:
    """Give every role what the hook ``register_role_permissions`` lists; return names that no model knows.

    Only adds: what a school grants beyond that stays. Running it again changes nothing.
    """
    groups = {role: Group.objects.get_or_create(name=role)[0] for role in ALL}
    rights = Permission.objects.select_related("content_type")
    known = {f"{right.content_type.app_label}.{right.codename}": right for right in rights}
    unknown = []
    for permissions in hooks.get_hooks("register_role_permissions"):
        for role, names in permissions().items():
            groups[role].permissions.add(*[known[name] for name in names if name in known])
            unknown += [name for name in names if name not in known]
    if unknown:
        log.warning("unknown_permissions", names=sorted(set(unknown)))
    _grant_pages(groups[EDITOR], known)
    return sorted(set(unknown))


def has_role(user, *roles: str) -> bool:
    """Whether ``user`` has one of ``roles``; a superuser has them all."""
    return user.is_active and (user.is_superuser or user.groups.filter(name__in=roles).exists())


def _grant_pages(editors: Group, known: dict[str, Permission]) -> None:
    """Editors work on the whole website and its files; a database just emptied has no root to give them."""
    root = Page.objects.filter(depth=1).order_by("path").first()
    for name in PAGE_RIGHTS:
        right = known.get(f"wagtailcore.{name}")
        if root and right:
            GroupPagePermission.objects.get_or_create(group=editors, page=root, permission=right)
    files = Collection.objects.filter(depth=1).order_by("path").first()
    for name in FILE_RIGHTS:
        right = known.get(f"{FILE_APPS[name.partition('_')[2]]}.{name}")
        if files and right:
            GroupCollectionPermission.objects.get_or_create(group=editors, collection=files, permission=right)
