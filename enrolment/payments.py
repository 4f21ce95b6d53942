"""Payments: a page to pay on, and what the provider answers when asked what became of it.

No redirect, no webhook and no order of arrival decides anything: ``settle`` asks the provider's API and books what it
says, once. A payment under way holds a seat; the sweep closes those whose time is up.
"""

from datetime import datetime, timedelta
from uuid import UUID

import structlog
from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext as _
from wagtail.log_actions import log as write_history

from enrolment import applications, enrolments, incidents, ledger, letters, receipts, seats, stripe_gateway
from enrolment.models import Application, Enrolment, Payment, ProviderEvent
from enrolment.reconciliation import Mismatch, reconcile
from enrolment.stripe_gateway import Order, Page, ProviderDown, ProviderRefused
from people import relatives
from people.announcements import announce
from people.models import Identity, User
from people.own_data import links

__all__ = [
    "Mismatch",
    "check_open_payments",
    "note_event",
    "process_events",
    "reconcile",
    "refund",
    "settle",
    "start_checkout",
]

State = Payment.State
# Stripe's pages live 30 minutes at least; the other half hour is for asking again after an outage.
HOLD = timedelta(minutes=60)
log = structlog.get_logger("matricula.payments")


class NotPayable(Exception):
    """The application is not waiting to be paid: not admitted, or nothing is owed."""


class NotRefundable(Exception):
    """No money of this payment is left to give back."""


def start_checkout(application: Application, *, at: datetime, language: str) -> Payment:
    """Hold a seat and open a page to pay what is owed on; a page that is open already is used again.

    Raises NotPayable (also when an earlier page turns out to be paid), seats.PlacesGone, and ProviderDown or
    ProviderRefused: the sweep then finds the payment.
    """
    # What became of an earlier page must be known before a new one is opened, or somebody could pay on both.
    for earlier in Payment.objects.under_way().filter(application=application):
        _look_after(earlier, at=at)
    payment = _hold(application, at=at, language=language)
    return _open(payment) if payment.state == State.STARTED else payment


def settle(payment: Payment, *, at: datetime) -> Payment:
    """Ask the provider what became of the payment and book it; asking again changes nothing.

    A payment that came in is in the ledger, has a receipt and gives the place. Wrong amounts and payments for which
    no place is left become cases for Finance. Raises ProviderDown or ProviderRefused. Announces
    ``after_payment_settled``.
    """
    if not payment.session_id:
        payment = _open(payment)
    return _book(payment, stripe_gateway.read_page(payment.session_id), at=at)


def refund(payment: Payment, *, by: User, at: datetime, reason: str, ends_place: bool = True) -> Payment:
    """Give back all that is left of the payment, and with ``ends_place`` the seat too.

    Asking again gives nothing back twice. Raises NotRefundable, ProviderDown or ProviderRefused.
    """
    payment.refresh_from_db()
    left = payment.amount_minor - ledger.sum_of(payment, kind=ledger.Kind.REFUND)
    if payment.state != State.SETTLED or left <= 0:
        raise NotRefundable(payment.state)
    stripe_gateway.give_back(payment.intent_id, amount_minor=left, reference=f"{payment.uuid}-{left}")
    with transaction.atomic():
        payment = _book(payment, stripe_gateway.read_page(payment.session_id), at=at, note=reason)
        write_history(
            instance=payment, action="enrolment.refund", user=by, timestamp=at, data={"reason": reason, "minor": left}
        )
        incidents.settle(payment, by=by, at=at)
        if ends_place and not payment.application.payments.filter(state=State.SETTLED).exists():
            _take_place_back(payment.application, by=by, at=at)
    return payment


def note_event(event_id: str, kind: str, payload: dict, *, at: datetime) -> ProviderEvent:
    """Keep a webhook as it came; the same event again is the same row."""
    facts = {"kind": kind, "payload": payload, "received_at": at}
    return ProviderEvent.objects.get_or_create(event_id=event_id, defaults=facts)[0]


def process_events(*, at: datetime, limit: int = 500) -> int:
    """Ask the provider about every payment an event speaks of; return how many events are done with.

    Events that concern no payment of ours are kept and ignored. While the provider is down they wait; one that fails
    does not hold up the others. Two workers on one event only ask twice.
    """
    done = 0
    for event in ProviderEvent.objects.filter(processed_at=None).order_by("pk")[:limit]:
        try:
            outcome = _understand(event, at=at)
        except ProviderDown as down:
            log.warning("provider_down", why=str(down))
            break
        except Exception:
            log.exception("event_failed", event_id=event.event_id)
            ProviderEvent.objects.filter(pk=event.pk).update(outcome="failed; see the log")
            continue
        done += ProviderEvent.objects.filter(pk=event.pk, processed_at=None).update(processed_at=at, outcome=outcome)
    return done


def check_open_payments(*, at: datetime, limit: int = 500) -> int:
    """Ask about payments under way, close the pages whose time is up and free their seats; return how many changed."""
    changed = 0
    for payment in Payment.objects.under_way().select_related("application").order_by("expires_at")[:limit]:
        before = payment.state
        try:
            after = _look_after(payment, at=at)
        except ProviderDown as down:
            log.warning("provider_down", why=str(down))
            break
        except Exception:
            log.exception("payment_check_failed", payment=str(payment.uuid))
            continue
        changed += after.state != before
    return changed


@transaction.atomic
def _hold(application: Application, *, at: datetime, language: str) -> Payment:
    """The payment of this application under way, or a new one that holds a seat from now on."""
    intake = seats.lock(application.intake_id)
    application = Application.objects.select_for_update().get(pk=application.pk)
    owed = ledger.balance(application)
    if application.state != Application.State.ADMITTED or owed <= 0:
        raise NotPayable(application.state)
    under_way = Payment.objects.under_way().filter(application=application).first()
    if under_way:
        return under_way
    seats.refuse_without_place(intake, but=application)
    return Payment.objects.create(
        application=application,
        amount_minor=owed,
        currency=application.currency,
        language=language,
        created_at=at,
        expires_at=at + HOLD,
    )


def _open(payment: Payment) -> Payment:
    """Have the page made. The reference makes it the same page, if an earlier answer got lost."""
    page = stripe_gateway.open_page(_order(payment))
    Payment.objects.filter(pk=payment.pk, session_id="").update(session_id=page.session_id, page_url=page.url)
    Payment.objects.filter(pk=payment.pk, state=State.STARTED).update(state=State.OPEN)
    payment.refresh_from_db()
    return payment


def _order(payment: Payment) -> Order:
    application = payment.application
    payer = relatives.payer_of(application.person, payment.created_at)
    email = payer.identities.filter(kind=Identity.Kind.EMAIL).order_by("-verified_at", "pk").first()
    paid = links.absolute(reverse("enrolment:paid", args=[application.uuid]))
    return Order(
        reference=str(payment.uuid),
        amount_minor=payment.amount_minor,
        currency=payment.currency,
        name=application.intake.programme.title_in(payment.language),
        language=payment.language,
        email=email.value if email else "",
        paid_url=paid,
        cancelled_url=links.absolute(reverse("enrolment:cancelled", args=[application.uuid])),
        expires_at=int(payment.expires_at.timestamp()),
    )


def _look_after(payment: Payment, *, at: datetime) -> Payment:
    return _close(payment, at=at) if payment.expires_at <= at else settle(payment, at=at)


def _close(payment: Payment, *, at: datetime) -> Payment:
    """End the page; if it was paid on in the last moment, that counts."""
    if payment.session_id:
        return _book(payment, stripe_gateway.close_page(payment.session_id), at=at)
    # The provider never answered when the page was asked for, so nobody was ever shown it.
    Payment.objects.filter(pk=payment.pk, state=State.STARTED, session_id="").update(state=State.EXPIRED)
    payment.refresh_from_db()
    return payment


@transaction.atomic
def _book(payment: Payment, page: Page, *, at: datetime, note: str = "") -> Payment:
    """Write down what the provider answered. Locks the intake, the application and the payment, in this order."""
    application = Application.objects.select_related("person", "intake__programme").get(pk=payment.application_id)
    seats.lock(application.intake_id)
    Application.objects.select_for_update().get(pk=application.pk)
    payment = Payment.objects.select_for_update(of=("self",)).get(pk=payment.pk)
    application.refresh_from_db(fields=["state"])
    payment.application = application
    if not page.is_paid:
        return _book_unpaid(payment, page)
    asked_for = (payment.amount_minor, payment.currency, str(payment.uuid))
    if (page.amount_minor, page.currency, page.reference) != asked_for:
        what = _("The provider says %(theirs)s was paid, we asked for %(ours)s.") % {
            "theirs": f"{page.amount_minor} {page.currency}",
            "ours": f"{payment.amount_minor} {payment.currency}",
        }
        incidents.report(payment, what=what, at=at)
        return payment
    if payment.state not in (State.SETTLED, State.REFUNDED):
        _book_paid(payment, page, at=at)
    if page.refunded_minor:
        _book_refund(payment, page.refunded_minor, at=at, note=note)
    return payment


def _book_unpaid(payment: Payment, page: Page) -> Payment:
    if payment.state in (State.SETTLED, State.REFUNDED):
        log.error("provider_took_payment_back", payment=str(payment.uuid))  # reconcile shows it; we do not unbook
        return payment
    payment.last_error = page.last_error or payment.last_error
    if page.state != "open":
        payment.state = State.EXPIRED
    payment.save(update_fields=["last_error", "state"])
    return payment


def _book_paid(payment: Payment, page: Page, *, at: datetime) -> None:
    payment.state, payment.settled_at, payment.last_error = State.SETTLED, at, ""
    payment.intent_id, payment.card, payment.session_id = page.intent_id, page.card, page.session_id
    payment.save()
    ledger.settlement(payment, at=at)
    letters.receipt_issued(receipts.issue(payment, at=at), at=at)
    _give_place(payment, at=at)
    announce("after_payment_settled", payment=payment, at=at)


def _give_place(payment: Payment, *, at: datetime) -> None:
    application = payment.application
    if Enrolment.objects.filter(application=application).exists():
        incidents.report(payment, what=_("Paid twice: the place had been paid already. Give one payment back."), at=at)
    elif application.state != Application.State.ADMITTED:
        incidents.report(payment, what=_("Paid for an application that is over. Give the payment back."), at=at)
    else:
        try:
            enrolments.enrol(application, at=at)
        except seats.PlacesGone:
            what = _("Paid after the seat was given up, and no place is left. Find a place or give the payment back.")
            incidents.report(payment, what=what, at=at)


def _book_refund(payment: Payment, total_minor: int, *, at: datetime, note: str) -> None:
    entry = ledger.refund(payment, total_minor=total_minor, at=at, note=note)
    if entry is None:
        return
    if total_minor >= payment.amount_minor:
        payment.state = State.REFUNDED
        payment.save(update_fields=["state"])
    # What was given back is not owed again; if it had been paid twice, nothing is owed and nothing forgiven.
    ledger.waive(payment.application, at=at, cause=entry.key, note=note)
    letters.refunded(payment, amount_minor=entry.amount_minor, total_minor=total_minor, at=at)


def _take_place_back(application: Application, *, by: User, at: datetime) -> None:
    enrolment = Enrolment.objects.active().filter(application=application).first()
    if enrolment:
        enrolments.end(enrolment, at=at, by=by)
    elif application.state == Application.State.ADMITTED:
        applications.withdraw(application, at=at, by=by)


def _understand(event: ProviderEvent, *, at: datetime) -> str:
    payment = _payment_of(event)
    if payment is None:
        return "ignored"
    try:
        return settle(payment, at=at).state
    except ProviderRefused as refused:
        return f"refused: {refused}"[:250]


def _payment_of(event: ProviderEvent) -> Payment | None:
    """The payment an event speaks of: by our reference, else by the provider's ids."""
    about = event.payload.get("data", {}).get("object", {})
    if not event.kind.startswith(("checkout.session.", "payment_intent.", "charge.", "refund.")):
        return None
    payments = Payment.objects.select_related("application")
    reference = (about.get("metadata") or {}).get("payment", "")
    ids = [value for value in (about.get("id"), about.get("payment_intent")) if isinstance(value, str) and value]
    found = payments.filter(session_id__in=ids).first() or payments.filter(intent_id__in=ids).first()
    if found is None and (uuid := _uuid(reference)):
        found = payments.filter(uuid=uuid).first()
    return found


def _uuid(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None
