"""The list of campaigns in the back office, the short form of a new one, the long form that changes one."""

from django.contrib import messages
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from wagtail.admin.filters import WagtailFilterSet
from wagtail.admin.panels import FieldPanel, FieldRowPanel, InlinePanel, MultiFieldPanel, ObjectList
from wagtail.admin.ui.tables import Column, NumberColumn, StatusTagColumn, TitleColumn
from wagtail.admin.views import generic
from wagtail.admin.viewsets.model import ModelViewSet

from enquiries.campaigns import changing, launching, steps, tree
from enquiries.models import Campaign
from enquiries.views.campaigns import CampaignPageView
from enquiries.views.campaigns_forms import (
    AudienceForm,
    ChangeCampaignForm,
    HelperForm,
    NewCampaignForm,
    TargetForm,
)
from programmes import money


class RowsPanel(InlinePanel):
    """Rows below a campaign, each with a form of ours."""

    row_form: type

    def get_form_options(self):
        options = super().get_form_options()
        options["formsets"][self.relation_name]["form"] = self.row_form
        return options


class AudiencesPanel(RowsPanel):
    row_form = AudienceForm


class TargetsPanel(RowsPanel):
    row_form = TargetForm


class HelpersPanel(RowsPanel):
    row_form = HelperForm


CODE_HELP = _("The same as utm_campaign in the links of this campaign. Empty: made of its name.")
GOAL = [
    MultiFieldPanel(
        [FieldPanel("metric"), FieldRowPanel([FieldPanel("baseline"), FieldPanel("target")])],
        heading=_("Its goal"),
        icon="crosshairs",
        help_text=_("Set before money is spent: what is measured, where we stand, where we want to be."),
    ),
    FieldRowPanel([FieldPanel("starts_on"), FieldPanel("ends_on")]),
]
NEW = ObjectList(
    [
        FieldPanel("name"),
        *GOAL,
        FieldPanel("budget_minor"),
        FieldPanel("parent"),
        FieldPanel("slug", help_text=CODE_HELP),
    ],
    base_form_class=NewCampaignForm,
)
CHANGE = ObjectList(
    [
        FieldPanel("why"),
        FieldPanel("name"),
        *GOAL,
        FieldRowPanel([FieldPanel("budget_minor"), FieldPanel("currency")]),
        FieldRowPanel([FieldPanel("owner"), FieldPanel("parent")]),
        FieldPanel("slug", help_text=_("The same as utm_campaign in the links of this campaign.")),
        AudiencesPanel(
            "audiences",
            [FieldPanel("segment"), FieldPanel("words")],
            heading=_("Audiences"),
            label=_("Audience"),
            icon="group",
        ),
        InlinePanel(
            "channels",
            [FieldPanel("medium"), FieldPanel("message")],
            heading=_("Channels, and what is said there"),
            label=_("Channel"),
            icon="mail",
        ),
        TargetsPanel(
            "targets",
            [
                FieldRowPanel([FieldPanel("programme"), FieldPanel("intake")]),
                FieldRowPanel([FieldPanel("enquiries"), FieldPanel("enrolments")]),
            ],
            heading=_("Targets by programme and intake"),
            label=_("Target"),
            icon="crosshairs",
        ),
        HelpersPanel(
            "helpers",
            [FieldRowPanel([FieldPanel("user"), FieldPanel("planned_minutes")])],
            heading=_("Who works on it"),
            label=_("Person"),
            icon="user",
        ),
    ],
    base_form_class=ChangeCampaignForm,
)


class CampaignFilterSet(WagtailFilterSet):
    class Meta:
        model = Campaign
        fields = ["state", "metric", "owner", "parent"]


class CampaignIndexView(generic.IndexView):
    def get_base_queryset(self):
        return Campaign.objects.with_figures().select_related("owner", "parent")

    def _get_title_column(self, field_name, column_class=TitleColumn, **kwargs):
        """The name leads to the page of the campaign, not to its form."""
        kwargs = {"label": _("Name"), "sort_key": "name", "width": "30%", "get_url": self.get_inspect_url, **kwargs}
        return self._get_title_column_class(column_class)(field_name, **kwargs)


class CampaignCreateView(generic.CreateView):
    page_title = _("New campaign")

    def get_initial_form_instance(self):
        return Campaign(owner=self.request.user)

    def get_success_url(self):
        return reverse("campaigns:inspect", args=[self.object.pk])

    def get_success_buttons(self):
        return []


class CampaignEditView(generic.EditView):
    def dispatch(self, request, *args, **kwargs):
        answer = super().dispatch(request, *args, **kwargs)
        if self.object.state == Campaign.State.CLOSED and request.user.has_perm("enquiries.change_campaign"):
            messages.error(request, _("This campaign is closed and stays as it was."))
            return redirect("campaigns:inspect", self.object.pk)
        return answer

    def form_valid(self, form):
        try:
            return super().form_valid(form)
        except tree.BadParent as refusal:
            return self._refused(form, [str(refusal)])
        except launching.NotReady as refusal:
            return self._refused(form, [_("A campaign that is live keeps what it went live with."), *refusal.findings])
        except steps.IsClosed:
            return self._refused(form, [_("This campaign is closed and stays as it was.")])

    def _refused(self, form, words):
        form.add_error(None, words)
        self.produced_error_code, self.produced_error_message = "validation_error", self.get_error_message()
        return self.form_invalid(form)

    def save_instance(self):
        why = self.form.cleaned_data.get("why", "")
        with changing.marked(self.object, at=timezone.now(), by=self.request.user, why=why):
            return super().save_instance()

    def get_success_url(self):
        return reverse("campaigns:inspect", args=[self.object.pk])


class CampaignViewSet(ModelViewSet):
    model = Campaign
    name = "campaigns"
    url_prefix = "campaigns"
    icon = "campaign"
    menu_label = _("Campaigns")
    add_to_admin_menu = False
    copy_view_enabled = False
    inspect_view_enabled = True
    index_view_class = CampaignIndexView
    add_view_class = CampaignCreateView
    edit_view_class = CampaignEditView
    inspect_view_class = CampaignPageView
    inspect_template_name = "enquiries/admin/campaigns_page.html"
    ordering = ["-starts_on", "name"]
    search_fields = ["name", "slug"]
    search_backend_name = None
    filterset_class = CampaignFilterSet
    list_display = [
        "name",
        StatusTagColumn(
            "get_state_display",
            label=_("State"),
            sort_key="state",
            primary=lambda campaign: campaign.state == Campaign.State.LIVE,
        ),
        Column("starts_on", label=_("When"), sort_key="starts_on", accessor=lambda campaign: changing.days(campaign)),
        NumberColumn(
            "budget",
            label=_("Budget"),
            sort_key="budget_minor",
            accessor=lambda campaign: money.show(campaign.budget_minor, campaign.currency),
        ),
        NumberColumn("enquiries_count", label=_("Enquiries"), sort_key="enquiries_count"),
        NumberColumn("contacted_count", label=_("Contacted"), sort_key="contacted_count"),
        NumberColumn("enrolled_count", label=_("Enrolled"), sort_key="enrolled_count"),
        NumberColumn(
            "target",
            label=_("Target"),
            accessor=lambda campaign: (
                "–"
                if campaign.target is None or not campaign.metric
                else f"{changing.amount(campaign.metric, campaign.target, campaign.currency)} "
                f"{str(campaign.get_metric_display()).lower()}"
            ),
        ),
    ]
    list_export = [
        "slug", "name", "state", "metric", "baseline", "target", "budget_minor", "currency", "starts_on", "ends_on",
        "enquiries_count", "contacted_count", "enrolled_count",
    ]  # fmt: skip
    edit_handler = CHANGE

    def get_add_view_kwargs(self, **kwargs):
        panel = NEW.bind_to_model(self.model)
        return super().get_add_view_kwargs(**{"panel": panel, "form_class": panel.get_form_class(), **kwargs})


campaigns = CampaignViewSet()
