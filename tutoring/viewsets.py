"""The list of surveys in the back office."""

from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel, FieldRowPanel, HelpPanel, MultiFieldPanel
from wagtail.admin.ui.tables import BooleanColumn, Column, NumberColumn, TitleColumn
from wagtail.admin.views import generic
from wagtail.admin.viewsets.model import ModelViewSet

from tutoring import satisfaction
from tutoring.models import Survey


def _percent(survey: Survey) -> str:
    return "–" if survey.response_percent is None else f"{survey.response_percent:.0f} %"


def _nps(survey: Survey) -> str:
    return "–" if survey.nps is None else f"{survey.nps:+.0f}".replace("-", "−")


class SurveyIndexView(generic.IndexView):
    def get_base_queryset(self):
        return satisfaction.with_figures(Survey.objects.all())


class SurveyViewSet(ModelViewSet):
    """One score and one question, asked at a milestone; with how many answered and what came out."""

    model = Survey
    name = "surveys"
    url_prefix = "surveys"
    icon = "openquote"
    menu_label = _("Surveys")
    menu_order = 62
    add_to_admin_menu = True
    copy_view_enabled = False
    index_view_class = SurveyIndexView
    ordering = ["slug"]
    list_display = [
        TitleColumn(
            "title",
            label=_("Survey"),
            get_url=lambda survey: reverse("tutoring_answers", args=[survey.slug]),
        ),
        Column("get_milestone_display", label=_("Sent")),
        NumberColumn("after_days", label=_("Days after")),
        BooleanColumn("is_active", label=_("Active")),
        NumberColumn("asked", label=_("Asked"), sort_key="asked"),
        NumberColumn("answered", label=_("Answered"), sort_key="answered"),
        Column("response", label=_("Response"), accessor=_percent, sort_key="response_percent"),
        Column("nps", label=_("NPS"), accessor=_nps, sort_key="nps"),
    ]
    panels = [
        FieldRowPanel([FieldPanel("slug"), FieldPanel("is_active")]),
        FieldRowPanel([FieldPanel("milestone"), FieldPanel("after_days")]),
        HelpPanel(_("Only those who come to the milestone from now on, or came to it in the last 30 days, are asked.")),
        MultiFieldPanel([FieldPanel("title_ca"), FieldPanel("title_es"), FieldPanel("title_en")], heading=_("Title")),
        MultiFieldPanel(
            [FieldPanel("question_ca"), FieldPanel("question_es"), FieldPanel("question_en")], heading=_("Question")
        ),
    ]
