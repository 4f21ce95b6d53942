"""Clocks and calendars in the back office, and what the sweep does for them."""

from django.utils.translation import gettext_lazy as _
from wagtail import hooks

from contact_centre.clocks import recomputing


@hooks.register("register_sweeper")
def follow_calendars(*, at):
    return {"deadlines_moved": recomputing.follow_changes(at=at)}


@hooks.register("register_log_actions")
def log_actions(actions):
    actions.register_action("contact_centre.calendar", _("Change a calendar"), _("Working calendar changed"))
