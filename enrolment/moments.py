"""The moments between an application and the end of a programme at which the school may write."""

from datetime import datetime, timedelta
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from contact_centre.matrix.moments import Moment
from enrolment.models import Application, Enrolment
from people.models import Channel

State = Application.State
UNFINISHED = timedelta(days=3)
UNPAID = timedelta(days=3)
BEFORE_START = timedelta(days=7)
ANNIVERSARY = timedelta(days=365)


def moments() -> dict[str, Moment]:
    """From the application that was begun to the year after the end."""
    of_application: dict[str, Any] = {"programme": "intake__programme", "intake": "intake"}
    return {
        "application_begun": Moment(
            label=_("Application left unfinished"),
            order=40,
            rows=lambda at: Application.objects.filter(state=State.DRAFT),
            instant="created_at",
            after=UNFINISHED,
            explained=_("They began an application three days ago and have not sent it."),
            **of_application,
        ),
        "applied": Moment(
            label=_("Applied"),
            order=50,
            rows=lambda at: Application.objects.filter(state__in=[State.SUBMITTED, State.ADMITTED, State.ENROLLED]),
            instant="submitted_at",
            writes_itself={Channel.EMAIL: _("Receipt of the application")},
            **of_application,
        ),
        "admitted": Moment(
            label=_("Admitted"),
            order=60,
            rows=_admitted,
            instant="decided_at",
            writes_itself={Channel.EMAIL: _("Admission, with the way to pay")},
            **of_application,
        ),
        "payment_due": Moment(
            label=_("Place offered, not paid yet"),
            order=70,
            rows=_admitted,
            instant="decided_at",
            after=UNPAID,
            explained=_("They were admitted three days ago and the place is not paid."),
            **of_application,
        ),
        "enrolled": Moment(
            label=_("Enrolled"),
            order=80,
            rows=_active,
            instant="enrolled_at",
            writes_itself={Channel.EMAIL: _("Confirmation of the place")},
            **of_application,
        ),
        "starts_soon": Moment(
            label=_("A week before the start"),
            order=90,
            rows=_active,
            instant="intake__starts_on",
            after=-BEFORE_START,
            is_day=True,
            **of_application,
        ),
        "completed": Moment(
            label=_("Programme completed"), order=130, rows=_completed, instant="ended_at", **of_application
        ),
        "anniversary": Moment(
            label=_("A year after completing"),
            order=140,
            rows=_completed,
            instant="ended_at",
            after=ANNIVERSARY,
            **of_application,
        ),
    }


def _admitted(at: datetime) -> QuerySet[Application]:
    return Application.objects.filter(state=State.ADMITTED)


def _active(at: datetime) -> QuerySet[Enrolment]:
    return Enrolment.objects.filter(state=Enrolment.State.ACTIVE)


def _completed(at: datetime) -> QuerySet[Enrolment]:
    return Enrolment.objects.filter(state=Enrolment.State.COMPLETED)
