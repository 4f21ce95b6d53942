"""What advisers say: the technical sheets, and the arguments on them."""

from django.urls import path
from django.utils.translation import gettext_lazy as _
from wagtail.admin.filters import WagtailFilterSet
from wagtail.admin.ui.tables import Column
from wagtail.admin.views import generic
from wagtail.admin.viewsets.model import ModelViewSet

from people.back_office import PermittedViewSet
from programmes.models import LANGUAGES, Argument
from programmes.selling import argument_sheet
from programmes.views.argument_sheets import SheetView, ShelfView


class SheetsViewSet(PermittedViewSet):
    """The technical sheets: a list to find one, and one for each programme."""

    name = "programmes_sheet"
    icon = "openquote"
    menu_label = _("Adviser’s sheets")
    menu_name = "programmes-sheets"
    url_prefix = "programmes/sheet"
    permissions = (argument_sheet.SEE,)

    def get_urlpatterns(self):
        return [
            path("", ShelfView.as_view(), name="index"),
            path("<uuid:uuid>/", SheetView.as_view(), name="sheet"),
        ]


class ArgumentFilterSet(WagtailFilterSet):
    class Meta:
        model = Argument
        fields = ["programme", "kind", "is_retired"]


class ArgumentIndexView(generic.IndexView):
    def get_base_queryset(self):
        return super().get_base_queryset().select_related("programme")


def _languages_of(argument: Argument) -> str:
    """The languages it is written in: CA ES EN."""
    return " ".join(code.upper() for code in LANGUAGES if getattr(argument, f"text_{code}"))


def _programme_of(argument: Argument) -> str:
    return argument.programme.title if argument.programme else str(_("All programmes"))


def _state_of(argument: Argument) -> str:
    return str(_("no longer used") if argument.is_retired else _("in use"))


class ArgumentViewSet(ModelViewSet):
    """Arguments and objections, as those who write them keep them."""

    model = Argument
    icon = "openquote"
    menu_label = _("Arguments")
    url_prefix = "programmes/argument"
    index_view_class = ArgumentIndexView
    inspect_view_enabled = True
    inspect_view_fields = [
        *("programme", "kind", "text_ca", "answer_ca", "text_es", "answer_es", "text_en", "answer_en", "is_retired")
    ]
    filterset_class = ArgumentFilterSet
    search_backend_name = None
    search_fields = ["text_ca", "text_es", "text_en", "answer_ca", "answer_es", "answer_en"]
    ordering = ["programme__title", "kind", "place"]
    list_per_page = 50
    list_display = [
        "__str__",
        Column("programme", label=_("Programme"), accessor=_programme_of, sort_key="programme__title"),
        Column("get_kind_display", label=_("Kind"), sort_key="kind"),
        Column("languages", label=_("Languages"), accessor=_languages_of),
        Column("is_retired", label=_("State"), accessor=_state_of, sort_key="is_retired"),
    ]
    list_export = [
        *("programme", "kind", "text_ca", "answer_ca", "text_es", "answer_es", "text_en", "answer_en", "place"),
        "is_retired",
    ]


VIEWSETS = [SheetsViewSet(), ArgumentViewSet("argument")]
