"""Forms in the back office: the list with what came of each, the editor with its preview, and the report."""

from datetime import timedelta

from django.db.models import IntegerField, OuterRef, Subquery, Sum
from django.db.models.functions import Coalesce
from django.urls import path, reverse
from django.utils import timezone
from django.utils.formats import number_format
from django.utils.functional import cached_property
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from wagtail.admin.filters import WagtailFilterSet
from wagtail.admin.panels import (
    FieldPanel,
    FieldRowPanel,
    InlinePanel,
    MultiFieldPanel,
    ObjectList,
    Panel,
    TabbedInterface,
)
from wagtail.admin.ui.tables import Column, NumberColumn, StatusTagColumn, TitleColumn
from wagtail.admin.views import generic
from wagtail.admin.viewsets.model import ModelViewSet
from wagtail.admin.widgets.button import Button

from enquiries.asking import drawing, reports
from enquiries.models import Form, FormCount, Submission
from enquiries.views import form_desk
from enquiries.views.asking_forms import FormEditor, JsonChoices, KeyWidget, LinesWidget, WordsWidget


class FormFilterSet(WagtailFilterSet):
    class Meta:
        model = Form
        fields = ["kind", "is_live", "campaign"]


def percent(value: float) -> str:
    return f"{number_format(value, 1)} %"


def completed(form: Form) -> str:
    return percent(reports.share_of(form.enquiries_made, form.times_shown).percent) if form.times_shown else "–"


class FormIndexView(generic.IndexView):
    def get_base_queryset(self):
        since = timezone.localdate() - timedelta(days=30)
        shown = FormCount.objects.filter(form=OuterRef("pk"), on__gte=since).order_by().values("form")
        made = Submission.objects.filter(form=OuterRef("pk"), outcome=Submission.Outcome.ENQUIRY, at__date__gte=since)
        return Form.objects.select_related("campaign").annotate(
            times_shown=Coalesce(Subquery(shown.annotate(n=Sum("shown")).values("n")), 0),
            enquiries_made=Coalesce(Subquery(form_desk.counted(made), output_field=IntegerField()), 0),
        )

    @cached_property
    def header_more_buttons(self):
        days, pages = reverse("enquiries_forms_days"), reverse("enquiries_landing_pages")
        more = [
            Button(gettext("What was sent, day by day"), url=days, icon_name="table", priority=110),
            Button(gettext("Landing pages"), url=pages, icon_name="doc-full", priority=120),
        ]
        return [*super().header_more_buttons, *more]


class Stamped:
    """Who changed a form, and when; an edit form carries neither."""

    def save_instance(self):
        form, at = self.form.instance, timezone.now()
        form.made_at = form.made_at or at
        form.changed_at, form.by = at, self.request.user
        return super().save_instance()


class FormCreateView(Stamped, generic.CreateView):
    pass


class FormEditView(Stamped, generic.EditView):
    pass


class FormInspectView(generic.InspectView):
    page_title = _("Form")

    def get_page_subtitle(self):
        return self.object.name

    def get_context_data(self, **kwargs):
        form, today = self.object, timezone.localdate()
        first, last = form_desk.period(self.request.GET, today=today)
        report = reports.of_form(form, first=first, last=last)
        most = max((line.filled + line.refused + line.left for line in report.fields), default=0)
        suggested = None
        if drawing.of_form(form) and not form.planned_sample:
            suggested = reports.sample_for(form, at=timezone.now())
        return super().get_context_data(**kwargs) | {
            "asked": form,
            "report": report,
            "most": most,
            "first": first,
            "last": last,
            "suggested": suggested,
            "completed": percent(report.completed.percent) if report.shown else "–",
            "begun_share": percent(100 * report.begun / report.shown) if report.shown else "–",
            "variants": [(line, percent(line.completed.percent), *line.completed.interval) for line in report.variants],
            "has_guide": form.kind == Form.Kind.DOWNLOAD,
            "may_change": self.request.user.has_perm("enquiries.change_form"),
            "public_url": reverse("enquiries:form", args=[form.slug]),
        }


class PreviewPanel(Panel):
    """The form as visitors will see it, made anew with every change."""

    class BoundPanel(Panel.BoundPanel):
        template_name = "enquiries/admin/form_preview_panel.html"

        def get_context_data(self, parent_context=None):
            form = self.instance
            url = reverse("enquiries_form_preview", args=[form.pk] if form.pk else [0])
            return super().get_context_data(parent_context) | {"preview_url": url, "languages": form_desk.LANGUAGES}


WHAT = [
    MultiFieldPanel(
        [
            FieldPanel("name", help_text=_("For staff; visitors do not see it.")),
            FieldRowPanel([FieldPanel("kind"), FieldPanel("is_live")]),
            FieldPanel("slug", help_text=_("It stands in the address of the form. Empty: made of its name.")),
        ],
        heading=_("What it is for"),
    ),
    MultiFieldPanel(
        [
            FieldRowPanel([FieldPanel("campaign"), FieldPanel("programme")]),
            FieldPanel("document", heading=_("Guide that people get")),
        ],
        heading=_("What belongs to it"),
    ),
    MultiFieldPanel(
        [
            FieldPanel("asks_at_once"),
            FieldPanel("purposes", widget=JsonChoices),
            FieldPanel("notified"),
            FieldPanel("thanks_page", help_text=_("Without one, our own thanks with the promise or the guide.")),
        ],
        heading=_("How it asks, and what happens then"),
    ),
]
FIELD = [
    FieldRowPanel(
        [FieldPanel("key", widget=KeyWidget), FieldPanel("kind", heading=_("Kind of answer (own questions)"))]
    ),
    FieldRowPanel([FieldPanel("step"), FieldPanel("position"), FieldPanel("is_required")]),
    FieldRowPanel([FieldPanel(f"label_{code}") for code in ("ca", "es", "en")]),
    FieldRowPanel([FieldPanel(f"help_{code}") for code in ("ca", "es", "en")]),
    FieldPanel(
        "choices",
        heading=_("What can be chosen"),
        widget=LinesWidget,
        help_text=_("One answer a line, in Catalan | Spanish | English. Only for lists."),
    ),
]
WORDS = [
    FieldPanel("language"),
    FieldPanel("title"),
    FieldPanel("intro"),
    FieldPanel("button", help_text=_("Empty: what suits a form of this kind.")),
    FieldRowPanel([FieldPanel("thanks_title"), FieldPanel("thanks")]),
]
VARIANT = [
    FieldRowPanel([FieldPanel("letter"), FieldPanel("share"), FieldPanel("is_live")]),
    FieldPanel("words", widget=WordsWidget),
    FieldPanel("left_out", widget=JsonChoices),
]


class FormViewSet(ModelViewSet):
    model = Form
    name = url_namespace = "enquiries_forms"
    url_prefix = "forms"
    icon = "form"
    menu_label = _("Forms")
    add_to_admin_menu = False
    copy_view_enabled = False
    inspect_view_enabled = True
    inspect_template_name = "enquiries/admin/form_report.html"
    index_view_class = FormIndexView
    add_view_class = FormCreateView
    edit_view_class = FormEditView
    inspect_view_class = FormInspectView
    filterset_class = FormFilterSet
    search_backend_name = None
    search_fields = ["name", "slug"]
    ordering = ["name", "pk"]
    list_per_page = 30
    list_display = [
        TitleColumn("name", label=_("Name"), url_name="enquiries_forms:inspect", sort_key="name"),
        Column("get_kind_display", label=_("Kind"), sort_key="kind"),
        StatusTagColumn(
            "is_live",
            label=_("State"),
            accessor=lambda form: _("In use") if form.is_live else _("Put away"),
            primary=lambda form: form.is_live,
            sort_key="is_live",
        ),
        Column("campaign", label=_("Campaign"), accessor=lambda form: form.campaign or "–"),
        NumberColumn("times_shown", label=_("Shown in 30 days"), sort_key="times_shown"),
        NumberColumn("enquiries_made", label=_("Sent"), sort_key="enquiries_made"),
        NumberColumn("completed", label=_("Finished"), accessor=completed),
    ]
    list_export = ["slug", "name", "kind", "is_live", "campaign", "times_shown", "enquiries_made"]
    export_filename = "forms"
    edit_handler = TabbedInterface(
        [
            ObjectList(WHAT, heading=_("Form")),
            ObjectList(
                [InlinePanel("fields", panels=FIELD, heading=_("Fields"), label=_("Field"), min_num=1)],
                heading=_("What it asks"),
            ),
            ObjectList(
                [InlinePanel("words", panels=WORDS, heading=_("Words"), label=_("Language"), min_num=1, max_num=3)],
                heading=_("What it says"),
            ),
            ObjectList(
                [
                    FieldPanel("planned_sample"),
                    InlinePanel(
                        "variants",
                        panels=VARIANT,
                        heading=_("Variants"),
                        label=_("Variant"),
                        help_text=_("A is the form as it stands. The others are shown to their share of visitors."),
                    ),
                ],
                heading=_("Variants"),
            ),
            ObjectList([PreviewPanel()], heading=_("Preview")),
        ],
        base_form_class=FormEditor,
    )


forms = FormViewSet()
DESK_URLS = [
    path("forms/days/", form_desk.days, name="enquiries_forms_days"),
    path("forms/landing-pages/", form_desk.landing_pages, name="enquiries_landing_pages"),
    path("forms/preview/<int:pk>/", form_desk.preview, name="enquiries_form_preview"),
    path("forms/files/<uuid:uuid>/", form_desk.answer_file, name="enquiries_answer_file"),
]
