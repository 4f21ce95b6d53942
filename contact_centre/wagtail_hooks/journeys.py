"""Journeys in the back office: addresses, menu, log entries; what the desk tells them, and the sweep that moves."""

from django.templatetags.static import static
from django.urls import path, reverse_lazy
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _
from wagtail import hooks

from contact_centre.journeys import listening, own, walking
from contact_centre.views import journey_plays as plays
from contact_centre.views import journey_walks as walks
from contact_centre.views import journeys
from people.back_office import PermittedMenuItem

listening.register(own.HAPPENINGS)
hooks.register("register_sweeper", walking.sweep)


@hooks.register("after_people_merged")
def leave_after_merge(merge, at):
    walking.leave_after_merge(merge=merge, at=at)


@hooks.register("register_admin_urls")
def journey_urls():
    return [
        path("journeys/", journeys.JourneysView.as_view(), name="contact_centre_journeys"),
        path("journeys/new/", journeys.SettingsView.as_view(), name="contact_centre_journey_new"),
        path("journeys/<uuid:uuid>/", journeys.JourneyView.as_view(), name="contact_centre_journey"),
        path("journeys/<uuid:uuid>/settings/", journeys.SettingsView.as_view(), name="contact_centre_journey_settings"),
        path("journeys/<uuid:uuid>/draw/", journeys.draw, name="contact_centre_journey_draw"),
        path("journeys/<uuid:uuid>/act/", journeys.act, name="contact_centre_journey_act"),
        path("journeys/<uuid:uuid>/simulate/", plays.SimulateView.as_view(), name="contact_centre_journey_simulate"),
        path("journeys/<uuid:uuid>/rehearse/", plays.RehearseView.as_view(), name="contact_centre_journey_rehearse"),
        path("journeys/<uuid:uuid>/people/", walks.WalksView.as_view(), name="contact_centre_journey_walks"),
        path("walks/<int:pk>/", walks.WalkView.as_view(), name="contact_centre_walk"),
        path("walks/<int:pk>/take-out/", walks.take_out, name="contact_centre_walk_take_out"),
    ]


@hooks.register("register_writing_menu_item")
def journeys_item():
    return PermittedMenuItem(
        _("Journeys"),
        reverse_lazy("contact_centre_journeys"),
        name="journeys",
        icon_name="redirect",
        order=500,
        permissions=(journeys.VIEW,),
    )


@hooks.register("construct_person_panels")
def journeys_of_person(request, panels, person):
    panels.append(walks.PersonJourneysPanel(request, person))


@hooks.register("insert_global_admin_css")
def admin_css():
    return format_html('<link rel="stylesheet" href="{}">', static("admin/journeys.css"))


@hooks.register("register_audit_words")
def audit_words():
    return {"contact_centre.walk": _("Walk through a journey, with every step")}


@hooks.register("register_log_actions")
def log_actions(actions):
    actions.register_action("contact_centre.journey_live", _("Let a journey run"), _("Journey went live"))
    actions.register_action("contact_centre.journey_paused", _("Pause a journey"), _("Journey paused"))
    actions.register_action(
        "contact_centre.journey_closing", _("Close a journey"), _("Journey lets nobody in any more")
    )
    actions.register_action("contact_centre.journey_ended", _("End a journey"), _("Journey ended"))
