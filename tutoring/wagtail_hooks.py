"""What tutoring offers to the back office, the walls and the floors below."""

from django.utils.translation import gettext_lazy as _
from wagtail import hooks

from tutoring import caseload, personal_data, roles, sweepers


@hooks.register("after_enrolment_made")
def start_student(*, enrolment, at):
    caseload.start_student(enrolment, at=at)


@hooks.register("after_enrolment_ended")
def close_student(*, enrolment, at, why="", **_more):
    caseload.close_student(enrolment, at=at, why=why)


@hooks.register("register_role_permissions")
def role_permissions():
    return roles.PERMISSIONS


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
