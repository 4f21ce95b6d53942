"""Who is about to be forgotten, and the rules that say so."""

from datetime import timedelta

import django_filters
from django.urls import path, reverse
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from wagtail.admin.filters import DateRangePickerWidget, WagtailFilterSet
from wagtail.admin.ui.tables import Column, DateColumn, StatusTagColumn, TitleColumn
from wagtail.admin.widgets.button import HeaderButton

from people.back_office import ReadOnlyIndexView, ReadOnlyInspectView, ReadOnlyViewSet
from people.models import PlannedErasure
from people.privacy import retention_rules
from people.privacy.retention_rules import PersonRule
from people.views import retention


def person_rules() -> list[tuple[str, str]]:
    return [(rule.code, str(rule.name)) for rule in retention_rules.rules() if isinstance(rule, PersonRule)]


class PlannedErasureFilterSet(WagtailFilterSet):
    code = django_filters.ChoiceFilter(label=_("Rule"), choices=person_rules)
    bites_on = django_filters.DateFromToRangeFilter(label=_("Forgotten on"), widget=DateRangePickerWidget)
    held = django_filters.ChoiceFilter(
        label=_("Held"), choices=[("yes", _("Held")), ("no", _("Not held"))], method="by_hold"
    )

    class Meta:
        model = PlannedErasure
        fields = ["code", "bites_on", "held"]

    def by_hold(self, rows, _name, value):
        held = {"held_until__gte": timezone.localdate()}
        return rows.filter(**held) if value == "yes" else rows.exclude(**held)


class PlannedErasureIndexView(ReadOnlyIndexView):
    page_title = _("About to be forgotten")

    def get_base_queryset(self):
        return self.visible_rows().filter(done_at=None).select_related("person", "held_by")

    @property
    def header_buttons(self):
        return [HeaderButton(gettext("Rules"), url=reverse("people_retention"), icon_name="time")]


class PlannedErasureInspectView(ReadOnlyInspectView):
    page_title = _("About to be forgotten")
    audited_person = "person"

    def get_page_subtitle(self):
        return str(self.object.person)

    def get_context_data(self, **kwargs):
        planned, today = self.object, timezone.localdate()
        standing = next((one for one in retention_rules.in_force() if one.rule.code == planned.code), None)
        may = self.request.user.has_perm(retention.HOLD) and planned.done_at is None
        return super().get_context_data(**kwargs) | {
            "planned": planned,
            "rule": standing.rule if standing else None,
            "kept": standing.rule.kept_words(standing.months) if standing else "",
            "is_held": planned.held_until is not None and planned.held_until >= today,
            "may_hold": may,
            "may_open_person": self.request.user.has_perm("contact_centre.see_person_page"),
            "form": retention.HoldForm(initial={"until": today + timedelta(days=90)}),
        }


def state_of(planned: PlannedErasure) -> str:
    if planned.held_until is not None and planned.held_until >= timezone.localdate():
        return gettext("Held")
    return gettext("Noted")


class RuleColumn(Column):
    """The rule in words; asked for once for a page."""

    def get_value(self, planned):
        return retention_rules.names().get(planned.code, planned.code)


class DayColumn(Column):
    """A date, which has no hour."""

    def get_value(self, planned):
        day = super().get_value(planned)
        return retention.shown_day(day) if day else ""


class PlannedErasureViewSet(ReadOnlyViewSet):
    model = PlannedErasure
    name = url_namespace = "people_planned_erasures"
    url_prefix = "retention/planned"
    icon = "bin"
    menu_label = _("About to be forgotten")
    index_view_class = PlannedErasureIndexView
    inspect_view_class = PlannedErasureInspectView
    inspect_template_name = "people/admin/planned_erasure.html"
    filterset_class = PlannedErasureFilterSet
    search_fields = ["person__given_name", "person__family_name", "person__identities__value"]
    search_backend_name = None
    form_fields = ["held_why"]  # no form is served; a viewset wants one to be named
    ordering = ["bites_on", "pk"]
    list_export = ["person.uuid", "person.name", "code", "noted_at", "bites_on", "held_until", "held_why"]
    export_filename = "about-to-be-forgotten"
    list_display = [
        TitleColumn("person", label=_("Person"), url_name="people_planned_erasures:inspect"),
        DayColumn("bites_on", label=_("Forgotten on"), sort_key="bites_on"),
        RuleColumn("code", label=_("Rule")),
        StatusTagColumn(
            "state", label=_("State"), accessor=state_of, primary=lambda one: state_of(one) != gettext("Held")
        ),
        DateColumn("noted_at", label=_("Noted"), sort_key="noted_at"),
        DayColumn("held_until", label=_("Held until")),
    ]


VIEWSETS = [PlannedErasureViewSet()]
DESK_URLS = [
    path("retention/", retention.RulesView.as_view(), name="people_retention"),
    path("retention/rules/<slug:code>/", retention.PeriodView.as_view(), name="people_retention_period"),
    path("retention/planned/<int:pk>/hold/", retention.hold, name="people_hold_erasure"),
    path("retention/planned/<int:pk>/release/", retention.release, name="people_release_erasure"),
]
