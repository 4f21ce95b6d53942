"""Programmes: the list, the editor of their facts and intakes, and their chooser."""

from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from wagtail.admin.filters import WagtailFilterSet
from wagtail.admin.panels import FieldPanel, FieldRowPanel, InlinePanel, MultiFieldPanel, ObjectList
from wagtail.admin.ui.tables import BooleanColumn, Column
from wagtail.admin.views import generic
from wagtail.admin.viewsets.chooser import ChooserViewSet
from wagtail.admin.viewsets.model import ModelViewSet

from programmes.editing import completeness
from programmes.editing.panels import SheetsPanel
from programmes.forms import IntakeForm, IntakeFormSet, ProgrammeForm
from programmes.models import Programme, ProgrammePage
from programmes.views.told import ProgrammeCreateView, ProgrammeEditView


class IntakesPanel(InlinePanel):
    """The intakes of a programme, with amounts in units and refusals in words."""

    def get_form_options(self):
        options = super().get_form_options()
        options["formsets"][self.relation_name] |= {"form": IntakeForm, "formset": IntakeFormSet}
        return options


INTAKE_PANELS = [
    FieldRowPanel([FieldPanel("code"), FieldPanel("seats")]),
    FieldRowPanel([FieldPanel("starts_on"), FieldPanel("ends_on"), FieldPanel("apply_by")]),
    FieldRowPanel([FieldPanel("price_minor"), FieldPanel("currency")]),
    FieldRowPanel([FieldPanel("early_price_minor"), FieldPanel("early_until")]),
    FieldRowPanel([FieldPanel("late_price_minor"), FieldPanel("late_from")]),
    FieldPanel("venue"),
    FieldRowPanel(
        [
            FieldPanel("campus", help_text=_("The campus fills this in; write other places here.")),
            FieldPanel("timetable"),
        ]
    ),
    FieldPanel("is_open"),
]
EDITOR = ObjectList(
    [
        MultiFieldPanel(
            [
                FieldPanel("title", help_text=_("As staff call it. Each sheet has a title of its own.")),
                FieldRowPanel([FieldPanel("code"), FieldPanel("collection")]),
                FieldPanel("is_open"),
            ],
            heading=_("Programme"),
        ),
        MultiFieldPanel(
            [
                FieldPanel("field"),
                FieldRowPanel([FieldPanel("level"), FieldPanel("eqf_level")]),
                FieldRowPanel([FieldPanel("credits"), FieldPanel("accredited_by")]),
            ],
            heading=_("What one gets"),
        ),
        MultiFieldPanel(
            [
                FieldRowPanel([FieldPanel("modality"), FieldPanel("taught_in")]),
                FieldRowPanel([FieldPanel("length_weeks"), FieldPanel("length_text")]),
                FieldRowPanel([FieldPanel("weekly_hours"), FieldPanel("total_hours")]),
            ],
            heading=_("How it is taught"),
        ),
        SheetsPanel(heading=_("Sheets")),
        IntakesPanel("intakes", heading=_("Intakes"), label=_("Intake"), panels=INTAKE_PANELS),
    ],
    base_form_class=ProgrammeForm,
)


class ProgrammeFilterSet(WagtailFilterSet):
    class Meta:
        model = Programme
        fields = ["collection", "field", "level", "modality", "is_open"]


class ProgrammeIndexView(generic.IndexView):
    def get_base_queryset(self):
        return super().get_base_queryset().select_related("collection", "field")

    def get_context_data(self, *args, **kwargs):
        context = super().get_context_data(*args, **kwargs)
        shown = list(context["object_list"])
        pages = ProgrammePage.objects.filter(programme__in=shown, locale__language_code=settings.LANGUAGE_CODE)
        scored = completeness.scores(pages.select_related("programme", "image"), on=timezone.localdate())
        percents = {score.page.programme_id: score.percent for score in scored}
        for programme in shown:
            programme.completeness = percents.get(programme.pk)
        return context


def _completeness_of(programme: Programme) -> str:
    percent = getattr(programme, "completeness", None)
    return "—" if percent is None else f"{percent} %"


class ProgrammeViewSet(ModelViewSet):
    model = Programme
    index_view_class = ProgrammeIndexView
    add_view_class = ProgrammeCreateView
    edit_view_class = ProgrammeEditView
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
    edit_handler = EDITOR
    ordering = "title"
    list_per_page = 30
    list_display = [
        "title",
        Column("collection", label=_("Collection"), sort_key="collection__name"),
        Column("field", label=_("Field")),
        Column("get_level_display", label=_("Level"), sort_key="level"),
        Column("completeness", label=_("Complete"), accessor=_completeness_of),
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
