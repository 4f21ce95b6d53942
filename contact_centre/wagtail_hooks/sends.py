"""Sends: the brake on the outbox, signals that come back, and what the audit calls our acts."""

from django.templatetags.static import static
from django.urls import path, reverse_lazy
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _
from wagtail import hooks

from contact_centre.sends import clicking, halting, queueing, replying, signals, stop
from contact_centre.views import sends
from people.back_office import PermittedMenuItem

hooks.register("register_sending_brakes", stop.brake)


hooks.register("finish_mail_html", clicking.finish_html)
hooks.register("register_sweeper", queueing.sweep, order=950)  # before the outbox: it leaves in the same sweep


@hooks.register("register_admin_urls")
def send_urls():
    return [
        path("sends/", sends.SendsView.as_view(), name="contact_centre_sends"),
        path("sends/new/", sends.EditSendView.as_view(), name="contact_centre_send_new"),
        path("sends/sample/", sends.sample, name="contact_centre_send_sample"),
        path("sends/stop/", sends.StopView.as_view(), name="contact_centre_sending_stop"),
        path("sends/<uuid:uuid>/", sends.SendView.as_view(), name="contact_centre_send"),
        path("sends/<uuid:uuid>/edit/", sends.EditSendView.as_view(), name="contact_centre_send_edit"),
        path("sends/<uuid:uuid>/approve/", sends.approve, name="contact_centre_send_approve"),
        path("sends/<uuid:uuid>/stop/", sends.stop_one, name="contact_centre_send_stop"),
        path("sends/<uuid:uuid>/restart/", sends.restart, name="contact_centre_send_restart"),
        path("sends/<uuid:uuid>/decide/", sends.decide, name="contact_centre_send_decide"),
        path("sends/<uuid:uuid>/rest/", sends.give_rest, name="contact_centre_send_rest"),
    ]


@hooks.register("register_writing_menu_item")
def sends_item():
    url, may = reverse_lazy("contact_centre_sends"), (sends.VIEW, sends.STOP)
    return PermittedMenuItem(_("Sends"), url, name="sends", icon_name="mail", order=40, permissions=may)


@hooks.register("insert_global_admin_css")
def admin_css():
    return format_html('<link rel="stylesheet" href="{}">', static("admin/sends.css"))


@hooks.register("after_message_returned")
def note_return(message, at):
    signals.returned(message, at=at)


@hooks.register("after_inbound_filed")
def note_reply(inbound, case, at):
    replying.note(inbound, at=at)


@hooks.register("after_message_signalled")
def look_after_send(signal, at):
    halting.look_at(signal, at=at)


@hooks.register("register_log_actions")
def log_actions(actions):
    actions.register_action("contact_centre.stop_sends", _("Stop all sends"), _("All sends stopped"))
    actions.register_action("contact_centre.resume_sends", _("Let sends leave again"), _("Sends let leave again"))
    actions.register_action("contact_centre.approve_send", _("Approve a send"), _("Send approved"))
    actions.register_action("contact_centre.halt_send", _("Halt a send"), _("Send halted"))
    actions.register_action("contact_centre.restart_send", _("Let a send go on"), _("Send goes on"))
    actions.register_action("contact_centre.decide_send", _("Decide a comparison"), _("Comparison decided"))
