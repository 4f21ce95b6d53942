"""What comes in from outside: suspects, the doors of machines, and how long either is kept."""

from django.templatetags.static import static
from django.urls import path, reverse_lazy
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _
from wagtail import hooks

from enquiries.intake import deciding, doors
from enquiries.models import SpamWord
from enquiries.personal_data import door
from enquiries.roles import DECIDE_SUSPECTS, SEE_DOORS
from enquiries.views import doors as door_views
from enquiries.views import suspects
from enquiries.viewsets.doors import door_viewset
from people.back_office import PermittedMenuItem


@hooks.register("register_eraser")
def forget(person, at):
    door.forget(person=person, at=at)


hooks.register("register_retention_rules", deciding.rules)


@hooks.register("register_shown_tables")
def tables_remembered():
    """What was decided about words is remembered until somebody decides again."""
    return {SpamWord._meta.db_table}


@hooks.register("register_sweeper")
def sweep(*, at):
    return {"leads_worked_off": doors.work_off_due(at=at), "networks_forgotten": deciding.forget_networks(at=at)}


@hooks.register("register_admin_viewset")
def door_viewsets():
    return door_viewset


@hooks.register("register_admin_urls")
def door_urls():
    return [
        path("suspects/", suspects.SuspectsView.as_view(), name="enquiries_suspects"),
        path("suspects/<uuid:uuid>/real/", suspects.real, name="enquiries_suspect_real"),
        path("suspects/<uuid:uuid>/spam/", suspects.spam, name="enquiries_suspect_spam"),
        path("lead-doors/<int:pk>/secret/", door_views.new_secret, name="enquiries_door_secret"),
    ]


@hooks.register("register_marketing_menu_item")
def suspects_item():
    url = reverse_lazy("enquiries_suspects")
    return PermittedMenuItem(
        _("Suspects"), url, name="suspects", icon_name="warning", order=50, permissions=(DECIDE_SUSPECTS,)
    )


@hooks.register("register_marketing_menu_item")
def doors_item():
    url = reverse_lazy("lead_doors:index")
    return PermittedMenuItem(
        _("Doors for leads"), url, name="lead-doors", icon_name="key", order=55, permissions=(SEE_DOORS,)
    )


@hooks.register("insert_global_admin_css")
def door_css():
    return format_html('<link rel="stylesheet" href="{}">', static("admin/door.css"))


@hooks.register("register_log_actions")
def log_actions(actions):
    actions.register_action("enquiries.suspect_decided", _("Decide about a suspect"), _("Suspect decided"))
    actions.register_action("enquiries.door_secret", _("Replace the secret of a door"), _("Secret replaced"))
