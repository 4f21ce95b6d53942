"""What a rule of a segment may ask about studies in progress and what students say of them."""

from collections.abc import Mapping
from datetime import datetime, timedelta

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from contact_centre.models import Case
from contact_centre.segments.criteria import STUDIES, Criterion, Field, at_least, lately, people_with, since, times
from enquiries.segments import programmes
from tutoring.models import Student, SurveyInvitation

INCIDENTS = (Case.Kind.RISK, Case.Kind.SURVEY)


def criteria() -> list[Criterion]:
    """Students by state, silence towards the tutor, survey scores, incidents."""
    return [
        Criterion(
            "tutoring.student",
            STUDIES,
            _("Studies"),
            _student,
            (
                Field("programmes", _("programme"), options=programmes),
                Field("states", _("now"), options=lambda: Student.State.choices),
            ),
        ),
        Criterion(
            "tutoring.unheard",
            STUDIES,
            _("A student with whom the tutor has not spoken"),
            _unheard,
            (Field("days", _("for more than"), kind="days", least=1, most=3_650, is_required=True, start=30),),
        ),
        Criterion(
            "tutoring.score",
            STUDIES,
            _("Gave us in a survey"),
            _scored,
            (
                Field("least", _("at least"), kind="number", most=10),
                Field("most", _("at most"), kind="number", most=10),
                lately(),
            ),
        ),
        Criterion(
            "tutoring.incidents",
            STUDIES,
            _("A student at risk or unhappy with us"),
            lambda values, at: at_least(
                Case.objects.filter(since(at, values.get("days"), column="opened_at"), kind__in=INCIDENTS),
                values.get("times"),
            ),
            (times(), lately()),
            help=_("Cases that the tutors or a survey opened."),
        ),
    ]


def _student(values: Mapping, at: datetime) -> Q:
    students = Student.objects.filter(started_at__lte=at)
    if "programmes" in values:
        students = students.filter(intake__programme__in=values["programmes"])
    if "states" in values:
        students = students.filter(state__in=values["states"])
    return people_with(students)


def _unheard(values: Mapping, at: datetime) -> Q:
    before = at - timedelta(days=values["days"])
    silent = Q(last_contact_at__lte=before) | Q(last_contact_at=None, started_at__lte=before)
    return people_with(Student.objects.in_progress().filter(silent))


def _scored(values: Mapping, at: datetime) -> Q:
    answers = SurveyInvitation.objects.filter(since(at, values.get("days"), column="answered_at"))
    if "least" in values:
        answers = answers.filter(score__gte=values["least"])
    if "most" in values:
        answers = answers.filter(score__lte=values["most"])
    return people_with(answers, "student__person")
