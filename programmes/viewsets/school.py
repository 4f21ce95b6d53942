"""What sheets are put together from: collections, fields and teachers."""

from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel
from wagtail.admin.ui.tables import BooleanColumn, Column
from wagtail.admin.viewsets.model import ModelViewSet

from programmes.models import Collection, Field, Teacher


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


VIEWSETS = [CollectionViewSet("collection"), FieldViewSet("field"), TeacherViewSet("teacher")]
