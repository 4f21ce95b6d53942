"""The ledger of what each application owes: append-only, one entry per cause, and every balance is its sum.

A positive amount is owed to the school, a negative one is money that came in or a debt forgiven.
"""

from collections.abc import Iterable
from datetime import datetime

from django.db.models import OuterRef, Subquery, Sum
from django.db.models.functions import Coalesce

from enrolment.models import Application, LedgerEntry, Payment

Kind = LedgerEntry.Kind


class EntryContradicts(Exception):
    """The same cause was booked before with another amount, kind or currency."""


def charge(application: Application, *, at: datetime) -> LedgerEntry:
    """Book that the promised price is owed."""
    return _book(
        application, Kind.CHARGE, application.price_minor or 0, application.currency, at, f"charge:{application.uuid}"
    )


def settlement(payment: Payment, *, at: datetime) -> LedgerEntry:
    """Book that the payment came in."""
    key = f"settlement:{payment.uuid}"
    return _book(payment.application, Kind.SETTLEMENT, -payment.amount_minor, payment.currency, at, key, payment)


def refund(payment: Payment, *, total_minor: int, at: datetime, note: str = "") -> LedgerEntry | None:
    """Book what was given back since the last entry, so that refunds of the payment add up to ``total_minor``.

    None if they already do: the provider tells of one refund as often as it likes.
    """
    booked = sum_of(payment, kind=Kind.REFUND)
    if total_minor <= booked:
        return None
    key = f"refund:{payment.uuid}:{total_minor}"
    amount = total_minor - booked
    return _book(payment.application, Kind.REFUND, amount, payment.currency, at, key, payment, note)


def waive(application: Application, *, at: datetime, cause: str, note: str = "") -> LedgerEntry | None:
    """Forgive what is still owed; None if nothing is."""
    owed = balance(application)
    if owed <= 0:
        return None
    return _book(application, Kind.WAIVER, -owed, application.currency, at, f"waiver:{cause}", note=note)


def balance(application: Application) -> int:
    """What is still owed, in minor units; negative if more came in than was owed."""
    return LedgerEntry.objects.filter(application=application).aggregate(total=Sum("amount_minor"))["total"] or 0


def balances(applications: Iterable[Application]) -> dict[int, int]:
    """The balance of each application by its id, in one query."""
    ids = [application.pk for application in applications]
    rows = LedgerEntry.objects.filter(application__in=ids).values("application").annotate(total=Sum("amount_minor"))
    return dict.fromkeys(ids, 0) | {row["application"]: row["total"] for row in rows}


# The same as a column of a list of applications.
BALANCE = Coalesce(
    Subquery(
        LedgerEntry.objects.filter(application=OuterRef("pk"))
        .order_by()
        .values("application")
        .annotate(total=Sum("amount_minor"))
        .values("total")
    ),
    0,
)


def sum_of(payment: Payment, *, kind: str) -> int:
    """The entries of one kind about one payment, added up."""
    entries = LedgerEntry.objects.filter(payment=payment, kind=kind)
    return entries.aggregate(total=Sum("amount_minor"))["total"] or 0


def _book(
    application: Application,
    kind: str,
    amount_minor: int,
    currency: str,
    at: datetime,
    key: str,
    payment: Payment | None = None,
    note: str = "",
) -> LedgerEntry:
    facts = {"application": application, "payment": payment, "kind": kind, "amount_minor": amount_minor}
    facts["currency"] = currency
    entry, is_new = LedgerEntry.objects.get_or_create(key=key, defaults={**facts, "at": at, "note": note[:250]})
    if not is_new and any(getattr(entry, name) != value for name, value in facts.items()):
        raise EntryContradicts(key)
    return entry
