"""The laboratory of lost enquiries in the back office, and what the sweep does for it."""

from django.templatetags.static import static
from django.urls import path, reverse_lazy
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _
from wagtail import hooks

from enquiries import roles
from enquiries.revival import acting, results
from enquiries.views import revival
from people.back_office import PermittedMenuItem


@hooks.register("register_sweeper")
def work_on_plays(*, at):
    return acting.sweep(at=at)


@hooks.register("after_enrolment_made")
def note_enrolment(enrolment, at):
    results.note_enrolment(enrolment.person_id, at=at)


@hooks.register("register_log_actions")
def log_actions(actions):
    actions.register_action("enquiries.start_play", _("Start"), _("Started the play"))
    actions.register_action("enquiries.halt_play", _("Halt"), _("Halted the play"))


@hooks.register("register_admin_urls")
def admin_urls():
    return [
        path("lost-enquiries/", revival.laboratory, name="enquiries_laboratory"),
        path("lost-enquiries/cell/", revival.cell, name="enquiries_cell"),
        path("lost-enquiries/cell/close/", revival.close, name="enquiries_cell_close"),
        path("lost-enquiries/report/", revival.report, name="enquiries_play_report"),
        path("lost-enquiries/plays/new/", revival.new, name="enquiries_play_new"),
        path("lost-enquiries/plays/<uuid:uuid>/", revival.play, name="enquiries_play"),
        path("lost-enquiries/plays/<uuid:uuid>/start/", revival.start, name="enquiries_play_start"),
        path("lost-enquiries/plays/<uuid:uuid>/halt/", revival.halt, name="enquiries_play_halt"),
    ]


@hooks.register("register_marketing_menu_item")
def laboratory_item():
    return PermittedMenuItem(
        _("Lost enquiries"),
        reverse_lazy("enquiries_laboratory"),
        name="lost-enquiries",
        icon_name="history",
        order=80,
        permissions=(roles.SEE_PLAYS,),
    )


@hooks.register("insert_global_admin_css")
def revival_css():
    return format_html('<link rel="stylesheet" href="{}">', static("admin/revival.css"))
