"""What came in from whom, for those who ask which campaign brought the money: payments less what was given back."""

from collections.abc import Collection, Iterator
from datetime import datetime

from enquiries.origins.collected import Collected
from enrolment.models import LedgerEntry

KINDS = (LedgerEntry.Kind.SETTLEMENT, LedgerEntry.Kind.REFUND)


def rows(
    *, person_ids: Collection[int] | None = None, since: datetime | None = None, until: datetime | None = None
) -> Iterator[Collected]:
    """The entries of the ledger that moved money, as ``enquiries.origins.collected`` asks for them. One query."""
    entries = LedgerEntry.objects.filter(kind__in=KINDS)
    if person_ids is not None:
        entries = entries.filter(application__person__in=person_ids)
    if since is not None:
        entries = entries.filter(at__gte=since)
    if until is not None:
        entries = entries.filter(at__lt=until)
    columns = ("application__person", "amount_minor", "currency", "at", "application__intake__programme")
    for person_id, amount_minor, currency, at, programme_id in entries.order_by("pk").values_list(*columns):
        # The ledger writes what came in below zero, because it lessens a debt.
        yield Collected(person_id, -amount_minor, currency, at, programme_id)
