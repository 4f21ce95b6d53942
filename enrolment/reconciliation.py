"""The three-way proof of money: what the provider says, what the ledger says, and who has a place."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Sum

from enrolment import stripe_gateway
from enrolment.models import Application, Enrolment, LedgerEntry, Payment
from enrolment.stripe_gateway import Money


@dataclass(frozen=True)
class Mismatch:
    """Two of the three disagree: ``kind`` is a code, ``what`` says it in words, ``about`` which row or id."""

    kind: str
    about: str
    what: str


def reconcile(*, at: datetime) -> list[Mismatch]:
    """Compare provider, ledger and enrolments, as of now at the provider; an empty list is the proof.

    Raises stripe_gateway.ProviderDown or ProviderRefused. ``at`` bounds what is looked at in our own books.
    """
    money = stripe_gateway.all_money()
    paid = list(Payment.objects.paid().filter(created_at__lte=at))
    booked = _booked([payment.pk for payment in paid])
    return [*_provider_against_books(money), *_books_against_provider(paid, money, booked), *_places(at=at)]


def _provider_against_books(money: list[Money]) -> Iterator[Mismatch]:
    payments = {str(payment.uuid): payment for payment in Payment.objects.all()}
    for one in money:
        payment = payments.get(one.reference)
        if payment is None:
            yield Mismatch("unknown_payment", one.intent_id, f"{one.received_minor} {one.currency} is not in our books")
        elif payment.state not in (Payment.State.SETTLED, Payment.State.REFUNDED):
            yield Mismatch("paid_not_settled", one.reference, f"paid at the provider, {payment.state} here")


def _books_against_provider(
    paid: list[Payment], money: list[Money], booked: dict[int, dict[str, int]]
) -> Iterator[Mismatch]:
    by_reference = {one.reference: one for one in money}
    for payment in paid:
        theirs, about = by_reference.get(str(payment.uuid)), str(payment.uuid)
        ours = booked.get(payment.pk, {})
        settled, refunded = -ours.get("settlement", 0), ours.get("refund", 0)
        if settled != payment.amount_minor:
            yield Mismatch("ledger_settlement", about, f"paid {payment.amount_minor}, booked {settled}")
        if theirs is None:
            yield Mismatch("unknown_to_provider", about, "settled here, not paid at the provider")
        elif (theirs.received_minor, theirs.currency) != (settled, payment.currency):
            yield Mismatch("amount", about, f"provider {theirs.received_minor} {theirs.currency}, ledger {settled}")
        elif theirs.refunded_minor != refunded:
            yield Mismatch("refund", about, f"provider gave back {theirs.refunded_minor}, ledger {refunded}")


def _places(*, at: datetime) -> Iterator[Mismatch]:
    """Everybody who has paid has a place, and everybody who has a place has paid."""
    settled = Payment.objects.filter(state=Payment.State.SETTLED, created_at__lte=at)
    for payment in settled.exclude(application__state=Application.State.ENROLLED):
        yield Mismatch("paid_without_place", str(payment.uuid), "settled, but nobody is enrolled for it")
    owing = (
        Enrolment.objects.active()
        .filter(enrolled_at__lte=at)
        .annotate(owed=Sum("application__ledger__amount_minor"))
        .exclude(owed=0)
    )
    for enrolment in owing.exclude(owed=None):
        yield Mismatch("place_not_paid", str(enrolment.uuid), f"enrolled with a balance of {enrolment.owed}")
    without_entries = Enrolment.objects.active().filter(enrolled_at__lte=at, application__ledger=None)
    for enrolment in without_entries.filter(application__price_minor__gt=0):
        yield Mismatch("place_not_charged", str(enrolment.uuid), "enrolled at a price that was never charged")


def _booked(payment_ids: list[int]) -> dict[int, dict[str, int]]:
    rows = LedgerEntry.objects.filter(payment__in=payment_ids).values("payment", "kind")
    sums: dict[int, dict[str, int]] = {}
    for row in rows.annotate(total=Sum("amount_minor")):
        sums.setdefault(row["payment"], {})[row["kind"]] = row["total"]
    return sums
