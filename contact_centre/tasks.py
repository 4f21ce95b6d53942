"""What the sweep does at the desk."""

from datetime import datetime

from celery import shared_task
from django.utils import timezone

from contact_centre import queue
from contact_centre.clocks import recomputing
from contact_centre.inbound import receiving


def sweep_desk(*, at: datetime) -> dict[str, int]:
    """Escalate what is past its promise."""
    return {"cases_escalated": queue.escalate_overdue(at=at)}


@shared_task(acks_late=True)
def follow_calendars(**_later):
    """A calendar changed: the sweep would see it too, a minute later."""
    recomputing.follow_changes(at=timezone.now())


@shared_task(acks_late=True)
def take_in_inbound(**_later):
    """Something came in: the sweep would see it too."""
    receiving.work_due(at=timezone.now())
