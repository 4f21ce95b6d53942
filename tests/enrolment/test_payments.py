"""Paying, against a real sandbox over HTTP: what the provider says counts, whatever came first or twice."""

from datetime import timedelta

import pytest
from django.utils import timezone

from contact_centre.models import Case
from enrolment import applications, ledger, payments, seats
from enrolment.models import Application, Enrolment, LedgerEntry, Payment, ProviderEvent, Receipt
from people.models import OutgoingMessage
from tests.config.sandbox_process import DECLINED, NEEDS_AUTHENTICATION
from tests.enrolment.conftest import events_of
from tests.factories.enrolment import ApplicationFactory, PaymentFactory, admitted_application
from tests.factories.people import UserFactory
from tests.factories.programmes import IntakeFactory

pytestmark = [pytest.mark.database, pytest.mark.django_db]


def checkout(application):
    return payments.start_checkout(application, at=timezone.now(), language="ca")


def end_state(application):
    """Everything a payment leaves behind, to compare one order of events with another."""
    application.refresh_from_db()
    return {
        "application": application.state,
        "person": application.person.__class__.objects.get(pk=application.person_id).phase,
        "balance": ledger.balance(application),
        "entries": sorted(application.ledger.values_list("kind", "amount_minor")),
        "payments": sorted(application.payments.values_list("state", "card")),
        "receipts": Receipt.objects.filter(payment__application=application).count(),
        "enrolments": Enrolment.objects.filter(application=application).count(),
        "cases": Case.objects.filter(kind=Case.Kind.PAYMENT).count(),
    }


def letters_sent():
    """What kinds of letter were written, one entry per letter."""
    keys = OutgoingMessage.objects.filter(key__startswith="enrolment:").values_list("key", flat=True)
    return sorted(key.split(":")[1] for key in keys)


ENROLLED = {
    "application": "enrolled",
    "person": "student",
    "balance": 0,
    "entries": [("charge", 125_000), ("settlement", -125_000)],
    "payments": [("settled", "visa 4242")],
    "receipts": 1,
    "enrolments": 1,
    "cases": 0,
}


def test_payment_that_came_in_enrols_and_is_receipted(sandbox, application):
    payment = checkout(application)
    assert payment.page_url.startswith(sandbox.url)

    answer = sandbox.pay(payment.page_url)

    assert answer.location.endswith(f"/apply/{application.uuid}/paid/")
    assert payments.settle(payment, at=timezone.now()).state == "settled"
    assert end_state(application) == ENROLLED
    assert letters_sent() == ["enrolled", "receipt"]


def test_settling_twice_is_settling_once(sandbox, application):
    payment = checkout(application)
    sandbox.pay(payment.page_url)
    for _time in range(3):
        payments.settle(payment, at=timezone.now())
        payments.check_open_payments(at=timezone.now())
    assert end_state(application) == ENROLLED
    assert letters_sent() == ["enrolled", "receipt"]


def test_unpaid_page_settles_nothing(sandbox, application):
    payment = checkout(application)
    assert payments.settle(payment, at=timezone.now()).state == "open"
    assert end_state(application)["application"] == "admitted"
    assert not Receipt.objects.exists()


def test_open_page_is_used_again(sandbox, application):
    first, second = checkout(application), checkout(application)
    assert (first.pk, first.page_url) == (second.pk, second.page_url)
    assert seats.taken([application.intake_id]) == {application.intake_id: 1}


def test_declined_card_is_named_and_another_card_pays(sandbox, application):
    payment = checkout(application)
    assert sandbox.pay(payment.page_url, DECLINED).status == 402
    assert payments.settle(payment, at=timezone.now()).last_error == "generic_decline"
    assert end_state(application)["payments"] == [("open", "")]

    sandbox.pay(payment.page_url)
    assert payments.settle(payment, at=timezone.now()).last_error == ""
    assert end_state(application) == ENROLLED


def test_three_d_secure_failed_charges_nothing_then_succeeds(sandbox, application):
    payment = checkout(application)
    sandbox.pay(payment.page_url, NEEDS_AUTHENTICATION, authenticate=False)
    assert payments.settle(payment, at=timezone.now()).last_error == "payment_intent_authentication_failure"

    sandbox.pay(payment.page_url, NEEDS_AUTHENTICATION)
    payments.settle(payment, at=timezone.now())
    assert end_state(application) == {**ENROLLED, "payments": [("settled", "visa 3155")]}


@pytest.mark.parametrize("order", ["as sent", "backwards", "twice", "settled before", "one only"])
def test_events_end_the_same_in_any_order(sandbox, application, order):
    payment = checkout(application)
    sandbox.pay(payment.page_url, DECLINED)
    sandbox.pay(payment.page_url)
    events = events_of(payment)
    assert [event["type"] for event in events] and len(events) == 3
    if order == "settled before":
        payments.settle(payment, at=timezone.now())
    told = {"backwards": events[::-1], "twice": events + events, "one only": events[-1:]}.get(order, events)
    for event in told:
        payments.note_event(event["id"], event["type"], event, at=timezone.now())
        payments.process_events(at=timezone.now())
    assert end_state(application) == ENROLLED
    assert not ProviderEvent.objects.filter(processed_at=None).exists()


def test_processing_events_again_does_nothing(sandbox, application):
    payment = checkout(application)
    sandbox.pay(payment.page_url)
    for event in events_of(payment):
        payments.note_event(event["id"], event["type"], event, at=timezone.now())
    assert payments.process_events(at=timezone.now()) == 2
    assert payments.process_events(at=timezone.now()) == 0
    assert end_state(application) == ENROLLED


def test_unknown_kinds_and_strangers_are_kept_and_ignored(sandbox, application):
    payments.note_event("evt_1", "customer.created", {"data": {"object": {"id": "cus_1"}}}, at=timezone.now())
    payments.note_event("evt_2", "charge.refunded", {"data": {"object": {"id": "ch_1"}}}, at=timezone.now())
    payments.note_event("evt_3", "checkout.session.completed", {}, at=timezone.now())
    assert payments.process_events(at=timezone.now()) == 3
    assert set(ProviderEvent.objects.values_list("outcome", flat=True)) == {"ignored"}


def test_events_wait_while_the_provider_is_down(sandbox, application, settings):
    payment = checkout(application)
    sandbox.pay(payment.page_url)
    event = events_of(payment)[-1]
    payments.note_event(event["id"], event["type"], event, at=timezone.now())
    up, settings.STRIPE_API_BASE = settings.STRIPE_API_BASE, "http://127.0.0.1:9"

    assert payments.process_events(at=timezone.now()) == 0
    assert end_state(application)["application"] == "admitted"

    settings.STRIPE_API_BASE = up
    assert payments.process_events(at=timezone.now()) == 1
    assert end_state(application) == ENROLLED


def test_page_that_was_never_answered_is_asked_for_again(sandbox, application, settings):
    up, settings.STRIPE_API_BASE = settings.STRIPE_API_BASE, "http://127.0.0.1:9"
    with pytest.raises(payments.ProviderDown):
        checkout(application)
    assert Payment.objects.get().state == "started"

    settings.STRIPE_API_BASE = up
    payment = checkout(application)
    assert (Payment.objects.count(), payment.state) == (1, "open")


def test_seat_of_an_expired_page_is_free_again(sandbox):
    intake = IntakeFactory(seats=1)
    slow, quick = (admitted_application(intake=intake) for _one in range(2))
    checkout(slow)
    with pytest.raises(seats.PlacesGone):
        checkout(quick)

    later = timezone.now() + payments.HOLD + timedelta(minutes=1)
    assert payments.check_open_payments(at=later) == 1
    assert payments.check_open_payments(at=later) == 0

    assert Payment.objects.get().state == "expired"
    assert checkout(quick).state == "open"


def test_paid_in_the_last_moment_counts(sandbox, application):
    payment = checkout(application)
    sandbox.pay(payment.page_url)
    payments.check_open_payments(at=payment.expires_at + timedelta(minutes=5))
    assert end_state(application) == ENROLLED


def test_payment_after_the_seat_went_is_an_incident_and_never_lost(sandbox):
    intake = IntakeFactory(seats=1)
    late, quick = (admitted_application(intake=intake) for _one in range(2))
    payment = checkout(late)
    # The provider was not reached when the hold ended: its page stayed open although the seat was given up.
    Payment.objects.filter(pk=payment.pk).update(state="expired")
    other = checkout(quick)
    sandbox.pay(other.page_url)
    payments.settle(other, at=timezone.now())
    sandbox.pay(payment.page_url)

    for event in events_of(payment) * 2:
        payments.note_event(event["id"], event["type"], event, at=timezone.now())
        payments.process_events(at=timezone.now())

    assert end_state(late) == {
        **ENROLLED, "application": "admitted", "person": "prospect", "enrolments": 0, "cases": 1,
    }  # fmt: skip
    case = Case.objects.get(kind=Case.Kind.PAYMENT)
    assert (case.person, case.about_id, case.priority) == (late.person, payment.pk, 2)
    assert [one.kind for one in payments.reconcile(at=timezone.now()) if one.about == str(payment.uuid)] == [
        "paid_without_place"
    ]


def test_refund_of_an_incident_closes_it(sandbox):
    intake = IntakeFactory(seats=0)
    application = admitted_application(intake=intake)
    payment = PaymentFactory(application=application, session_id="", state="expired", created_at=timezone.now())
    Payment.objects.filter(pk=payment.pk).update(state="started")
    payment.refresh_from_db()
    payment = payments._open(payment)
    sandbox.pay(payment.page_url)
    payment = payments.settle(payment, at=timezone.now())
    assert Case.objects.open().filter(kind=Case.Kind.PAYMENT).count() == 1

    payments.refund(payment, by=UserFactory(role="Finance"), at=timezone.now(), reason="No place left")

    assert not Case.objects.open().filter(kind=Case.Kind.PAYMENT).exists()
    assert end_state(application)["application"] == "withdrawn"
    assert ledger.balance(application) == 0


@pytest.mark.parametrize("change", [{"amount_minor": 99_900}, {"currency": "GBP"}])
def test_amount_that_differs_never_settles(sandbox, application, change):
    payment = checkout(application)
    Payment.objects.filter(pk=payment.pk).update(**change)
    sandbox.pay(payment.page_url)
    for _time in range(2):
        payments.settle(Payment.objects.get(pk=payment.pk), at=timezone.now())
    assert end_state(application)["application"] == "admitted"
    assert not LedgerEntry.objects.filter(kind="settlement").exists()
    assert Case.objects.filter(kind=Case.Kind.PAYMENT).count() == 1


def test_refund_ends_the_place_and_is_booked_once(sandbox, application):
    payment = checkout(application)
    sandbox.pay(payment.page_url)
    payment = payments.settle(payment, at=timezone.now())

    payments.refund(payment, by=UserFactory(role="Finance"), at=timezone.now(), reason="Moved abroad")
    for event in events_of(payment):
        payments.note_event(event["id"], event["type"], event, at=timezone.now())
    payments.process_events(at=timezone.now())

    assert sorted(application.ledger.values_list("kind", "amount_minor")) == [
        ("charge", 125_000), ("refund", 125_000), ("settlement", -125_000), ("waiver", -125_000),
    ]  # fmt: skip
    assert Enrolment.objects.get().state == "withdrawn"
    assert seats.taken([application.intake_id]) == {application.intake_id: 0}
    with pytest.raises(payments.NotRefundable):
        payments.refund(payment, by=UserFactory(), at=timezone.now(), reason="again")
    assert _concerning(payment) == []


def _concerning(payment):
    return [one for one in payments.reconcile(at=timezone.now()) if one.about == str(payment.uuid)]


def test_refund_made_at_the_provider_is_booked_by_its_event(sandbox, application):
    from enrolment import stripe_gateway

    payment = checkout(application)
    sandbox.pay(payment.page_url)
    payment = payments.settle(payment, at=timezone.now())
    stripe_gateway.give_back(payment.intent_id, amount_minor=25_000, reference="by-hand")

    for event in events_of(payment):
        payments.note_event(event["id"], event["type"], event, at=timezone.now())
    payments.process_events(at=timezone.now())

    payment.refresh_from_db()
    assert (payment.state, ledger.sum_of(payment, kind="refund"), ledger.balance(application)) == ("settled", 25_000, 0)
    assert Enrolment.objects.get().state == "active"


def test_nobody_pays_before_the_decision_or_twice(sandbox, application):
    with pytest.raises(payments.NotPayable):
        checkout(ApplicationFactory(submitted=True))
    payment = checkout(application)
    sandbox.pay(payment.page_url)
    with pytest.raises(payments.NotPayable):
        checkout(application)  # finds that it was paid
    assert end_state(application) == ENROLLED


def test_withdrawing_waits_until_the_page_is_closed(sandbox, application):
    payment = checkout(application)
    with pytest.raises(applications.PaymentUnderWay):
        applications.withdraw(application, at=timezone.now())
    payments.check_open_payments(at=payment.expires_at)
    assert applications.withdraw(application, at=timezone.now()).state == Application.State.WITHDRAWN
    assert ledger.balance(application) == 0


def test_rehearsed_past_opens_a_page_too(sandbox):
    past = timezone.now() - timedelta(days=400)
    application = admitted_application(created_at=past)
    payment = payments.start_checkout(application, at=past, language="en")
    sandbox.pay(payment.page_url)
    payments.settle(payment, at=past)
    assert end_state(application) == ENROLLED
    assert Receipt.objects.get().number.startswith(str(past.year))
