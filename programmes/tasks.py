"""What the acts of editors wake up; each takes whatever is due, so a missed run heals itself."""

from celery import shared_task
from django.utils import timezone


@shared_task(acks_late=True)
def take_in_catalogues(**_later):
    from programmes.catalogue_import import uploads  # noqa: PLC0415 -- tasks are leaves

    uploads.work_due(at=timezone.now())
