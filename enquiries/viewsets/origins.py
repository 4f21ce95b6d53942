"""Short links, numbers of campaigns and spoken sources: their lists and forms."""

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import OuterRef, Subquery, Sum
from django.db.models.functions import Coalesce
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.safestring import mark_safe
from django.utils.translation import gettext_lazy as _
from wagtail.admin.forms.models import WagtailAdminModelForm
from wagtail.admin.panels import FieldPanel, FieldRowPanel, MultiFieldPanel, ObjectList
from wagtail.admin.ui.tables import BooleanColumn, Column, DateColumn, NumberColumn, TitleColumn
from wagtail.admin.views import generic
from wagtail.admin.viewsets.model import ModelViewSet
from wagtail.log_actions import log

from enquiries.models import CampaignAction, CampaignNumber, ShortLink, ShortLinkCount, SpokenSource
from enquiries.origins import heard, short_links
from people.identity import identities
from programmes.printed import qr_codes


def _action_fits(cleaned: dict) -> None:
    action, campaign = cleaned.get("action"), cleaned.get("campaign")
    if action and campaign and action.campaign_id != campaign.pk:
        raise ValidationError({"action": _("This action belongs to another campaign.")})


class _OfCampaignForm(WagtailAdminModelForm):
    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        actions = CampaignAction.objects.select_related("campaign").order_by("campaign__name", "name")
        self.fields["action"].queryset = actions
        self.fields["action"].label_from_instance = lambda action: f"{action.campaign.name}: {action.name}"

    def clean(self):
        cleaned = super().clean()
        _action_fits(cleaned)
        return cleaned


class ShortLinkForm(_OfCampaignForm):
    """A link leads to a page or an address of ours, never anywhere else; its code stays as it was given out."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        code = self.fields["code"]
        code.required = False
        code.help_text = _("Letters, digits and hyphens; leave it empty and it is given one that is easy to type.")
        if self.instance.pk:
            code.disabled = True
            code.help_text = _("It stays as it was given out.")

    def clean_code(self):
        if self.instance.pk:
            return self.instance.code
        code = self.cleaned_data["code"].strip().lower()
        if code and not short_links.CODE.fullmatch(code):
            raise ValidationError(_("Three to forty letters, digits and hyphens, without accents or spaces."))
        if code and ShortLink.objects.filter(code=code).exists():
            raise ValidationError(_("Another link has this code."))
        return code

    def clean_address(self):
        typed = self.cleaned_data["address"].strip()
        address = short_links.own_address(typed) if typed else ""
        if typed and not address:
            raise ValidationError(_("A short link leads to our own website only: write a path such as /en/open-day/."))
        return address

    def clean(self):
        cleaned = super().clean()
        if bool(cleaned.get("page")) == bool(cleaned.get("address")) and "address" not in self.errors:
            raise ValidationError(_("Say where it leads: choose a page, or write an address of our website."))
        return cleaned


class CampaignNumberForm(_OfCampaignForm):
    """A number in one form (E.164), and in one campaign at a time."""

    def clean_number(self):
        try:
            return identities.normalise_phone(self.cleaned_data["number"])
        except identities.BadIdentity as error:
            raise ValidationError(str(error)) from error

    def clean(self):
        cleaned = super().clean()
        first, last = cleaned.get("from_day"), cleaned.get("until_day")
        if first and last and last < first:
            raise ValidationError({"until_day": _("It ends before it begins.")})
        if first and cleaned.get("number"):
            number = CampaignNumber(
                pk=self.instance.pk, number=cleaned["number"], from_day=first, until_day=cleaned.get("until_day")
            )
            try:
                heard.refuse_taken(number)
            except heard.NumberTaken as taken:
                words = _("In these days the number stands in the campaign “%(name)s”: a call would not say which.")
                raise ValidationError({"number": words % {"name": taken.campaign.name}}) from taken
        return cleaned


class ShortLinkIndexView(generic.IndexView):
    any_permission_required = ["view"]

    def get_base_queryset(self):
        counts = ShortLinkCount.objects.filter(link=OuterRef("pk")).order_by().values("link")
        visits = Coalesce(Subquery(counts.annotate(sum=Sum("visits")).values("sum")), 0)
        return ShortLink.objects.select_related("campaign", "page").annotate(visits=visits)


class ShortLinkCreateView(generic.CreateView):
    def save_instance(self):
        link = short_links.make(self.form.instance, at=timezone.now(), by=self.request.user)
        log(instance=link, action="wagtail.create", user=self.request.user)
        return link

    def get_success_url(self):
        return self.get_edit_url().replace("/edit/", "/inspect/")


class ShortLinkDeleteView(generic.DeleteView):
    """What was already followed hangs somewhere: its address must go on answering."""

    def form_valid(self, form):
        if self.object.counts.exists():
            form.add_error(None, _("People follow this link already. It stays, so that it goes on working."))
            return self.form_invalid(form)
        return super().form_valid(form)


class ShortLinkInspectView(generic.InspectView):
    any_permission_required = ["view"]
    page_title = _("Short link")

    def get_context_data(self, **kwargs):
        link = self.object
        address = short_links.short_address(link)
        days = list(link.counts.order_by("-on").values_list("on", "visits")[:30])
        return super().get_context_data(**kwargs) | {
            "link": link,
            "address": address,
            "qr": mark_safe(qr_codes.svg(address, label=link.name)),  # noqa: S308 -- drawn here, its label escaped
            "leads_to": short_links.leads_to(link),
            "visits": short_links.visits([link.pk])[link.pk],
            "touches": link.campaign.touches.filter(marks__utm_term=f"go-{link.code}").count() if link.campaign else 0,
            "days": days,
            "most": max((visits for _on, visits in days), default=0),
            "is_over": link.ends_on is not None and link.ends_on < timezone.localdate(),
            "may_change": self.request.user.has_perm("enquiries.change_shortlink"),
        }


class ShortLinkViewSet(ModelViewSet):
    model = ShortLink
    name = url_namespace = "short_links"
    url_prefix = "short-links"
    icon = "link"
    menu_label = _("Short links")
    add_to_admin_menu = False
    add_to_reference_index = False
    copy_view_enabled = False
    inspect_view_enabled = True
    inspect_template_name = "enquiries/admin/short_link.html"
    index_view_class = ShortLinkIndexView
    add_view_class = ShortLinkCreateView
    delete_view_class = ShortLinkDeleteView
    inspect_view_class = ShortLinkInspectView
    search_backend_name = None
    search_fields = ["name", "code", "source", "campaign__name"]
    list_filter = ["medium", "campaign"]
    ordering = ["-made_at", "-pk"]
    list_per_page = 30
    list_display = [
        TitleColumn("name", label=_("Name"), url_name="short_links:inspect", sort_key="name"),
        Column("code", label=_("Code"), accessor=lambda link: f"/go/{link.code}", sort_key="code"),
        Column("campaign", label=_("Campaign"), accessor=lambda link: link.campaign or "–"),
        Column("source", label=_("Source"), sort_key="source"),
        Column("get_medium_display", label=_("Medium"), sort_key="medium"),
        DateColumn("ends_on", label=_("Until"), sort_key="ends_on"),
        NumberColumn("visits", label=_("Visits"), sort_key="visits"),
    ]
    list_export = ["code", "name", "address", "campaign", "source", "medium", "ends_on", "visits"]
    edit_handler = ObjectList(
        [
            MultiFieldPanel(
                [FieldPanel("name"), FieldPanel("page"), FieldPanel("address"), FieldPanel("code")],
                heading=_("What it is and where it leads"),
            ),
            MultiFieldPanel(
                [
                    FieldRowPanel([FieldPanel("campaign"), FieldPanel("action")]),
                    FieldRowPanel([FieldPanel("source"), FieldPanel("medium")]),
                    FieldPanel("ends_on", help_text=_("After this day it leads on without the marks of the campaign.")),
                ],
                heading=_("What it tells"),
            ),
        ],
        base_form_class=ShortLinkForm,
    )


class NumberIndexView(generic.IndexView):
    def get_base_queryset(self):
        return CampaignNumber.objects.select_related("campaign", "action")


class CampaignNumberViewSet(ModelViewSet):
    model = CampaignNumber
    name = url_namespace = "campaign_numbers"
    url_prefix = "campaign-numbers"
    icon = "mobile-alt"
    menu_label = _("Numbers of campaigns")
    add_to_admin_menu = False
    add_to_reference_index = False
    copy_view_enabled = False
    index_view_class = NumberIndexView
    search_backend_name = None
    search_fields = ["number", "campaign__name"]
    ordering = ["-from_day", "number"]
    list_per_page = 30
    list_display = [
        "number",
        Column("campaign", label=_("Campaign")),
        Column("action", label=_("Action"), accessor=lambda number: number.action or "–"),
        Column("get_medium_display", label=_("Medium"), sort_key="medium"),
        DateColumn("from_day", label=_("From"), sort_key="from_day"),
        DateColumn("until_day", label=_("Until"), sort_key="until_day"),
    ]
    edit_handler = ObjectList(
        [
            FieldPanel("number", help_text=_("A call to it counts for the campaign. It must ring at the school.")),
            FieldRowPanel([FieldPanel("campaign"), FieldPanel("action")]),
            FieldPanel("medium"),
            FieldRowPanel([FieldPanel("from_day"), FieldPanel("until_day")]),
        ],
        base_form_class=CampaignNumberForm,
    )


class SpokenSourceForm(WagtailAdminModelForm):
    """A code stays as reports know it."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        if self.instance.pk:
            self.fields["code"].disabled = True
            self.fields["code"].help_text = _("It stays as reports know it.")


class SpokenSourceIndexView(generic.IndexView):
    @cached_property
    def columns(self):
        columns = super().columns
        columns[0].label = _("Name")  # of the column that Wagtail builds; the name stands in three fields
        return columns


class SpokenSourceViewSet(ModelViewSet):
    model = SpokenSource
    name = url_namespace = "spoken_sources"
    url_prefix = "spoken-sources"
    icon = "comment"
    menu_label = _("Spoken sources")
    index_view_class = SpokenSourceIndexView
    add_to_admin_menu = False
    add_to_reference_index = False
    copy_view_enabled = False
    search_backend_name = None
    search_fields = ["name_ca", "name_es", "name_en", "code"]
    ordering = ["position", "pk"]
    list_per_page = 30
    list_display = [
        "name",
        Column("code", label=_("Code"), sort_key="code"),
        Column("get_medium_display", label=_("Medium"), sort_key="medium"),
        NumberColumn("position", label=_("Place"), sort_key="position"),
        BooleanColumn("is_offered", label=_("Can be chosen"), sort_key="is_offered"),
    ]
    edit_handler = ObjectList(
        [
            FieldRowPanel([FieldPanel("name_ca"), FieldPanel("name_es"), FieldPanel("name_en")]),
            FieldRowPanel([FieldPanel("code"), FieldPanel("medium")]),
            FieldRowPanel([FieldPanel("position"), FieldPanel("is_offered", widget=forms.CheckboxInput)]),
        ],
        base_form_class=SpokenSourceForm,
    )


VIEWSETS = [ShortLinkViewSet(), CampaignNumberViewSet(), SpokenSourceViewSet()]
