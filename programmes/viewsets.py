"""Programmes in the back office: facts and intakes, collections, fields, teachers. The texts are pages."""

from django.utils.translation import gettext_lazy as _
from wagtail.admin.filters import WagtailFilterSet
from wagtail.admin.panels import FieldPanel
from wagtail.admin.ui.tables import BooleanColumn, Column
from wagtail.admin.views import generic
from wagtail.admin.viewsets.chooser import ChooserViewSet
from wagtail.admin.viewsets.model import ModelViewSet, ModelViewSetGroup

from programmes.models import Collection, Field, Programme, Teacher


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


class CollectionViewSet(ModelViewSet):
    model = Collection
    icon = "folder"
    menu_label = _("Collections")
    url_prefix = "programmes/collection"
    copy_view_enabled = False
    search_backend_name = None
    search_fields = ["name", "source"]
    ordering = "name"
    list_display = ["name", "slug", "source", BooleanColumn("is_own", label=_("The school's own"))]


class FieldViewSet(ModelViewSet):
    model = Field
    icon = "tag"
    menu_label = _("Fields")
    url_prefix = "programmes/field"
    copy_view_enabled = False
    search_backend_name = None
    search_fields = ["name_ca", "name_es", "name_en"]
    ordering = "slug"
    list_display = ["slug", "name_ca", "name_es", "name_en"]


class TeacherViewSet(ModelViewSet):
    model = Teacher
    icon = "user"
    menu_label = _("Teachers")
    url_prefix = "programmes/teacher"
    copy_view_enabled = False
    search_backend_name = None
    search_fields = ["name"]
    ordering = "name"
    list_display = ["name", Column("role", label=_("Role")), Column("login", label=_("Login"))]
    panels = [
        FieldPanel("name"),
        FieldPanel("role_ca"),
        FieldPanel("role_es"),
        FieldPanel("role_en"),
        FieldPanel("login"),
    ]


class ProgrammesGroup(ModelViewSetGroup):
    menu_label = _("Programmes")
    menu_name = "programmes"  # not the label in whatever language came first
    menu_icon = "doc-full"
    menu_order = 90
    items = (
        ProgrammeViewSet("programme"),
        CollectionViewSet("collection"),
        FieldViewSet("field"),
        TeacherViewSet("teacher"),
    )


class ProgrammeChooserViewSet(ChooserViewSet):
    model = Programme
    icon = "doc-full"
    choose_one_text = _("Choose a programme")
    choose_another_text = _("Choose another programme")
    edit_item_text = _("Edit this programme")
