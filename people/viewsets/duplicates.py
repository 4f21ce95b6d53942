"""Persons who may be one, the likeliest first, both side by side."""

import django_filters
from django.db.models import Prefetch
from django.urls import path, reverse
from django.utils.translation import gettext_lazy as _
from wagtail.admin.filters import WagtailFilterSet
from wagtail.admin.ui.tables import Column

from people.back_office import ReadOnlyIndexView, ReadOnlyViewSet
from people.identity import likeness
from people.models import DuplicatePair, Identity
from people.views import duplicates as acts

State = DuplicatePair.State
ADDRESSES_SHOWN = 4


class PairFilterSet(WagtailFilterSet):
    # Empty is what is to decide: that is what one comes here for.
    state = django_filters.ChoiceFilter(
        label=_("State"),
        choices=[(state.value, state.label) for state in (State.DIFFERENT, State.MERGED)],
        empty_label=State.OPEN.label,
    )
    reason = django_filters.ChoiceFilter(
        label=_("Reason"),
        choices=[(code, sentence) for code, sentence in likeness.SENTENCES.items() if code not in likeness.WEAK],
        method="with_reason",
    )

    class Meta:
        model = DuplicatePair
        fields = ["state", "reason"]

    def with_reason(self, pairs, _name, code):
        return pairs.filter(reasons__contains=[code])

    def filter_queryset(self, queryset):
        pairs = super().filter_queryset(queryset)
        return pairs if self.form.cleaned_data.get("state") else pairs.filter(state=State.OPEN)


class PairIndexView(ReadOnlyIndexView):
    page_title = _("Possible duplicates")
    also_for = (acts.MERGE,)
    results_template_name = "people/admin/duplicates.html"

    def get_base_queryset(self):
        own = Identity.objects.order_by("kind", "created_at", "pk")
        both = [Prefetch(f"{side}__identities", own) for side in ("one", "other")]
        ways = [f"{side}__shared_addresses__identity" for side in ("one", "other")]
        pairs = DuplicatePair.objects.filter(one__erased_at=None, other__erased_at=None)
        return pairs.select_related("one", "other", "decided_by").prefetch_related(*both, *ways)

    def get_context_data(self, **kwargs):
        context = super().get_context_data(**kwargs)
        may_merge = self.request.user.has_perm(acts.MERGE)
        rows = [_row(pair) for pair in context["object_list"]]
        return context | {
            "rows": rows,
            "may_merge": may_merge,
            "has_open": may_merge and any(row["is_open"] for row in rows),
            "merge_url": reverse("people_merge"),
            "merge_many_url": reverse("people_merge_bulk"),
            "here": self.request.get_full_path(),
        }


class PairViewSet(ReadOnlyViewSet):
    model = DuplicatePair
    name = url_namespace = "people_duplicates"
    url_prefix = "duplicates"
    icon = "copy"
    menu_label = _("Possible duplicates")
    index_view_class = PairIndexView
    inspect_view_enabled = False
    filterset_class = PairFilterSet
    search_fields = ["one__given_name", "one__family_name", "other__given_name", "other__family_name"]
    search_backend_name = None
    form_fields = ["state"]  # no form is served; a viewset wants one to be named
    ordering = ["-probability", "-pk"]
    list_per_page = 20
    list_export = ["one.uuid", "other.uuid", "probability", "reasons", "state", "found_at"]
    export_filename = "possible-duplicates"
    list_display = [
        Column("one", label=_("One"), accessor=lambda pair: pair.one),
        Column("other", label=_("The other"), accessor=lambda pair: pair.other),
        Column("probability", label=_("Probability"), sort_key="probability"),
    ]

    def get_urlpatterns(self):
        return [pattern for pattern in super().get_urlpatterns() if pattern.name != "inspect"]


def _row(pair: DuplicatePair) -> dict:
    return {
        "pair": pair,
        "percent": round(100 * pair.probability),
        "is_open": pair.state == State.OPEN,
        "is_apart": pair.state == State.DIFFERENT,
        "reasons": [(likeness.SENTENCES.get(code, code), code in likeness.AGAINST) for code in pair.reasons],
        "both": [_side(person) for person in (pair.one, pair.other)],
    }


def _side(person) -> dict:
    own = list(person.identities.all())
    return {
        "person": person,
        "own": own[:ADDRESSES_SHOWN],
        "more": max(len(own) - ADDRESSES_SHOWN, 0),
        "shared": [share.identity for share in person.shared_addresses.all()][:ADDRESSES_SHOWN],
    }


VIEWSETS = [PairViewSet()]
DESK_URLS = [
    path("duplicates/apart/", acts.keep_apart, name="people_duplicates_apart"),
    path("duplicates/reopen/", acts.reopen, name="people_duplicates_reopen"),
]
