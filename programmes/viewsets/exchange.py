"""The catalogue in and out: the steps of an import, and the export."""

from django.urls import path, reverse_lazy
from django.utils.translation import gettext_lazy as _

from people.back_office import PermittedMenuItem
from programmes.views import catalogue_files

VIEWSETS: list = []
DESK_URLS = [
    path("programmes/import/", catalogue_files.choose, name="programmes_import_choose"),
    path("programmes/import/<uuid:uuid>/", catalogue_files.show, name="programmes_import"),
    path("programmes/import/<uuid:uuid>/columns/", catalogue_files.columns, name="programmes_import_columns"),
    path("programmes/import/<uuid:uuid>/progress/", catalogue_files.progress, name="programmes_import_progress"),
    path("programmes/import/<uuid:uuid>/start/", catalogue_files.start, name="programmes_import_start"),
    path("programmes/import/<uuid:uuid>/cancel/", catalogue_files.cancel, name="programmes_import_cancel"),
    path("programmes/import/<uuid:uuid>/undo/", catalogue_files.undo, name="programmes_import_undo"),
    path("programmes/export/", catalogue_files.export, name="programmes_export"),
]
REPORTS = [
    PermittedMenuItem(
        _("Import and export the catalogue"),
        reverse_lazy("programmes_import_choose"),
        name="programmes-import",
        icon_name="upload",
        order=8,
        permissions=(catalogue_files.MAY,),
    )
]
