"""The consent ledger, to read."""

import django_filters
from django.utils.translation import gettext_lazy as _
from wagtail.admin.filters import DateRangePickerWidget, WagtailFilterSet
from wagtail.admin.ui.tables import Column, DateColumn, StatusTagColumn, TitleColumn

from people.back_office import ReadOnlyIndexView, ReadOnlyViewSet
from people.models import Channel, Consent, Purpose


class ConsentFilterSet(WagtailFilterSet):
    purpose = django_filters.ChoiceFilter(label=_("Purpose"), choices=Purpose.choices)
    channel = django_filters.ChoiceFilter(label=_("Channel"), choices=Channel.choices)
    decision = django_filters.ChoiceFilter(label=_("Decision"), choices=Consent.Decision.choices)
    at = django_filters.DateFromToRangeFilter(label=_("Said"), widget=DateRangePickerWidget)

    class Meta:
        model = Consent
        fields = ["purpose", "channel", "decision", "at"]


class ConsentIndexView(ReadOnlyIndexView):
    page_title = _("Consent ledger")

    def get_base_queryset(self):
        return Consent.objects.select_related("person", "by")


class ConsentViewSet(ReadOnlyViewSet):
    model = Consent
    name = url_namespace = "people_consents"
    url_prefix = "consents"
    icon = "clipboard-list"
    menu_label = _("Consent ledger")
    index_view_class = ConsentIndexView
    inspect_view_fields = [
        "person", "purpose", "channel", "decision", "at", "source", "wording_version", "language", "proof", "by",
    ]  # fmt: skip
    filterset_class = ConsentFilterSet
    search_fields = ["person__given_name", "person__family_name", "source"]
    search_backend_name = None
    form_fields = ["source"]  # no form is served; a viewset wants one to be named
    ordering = ["-at", "-pk"]
    list_export = ["person.uuid", "purpose", "channel", "decision", "at", "source", "wording_version", "language"]
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
        DateColumn("at", label=_("Said"), sort_key="at"),
    ]


VIEWSETS = [ConsentViewSet()]
DESK_URLS: list = []
