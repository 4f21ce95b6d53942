"""The calendar of campaigns, open to everybody on staff."""

from django.urls import path, reverse_lazy
from django.utils.translation import gettext_lazy as _
from wagtail import hooks

from enquiries.views import campaign_calendar
from people.back_office import PermittedMenuItem


@hooks.register("register_admin_urls")
def calendar_urls():
    return [
        path("campaign-calendar/", campaign_calendar.CalendarView.as_view(), name="enquiries_calendar"),
        path("campaign-calendar/subscribe/", campaign_calendar.subscribe, name="enquiries_calendar_subscribe"),
        path("campaign-calendar/end/", campaign_calendar.end_subscription, name="enquiries_calendar_end"),
    ]


@hooks.register("register_marketing_menu_item")
def calendar_item():
    url = reverse_lazy("enquiries_calendar")
    return PermittedMenuItem(_("Calendar"), url, name="campaign-calendar", icon_name="calendar-alt", order=15)


@hooks.register("register_log_actions")
def log_actions(actions):
    actions.register_action(
        "enquiries.calendar_subscribed", _("Subscribe to the calendar"), _("Address of the calendar made")
    )
    actions.register_action("enquiries.calendar_ended", _("End a subscription"), _("Address of the calendar ended"))
