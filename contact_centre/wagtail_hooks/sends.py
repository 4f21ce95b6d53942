"""Sends: the brake on the outbox, signals that come back, and what the audit calls our acts."""

from django.utils.translation import gettext_lazy as _
from wagtail import hooks

from contact_centre.sends import signals, stop

hooks.register("register_sending_brakes", stop.brake)


@hooks.register("after_message_returned")
def note_return(message, at):
    signals.returned(message, at=at)


@hooks.register("register_log_actions")
def log_actions(actions):
    actions.register_action("contact_centre.stop_sends", _("Stop all sends"), _("All sends stopped"))
    actions.register_action("contact_centre.resume_sends", _("Let sends leave again"), _("Sends let leave again"))
    actions.register_action("contact_centre.approve_send", _("Approve a send"), _("Send approved"))
    actions.register_action("contact_centre.halt_send", _("Halt a send"), _("Send halted"))
    actions.register_action("contact_centre.restart_send", _("Let a send go on"), _("Send goes on"))
    actions.register_action("contact_centre.decide_send", _("Decide a comparison"), _("Comparison decided"))
