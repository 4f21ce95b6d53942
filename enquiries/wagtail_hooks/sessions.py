"""Sessions and appointments in the back office, on the walls of other floors and in the letters that leave."""

from email.mime.base import MIMEBase

from django.templatetags.static import static
from django.urls import path, reverse_lazy
from django.utils import timezone
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _
from wagtail import hooks

from enquiries import roles
from enquiries.models import Session
from enquiries.sessions import invitations, letter_words, opening, reminding
from enquiries.views import appointments_desk, sessions_desk
from enquiries.views.session_panels import MyAppointmentsPanel, NextSessionsPanel, PersonMeetingsPanel
from enquiries.viewsets.sessions import sessions
from people.access import visibility
from people.back_office import PermittedMenuItem

TOUCHPOINTS = {
    "enquiries.session_booked": _("Place at a session booked"),
    "enquiries.session_off": _("Place at a session called off"),
    "enquiries.session_attended": _("Came to a session"),
    "enquiries.appointment_booked": _("Appointment booked"),
    "enquiries.appointment_moved": _("Appointment moved"),
    "enquiries.appointment_off": _("Appointment called off"),
    "enquiries.appointment_held": _("Appointment took place"),
    "enquiries.appointment_missed": _("Did not come to the appointment"),
}


@hooks.register("register_touchpoint_kinds")
def touchpoint_kinds():
    return TOUCHPOINTS


@hooks.register("register_private_words")
def private_words():
    rule = visibility.for_holders_of(roles.SEE)
    return dict.fromkeys(TOUCHPOINTS, rule)


@hooks.register("register_log_actions")
def log_actions(actions):
    actions.register_action("enquiries.session_open", _("Open the booking"), _("Booking opened"))
    actions.register_action("enquiries.session_change", _("Tell of a change"), _("Change told to whoever has a place"))
    actions.register_action("enquiries.session_off", _("Call a session off"), _("Session called off"))


@hooks.register("register_sweeper")
def sweep(*, at):
    return {"sessions_closed": opening.close_past(at=at), "meetings_reminded": reminding.remind_due(at=at)}


@hooks.register("construct_mail_attachments")
def attach_invitations(message, mail):
    """The entry for the calendar goes with every letter about a place or an appointment."""
    for invitation in invitations.of_message(message, at=timezone.now()):
        part = MIMEBase("text", "calendar", method=invitation.method, charset="UTF-8", name=invitation.name)
        part.set_payload(invitation.text, "utf-8")
        part.add_header("Content-Disposition", "attachment", filename=invitation.name)
        mail.attach(part)


hooks.register("register_letter_words", lambda: letter_words.SOURCE)


# --- walls and pages that are kept


@hooks.register("register_shown_tables")
def tables_on_pages():
    return {Session._meta.db_table}


@hooks.register("construct_product_sheet_panels")
def next_sessions(request, panels: list, sheet=None, **_others):
    panels.append(NextSessionsPanel(getattr(sheet, "programme", None)))


@hooks.register("construct_person_panels")
def meetings_of_person(request, panels: list, person):
    panels.append(PersonMeetingsPanel(request, person))


@hooks.register("construct_my_day_panels")
def my_appointments(request, panels: list):
    panels.append(MyAppointmentsPanel(request))


# --- the back office


@hooks.register("insert_global_admin_css")
def sessions_css():
    return format_html('<link rel="stylesheet" href="{}">', static("admin/sessions.css"))


@hooks.register("register_admin_viewset")
def viewsets():
    return [sessions]


@hooks.register("register_admin_urls")
def admin_urls():
    return [
        path("sessions/<uuid:uuid>/", sessions_desk.SessionView.as_view(), name="enquiries_session"),
        path("sessions/<uuid:uuid>/door/", sessions_desk.DoorView.as_view(), name="enquiries_session_door"),
        path("sessions/<uuid:uuid>/door/new/", sessions_desk.walk_in, name="enquiries_session_walk_in"),
        path("sessions/<uuid:uuid>/act/<str:act>/", sessions_desk.act, name="enquiries_session_act"),
        path("sessions/places/<uuid:uuid>/<str:act>/", sessions_desk.place_act, name="enquiries_session_place_act"),
        path("sessions/check-in/<str:code>/", sessions_desk.check_in, name="enquiries_check_in"),
        path("appointments/", appointments_desk.WeekView.as_view(), name="enquiries_appointments"),
        path("appointments/hours/", appointments_desk.HoursView.as_view(), name="enquiries_hours"),
        path("appointments/for/<uuid:uuid>/", appointments_desk.BookForView.as_view(), name="enquiries_book_for"),
        path("appointments/<uuid:uuid>/<str:act>/", appointments_desk.act, name="enquiries_appointment_act"),
    ]


@hooks.register("register_marketing_menu_item")
def sessions_item():
    return PermittedMenuItem(
        _("Sessions"),
        reverse_lazy("sessions:index"),
        name="sessions",
        icon_name="calendar",
        order=50,
        permissions=(roles.SEE_SESSIONS,),
    )


@hooks.register("register_admin_menu_item")
def appointments_item():
    return PermittedMenuItem(
        _("Appointments"),
        reverse_lazy("enquiries_appointments"),
        name="appointments",
        icon_name="date",
        order=28,
        permissions=(roles.SEE_APPOINTMENTS,),
    )
