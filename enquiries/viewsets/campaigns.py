"""The list of campaigns in the back office."""

from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel, FieldRowPanel
from wagtail.admin.ui.tables import Column, NumberColumn, StatusTagColumn
from wagtail.admin.views import generic
from wagtail.admin.viewsets.model import ModelViewSet

from enquiries.models import Campaign


class CampaignIndexView(generic.IndexView):
    def get_base_queryset(self):
        return Campaign.objects.with_figures().select_related("owner")


class CampaignViewSet(ModelViewSet):
    model = Campaign
    name = "campaigns"
    url_prefix = "campaigns"
    icon = "campaign"
    menu_label = _("Campaigns")
    add_to_admin_menu = False
    copy_view_enabled = False
    inspect_view_enabled = True
    inspect_view_fields = [
        "name", "slug", "state", "goal_enrolments", "starts_on", "ends_on", "owner",
    ]  # fmt: skip
    index_view_class = CampaignIndexView
    ordering = ["state", "-starts_on", "name"]
    search_fields = ["name", "slug"]
    search_backend_name = None
    list_filter = ["state"]
    list_display = [
        "name",
        StatusTagColumn(
            "get_state_display",
            label=_("State"),
            sort_key="state",
            primary=lambda campaign: campaign.state == Campaign.State.LIVE,
        ),
        NumberColumn("enquiries_count", label=_("Enquiries"), sort_key="enquiries_count"),
        NumberColumn("contacted_count", label=_("Contacted"), sort_key="contacted_count"),
        NumberColumn("enrolled_count", label=_("Enrolled"), sort_key="enrolled_count"),
        Column("goal_enrolments", label=_("Goal"), accessor=lambda campaign: campaign.goal_enrolments or "–"),
    ]
    list_export = ["slug", "name", "state", "enquiries_count", "contacted_count", "enrolled_count", "goal_enrolments"]
    panels = [
        FieldPanel("name"),
        FieldPanel("slug", help_text=_("The same as utm_campaign in the links of this campaign.")),
        FieldRowPanel([FieldPanel("starts_on"), FieldPanel("ends_on")]),
        FieldRowPanel([FieldPanel("budget_minor"), FieldPanel("currency")]),
        FieldPanel("goal_enrolments"),
        FieldPanel("owner"),
    ]


campaigns = CampaignViewSet()
