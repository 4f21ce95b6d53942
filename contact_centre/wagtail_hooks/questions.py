"""The questions of a case in the back office, the map of them, and what the sweep reads."""

from django.templatetags.static import static
from django.urls import path, reverse_lazy
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _
from wagtail import hooks

from contact_centre.questions import asked
from contact_centre.views import questions
from contact_centre.views.shared import READ
from people.back_office import PermittedMenuItem


@hooks.register("register_admin_urls")
def question_urls():
    return [
        path("cases/<uuid:uuid>/questions/", questions.put, name="contact_centre_question"),
        path("reports/questions/", questions.QuestionsReportView.as_view(), name="contact_centre_questions"),
    ]


@hooks.register("construct_case_panels")
def questions_of_case(request, panels, case):
    panels.append(questions.QuestionsPanel(request, case))


@hooks.register("register_reports_menu_item")
def questions_item():
    return PermittedMenuItem(
        _("Questions asked"),
        reverse_lazy("contact_centre_questions"),
        name="questions",
        icon_name="help",
        order=210,
        permissions=(READ,),
    )


@hooks.register("insert_global_admin_js")
def questions_js():
    return format_html('<script src="{}" defer></script>', static("admin/questions.js"))


@hooks.register("register_sweeper")
def read_questions(*, at):
    return {"cases_read": asked.read_new_cases(at=at)}
