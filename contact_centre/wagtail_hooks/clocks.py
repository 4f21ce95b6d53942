"""Clocks and calendars in the back office, and what the sweep does for them."""

from django.templatetags.static import static
from django.urls import path, reverse_lazy
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _
from wagtail import hooks

from contact_centre.clocks import recomputing
from contact_centre.models import Journey, KindPromise, Team, WorkingCalendar
from contact_centre.views import calendars, clocks
from people.back_office import PermittedMenuItem


@hooks.register("register_admin_urls")
def clock_urls():
    return [
        path("cases/<uuid:uuid>/clocks/", clocks.why, name="contact_centre_clocks"),
        path("cases/<uuid:uuid>/turn/", clocks.turn, name="contact_centre_turn"),
        path("calendars/", calendars.CalendarsView.as_view(), name="contact_centre_calendars"),
        path("calendars/new/", calendars.CalendarView.as_view(), name="contact_centre_calendar_new"),
        path("calendars/<int:pk>/", calendars.CalendarView.as_view(), name="contact_centre_calendar"),
        path("calendars/<int:pk>/days/", calendars.days, name="contact_centre_calendar_days"),
        path("calendars/<int:pk>/delete/", calendars.delete, name="contact_centre_calendar_delete"),
        path("promised/", calendars.PromisedView.as_view(), name="contact_centre_promised"),
    ]


@hooks.register("register_shown_tables")
def tables_remembered():
    """What is promised, and which journeys run, is remembered until one of these changes."""
    return {model._meta.db_table for model in (KindPromise, Team, WorkingCalendar, Journey)}


@hooks.register("construct_case_panels")
def clocks_of_case(request, panels, case):
    panels.append(clocks.ClocksPanel(request, case))


@hooks.register("register_running_menu_item")
def calendars_item():
    return PermittedMenuItem(
        _("Calendars"),
        reverse_lazy("contact_centre_calendars"),
        name="calendars",
        icon_name="calendar",
        order=40,
        permissions=(calendars.SEE_CALENDARS,),
    )


@hooks.register("register_running_menu_item")
def promised_item():
    return PermittedMenuItem(
        _("What is promised"),
        reverse_lazy("contact_centre_promised"),
        name="promised",
        icon_name="time",
        order=41,
        permissions=(calendars.CHANGE_PROMISES,),
    )


@hooks.register("insert_global_admin_css")
def clocks_css():
    return format_html('<link rel="stylesheet" href="{}">', static("admin/clocks.css"))


@hooks.register("insert_global_admin_js")
def clocks_js():
    return format_html('<script src="{}" defer></script>', static("admin/clocks.js"))


@hooks.register("register_sweeper")
def follow_calendars(*, at):
    return {"deadlines_moved": recomputing.follow_changes(at=at)}


@hooks.register("register_log_actions")
def log_actions(actions):
    actions.register_action("contact_centre.calendar", _("Change a calendar"), _("Working calendar changed"))
    actions.register_action("contact_centre.promised", _("Change what is promised"), _("Promise for a kind changed"))
