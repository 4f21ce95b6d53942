"""What the community offers to the back office, the walls and the floors below."""

from django.utils.translation import gettext_lazy as _
from wagtail import hooks

from community import forums, personal_data, roles


@hooks.register("after_enrolment_made")
def open_forums(*, enrolment, at):
    forums.open_forum(None)
    forums.open_forum(enrolment.intake.programme)


@hooks.register("register_sweeper")
def open_missing_forums(*, at):
    return {"forums_opened": forums.open_missing()}


@hooks.register("register_role_permissions")
def role_permissions():
    return roles.PERMISSIONS


@hooks.register("register_touchpoint_kinds")
def touchpoint_kinds():
    return {
        "community.started": _("Began a conversation in the forum"),
        "community.replied": _("Wrote in the forum"),
    }


hooks.register("register_exporter", personal_data.export)
hooks.register("register_eraser", personal_data.erase)
