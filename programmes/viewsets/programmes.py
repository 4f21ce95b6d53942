"""Programmes: the list, the editor of their facts and intakes, and their chooser."""

from django.utils.translation import gettext_lazy as _
from wagtail.admin.filters import WagtailFilterSet
from wagtail.admin.ui.tables import BooleanColumn, Column
from wagtail.admin.views import generic
from wagtail.admin.viewsets.chooser import ChooserViewSet
from wagtail.admin.viewsets.model import ModelViewSet

from programmes.models import Programme


class ProgrammeFilterSet(WagtailFilterSet):
    class Meta:
        model = Programme
        fields = ["collection", "field", "level", "modality", "is_open"]


class ProgrammeIndexView(generic.IndexView):
    def get_base_queryset(self):
        return super().get_base_queryset().select_related("collection", "field")


class ProgrammeViewSet(ModelViewSet):
    model = Programme
    index_view_class = ProgrammeIndexView
    icon = "doc-full"
    menu_label = _("All programmes")
    url_prefix = "programmes/programme"
    add_to_settings_menu = False
    copy_view_enabled = False
    inspect_view_enabled = True
    inspect_view_fields_exclude = ["id", "uuid", "field"]  # Wagtail takes get_field_display_value for its own
    filterset_class = ProgrammeFilterSet
    search_backend_name = None
    search_fields = ["title", "code"]
    ordering = "title"
    list_per_page = 30
    list_display = [
        "title",
        Column("collection", label=_("Collection"), sort_key="collection__name"),
        Column("field", label=_("Field")),
        Column("get_level_display", label=_("Level"), sort_key="level"),
        BooleanColumn("is_open", label=_("On offer"), sort_key="is_open"),
    ]
    list_export = ["code", "title", "collection", "field", "level", "modality", "taught_in", "is_open"]


class ProgrammeChooserViewSet(ChooserViewSet):
    model = Programme
    icon = "doc-full"
    choose_one_text = _("Choose a programme")
    choose_another_text = _("Choose another programme")
    edit_item_text = _("Edit this programme")


VIEWSETS = [ProgrammeViewSet("programme")]
CHOOSERS = [ProgrammeChooserViewSet("programme_chooser")]
