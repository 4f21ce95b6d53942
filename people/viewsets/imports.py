"""Files taken in, and putting them back."""

from django.urls import path, reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from wagtail.admin.ui.tables import Column, DateColumn, NumberColumn, StatusTagColumn, TitleColumn

from people.back_office import ReadOnlyInspectView, ReadOnlyViewSet
from people.models import ImportRun
from people.views import desk

REJECTED_SHOWN = 500


class ImportInspectView(ReadOnlyInspectView):
    page_title = _("Import")

    def get_page_subtitle(self):
        return self.object.file_name

    def get_context_data(self, **kwargs):
        run = self.object
        may_undo = self.request.user.has_perm("people.undo_import") and run.finished_at and not run.undone_at
        return super().get_context_data(**kwargs) | {
            "run": run,
            "rejected": run.rejected[:REJECTED_SHOWN],
            "rejected_count": len(run.rejected),
            "undo_url": reverse("people_undo_import", args=[run.pk]) if may_undo else "",
        }


class ImportViewSet(ReadOnlyViewSet):
    model = ImportRun
    name = url_namespace = "people_imports"
    url_prefix = "imports"
    icon = "upload"
    menu_label = _("Imports")
    inspect_view_class = ImportInspectView
    inspect_template_name = "people/admin/import.html"
    form_fields = ["file_name"]  # no form is served; a viewset wants one to be named
    ordering = ["-started_at", "-pk"]
    list_filter = ["kind"]
    list_display = [
        TitleColumn("file_name", label=_("File"), url_name="people_imports:inspect"),
        Column("kind", label=_("Kind"), sort_key="kind"),
        NumberColumn("created", label=_("Created"), sort_key="created"),
        NumberColumn("updated", label=_("Updated"), sort_key="updated"),
        NumberColumn("unchanged", label=_("Unchanged"), sort_key="unchanged"),
        NumberColumn("rejected", label=_("Rejected"), accessor=lambda run: len(run.rejected)),
        StatusTagColumn("state", label=_("State"), accessor=lambda run: import_state(run), primary=True),
        DateColumn("started_at", label=_("Started"), sort_key="started_at"),
    ]


def import_state(run):
    if run.undone_at:
        return gettext("Undone")
    return gettext("Finished") if run.finished_at else gettext("Under way")


VIEWSETS = [ImportViewSet()]
DESK_URLS = [
    path("imports/<int:pk>/undo/", desk.undo_import, name="people_undo_import"),
]
