"""Addresses that must not be used, and how many people can be contacted."""

import django_filters
from django.urls import path, reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from wagtail.admin.filters import DateRangePickerWidget, WagtailFilterSet
from wagtail.admin.ui.tables import Column, DateColumn, TitleColumn
from wagtail.admin.widgets.button import HeaderButton

from people.back_office import ReadOnlyIndexView, ReadOnlyInspectView, ReadOnlyViewSet
from people.models import Identity, Suppression
from people.views import consents

MAY = ("people.import_suppression",)


class SuppressionFilterSet(WagtailFilterSet):
    kind = django_filters.ChoiceFilter(label=_("Kind"), choices=Identity.Kind.choices)
    list_name = django_filters.CharFilter(label=_("List"), lookup_expr="icontains")
    at = django_filters.DateFromToRangeFilter(label=_("Since"), widget=DateRangePickerWidget)

    class Meta:
        model = Suppression
        fields = ["kind", "list_name", "at"]


class SuppressionIndexView(ReadOnlyIndexView):
    page_title = _("Addresses not to use")
    also_for = MAY

    def get_base_queryset(self):
        return Suppression.objects.select_related("by")

    @property
    def header_buttons(self):
        return [
            HeaderButton(gettext("Bar an address"), url=reverse("people_suppress"), icon_name="plus"),
            HeaderButton(gettext("Take in a list"), url=reverse("people_import_exclusions"), icon_name="upload"),
        ]


class SuppressionInspectView(ReadOnlyInspectView):
    page_title = _("Address not to use")
    also_for = MAY

    def get_page_subtitle(self):
        return self.object.value

    def get_context_data(self, **kwargs):
        row = self.object
        may = self.request.user.has_perm(MAY[0]) and not row.list_name
        return super().get_context_data(**kwargs) | {
            "suppression": row,
            "release_url": reverse("people_release", args=[row.pk]) if may else "",
        }


class SuppressionViewSet(ReadOnlyViewSet):
    model = Suppression
    name = url_namespace = "people_suppressions"
    url_prefix = "suppressions"
    icon = "no-view"
    menu_label = _("Addresses not to use")
    index_view_class = SuppressionIndexView
    inspect_view_class = SuppressionInspectView
    inspect_template_name = "people/admin/suppression.html"
    filterset_class = SuppressionFilterSet
    search_fields = ["value", "why", "list_name"]
    search_backend_name = None
    form_fields = ["why"]  # no form is served; a viewset wants one to be named
    ordering = ["-at", "-pk"]
    list_export = ["kind", "value", "why", "list_name", "at"]
    export_filename = "suppressions"
    list_display = [
        TitleColumn("value", label=_("Address or number"), url_name="people_suppressions:inspect"),
        Column("get_kind_display", label=_("Kind"), accessor=lambda row: row.get_kind_display()),
        Column("why", label=_("Why")),
        Column("list_name", label=_("List"), accessor=lambda row: row.list_name or gettext("Our own")),
        DateColumn("at", label=_("Since, or last checked"), sort_key="at"),
    ]


VIEWSETS = [SuppressionViewSet()]
DESK_URLS = [
    path("suppressions/new/", consents.suppress, name="people_suppress"),
    path("suppressions/<int:pk>/release/", consents.release, name="people_release"),
    path("suppressions/import/", consents.import_list, name="people_import_exclusions"),
    path("contactable/", consents.count_contactable, name="people_contactable"),
    path("contactable/contactable.csv", consents.contactable_csv, name="people_contactable_csv"),
    path("consents/note/<uuid:uuid>/", consents.note_consent, name="people_note_consent"),
]
