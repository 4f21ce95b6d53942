"""The ledger: every balance is the sum of its entries, and each cause is booked once."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from enrolment import ledger
from enrolment.models import LedgerEntry
from tests.factories.enrolment import MONDAY_9AM, ApplicationFactory, PaymentFactory

pytestmark = pytest.mark.django_db
QUIET = settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)


@QUIET
@given(
    price=st.integers(1, 10**7),
    paid=st.lists(st.integers(1, 10**7), max_size=3),
    refunds=st.lists(st.integers(0, 10**7), max_size=4),
    repeats=st.integers(1, 3),
)
def test_balance_is_charge_less_payments_plus_refunds(price, paid, refunds, repeats):
    application = ApplicationFactory(admitted=True, price_minor=price)
    payments = [PaymentFactory(application=application, settled=True, amount_minor=amount) for amount in paid]
    for _again in range(repeats):
        ledger.charge(application, at=MONDAY_9AM)
        for payment in payments:
            ledger.settlement(payment, at=MONDAY_9AM)
    given_back = 0
    if payments:
        for total in refunds:
            ledger.refund(payments[0], total_minor=total, at=MONDAY_9AM)
            given_back = max(given_back, total)
    assert ledger.balance(application) == price - sum(paid) + given_back
    assert ledger.balances([application]) == {application.pk: ledger.balance(application)}
    waived = ledger.waive(application, at=MONDAY_9AM, cause=f"test:{application.pk}")
    assert ledger.balance(application) == min(0, price - sum(paid) + given_back)
    assert (waived is None) == (price - sum(paid) + given_back <= 0)


def test_cause_booked_with_another_amount_is_refused():
    application = ApplicationFactory(admitted=True)
    ledger.charge(application, at=MONDAY_9AM)
    application.price_minor += 1
    with pytest.raises(ledger.EntryContradicts):
        ledger.charge(application, at=MONDAY_9AM)
    assert LedgerEntry.objects.count() == 1


def test_refunds_add_up_to_what_the_provider_says():
    payment = PaymentFactory(settled=True)
    for total in (1_000, 1_000, 5_000, 2_000, 5_000):
        ledger.refund(payment, total_minor=total, at=MONDAY_9AM)
    assert list(payment.ledger.order_by("pk").values_list("amount_minor", flat=True)) == [1_000, 4_000]
