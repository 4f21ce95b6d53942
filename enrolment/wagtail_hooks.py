"""What enrolment offers to the back office, to the walls of other floors and to the machinery below."""

from django.templatetags.static import static
from django.urls import path, reverse
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _
from wagtail import hooks

from enrolment import privacy, roles, seats, tasks, viewsets
from enrolment.views import desk
from enrolment.views import panels as walls
from people.back_office import PermittedMenuItem


@hooks.register("register_role_permissions")
def role_permissions():
    return roles.PERMISSIONS


@hooks.register("register_touchpoint_kinds")
def touchpoint_kinds():
    return {
        "enrolment.applied": _("Applied"),
        "enrolment.admitted": _("Admitted"),
        "enrolment.rejected": _("Not admitted"),
        "enrolment.withdrawn": _("Application withdrawn"),
        "enrolment.enrolled": _("Enrolled"),
        "enrolment.ended": _("Enrolment ended"),
        "enrolment.completed": _("Studies completed"),
    }


@hooks.register("register_seats_taken")
def seats_taken(intake_ids):
    return seats.taken(intake_ids)


@hooks.register("register_sweeper")
def sweep(*, at):
    return tasks.sweep_enrolment(at=at)


@hooks.register("register_exporter")
def export(person):
    return privacy.export(person)


@hooks.register("register_eraser")
def erase(person, at):
    privacy.erase(person, at=at)


@hooks.register("register_log_actions")
def log_actions(actions):
    actions.register_action("enrolment.admitted", _("Admit"), _("Admitted the applicant"))
    actions.register_action("enrolment.rejected", _("Reject"), _("Did not admit the applicant"))
    actions.register_action("enrolment.withdraw", _("Withdraw"), _("Withdrew the application"))
    actions.register_action("enrolment.refund", _("Refund"), _("Gave the payment back"))
    actions.register_action("enrolment.end", _("End enrolment"), _("Ended the enrolment"))


# --- walls


@hooks.register("construct_product_sheet_panels")
def apply_here(request, panels: list, sheet=None, **_others):
    if getattr(sheet, "programme_id", None):
        panels.append(walls.ApplyPanel(sheet))


@hooks.register("construct_campus_panels")
def my_studies(request, panels: list, person=None, **_others):
    panels += [walls.MyProgrammesPanel(person), walls.MyApplicationsPanel(person), walls.MyReceiptsPanel(person)]


@hooks.register("construct_person_panels")
def applications_of_person(request, panels: list, person=None, **_others):
    panels.append(walls.PersonEnrolmentPanel(request, person))


@hooks.register("construct_my_day_panels")
def waiting_for_me(request, panels: list, **_others):
    panels += [walls.DecisionsPanel(request), walls.IncidentsPanel(request)]


# --- the back office


@hooks.register("register_icons")
def icons(icons):
    return [*icons, "enrolment/icons/payment.svg"]


@hooks.register("insert_global_admin_css")
def admin_css():
    return format_html('<link rel="stylesheet" href="{}">', static("admin/enrolment.css"))


@hooks.register("register_admin_viewset")
def lists():
    return [viewsets.applications, viewsets.payments]


@hooks.register("register_admin_urls")
def admin_urls():
    return [
        path("applications/<int:pk>/admit/", desk.admit, name="enrolment_admit"),
        path("applications/<int:pk>/reject/", desk.reject, name="enrolment_reject"),
        path("payments/<int:pk>/refund/", desk.refund, name="enrolment_refund"),
    ]


@hooks.register("register_admin_menu_item")
def applications_menu_item():
    url = reverse("applications:index")
    return PermittedMenuItem(
        _("Applications"), url, name="applications", icon_name="form", order=50, permissions=(roles.SEE_APPLICATIONS,)
    )


@hooks.register("register_admin_menu_item")
def payments_menu_item():
    url = reverse("payments:index")
    return PermittedMenuItem(
        _("Payments"), url, name="payments", icon_name="payment", order=55, permissions=(roles.SEE_PAYMENTS,)
    )
