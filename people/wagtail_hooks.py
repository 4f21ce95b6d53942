"""What people offers to the back office, and to the hooks of this same floor."""

from django.utils.translation import gettext_lazy as _
from wagtail import hooks

from people import outbox, roles


@hooks.register("register_role_permissions")
def role_permissions():
    return roles.PERMISSIONS


@hooks.register("register_touchpoint_kinds")
def touchpoint_kinds():
    return {
        "people.message_sent": _("Message sent"),
        "people.preferences_changed": _("Preferences changed"),
        "people.signed_in": _("First sign-in"),
    }


@hooks.register("register_sweeper", order=1000)  # last, so that what other floors queue leaves in the same sweep
def deliver_messages(*, at):
    return {"messages_sent": outbox.deliver_due(at=at)}
