"""Assignment in the back office: whose hands a case is in, rules, teams, handing over, notices, and the sweeps."""

from django.contrib import messages
from django.templatetags.static import static
from django.urls import path, reverse_lazy
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _
from wagtail import hooks

from contact_centre import notices, ranking
from contact_centre.assignment import escalation, handover, presence, rules
from contact_centre.views import handover as handover_views
from contact_centre.views import hands
from contact_centre.views.shared import ASSIGN
from contact_centre.viewsets.teams import AbsenceViewSet, AdviserViewSet, PushRuleViewSet, TeamViewSet
from people.back_office import PermittedMenuItem


@hooks.register("register_admin_urls")
def assignment_urls():
    return [
        path("cases/<uuid:uuid>/present/", hands.be_present, name="contact_centre_present"),
        path("cases/<uuid:uuid>/take-over/", hands.take_over, name="contact_centre_take_over"),
        path("my-day/notices/", hands.set_notices_aside, name="contact_centre_notices_aside"),
        path("handover/", handover_views.HandoverView.as_view(), name="contact_centre_handover"),
        path("handover/<uuid:uuid>/undo/", handover_views.undo, name="contact_centre_handover_undo"),
        path("rules-rehearsal/", handover_views.RehearsalView.as_view(), name="contact_centre_rehearsal"),
    ]


@hooks.register("register_admin_viewset")
def team_viewsets():
    return [TeamViewSet(), AdviserViewSet(), AbsenceViewSet(), PushRuleViewSet()]


@hooks.register("register_running_menu_item")
def teams_item():
    may = ("contact_centre.view_team",)
    return PermittedMenuItem(
        _("Teams"), reverse_lazy("teams:index"), name="teams", icon_name="group", order=20, permissions=may
    )


@hooks.register("register_running_menu_item")
def advisers_item():
    may = ("contact_centre.view_adviser",)
    return PermittedMenuItem(
        _("Advisers"), reverse_lazy("advisers:index"), name="advisers", icon_name="user", order=22, permissions=may
    )


@hooks.register("register_running_menu_item")
def absences_item():
    may = ("contact_centre.view_absence",)
    return PermittedMenuItem(
        _("Absences"), reverse_lazy("absences:index"), name="absences", icon_name="calendar", order=24, permissions=may
    )


@hooks.register("register_running_menu_item")
def rules_item():
    url, may = reverse_lazy("assignment_rules:index"), ("contact_centre.view_pushrule",)
    return PermittedMenuItem(
        _("Rules of assignment"), url, name="assignment-rules", icon_name="list-ul", order=26, permissions=may
    )


@hooks.register("register_running_menu_item")
def handover_item():
    url = reverse_lazy("contact_centre_handover")
    return PermittedMenuItem(_("Hand over"), url, name="handover", icon_name="rotate", order=28, permissions=(ASSIGN,))


@hooks.register("construct_case_panels")
def hands_of_case(request, panels, case):
    panels.append(hands.HandsPanel(request, case))


@hooks.register("construct_my_day_panels")
def notices_of_reader(request, panels):
    panels.append(hands.NoticesPanel(request))


@hooks.register("after_edit_user")
def warn_of_open_work(request, user):
    """Closing a login with work in its hands is said out loud; the sweep passes the work on within the minute."""
    if user.is_active or not (work := handover.work_of(user)):
        return
    text = _(
        "%(who)s still has %(cases)d open cases, %(follow_ups)d follow-ups and %(promises)d promises. They are passed "
        "on within a minute. Under “Hand over” you can choose to whom."
    )
    facts = {"who": user, "cases": work.cases, "follow_ups": work.follow_ups, "promises": work.promises}
    messages.warning(request, str(text) % facts)


@hooks.register("register_sweeper", order=20)  # after the clocks, before what mails
def sweep_assignment(*, at):
    return {
        "cases_brought_back": escalation.repair(at=at),
        "logins_handed_over": handover.sweep_closed_logins(at=at),
        "cases_given_by_rules": rules.route(at=at),
        "cases_owned_by_supervisors": escalation.own_the_unowned(at=at),
        "cases_ranked_again": ranking.rank_again_if_due(at=at),
        "presences_forgotten": presence.forget(at=at),
    }


@hooks.register("register_sweeper", order=950)  # what the others have to tell leaves in the same sweep
def mail_notices(*, at):
    return {"notices_mailed": notices.mail_due(at=at)}


@hooks.register("register_log_actions")
def log_actions(actions):
    actions.register_action("contact_centre.take_over", _("Take a case over"), _("Case taken over from a colleague"))
    actions.register_action("contact_centre.hand_over", _("Hand over"), _("Work handed over"))
    actions.register_action("contact_centre.hand_over_undone", _("Give work back"), _("Handed-over work given back"))


@hooks.register("insert_global_admin_css")
def admin_css():
    return format_html('<link rel="stylesheet" href="{}">', static("admin/assignment.css"))


@hooks.register("insert_global_admin_js")
def admin_js():
    return format_html('<script src="{}" defer></script>', static("admin/hands.js"))
