"""What the scheduler and the acts of people wake up; each takes whatever is due, so a missed run heals itself."""

from celery import shared_task
from django.utils import timezone


@shared_task(acks_late=True)
def sweep_everything(**_later):
    from people import sweeping  # noqa: PLC0415 -- tasks are leaves

    sweeping.sweep(at=timezone.now())


@shared_task(acks_late=True)
def deliver_messages(**_later):
    from people.contact import outbox  # noqa: PLC0415 -- tasks are leaves

    if outbox.deliver_due(at=timezone.now()) and outbox.is_due(at=timezone.now()):
        outbox.wake()  # a long send goes on at once, one turn after the other, not with the next sweep


@shared_task(acks_late=True)
def count_contactable(**_later):
    from people.contact import contactable  # noqa: PLC0415 -- tasks are leaves

    contactable.recount(at=timezone.now())


@shared_task(acks_late=True)
def heartbeat(**_later):
    """Runs in a worker, sent by the scheduler: its arrival shows that both live."""
    from people import heartbeats  # noqa: PLC0415 -- tasks are leaves

    heartbeats.beat(at=timezone.now())


@shared_task(acks_late=True)
def take_in_uploads(**_later):
    from people.importing import uploads  # noqa: PLC0415 -- tasks are leaves

    uploads.work_due(at=timezone.now())
