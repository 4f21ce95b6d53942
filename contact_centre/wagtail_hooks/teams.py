"""Courses and certificates, advisers' pages, the board, coverage and the figures of the desk in the back office."""

from django.templatetags.static import static
from django.urls import path, reverse_lazy
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _
from wagtail import hooks

from contact_centre.training import certificates
from contact_centre.views import advisers, board, courses, desk_figures
from contact_centre.views.shared import SUPERVISE
from contact_centre.viewsets.objectives import ObjectiveViewSet
from people.back_office import PermittedMenuItem


@hooks.register("register_admin_urls")
def team_urls():
    return [
        path("courses/", courses.CoursesView.as_view(), name="contact_centre_courses"),
        path("courses/new/", courses.WriteCourseView.as_view(), name="contact_centre_course_new"),
        path("courses/<int:pk>/", courses.CourseView.as_view(), name="contact_centre_course"),
        path("courses/<int:pk>/edit/", courses.WriteCourseView.as_view(), name="contact_centre_course_edit"),
        path("courses/<int:pk>/delete/", courses.delete, name="contact_centre_course_delete"),
        path("courses/<int:pk>/begin/", courses.begin, name="contact_centre_quiz_begin"),
        path("courses/quiz/<uuid:uuid>/", courses.QuizView.as_view(), name="contact_centre_quiz"),
        path("courses/certificates/", courses.CertificatesView.as_view(), name="contact_centre_certificates"),
        path("courses/certificates/<int:pk>/revoke/", courses.revoke, name="contact_centre_certificate_revoke"),
        path("advisers/<int:pk>/profile/", advisers.AdviserView.as_view(), name="contact_centre_adviser"),
        path("advisers/<int:pk>/profile/<slug:act>/", advisers.act, name="contact_centre_adviser_act"),
        path("my-day/coaching/<int:pk>/", advisers.mark_read, name="contact_centre_coaching_read"),
        path("board/", board.BoardView.as_view(), name="contact_centre_board"),
        path("board/coverage/", board.CoverageView.as_view(), name="contact_centre_coverage"),
        path("desk-figures/", desk_figures.FiguresView.as_view(), name="contact_centre_desk_figures"),
        path("desk-figures/<slug:code>/", desk_figures.RowsView.as_view(), name="contact_centre_desk_figure"),
        path("desk-figures/<slug:code>/rows.csv", desk_figures.rows_file, name="contact_centre_desk_figure_file"),
    ]


@hooks.register("register_admin_viewset")
def viewsets():
    return [ObjectiveViewSet()]


@hooks.register("register_running_menu_item")
def board_item():
    url = reverse_lazy("contact_centre_board")
    return PermittedMenuItem(_("Board"), url, name="board", icon_name="view", order=5, permissions=(SUPERVISE,))


@hooks.register("register_running_menu_item")
def coverage_item():
    url = reverse_lazy("contact_centre_coverage")
    return PermittedMenuItem(_("Coverage"), url, name="coverage", icon_name="date", order=10, permissions=(SUPERVISE,))


@hooks.register("register_running_menu_item")
def desk_figures_item():
    url, may = reverse_lazy("contact_centre_desk_figures"), (SUPERVISE,)
    return PermittedMenuItem(_("Figures of the desk"), url, name="desk-figures", icon_name="table", order=12,
                             permissions=may)  # fmt: skip


@hooks.register("register_running_menu_item")
def courses_item():
    url = reverse_lazy("contact_centre_courses")
    return PermittedMenuItem(_("Courses"), url, name="courses", icon_name="form", order=30, permissions=(courses.VIEW,))


@hooks.register("register_running_menu_item")
def objectives_item():
    url, may = reverse_lazy("objectives:index"), ("contact_centre.view_objective",)
    return PermittedMenuItem(_("Objectives"), url, name="objectives", icon_name="pick", order=32, permissions=may)


@hooks.register("construct_my_day_panels")
def coaching_of_reader(request, panels):
    panels.append(advisers.CoachingPanel(request))


@hooks.register("register_sweeper")
def remind_of_certificates(*, at):
    return {"certificates_reminded": certificates.remind(at=at)}


@hooks.register("register_log_actions")
def log_actions(actions):
    actions.register_action("contact_centre.course", _("Write a course"), _("Course saved"))
    actions.register_action("contact_centre.vouch", _("Vouch for an adviser"), _("Adviser vouched for"))
    actions.register_action("contact_centre.revoke", _("Take a certificate back"), _("Certificate taken back"))


@hooks.register("insert_global_admin_css")
def admin_css():
    return format_html('<link rel="stylesheet" href="{}">', static("admin/teams.css"))
