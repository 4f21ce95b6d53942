"""Enrolments: the place in class, given once the school said yes and what had to be paid is paid."""

from datetime import datetime

from django.db import transaction
from wagtail.log_actions import log

from enquiries.life import progress
from enrolment import letters, seats
from enrolment.models import Application, Enrolment, Payment
from people import timeline
from people.announcements import announce
from people.models import Channel, Person, Touchpoint, User


class NotAdmitted(Exception):
    """The school has not said yes to the application, or no longer."""


class NotPaid(Exception):
    """The place costs something and no payment for it has settled."""


@transaction.atomic
def enrol(application: Application, *, at: datetime) -> Enrolment:
    """Give the place: the person is a student and is told, the enquiry has reached its goal. Again changes nothing.

    Raises NotAdmitted, NotPaid if a priced place has no settled payment, seats.PlacesGone if none is free. Announces
    ``after_enrolment_made``.
    """
    intake = seats.lock(application.intake_id)
    application = (
        Application.objects.select_for_update(of=("self",))
        .select_related("person", "intake__programme")
        .get(pk=application.pk)
    )
    if made := Enrolment.objects.filter(application=application).select_related("application").first():
        return made
    if application.state != Application.State.ADMITTED:
        raise NotAdmitted(application.state)
    if application.price_minor and not application.payments.filter(state=Payment.State.SETTLED).exists():
        raise NotPaid(application.pk)
    seats.refuse_without_place(intake, but=application)
    application.state = Application.State.ENROLLED
    application.save(update_fields=["state"])
    enrolment = Enrolment.objects.create(
        application=application, person=application.person, intake=application.intake, enrolled_at=at
    )
    Person.objects.filter(pk=application.person_id).update(phase=Person.Phase.STUDENT)
    progress.mark_enrolled(application.person, application.intake.programme, at)
    _note(enrolment, "enrolment.enrolled", at=at)
    letters.enrolled(enrolment, at=at)
    announce("after_enrolment_made", enrolment=enrolment, at=at)
    return enrolment


@transaction.atomic
def end(
    enrolment: Enrolment,
    *,
    at: datetime,
    by: User | None = None,
    state: str = Enrolment.State.WITHDRAWN,
    why: str = "",
) -> Enrolment:
    """End it as completed or withdrawn; a withdrawn place is free again. Ending an ended one changes nothing.

    Who completed their last enrolment is an alumnus. Announces ``after_enrolment_ended``.
    """
    enrolment = (
        Enrolment.objects.select_for_update(of=("self",)).select_related("person", "intake").get(pk=enrolment.pk)
    )
    if enrolment.state != Enrolment.State.ACTIVE:
        return enrolment
    enrolment.state, enrolment.ended_at = state, at
    enrolment.save(update_fields=["state", "ended_at"])
    person = enrolment.person
    if state == Enrolment.State.COMPLETED and not Enrolment.objects.active().filter(person=person).exists():
        Person.objects.filter(pk=person.pk).update(phase=Person.Phase.ALUMNUS)
    log(instance=enrolment, action="enrolment.end", user=by, timestamp=at)
    _note(enrolment, "enrolment.completed" if state == Enrolment.State.COMPLETED else "enrolment.ended", at=at, by=by)
    announce("after_enrolment_ended", enrolment=enrolment, why=why, at=at)
    return enrolment


def _note(enrolment: Enrolment, kind: str, *, at: datetime, by: User | None = None) -> None:
    timeline.record(
        enrolment.person,
        at=at,
        channel=Channel.WEB,
        direction=Touchpoint.Direction.INNER,
        kind=kind,
        summary=str(enrolment.intake.programme),
        by=by,
        about=enrolment,
    )
