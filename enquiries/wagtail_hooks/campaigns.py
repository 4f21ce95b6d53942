"""Campaigns in the back office: the addresses of their acts, their log, and who may open their files."""

from django.core.exceptions import PermissionDenied
from django.templatetags.static import static
from django.urls import path
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _
from wagtail import hooks

from enquiries.campaigns import actions
from enquiries.roles import SEE_CAMPAIGNS
from enquiries.views import campaigns


@hooks.register("register_admin_urls")
def campaign_urls():
    one = "campaigns/<int:pk>"
    return [
        path(f"{one}/launch/", campaigns.launch, name="enquiries_campaign_launch"),
        path(f"{one}/close/", campaigns.close, name="enquiries_campaign_close"),
        path(f"{one}/steps/<slug:code>/", campaigns.write_step, name="enquiries_campaign_step"),
        path(f"{one}/audiences/", campaigns.count_audiences, name="enquiries_campaign_audiences"),
        path(f"{one}/spendings/", campaigns.spend, name="enquiries_campaign_spend"),
        path(f"{one}/hours/", campaigns.note_time, name="enquiries_campaign_hours"),
        path(f"{one}/actions/new/", campaigns.ActionView.as_view(), name="enquiries_campaign_action_new"),
        path(f"{one}/actions/<int:action>/", campaigns.ActionView.as_view(), name="enquiries_campaign_action"),
    ]


@hooks.register("insert_global_admin_css")
def campaigns_css():
    return format_html('<link rel="stylesheet" href="{}">', static("admin/campaigns.css"))


@hooks.register("register_log_actions")
def campaign_log(log_actions):
    log_actions.register_action("enquiries.launch_campaign", _("Let it go live"), _("Went live"))
    log_actions.register_action("enquiries.close_campaign", _("Close the campaign"), _("Closed"))
    log_actions.register_action("enquiries.spend", _("Enter a spending"), _("Spending entered"))


@hooks.register("before_serve_document")
def campaign_files(document, request):
    """What belongs to an action of a campaign is opened by those who may see campaigns, and by nobody else."""
    if actions.holds(document.pk) and not request.user.has_perm(SEE_CAMPAIGNS):
        raise PermissionDenied
