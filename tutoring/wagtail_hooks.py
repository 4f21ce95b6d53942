"""What tutoring offers to the back office, the walls and the floors below."""

from django.templatetags.static import static
from django.urls import path, reverse, reverse_lazy
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.admin.menu import MenuItem

from contact_centre.journeys import listening
from tutoring import caseload, journeys, moments, personal_data, roles, segments, sweepers
from tutoring.models import Student
from tutoring.views import panels as hung
from tutoring.views import students, surveys
from tutoring.viewsets import SurveyViewSet


@hooks.register("after_enrolment_made")
def start_student(*, enrolment, at):
    caseload.start_student(enrolment, at=at)


@hooks.register("after_enrolment_ended")
def close_student(*, enrolment, at, why="", **_more):
    caseload.close_student(enrolment, at=at, why=why)


@hooks.register("register_role_permissions")
def role_permissions():
    return roles.PERMISSIONS


@hooks.register("register_private_words")
def private_words():
    """What a student and their tutor agreed, what students answered and why they left."""
    kinds = ("tutoring.contacted", "tutoring.survey_answered", "tutoring.left")
    return dict.fromkeys(kinds, caseload.readable_notes)


@hooks.register("register_touchpoint_links")
def touchpoint_links():
    """What a tutor noted and what a student answered are read on the page of the student."""

    def by(path):
        def found(ids, user):
            students = Student.objects.visible_to(user).filter(**{f"{path}__in": ids}).values_list(path, "uuid")
            return {pk: reverse("tutoring_student", args=[uuid]) for pk, uuid in students}

        return found

    return {
        "tutoring.student": by("pk"),
        "tutoring.followup": by("follow_ups"),
        "tutoring.surveyinvitation": by("invitations"),
    }


@hooks.register("register_touchpoint_kinds")
def touchpoint_kinds():
    return {
        "tutoring.started": _("Became a student; the tutor"),
        "tutoring.contacted": _("Contact with the tutor"),
        "tutoring.transferred": _("Another tutor"),
        "tutoring.finished": _("Finished the studies"),
        "tutoring.left": _("Left the studies"),
        "tutoring.survey_answered": _("Answered a survey"),
    }


hooks.register("register_sweeper", sweepers.sweep_students)
hooks.register("register_exporter", personal_data.export)
hooks.register("register_eraser", personal_data.erase)
hooks.register("register_personal_fields", lambda: personal_data.TABLES)


# --- walls
@hooks.register("construct_product_sheet_panels")
def satisfaction_of_programme(request, panels, sheet, **_others):
    panels.append(hung.SatisfactionPanel(sheet.programme))


@hooks.register("construct_person_panels")
def studies_of_person(request, panels, person):
    panels.append(hung.StudiesPanel(request, person))


@hooks.register("construct_my_day_panels")
def day_of_tutor(request, panels):
    if request.user.has_perm(roles.OWN) or request.user.has_perm(roles.ALL):
        panels.append(hung.TutorDayPanel(request))


@hooks.register("construct_campus_panels")
def campus_panels(request, panels, person):
    panels += [hung.SurveyWaitingPanel(person), hung.YourTutorPanel(person)]


# --- the back office
@hooks.register("register_admin_urls")
def admin_urls():
    return [
        path("students/", students.StudentsView.as_view(), name="tutoring_students"),
        path("students/<uuid:uuid>/", students.StudentView.as_view(), name="tutoring_student"),
        path("students/<uuid:uuid>/transfer/", students.transfer, name="tutoring_transfer"),
        path("surveys/answers/<slug:slug>/", surveys.AnswersView.as_view(), name="tutoring_answers"),
    ]


class StudentsMenuItem(MenuItem):
    """Shown to those who have students to look after, or look after all."""

    def is_shown(self, request):
        return caseload.may_open_list(request.user)


@hooks.register("register_admin_menu_item")
def students_menu_item():
    return StudentsMenuItem(
        _("Students"), reverse_lazy("tutoring_students"), name="students", icon_name="student", order=60
    )


@hooks.register("register_admin_viewset")
def survey_viewset():
    return SurveyViewSet()


@hooks.register("register_icons")
def icons(icons):
    return [*icons, "tutoring/icons/student.svg"]


@hooks.register("insert_global_admin_css")
def admin_css():
    return format_html('<link rel="stylesheet" href="{}">', static("admin/tutoring.css"))


@hooks.register("register_log_actions")
def log_actions(actions):
    actions.register_action("tutoring.transfer", _("Change the tutor"), _("Student given to another tutor"))


listening.register(journeys.HAPPENINGS)


hooks.register("register_segment_criteria", segments.criteria)
hooks.register("register_moments", moments.moments)
