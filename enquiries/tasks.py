"""What people's looks wake up; each can run twice with the effect of once."""

from celery import shared_task
from django.utils import timezone


@shared_task(acks_late=True)
def count_lost_enquiries(**_later):
    from enquiries.revival import kept_counts  # noqa: PLC0415 -- tasks are leaves

    kept_counts.recount(at=timezone.now())
