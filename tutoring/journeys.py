"""What tutoring tells the journeys."""

from django.utils.translation import gettext_lazy as _

from contact_centre.journeys.triggers import Happening
from tutoring.models import Student, SurveyInvitation

HAPPENINGS = [
    Happening(
        "student_started",
        _("They became a student"),
        rows=lambda: Student.objects.all(),
        moment="started_at",
        programme="intake__programme",
        announced="after_student_started",
        told_as="student",
    ),
    Happening(
        "survey_answered",
        _("They answered a survey"),
        rows=lambda: SurveyInvitation.objects.exclude(answered_at=None),
        person="student__person",
        moment="answered_at",
        programme="student__intake__programme",
        announced="after_survey_answered",
        told_as="response",
    ),
]
