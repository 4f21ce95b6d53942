"""The list of enquiries in the back office."""

import django_filters
from django.db.models import Exists, OuterRef
from django.urls import path, reverse
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _
from wagtail.admin.filters import DateRangePickerWidget, WagtailFilterSet
from wagtail.admin.ui.menus import MenuItem
from wagtail.admin.ui.tables import BulkActionsCheckboxColumn, Column, DateColumn, StatusTagColumn
from wagtail.admin.views import generic
from wagtail.admin.viewsets.model import ModelViewSet
from wagtail.admin.widgets.button import HeaderButton

from enquiries.life import story, suspicions
from enquiries.models import Appointment, Campaign, Enquiry, SessionPlace, Touch
from enquiries.roles import LOSE
from enquiries.views.panels import life_of
from people import walls
from people.back_office import AuditedExport, ReadOnlyInspectView
from people.models import Touchpoint
from programmes.models import Competitor, Programme

FORMULA_SIGNS = ("=", "+", "-", "@", "\t", "\r")


def _why(enquiry: Enquiry) -> str:
    """Why an enquiry ended, in one line."""
    if enquiry.invalid_rule:
        return enquiry.get_invalid_rule_display()
    whom = enquiry.rival or enquiry.lost_to
    return f"{enquiry.get_lost_reason_display()} ({whom})" if whom else enquiry.get_lost_reason_display()


class EnquiryFilterSet(WagtailFilterSet):
    received_at = django_filters.DateFromToRangeFilter(label=_("Received"), widget=DateRangePickerWidget)
    state = django_filters.MultipleChoiceFilter(label=_("State"), choices=Enquiry.State.choices)
    campaign = django_filters.ModelChoiceFilter(label=_("Campaign"), queryset=Campaign.objects.order_by("name"))
    programme = django_filters.ModelChoiceFilter(
        label=_("Programme"), queryset=Programme.objects.filter(enquiries__isnull=False).distinct().order_by("title")
    )
    lost_reason = django_filters.ChoiceFilter(label=_("Reason for loss"), choices=Enquiry.LostReason.choices)
    ended_at = django_filters.DateFromToRangeFilter(label=_("Ended"), widget=DateRangePickerWidget)
    last_contact = django_filters.DateFromToRangeFilter(
        label=_("Last contact"), method="heard_last", widget=DateRangePickerWidget
    )
    rival = django_filters.ModelChoiceFilter(label=_("Chose"), queryset=Competitor.objects.order_by("name"))
    invalid_rule = django_filters.ChoiceFilter(label=_("Invalid because"), choices=Enquiry.InvalidRule.choices)
    perhaps_invalid = django_filters.ChoiceFilter(
        label=_("Perhaps invalid"), method="suggested", choices=[("yes", _("By one of the rules"))]
    )

    class Meta:
        model = Enquiry
        fields = ["state", "campaign", "programme", "received_at", "lost_reason", "ended_at", "rival", "invalid_rule"]

    def suggested(self, queryset, name, value):
        return queryset.filter(suspicions.suggested()) if value else queryset

    def heard_last(self, queryset, name, value):
        """Those with whom something was said, by them or by us, on these days for the last time."""
        said = Touchpoint.objects.filter(
            person=OuterRef("person"), direction__in=[Touchpoint.Direction.IN, Touchpoint.Direction.OUT]
        )
        if value.start:
            queryset = queryset.filter(Exists(said.filter(at__gte=value.start)))
        if value.stop:
            queryset = queryset.filter(Exists(said.filter(at__lte=value.stop)), ~Exists(said.filter(at__gt=value.stop)))
        return queryset


class EnquiryIndexView(AuditedExport, generic.IndexView):
    any_permission_required = ["view"]
    page_title = _("Enquiries")

    def get_base_queryset(self):
        visible = Enquiry.objects.visible_to(self.request.user)
        return visible.select_related("person", "programme", "campaign", "rival")

    @cached_property
    def columns(self):
        columns = super().columns
        columns[0].label = _("Person")  # of the column that Wagtail builds, with the acts in it
        if self.may_end:
            return [BulkActionsCheckboxColumn("bulk_actions", obj_type="enquiry"), *columns]
        return columns

    @property
    def may_end(self) -> bool:
        return self.request.user.has_perm(LOSE)

    def get_context_data(self, **kwargs):
        return super().get_context_data(**kwargs) | {"may_end": self.may_end}

    def get_add_url(self):
        return None  # enquiries arrive; staff note a call on the person's page

    def get_edit_url(self, instance):
        return None

    def get_delete_url(self, instance):
        return None

    @property
    def header_buttons(self):
        if not self.request.user.has_perm("enquiries.import_leads"):
            return []
        return [
            HeaderButton(_("Import leads"), url=f"{reverse('people_import_choose')}?kind=leads", icon_name="upload")
        ]

    def get_list_more_buttons(self, instance):
        buttons = super().get_list_more_buttons(instance)
        if self.request.user.has_perm("enquiries.lose_enquiry") and instance.state not in Enquiry.ENDED:
            buttons += [
                MenuItem(_("Lost…"), url=reverse("enquiries_lose", args=[instance.uuid]), icon_name="cross"),
                MenuItem(_("Invalid…"), url=reverse("enquiries_invalidate", args=[instance.uuid]), icon_name="bin"),
            ]
        return buttons

    def to_row_dict(self, item):
        row = super().to_row_dict(item)
        # A message that begins like a formula must not become one in whoever's spreadsheet.
        return {
            field: f"'{value}" if isinstance(value, str) and value.startswith(FORMULA_SIGNS) else value
            for field, value in row.items()
        }


class EnquiryInspectView(ReadOnlyInspectView):
    template_name = "enquiries/admin/enquiry.html"
    audited_person = "person"
    page_title = _("Enquiry")

    def get_page_subtitle(self):
        return str(self.object.person)

    def visible_rows(self):
        return (
            super()
            .visible_rows()
            .select_related(
                "person", "programme", "intake__programme", "case", "campaign", "action", "partner", "form", "rival"
            )
        )

    def get_context_data(self, **kwargs):
        enquiry, user = self.object, self.request.user
        touches = Touch.objects.filter(person=enquiry.person_id).select_related("campaign").order_by("at", "pk")
        panels = [html for _panel, html in walls.furnish("construct_enquiry_panels", self.request, enquiry=enquiry)]
        return (
            super().get_context_data(**kwargs)
            | life_of(enquiry, user)
            | {
                "way": story.way(enquiry),
                "story": story.of(enquiry),
                "suspicions": suspicions.of(enquiry, at=timezone.now()),
                "touches": touches[:30],
                "meetings": _meetings(enquiry),
                "panels": panels,
                "rival_name": str(enquiry.rival) if enquiry.rival else enquiry.lost_to,
                "here": self.request.path,
            }
        )


def _meetings(enquiry: Enquiry) -> list[dict]:
    """Their places at sessions and their appointments, the oldest first."""
    places = SessionPlace.objects.filter(person=enquiry.person_id).select_related("session").order_by("-booked_at")
    appointments = Appointment.objects.filter(person=enquiry.person_id).order_by("-starts_at")
    found = [
        {"at": one.session.starts_at, "name": str(one.session), "state": one.get_state_display()} for one in places[:20]
    ]
    found += [
        {"at": one.starts_at, "name": one.get_way_display(), "state": one.get_state_display()}
        for one in appointments[:20]
    ]
    return sorted(found, key=lambda one: one["at"])


class EnquiryViewSet(ModelViewSet):
    """Read only: the acts on an enquiry are views of their own."""

    model = Enquiry
    name = "enquiries_list"
    url_prefix = "enquiries"
    url_namespace = "enquiries_list"
    icon = "funnel"
    menu_label = _("Enquiries")
    add_to_admin_menu = False
    add_to_reference_index = False
    copy_view_enabled = False
    inspect_view_enabled = True
    index_view_class = EnquiryIndexView
    inspect_view_class = EnquiryInspectView
    inspect_template_name = "enquiries/admin/enquiry.html"
    index_template_name = "enquiries/admin/life_list.html"
    filterset_class = EnquiryFilterSet
    form_fields = ["source", "medium"]  # no form is served; a viewset wants one to be named
    ordering = ["-received_at", "-pk"]
    list_per_page = 30
    list_display = [
        "person",
        StatusTagColumn(
            "get_state_display",
            label=_("State"),
            sort_key="state",
            primary=lambda enquiry: enquiry.state == Enquiry.State.ENROLLED,
        ),
        Column("why", label=_("Why"), accessor=lambda enquiry: _why(enquiry) or "–"),
        Column("programme", label=_("Programme"), accessor=lambda enquiry: enquiry.programme or "–"),
        Column("campaign", label=_("Campaign"), accessor=lambda enquiry: enquiry.campaign or "–"),
        Column("source", label=_("Source"), accessor=lambda enquiry: enquiry.source or "–", sort_key="source"),
        Column("attempts", label=_("Attempts"), sort_key="attempts"),
        DateColumn("received_at", label=_("Received"), sort_key="received_at"),
    ]
    list_export = [
        "uuid", "received_at", "state", "person.name", "programme", "campaign", "source", "medium", "channel",
        "language", "message", "lost_reason", "lost_to", "rival", "invalid_rule", "attempts",
        "contacted_at", "applied_at", "enrolled_at", "ended_at", "is_history",
    ]  # fmt: skip
    export_filename = "enquiries"

    def get_urlpatterns(self):
        conv = self.pk_path_converter
        return [
            path("", self.index_view, name="index"),
            path("results/", self.index_results_view, name="index_results"),
            path(f"inspect/<{conv}:pk>/", self.inspect_view, name="inspect"),
        ]

    def get_common_view_kwargs(self, **kwargs):
        # Those views do not exist here, so nothing may link to them.
        absent = dict.fromkeys(
            ["history_url_name", "usage_url_name", "add_url_name", "edit_url_name", "delete_url_name"]
        )
        return super().get_common_view_kwargs(**{**absent, **kwargs})


enquiries = EnquiryViewSet()
