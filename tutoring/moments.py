"""The moments of somebody's studies at which the school may write; whoever is their tutor signs."""

from datetime import datetime, timedelta
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from contact_centre.matrix.moments import Moment
from people.models import Channel
from tutoring.models import Student

FIRST_WEEK = timedelta(days=7)
SILENCE = timedelta(days=21)


def moments() -> dict[str, Moment]:
    """The beginning, the first week, and a silence."""
    of_student: dict[str, Any] = {"programme": "intake__programme", "intake": "intake", "signer": "tutor"}
    return {
        "student_started": Moment(
            label=_("Studies begun"),
            order=100,
            rows=_in_progress,
            instant="started_at",
            writes_itself={Channel.EMAIL: _("Welcome from the tutor")},
            **of_student,
        ),
        "first_week": Moment(
            label=_("First week over"),
            order=110,
            rows=_in_progress,
            instant="started_at",
            after=FIRST_WEEK,
            writes_itself={Channel.EMAIL: _("Survey of the first week")},
            **of_student,
        ),
        "silent_student": Moment(
            label=_("Three weeks without contact"),
            order=120,
            rows=_in_progress,
            instant="last_contact_at",
            after=SILENCE,
            explained=_("Tutor and student have not spoken for three weeks."),
            **of_student,
        ),
    }


def _in_progress(at: datetime) -> QuerySet[Student]:
    return Student.objects.filter(state=Student.State.IN_PROGRESS)
