"""What enrolment offers to the back office, to the walls of other floors and to the machinery below."""

from django.db.models import Q
from django.templatetags.static import static
from django.urls import path, reverse
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _
from wagtail import hooks

from contact_centre.journeys import listening
from enquiries.life.acts import Act
from enquiries.models import Enquiry
from enquiries.roles import LOSE
from enrolment import (
    audiences,
    begun,
    collected,
    customers,
    journeys,
    moments,
    personal_data,
    quotes,
    retention,
    roles,
    seats,
    segments,
    student_numbers,
    tasks,
    under_way,
    viewsets,
)
from enrolment.models import Application, Enrolment, Payment
from enrolment.views import begin, desk
from enrolment.views import panels as walls
from people.back_office import PermittedMenuItem
from programmes.models import LandingPage


@hooks.register("register_role_permissions")
def role_permissions():
    return roles.PERMISSIONS


hooks.register("register_begun_baskets", begun.baskets)


@hooks.register("register_people_seen")
def people_seen(user):
    """A teacher knows of those who applied to what they teach; whoever studies there applied there."""
    if not user.has_perm(roles.SEE_OWN_APPLICANTS):
        return False
    return Q(pk__in=Application.objects.visible_to(user).values("person"))


@hooks.register("register_private_words")
def private_words():
    """Why somebody applies; the other words on applications name the programme."""

    def rule(user, touchpoints):
        return touchpoints if roles.reads_notes(user) else []

    return {"enrolment.applied": rule, "enrolment.rejected": rule, "enrolment.withdrawn": rule}


@hooks.register("register_touchpoint_links")
def touchpoint_links():
    def applications(ids, user):
        found = Application.objects.visible_to(user).filter(pk__in=ids).values_list("pk", flat=True)
        return {pk: reverse("applications:inspect", args=[pk]) for pk in found}

    def enrolments(ids, user):
        found = Application.objects.visible_to(user).filter(enrolment__in=ids).values_list("enrolment", "pk")
        return {enrolment: reverse("applications:inspect", args=[pk]) for enrolment, pk in found}

    return {"enrolment.application": applications, "enrolment.enrolment": enrolments}


@hooks.register("register_enquiry_acts")
def begin_from_enquiry(enquiry, user):
    """What may become an application gets a button for it, wherever the enquiry is shown."""
    may = user.has_perm(LOSE) and user.has_perm(roles.SEE_APPLICATIONS)
    if not may or Enquiry.State.QUALIFIED not in {enquiry.state, *Enquiry.MOVES[Enquiry.State(enquiry.state)]}:
        return []
    return [Act(_("Begin the application"), reverse("enrolment_begin", args=[enquiry.uuid]), "doc-full")]


@hooks.register("after_enrolment_made")
def note_customer(enrolment, at):
    customers.note(enrolment, at=at)


@hooks.register("register_ground_names")
def ground_names():
    return {"enrolment.enrolment": customers.name_of}


@hooks.register("register_audit_words")
def audit_words():
    return {"enrolment.receipt": _("Receipt")}


@hooks.register("register_touchpoint_kinds")
def touchpoint_kinds():
    return {
        "enrolment.guardian_asked": _("Guardian asked to agree"),
        "enrolment.guardian_agreed": _("Guardian agreed"),
        "enrolment.guardian_declined": _("Guardian did not agree"),
        "enrolment.begun_for": _("Application begun with an adviser"),
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


@hooks.register("register_shown_tables")
def tables_that_take_seats():
    return {model._meta.db_table for model in (Application, Enrolment, Payment)}


hooks.register("register_audiences", audiences.audiences)


@hooks.register("register_sweeper")
def sweep(*, at):
    return tasks.sweep_enrolment(at=at)


@hooks.register("register_exporter")
def export(person):
    return personal_data.export(person)


@hooks.register("register_eraser")
def erase(person, at):
    personal_data.erase(person, at=at)


hooks.register("register_personal_fields", lambda: personal_data.TABLES)
hooks.register("register_retention_rules", retention.rules)
hooks.register("register_retention_keepers", retention.keep_for_now)
hooks.register("register_collected_money", collected.rows)


@hooks.register("register_erasure_objections")
def erasure_objections(person, at):
    return under_way.objections(person, at)


@hooks.register("register_recipients")
def recipients(person):
    return under_way.recipients(person)


@hooks.register("register_log_actions")
def log_actions(actions):
    actions.register_action("enrolment.begin_for", _("Begin"), _("Began the application from an enquiry"))
    actions.register_action("enrolment.admitted", _("Admit"), _("Admitted the applicant"))
    actions.register_action("enrolment.rejected", _("Reject"), _("Did not admit the applicant"))
    actions.register_action("enrolment.withdraw", _("Withdraw"), _("Withdrew the application"))
    actions.register_action("enrolment.refund", _("Refund"), _("Gave the payment back"))
    actions.register_action("enrolment.end", _("End enrolment"), _("Ended the enrolment"))


@hooks.register("after_enrolment_made")
def give_student_number(*, enrolment, at):
    student_numbers.give(enrolment, at=at)


@hooks.register("register_sweeper")
def give_missing_student_numbers(*, at):
    return {"student_numbers_given": student_numbers.give_missing(at=at)}


# --- walls


@hooks.register("construct_product_sheet_panels")
def apply_here(request, panels: list, sheet=None, **_others):
    if getattr(sheet, "programme_id", None):
        panels.append(walls.ApplyPanel(sheet))


@hooks.register("construct_page_panels")
def apply_on_landing_page(request, panels: list, page=None, programme=None, **_others):
    if isinstance(page, LandingPage) and page.goal == LandingPage.Goal.APPLY and programme:
        panels.append(walls.ApplyPanel(page))


@hooks.register("construct_campus_panels")
def my_studies(request, panels: list, person=None, **_others):
    panels += [
        walls.MyProgrammesPanel(person),
        walls.PaidForPanel(person),
        walls.MyApplicationsPanel(person),
        walls.MyReceiptsPanel(person),
        walls.MyRelativesPanel(person),
    ]


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
        path("applications/begin/<uuid:uuid>/", begin.begin, name="enrolment_begin"),
        path("payments/<int:pk>/refund/", desk.refund, name="enrolment_refund"),
    ]


@hooks.register("register_admin_menu_item")
def applications_menu_item():
    url = reverse("applications:index")
    return PermittedMenuItem(
        _("Applications"),
        url,
        name="applications",
        icon_name="form",
        order=50,
        permissions=(roles.SEE_APPLICATIONS, roles.SEE_OWN_APPLICANTS),
    )


@hooks.register("register_admin_menu_item")
def payments_menu_item():
    url = reverse("payments:index")
    return PermittedMenuItem(
        _("Payments"), url, name="payments", icon_name="payment", order=55, permissions=(roles.SEE_PAYMENTS,)
    )


hooks.register("register_facts_that_hold", quotes.that_hold)


listening.register(journeys.HAPPENINGS)


hooks.register("register_segment_criteria", segments.criteria)
hooks.register("register_moments", moments.moments)
hooks.register("register_life_phases", segments.life_phases)

hooks.register("register_send_results", lambda: {"enrolled": ["enrolment.enrolled"]})
