"""What workers and the sweep do about money and papers. Each may run twice with the effect of once."""

from datetime import datetime

from celery import shared_task
from django.utils import timezone


def sweep_enrolment(*, at: datetime) -> dict[str, int]:
    """Process what webhooks told, look after open payments, write receipts that are not on paper yet."""
    from enrolment import payments, receipts  # noqa: PLC0415 -- tasks are leaves

    return {
        "provider_events": payments.process_events(at=at),
        "payments_changed": payments.check_open_payments(at=at),
        "receipts_written": receipts.write_missing(),
    }


@shared_task(acks_late=True)
def process_provider_events(**_later):
    """Woken by a webhook; takes whatever is due, so a lost call heals itself."""
    from enrolment import payments, receipts  # noqa: PLC0415

    payments.process_events(at=timezone.now())
    receipts.write_missing()
