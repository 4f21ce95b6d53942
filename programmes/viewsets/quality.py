"""What is checked of sheets: the report on completeness and the report on languages."""

from django.urls import path, reverse_lazy
from django.utils.translation import gettext_lazy as _

from people.back_office import PermittedMenuItem
from programmes.views import completeness, parity

VIEWSETS: list = []
WRITERS = (completeness.MAY, completeness.SUBMIT)
DESK_URLS = [
    path("programmes/completeness/", completeness.CompletenessView.as_view(), name="programmes_completeness"),
    path("programmes/languages/", parity.ParityView.as_view(), name="programmes_parity"),
    path("programmes/languages/<int:pk>/right/", parity.find_right, name="programmes_find_right"),
]
REPORTS = [
    PermittedMenuItem(
        _("Completeness of sheets"),
        reverse_lazy("programmes_completeness"),
        name="programmes-completeness",
        icon_name="tasks",
        order=120,
        permissions=WRITERS,
    ),
    PermittedMenuItem(
        _("Languages"),
        reverse_lazy("programmes_parity"),
        name="programmes-languages",
        icon_name="globe",
        order=121,
        permissions=WRITERS,
    ),
]
