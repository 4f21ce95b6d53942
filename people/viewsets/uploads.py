"""Addresses of the import of people, step by step."""

from django.urls import path

from people.views import imports

VIEWSETS: list = []
DESK_URLS = [
    path("people/import/", imports.choose, name="people_import_choose"),
    path("people/import/<uuid:uuid>/", imports.show, name="people_import"),
    path("people/import/<uuid:uuid>/columns/", imports.columns, name="people_import_columns"),
    path("people/import/<uuid:uuid>/progress/", imports.progress, name="people_import_progress"),
    path("people/import/<uuid:uuid>/decide/", imports.decide, name="people_import_decide"),
    path("people/import/<uuid:uuid>/cancel/", imports.cancel, name="people_import_cancel"),
    path("people/import/<uuid:uuid>/undo/", imports.undo, name="people_import_undo"),
    path("people/import/<uuid:uuid>/rejected.csv", imports.rejected_rows, name="people_import_rejected"),
]
