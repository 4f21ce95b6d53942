"""What sheets are put together from: collections, fields, campuses, teachers and topics, with their choosers."""

from django.forms import modelform_factory
from django.utils import timezone
from django.utils.text import slugify
from django.utils.translation import gettext_lazy as _
from wagtail.admin.forms.models import WagtailAdminModelForm
from wagtail.admin.panels import FieldPanel, FieldRowPanel, MultiFieldPanel, ObjectList
from wagtail.admin.ui.tables import BooleanColumn, Column
from wagtail.admin.views import generic
from wagtail.admin.viewsets.chooser import ChooserViewSet
from wagtail.admin.viewsets.model import ModelViewSet

from programmes.editing import campuses
from programmes.models import Campus, Collection, Field, Teacher, Topic
from programmes.told import versions

NAMES = FieldRowPanel([FieldPanel("name_ca"), FieldPanel("name_es"), FieldPanel("name_en")])


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
    panels = [NAMES, FieldPanel("slug")]


class TopicViewSet(ModelViewSet):
    model = Topic
    icon = "tag"
    menu_label = _("Topics")
    url_prefix = "programmes/topic"
    copy_view_enabled = False
    search_backend_name = None
    search_fields = ["name_ca", "name_es", "name_en"]
    ordering = "slug"
    list_display = ["slug", "name_ca", "name_es", "name_en"]
    panels = [NAMES, FieldPanel("slug")]


class CampusEditView(generic.EditView):
    def save_instance(self):
        campus = super().save_instance()
        # Where one studies is a fact that people were told, so the new name is noted as its next version.
        if concerned := campuses.rewrite_places(campus):
            versions.note(concerned, at=timezone.now(), by=self.request.user)
        return campus


class CampusViewSet(ModelViewSet):
    model = Campus
    edit_view_class = CampusEditView
    icon = "globe"
    menu_label = _("Campuses")
    url_prefix = "programmes/campus"
    copy_view_enabled = False
    search_backend_name = None
    search_fields = ["name", "address"]
    ordering = "name"
    list_display = ["name", "address", BooleanColumn("is_step_free", label=_("Without steps"))]
    panels = [
        FieldPanel("name", help_text=_("Intakes on this campus are called by this name; they follow when it changes.")),
        FieldPanel("address"),
        MultiFieldPanel(
            [FieldPanel("access_ca"), FieldPanel("access_es"), FieldPanel("access_en")], heading=_("How to get there")
        ),
        FieldPanel("is_step_free"),
    ]


class TeacherForm(WagtailAdminModelForm):
    """The address of a teacher's page is made of their name unless somebody writes another."""

    def clean(self):
        cleaned = super().clean() or self.cleaned_data
        if not cleaned.get("slug") and not (self.instance.slug and "slug" not in self.fields):
            cleaned["slug"] = self.instance.slug = self._free_slug(cleaned.get("name", ""))
        return cleaned

    def _free_slug(self, name: str) -> str | None:
        stem = slugify(name)[:110]
        others = Teacher.objects.exclude(pk=self.instance.pk).filter(slug__startswith=stem)
        taken = set(others.values_list("slug", flat=True))
        candidates = [stem, *(f"{stem}-{number}" for number in range(2, len(taken) + 3))]
        return next((slug for slug in candidates if slug and slug not in taken), None)


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
    edit_handler = ObjectList(
        [
            FieldRowPanel(
                [
                    FieldPanel("name"),
                    FieldPanel("slug", help_text=_("The address of their page; made of the name if left empty.")),
                ]
            ),
            FieldPanel("portrait"),
            MultiFieldPanel([FieldPanel("role_ca"), FieldPanel("role_es"), FieldPanel("role_en")], heading=_("Role")),
            MultiFieldPanel(
                [FieldPanel("about_ca"), FieldPanel("about_es"), FieldPanel("about_en")], heading=_("About them")
            ),
            FieldPanel("login"),
        ],
        base_form_class=TeacherForm,
    )


class FieldChooserViewSet(ChooserViewSet):
    model = Field
    icon = "tag"
    choose_one_text = _("Choose a field")
    choose_another_text = _("Choose another field")
    edit_item_text = _("Edit this field")
    creation_tab_label = _("New field")
    form_fields = ["name_ca", "name_es", "name_en", "slug"]


class CampusChooserViewSet(ChooserViewSet):
    model = Campus
    icon = "globe"
    choose_one_text = _("Choose a campus")
    choose_another_text = _("Choose another campus")
    edit_item_text = _("Edit this campus")
    creation_tab_label = _("New campus")
    form_fields = ["name", "address", "is_step_free"]


class TeacherChooserViewSet(ChooserViewSet):
    model = Teacher
    icon = "user"
    choose_one_text = _("Choose a teacher")
    choose_another_text = _("Choose another teacher")
    edit_item_text = _("Edit this teacher")
    creation_tab_label = _("New teacher")
    creation_form_class = modelform_factory(Teacher, form=TeacherForm, fields=["name", "role_ca", "role_es", "role_en"])


class TopicChooserViewSet(ChooserViewSet):
    model = Topic
    icon = "tag"
    choose_one_text = _("Choose a topic")
    choose_another_text = _("Choose another topic")
    edit_item_text = _("Edit this topic")
    creation_tab_label = _("New topic")
    form_fields = ["name_ca", "name_es", "name_en", "slug"]


VIEWSETS = [
    FieldViewSet("field"),
    CampusViewSet("campus"),
    TeacherViewSet("teacher"),
    TopicViewSet("topic"),
    CollectionViewSet("collection"),
]
CHOOSERS = [
    FieldChooserViewSet("field_chooser"),
    CampusChooserViewSet("campus_chooser"),
    TeacherChooserViewSet("teacher_chooser"),
    TopicChooserViewSet("topic_chooser"),
]
