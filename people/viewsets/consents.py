"""The consent ledger, to read."""

import django_filters
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from wagtail.admin.filters import DateRangePickerWidget, WagtailFilterSet
from wagtail.admin.ui.tables import Column, DateColumn, StatusTagColumn, TitleColumn

from people.back_office import ReadOnlyIndexView, ReadOnlyInspectView, ReadOnlyViewSet
from people.contact import consents, double_opt_in
from people.models import Channel, Consent, Language, Purpose


class ConsentFilterSet(WagtailFilterSet):
    purpose = django_filters.ChoiceFilter(label=_("Purpose"), choices=Purpose.choices)
    channel = django_filters.ChoiceFilter(label=_("Channel"), choices=Channel.choices)
    decision = django_filters.ChoiceFilter(label=_("Decision"), choices=Consent.Decision.choices)
    wording_version = django_filters.CharFilter(label=_("Version of the words"), lookup_expr="startswith")
    language = django_filters.ChoiceFilter(label=_("Language"), choices=Language.choices)
    is_noted = django_filters.BooleanFilter(
        label=_("Written down by staff"), field_name="by", lookup_expr="isnull", exclude=True
    )
    at = django_filters.DateFromToRangeFilter(label=_("Said"), widget=DateRangePickerWidget)

    class Meta:
        model = Consent
        fields = ["purpose", "channel", "decision", "wording_version", "language", "is_noted", "at"]


class ConsentIndexView(ReadOnlyIndexView):
    page_title = _("Consent ledger")

    def get_base_queryset(self):
        return Consent.objects.select_related("person", "by")


class ConsentInspectView(ReadOnlyInspectView):
    """One line, with the words that were read."""

    page_title = _("Consent")
    audited_person = "person"

    def get_page_subtitle(self):
        return str(self.object.person)

    def get_context_data(self, **kwargs):
        line = self.object
        return super().get_context_data(**kwargs) | {
            "line": line,
            "words": consents.text_read(line),
            "has_expired": line.pk in double_opt_in.expired_lines([line], at=timezone.now()),
        }


class ConsentViewSet(ReadOnlyViewSet):
    model = Consent
    name = url_namespace = "people_consents"
    url_prefix = "consents"
    icon = "clipboard-list"
    menu_label = _("Consent ledger")
    index_view_class = ConsentIndexView
    inspect_view_class = ConsentInspectView
    inspect_template_name = "people/admin/consent.html"
    filterset_class = ConsentFilterSet
    search_fields = ["person__given_name", "person__family_name", "source"]
    search_backend_name = None
    form_fields = ["source"]  # no form is served; a viewset wants one to be named
    ordering = ["-at", "-pk"]
    list_export = [
        "person.uuid", "purpose", "channel", "decision", "at", "source", "wording_version", "language", "proof", "by",
    ]  # fmt: skip
    export_filename = "consents"
    list_display = [
        TitleColumn("person", label=_("Person"), url_name="people_consents:inspect"),
        Column("get_purpose_display", label=_("Purpose")),
        Column("get_channel_display", label=_("Channel")),
        StatusTagColumn(
            "get_decision_display",
            label=_("Decision"),
            primary=lambda consent: consent.decision == Consent.Decision.GRANTED,
        ),
        Column("source", label=_("Where")),
        Column("wording_version", label=_("Words")),
        DateColumn("at", label=_("Said"), sort_key="at"),
    ]


VIEWSETS = [ConsentViewSet()]
DESK_URLS: list = []
