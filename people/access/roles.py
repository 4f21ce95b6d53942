"""The roles of a school, as Wagtail groups, and who may do what: each floor says so for its own screens."""

import structlog
from django.contrib.auth.models import Group, Permission
from django.db import transaction
from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.models import Collection, GroupCollectionPermission, GroupPagePermission, Page

from people.models import GrantedRight

log = structlog.get_logger("matricula.roles")

ADVISER = "Adviser"
LEAD = "Contact-centre lead"
ADMISSIONS = "Admissions"
TEACHER = "Teacher"
FINANCE = "Finance"
TUTOR = "Tutor"
MODERATOR = "Moderator"
EDITOR = "Editor"
MARKETING = "Marketing"
DIRECTOR = "Director"
DATA_PROTECTION = "Data protection"
ADMINISTRATOR = "Administrator"
LABELS = {
    ADVISER: _("Adviser"),
    LEAD: _("Contact-centre lead"),
    ADMISSIONS: _("Admissions"),
    TEACHER: _("Teacher"),
    FINANCE: _("Finance"),
    TUTOR: _("Tutor"),
    MODERATOR: _("Moderator"),
    EDITOR: _("Editor"),
    MARKETING: _("Marketing"),
    DIRECTOR: _("Director"),
    DATA_PROTECTION: _("Data protection"),
    ADMINISTRATOR: _("Administrator"),
}
ALL = tuple(LABELS)

ENTER = "wagtailadmin.access_admin"
AUDIT = "people.view_auditentry"
READ_MAIL = "people.view_outgoingmessage"
IMPORTS = ["people.view_importrun", "people.undo_import"]

PERMISSIONS = {
    **{role: [ENTER] for role in (FINANCE, MODERATOR, EDITOR)},
    TUTOR: [ENTER, "people.note_relative"],
    TEACHER: [ENTER, "people.see_own_people"],
    ADVISER: [ENTER, READ_MAIL, "people.change_identity", "people.note_consent", "people.note_relative"],
    LEAD: [
        ENTER,
        READ_MAIL,
        *IMPORTS,
        "people.import_person",
        "people.import_suppression",
        "people.count_contactable",
        "people.change_identity",
        "people.merge_person",
        "people.note_consent",
        "people.note_relative",
    ],
    ADMISSIONS: [
        ENTER,
        "people.import_person",
        "people.merge_person",
        "people.note_consent",
        "people.note_relative",
        "people.change_identity",
    ],
    MARKETING: [ENTER, "people.count_contactable", "people.import_suppression"],
    DIRECTOR: [
        ENTER,
        READ_MAIL,
        *IMPORTS,
        AUDIT,
        "people.import_person",
        "people.merge_person",
        "people.count_contactable",
        "people.change_contactrules",
        "people.view_consent",
        "people.view_apitoken",
        "people.issue_apitoken",
        "people.look_as",
        "people.view_retentionperiod",
        "people.view_plannederasure",
        "people.view_user",  # no more: users and what they may do are the administrator's
    ],
    DATA_PROTECTION: [
        ENTER,
        READ_MAIL,
        *IMPORTS,
        AUDIT,
        "people.review_audit",
        "people.change_auditsettings",
        "people.change_identity",
        "people.count_contactable",
        "people.import_person",
        "people.import_suppression",
        "people.merge_person",
        "people.note_consent",
        "people.note_relative",
        "people.view_consent",
        "people.export_person",
        "people.erase_person",
        "people.view_retentionperiod",
        "people.change_retentionperiod",
        "people.view_plannederasure",
        "people.change_plannederasure",
    ],
    ADMINISTRATOR: [
        ENTER,
        *IMPORTS,
        AUDIT,
        "people.import_person",
        "people.change_auditsettings",
        "people.view_apitoken",
        "people.issue_apitoken",
        "people.look_as",
        "people.view_user",
        "people.add_user",
        "people.change_user",
        "auth.view_group",
        "auth.add_group",
        "auth.change_group",
    ],
}
PAGE_RIGHTS = {  # editors publish; marketing writes and hands in
    EDITOR: ("add_page", "change_page", "publish_page", "bulk_delete_page", "lock_page", "unlock_page"),
    MARKETING: ("add_page", "change_page"),
}
FILE_RIGHTS = {
    EDITOR: ("add_image", "change_image", "choose_image", "add_document", "change_document", "choose_document"),
    MARKETING: ("add_image", "choose_image", "add_document", "choose_document"),
}

FILE_APPS = {"image": "wagtailimages", "document": "wagtaildocs"}


@transaction.atomic
def grant_all() -> list[str]:
    """Make every role hold what the hook ``register_role_permissions`` lists; return names that no model knows.

    What the product granted is remembered (``GrantedRight``): a right that leaves the lists is taken back, one that the
    school granted by itself stays, and one that the school took away is not given again. Running it again changes
    nothing.
    """
    groups = {role: Group.objects.get_or_create(name=role)[0] for role in ALL}
    rights = Permission.objects.select_related("content_type")
    known = {f"{right.content_type.app_label}.{right.codename}": right for right in rights}
    wanted = listed()
    for role, group in groups.items():
        _settle(group, {known[name].pk for name in wanted[role] if name in known})
    unknown = sorted(set().union(*wanted.values()) - set(known))
    if unknown:
        log.warning("unknown_permissions", names=unknown)
    for role in PAGE_RIGHTS:
        _grant_pages(role, groups[role], known)
    return unknown


def listed() -> dict[str, set[str]]:
    """What the floors list for each role."""
    wanted: dict[str, set[str]] = {role: set() for role in ALL}
    for permissions in hooks.get_hooks("register_role_permissions"):
        for role, names in permissions().items():
            wanted[role] |= set(names)
    return wanted


def label(name: str) -> str:
    """The name of a role in the reader's language; a group that the school made is called as the school calls it."""
    return str(LABELS.get(name, name))


def _settle(group: Group, wanted: set[int]) -> None:
    """Give ``group`` what it was never granted, and take back what the product granted and lists no longer."""
    remembered = set(GrantedRight.objects.filter(group=group).values_list("permission_id", flat=True))
    held = set(group.permissions.values_list("pk", flat=True))
    new = wanted - remembered - held
    group.permissions.add(*new)
    GrantedRight.objects.bulk_create([GrantedRight(group=group, permission_id=pk) for pk in sorted(new)])
    if gone := remembered - wanted:
        group.permissions.remove(*gone)
        GrantedRight.objects.filter(group=group, permission__in=gone).delete()


def has_role(user, *roles: str) -> bool:
    """Whether ``user`` has one of ``roles``; a superuser has them all."""
    return user.is_active and (user.is_superuser or user.groups.filter(name__in=roles).exists())


def _grant_pages(role: str, writers: Group, known: dict[str, Permission]) -> None:
    """Who writes works on the whole website and its files; a database just emptied has no root to give them."""
    root = Page.objects.filter(depth=1).order_by("path").first()
    for name in PAGE_RIGHTS[role]:
        right = known.get(f"wagtailcore.{name}")
        if root and right:
            GroupPagePermission.objects.get_or_create(group=writers, page=root, permission=right)
    files = Collection.objects.filter(depth=1).order_by("path").first()
    for name in FILE_RIGHTS[role]:
        right = known.get(f"{FILE_APPS[name.partition('_')[2]]}.{name}")
        if files and right:
            GroupCollectionPermission.objects.get_or_create(group=writers, collection=files, permission=right)
