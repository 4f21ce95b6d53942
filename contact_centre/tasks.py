"""What the sweep does at the desk."""

from datetime import datetime

from celery import shared_task
from django.utils import timezone

from contact_centre.assignment import escalation
from contact_centre.clocks import recomputing
from contact_centre.inbound import receiving


def sweep_desk(*, at: datetime) -> dict[str, int]:
    """Escalate what has used up half, three quarters or all of its promise."""
    return {"cases_escalated": escalation.escalate(at=at)}


@shared_task(acks_late=True)
def follow_calendars(**_later):
    """A calendar changed: the sweep would see it too, a minute later."""
    recomputing.follow_changes(at=timezone.now())


@shared_task(acks_late=True)
def take_in_inbound(**_later):
    """Something came in: the sweep would see it too."""
    receiving.work_due(at=timezone.now())


@shared_task(acks_late=True)
def queue_sends(**_later):
    """A send was approved or goes on: a large one is queued here, while the sweep does only some seconds of it."""
    from contact_centre.sends import queueing  # noqa: PLC0415 -- tasks are leaves

    queueing.work_due(at=timezone.now(), seconds=queueing.IN_A_TASK)
