"""Merges that were made, and undoing them."""

import django_filters
from django.urls import path, reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from wagtail.admin.filters import WagtailFilterSet
from wagtail.admin.ui.tables import Column, DateColumn, NumberColumn, StatusTagColumn, TitleColumn

from people.back_office import ReadOnlyIndexView, ReadOnlyInspectView, ReadOnlyViewSet
from people.identity import merge_preview, merge_returns
from people.models import Merge
from people.views import merging as acts


class MergeFilterSet(WagtailFilterSet):
    standing = django_filters.BooleanFilter(label=_("Still one"), field_name="undone_at", lookup_expr="isnull")

    class Meta:
        model = Merge
        fields = ["source", "standing"]


class MergeIndexView(ReadOnlyIndexView):
    page_title = _("Merges")
    also_for = (acts.MERGE,)

    def get_base_queryset(self):
        return self.visible_rows().select_related("survivor", "absorbed", "by")


class MergeInspectView(ReadOnlyInspectView):
    """What one merge moved and what stayed behind, with the button that undoes it."""

    page_title = _("Merge")
    also_for = (acts.MERGE,)

    def get_page_subtitle(self):
        return f"{self.object.absorbed} → {self.object.survivor}"

    def get_context_data(self, **kwargs):
        made = self.object
        may_undo = self.request.user.has_perm(acts.MERGE) and made.undone_at is None
        return super().get_context_data(**kwargs) | {
            "merge": made,
            "is_erased": bool(made.survivor.erased_at or made.absorbed.erased_at),
            "moves": merge_preview.counts(merge_returns.moved(made)),
            "stays": merge_preview.counts(made.stayed),
            "undo_url": reverse("people_undo_merge", args=[made.pk]) if may_undo else "",
        }


class MergeViewSet(ReadOnlyViewSet):
    model = Merge
    name = url_namespace = "people_merges"
    url_prefix = "merges"
    icon = "copy"
    menu_label = _("Merges")
    index_view_class = MergeIndexView
    inspect_view_class = MergeInspectView
    inspect_template_name = "people/admin/merged.html"
    filterset_class = MergeFilterSet
    search_fields = [f"{side}__{name}" for side in ("survivor", "absorbed") for name in ("given_name", "family_name")]
    search_backend_name = None
    form_fields = ["source"]  # no form is served; a viewset wants one to be named
    ordering = ["-at", "-pk"]
    list_display = [
        TitleColumn(
            "absorbed",
            label=_("Became part of another"),
            accessor=lambda made: made.absorbed,
            url_name="people_merges:inspect",
        ),
        Column("survivor", label=_("Speaks for both"), accessor=lambda made: made.survivor),
        StatusTagColumn(
            "state",
            label=_("State"),
            accessor=lambda made: gettext("Undone") if made.undone_at else gettext("One person"),
            primary=lambda made: not made.undone_at,
        ),
        NumberColumn("stayed", label=_("Stayed behind"), accessor=lambda made: sum(made.stayed.values())),
        Column("by", label=_("By"), accessor=lambda made: made.by or gettext("The system")),
        DateColumn("at", label=_("Merged"), sort_key="at"),
    ]


VIEWSETS = [MergeViewSet()]
DESK_URLS = [
    path("people/merge/", acts.merge, name="people_merge"),
    path("people/merge/pairs/", acts.merge_many, name="people_merge_bulk"),
    path("merges/<int:pk>/undo/", acts.undo_merge, name="people_undo_merge"),
]
