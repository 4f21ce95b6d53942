"""Plans, agreements with sales, market studies and partners: their lists and forms."""

from collections.abc import Callable
from typing import Any

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel, FieldRowPanel, HelpPanel, InlinePanel, MultiFieldPanel, ObjectList
from wagtail.admin.ui.tables import BooleanColumn, Column, DateColumn, NumberColumn, StatusTagColumn, TitleColumn
from wagtail.admin.views import generic
from wagtail.admin.viewsets.model import ModelViewSet
from wagtail.admin.widgets.button import HeaderButton

from enquiries.models import LeadAgreement, MarketingPlan, MarketStudy, Partner
from enquiries.plans import agreeing, planning
from enquiries.views.plans import AgreementPageView, PartnerPageView, PlanPageView, StudyPageView
from enquiries.views.plans_forms import AgreementForm, PartnerForm, PlanForm, PlanTargetForm, StudyForm
from programmes import money


class PageFirstIndexView(generic.IndexView):
    """A list whose titles lead to the page of a row, not to its form."""

    any_permission_required = ["view"]
    joined: tuple[str, ...] = ()
    title_of: Callable[[Any], str] | None = None  # how a row is called, where its first column alone would not do

    def get_base_queryset(self):
        return super().get_base_queryset().select_related(*self.joined) if self.joined else super().get_base_queryset()

    def _get_title_column(self, field_name, column_class=TitleColumn, **kwargs):
        label = self.model._meta.get_field(field_name).verbose_name
        label = str(label)[:1].upper() + str(label)[1:]
        kwargs = {"label": label, "sort_key": field_name, "get_url": self.get_title_url, **kwargs}
        if self.title_of:
            kwargs["accessor"] = self.title_of
        return self._get_title_column_class(column_class)(field_name, **kwargs)

    def get_title_url(self, instance):
        return self.get_inspect_url(instance)


class ToItsPage:
    """After saving, the page of the row."""

    def get_success_url(self):
        return reverse(f"{self.model_viewset_name}:inspect", args=[self.object.pk])

    def get_success_buttons(self):
        return []


class TopicViewSet(ModelViewSet):
    add_to_admin_menu = False
    add_to_reference_index = False
    copy_view_enabled = False
    inspect_view_enabled = True
    index_view_class = PageFirstIndexView
    list_per_page = 30
    search_backend_name = None


# --- plans


class TargetsPanel(InlinePanel):
    def get_form_options(self):
        options = super().get_form_options()
        options["formsets"][self.relation_name]["form"] = PlanTargetForm
        return options


class PlanIndexView(PageFirstIndexView):
    joined = ("owner",)

    def get_context_data(self, *args, **kwargs):
        context = super().get_context_data(*args, **kwargs)
        missing: dict[int, list[str]] = {}
        for plan, quarter in planning.lacking(at=timezone.now()):
            missing.setdefault(plan.pk, []).append(str(quarter.number))
        for plan in context["object_list"]:
            plan.lacking = missing.get(plan.pk, [])
        return context


class PlanCreateView(ToItsPage, generic.CreateView):
    model_viewset_name = "marketing_plans"

    def get_initial_form_instance(self):
        return MarketingPlan(owner=self.request.user, year=timezone.localdate().year)


class PlanEditView(ToItsPage, generic.EditView):
    model_viewset_name = "marketing_plans"


def _lacking(plan) -> str:
    numbers = getattr(plan, "lacking", [])
    return ", ".join(f"T{number}" for number in numbers) if numbers else "–"


class PlanViewSet(TopicViewSet):
    model = MarketingPlan
    name = "marketing_plans"
    url_prefix = "marketing-plans"
    icon = "clipboard-list"
    index_view_class = PlanIndexView
    add_view_class = PlanCreateView
    edit_view_class = PlanEditView
    inspect_view_class = PlanPageView
    inspect_template_name = "enquiries/admin/plans_page.html"
    ordering = ["-year", "name"]
    search_fields = ["name", "objectives"]
    list_filter = ["year", "owner"]
    list_display = [
        "name",
        Column("year", label=_("Year"), sort_key="year"),
        Column("owner", label=_("Owner"), accessor=lambda plan: plan.owner or "–"),
        StatusTagColumn("lacking", label=_("Quarters without a review"), accessor=_lacking),
    ]
    edit_handler = ObjectList(
        [
            FieldRowPanel([FieldPanel("name"), FieldPanel("year"), FieldPanel("owner")]),
            FieldPanel("objectives", help_text=_("What we want, in two or three sentences.")),
            FieldRowPanel([FieldPanel("audience"), FieldPanel("message")]),
            FieldPanel("tactics"),
            TargetsPanel(
                "targets",
                [FieldRowPanel([FieldPanel("quarter"), FieldPanel("metric"), FieldPanel("target")])],
                heading=_("Targets by quarter"),
                label=_("Target"),
                icon="crosshairs",
            ),
            FieldPanel("campaigns"),
        ],
        base_form_class=PlanForm,
    )


# --- agreements with sales


class AgreementIndexView(PageFirstIndexView):
    joined = ("programme", "intake", "profile", "marketing_by", "sales_by")


class Kept:
    """Saved by the verb that forgets signatures when terms change."""

    model_viewset_name = "lead_agreements"

    def save_instance(self):
        return agreeing.keep(self.form.save(commit=False), at=timezone.now(), by=self.request.user)


class AgreementCreateView(Kept, ToItsPage, generic.CreateView):
    pass


class AgreementEditView(Kept, ToItsPage, generic.EditView):
    pass


def _signed(agreement) -> str:
    if agreeing.profile_changed(agreement):
        return str(_("To be signed again"))
    names = [
        str(words)
        for side, words in (("marketing", _("Marketing")), ("sales", _("Sales")))
        if getattr(agreement, f"{side}_signed_at")
    ]
    return str(_("In force")) if len(names) == 2 else ", ".join(names) or str(_("Nobody yet"))


class AgreementViewSet(TopicViewSet):
    model = LeadAgreement
    name = "lead_agreements"
    url_prefix = "lead-agreements"
    icon = "check"
    index_view_class = AgreementIndexView
    add_view_class = AgreementCreateView
    edit_view_class = AgreementEditView
    inspect_view_class = AgreementPageView
    inspect_template_name = "enquiries/admin/plans_agreement.html"
    ordering = ["-from_day", "name"]
    search_fields = ["name"]
    list_display = [
        "name",
        Column("programme", label=_("Programme"), accessor=lambda one: one.programme or _("All")),
        DateColumn("from_day", label=_("From"), sort_key="from_day"),
        DateColumn("until_day", label=_("Until"), sort_key="until_day"),
        NumberColumn("enquiries", label=_("Enquiries"), sort_key="enquiries"),
        StatusTagColumn("signed", label=_("Signed"), accessor=_signed, primary=agreeing.is_in_force),
    ]
    edit_handler = ObjectList(
        [
            HelpPanel(_("Whoever changes a term has the agreement signed again, by both sides.")),
            FieldPanel("name"),
            FieldRowPanel([FieldPanel("programme"), FieldPanel("intake")]),
            FieldRowPanel([FieldPanel("from_day"), FieldPanel("until_day")]),
            MultiFieldPanel(
                [
                    FieldRowPanel([FieldPanel("enquiries"), FieldPanel("fit_percent")]),
                    FieldPanel("profile", help_text=_("A segment says who fits.")),
                ],
                heading=_("What marketing brings"),
                icon="campaign",
            ),
            MultiFieldPanel(
                [FieldPanel("answer_hours", help_text=_("On the clock, nights and Sundays included."))],
                heading=_("What sales does with them"),
                icon="time",
            ),
        ],
        base_form_class=AgreementForm,
    )


# --- market studies


class StudyIndexView(PageFirstIndexView):
    def get_base_queryset(self):
        return super().get_base_queryset().prefetch_related("campaigns")


class StudyCreateView(ToItsPage, generic.CreateView):
    model_viewset_name = "market_studies"

    def get_initial_form_instance(self):
        return MarketStudy(filed_by=self.request.user, on=timezone.localdate())


class StudyEditView(ToItsPage, generic.EditView):
    model_viewset_name = "market_studies"


class StudyViewSet(TopicViewSet):
    model = MarketStudy
    name = "market_studies"
    url_prefix = "market-studies"
    icon = "search"
    index_view_class = StudyIndexView
    add_view_class = StudyCreateView
    edit_view_class = StudyEditView
    inspect_view_class = StudyPageView
    inspect_template_name = "enquiries/admin/plans_study.html"
    ordering = ["-on", "title"]
    search_fields = ["title", "supplier", "findings"]
    list_filter = ["campaigns", "supplier"]
    list_display = [
        "title",
        Column("supplier", label=_("Supplier"), sort_key="supplier"),
        DateColumn("on", label=_("Date"), sort_key="on"),
        NumberColumn(
            "cost",
            label=_("Cost"),
            sort_key="cost_minor",
            accessor=lambda one: money.show(one.cost_minor, one.currency),
        ),
        Column(
            "campaigns",
            label=_("Borne by"),
            accessor=lambda one: ", ".join(str(campaign) for campaign in one.campaigns.all()) or _("No campaign"),
        ),
    ]
    list_export = ["title", "supplier", "on", "cost_minor", "currency", "findings"]
    edit_handler = ObjectList(
        [
            FieldPanel("title"),
            FieldRowPanel([FieldPanel("supplier"), FieldPanel("on")]),
            FieldRowPanel([FieldPanel("cost_minor"), FieldPanel("currency")]),
            FieldPanel("findings"),
            FieldPanel("campaigns"),
            FieldPanel("programmes"),
            FieldPanel("files"),
        ],
        base_form_class=StudyForm,
    )


# --- partners


class PartnerIndexView(PageFirstIndexView):
    joined = ("owner",)

    @property
    def header_buttons(self):
        url = reverse("enquiries_partners_report")
        return [*super().header_buttons, HeaderButton(_("What they brought"), url=url, icon_name="table")]


class PartnerCreateView(ToItsPage, generic.CreateView):
    model_viewset_name = "partners"

    def get_initial_form_instance(self):
        said = self.request.GET
        return Partner(owner=self.request.user, code=said.get("code", "")[:80], name=said.get("name", "")[:160])


class PartnerEditView(ToItsPage, generic.EditView):
    model_viewset_name = "partners"


class PartnerViewSet(TopicViewSet):
    model = Partner
    name = "partners"
    url_prefix = "partners"
    icon = "group"
    index_view_class = PartnerIndexView
    add_view_class = PartnerCreateView
    edit_view_class = PartnerEditView
    inspect_view_class = PartnerPageView
    inspect_template_name = "enquiries/admin/plans_partner.html"
    ordering = ["name"]
    search_fields = ["name", "code", "contact_name"]
    list_filter = ["kind", "is_active"]
    list_display = [
        "name",
        Column("kind", label=_("Kind"), accessor=lambda one: one.get_kind_display(), sort_key="kind"),
        Column("code", label=_("Code"), sort_key="code"),
        Column("owner", label=_("Owner"), accessor=lambda one: one.owner or "–"),
        BooleanColumn("is_active", label=_("Works with us"), sort_key="is_active"),
    ]
    edit_handler = ObjectList(
        [
            FieldRowPanel([FieldPanel("name"), FieldPanel("kind")]),
            FieldRowPanel(
                [
                    FieldPanel("code", help_text=_("The same as utm_source in the links we give them.")),
                    FieldPanel("owner"),
                    FieldPanel("is_active"),
                ]
            ),
            FieldRowPanel([FieldPanel("contact_name"), FieldPanel("contact_email"), FieldPanel("contact_phone")]),
            FieldPanel("note"),
            InlinePanel(
                "agreements",
                [
                    FieldPanel("title"),
                    FieldRowPanel([FieldPanel("from_day"), FieldPanel("until_day")]),
                    FieldPanel("terms"),
                    FieldPanel("file"),
                ],
                heading=_("Agreements"),
                label=_("Agreement"),
                icon="doc-full",
            ),
        ],
        base_form_class=PartnerForm,
    )


VIEWSETS = [PlanViewSet(), AgreementViewSet(), StudyViewSet(), PartnerViewSet()]
