"""What enrolment tells the journeys."""

from collections.abc import Callable
from typing import cast

from django.db.models import Model
from django.utils.translation import gettext_lazy as _

from contact_centre.journeys.triggers import Happening
from enrolment.models import Application, Enrolment, Payment

ADMITTED = (Application.State.ADMITTED, Application.State.ENROLLED)


def _stands_in(*states: str) -> Callable[[Model], bool]:
    """Whether the application or enrolment that is announced is in one of ``states``."""
    return lambda row: cast(Application | Enrolment, row).state in states


HAPPENINGS = [
    Happening(
        "applied",
        _("They applied"),
        rows=lambda: Application.objects.exclude(submitted_at=None),
        moment="submitted_at",
        programme="intake__programme",
        announced="after_application_submitted",
        told_as="application",
    ),
    Happening(
        "admitted",
        _("They were admitted"),
        rows=lambda: Application.objects.filter(state__in=ADMITTED),
        moment="decided_at",
        programme="intake__programme",
        announced="after_application_decided",
        told_as="application",
        is_told=_stands_in(*ADMITTED),
    ),
    Happening(
        "not_admitted",
        _("They were not admitted"),
        rows=lambda: Application.objects.filter(state=Application.State.REJECTED),
        moment="decided_at",
        programme="intake__programme",
        announced="after_application_decided",
        told_as="application",
        is_told=_stands_in(Application.State.REJECTED),
    ),
    Happening(
        "paid",
        _("They paid"),
        rows=lambda: Payment.objects.exclude(settled_at=None),
        person="application__person",
        moment="settled_at",
        programme="application__intake__programme",
        announced="after_payment_settled",
        told_as="payment",
    ),
    Happening(
        "enrolled",
        _("They enrolled"),
        rows=lambda: Enrolment.objects.all(),
        moment="enrolled_at",
        programme="intake__programme",
        announced="after_enrolment_made",
        told_as="enrolment",
    ),
    Happening(
        "completed",
        _("They completed a programme"),
        rows=lambda: Enrolment.objects.filter(state=Enrolment.State.COMPLETED),
        moment="ended_at",
        programme="intake__programme",
        announced="after_enrolment_ended",
        told_as="enrolment",
        is_told=_stands_in(Enrolment.State.COMPLETED),
    ),
    Happening(
        "withdrew",
        _("They left a programme"),
        rows=lambda: Enrolment.objects.filter(state=Enrolment.State.WITHDRAWN),
        moment="ended_at",
        programme="intake__programme",
        announced="after_enrolment_ended",
        told_as="enrolment",
        is_told=_stands_in(Enrolment.State.WITHDRAWN),
    ),
]
