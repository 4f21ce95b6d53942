"""The one module that speaks to Stripe, or to the sandbox that stands in for it. Answers are our own frozen types.

Every request has a timeout; whatever goes wrong is either ``ProviderDown`` (ask again later) or ``ProviderRefused``
(asking again will not help).
"""

import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import lru_cache

import stripe
from django.conf import settings
from stripe.params.checkout import SessionCreateParams

TIMEOUT_SECONDS = (4, 12)  # to connect, to answer
LONGEST_PAGE_SECONDS = 24 * 3600  # Stripe refuses pages that live longer
EXPANDED = ["payment_intent.latest_charge"]


class ProviderDown(Exception):
    """The provider did not answer, or not sensibly; nothing is known, ask again."""


class ProviderRefused(Exception):
    """The provider understood and said no."""


class ForgedEvent(Exception):
    """A webhook whose signature is not the provider's, or is too old."""


@dataclass(frozen=True)
class Order:
    """What is to be paid: ``reference`` is ours and comes back with the page, ``expires_at`` is in epoch seconds."""

    reference: str
    amount_minor: int
    currency: str
    name: str
    language: str
    email: str
    paid_url: str
    cancelled_url: str
    expires_at: int


@dataclass(frozen=True)
class Page:
    """A hosted payment page as the provider knows it now; ``state`` is open, complete or expired."""

    session_id: str
    reference: str
    state: str
    url: str
    is_paid: bool
    amount_minor: int
    currency: str
    intent_id: str = ""
    card: str = ""
    last_error: str = ""  # the provider's code, such as "insufficient_funds"
    refunded_minor: int = 0


@dataclass(frozen=True)
class Event:
    """A webhook whose signature was verified."""

    event_id: str
    kind: str
    payload: dict


@dataclass(frozen=True)
class Money:
    """What the provider says of one payment: received and given back, in minor units."""

    intent_id: str
    session_id: str
    reference: str
    received_minor: int
    refunded_minor: int
    currency: str


def open_page(order: Order) -> Page:
    """Make a hosted payment page; the same reference again answers the same page."""
    params: SessionCreateParams = {
        "mode": "payment",
        "client_reference_id": order.reference,
        "line_items": [
            {
                "quantity": 1,
                "price_data": {
                    "currency": order.currency.lower(),
                    "unit_amount": order.amount_minor,
                    "product_data": {"name": order.name},
                },
            }
        ],
        "success_url": order.paid_url,
        "cancel_url": order.cancelled_url,
        "locale": _locale(order.language),
        "metadata": {"payment": order.reference},
        "payment_intent_data": {"metadata": {"payment": order.reference}},
    }
    if order.email:
        params["customer_email"] = order.email
    # A hold that is over by the provider's clock belongs to a rehearsed past: its page lives as long as any.
    if time.time() < order.expires_at <= time.time() + LONGEST_PAGE_SECONDS:
        params["expires_at"] = order.expires_at
    with _translated():
        session = _client().v1.checkout.sessions.create(params, {"idempotency_key": f"page-{order.reference}"})
        return _page(session)


def read_page(session_id: str) -> Page:
    """Ask what has become of a page."""
    with _translated():
        return _page(_client().v1.checkout.sessions.retrieve(session_id, {"expand": EXPANDED}))


def close_page(session_id: str) -> Page:
    """End an open page, so that nobody can pay on it; one that is over stays as it is."""
    try:
        with _translated():
            _client().v1.checkout.sessions.expire(session_id)
    except ProviderRefused:
        pass  # paid or expired in the meantime: what counts is the answer to the question below
    return read_page(session_id)


def give_back(intent_id: str, *, amount_minor: int, reference: str) -> None:
    """Refund; the same reference again refunds nothing more."""
    with _translated():
        _client().v1.refunds.create(
            {"payment_intent": intent_id, "amount": amount_minor, "reason": "requested_by_customer"},
            {"idempotency_key": f"refund-{reference}"},
        )


def all_money() -> list[Money]:
    """Every payment that succeeded at the provider, for the proof that our books agree with it."""
    with _translated():
        sessions = {
            session.payment_intent: session
            for session in _client().v1.checkout.sessions.list({"limit": 100}).auto_paging_iter()
            if session.payment_status == "paid"
        }
        charges = [
            charge
            for charge in _client().v1.charges.list({"limit": 100}).auto_paging_iter()
            if charge.status == "succeeded"
        ]
    return [
        Money(
            intent_id=_id_of(charge.payment_intent),
            session_id=session.id if session else "",
            reference=(session.client_reference_id or "") if session else "",
            received_minor=charge.amount,
            refunded_minor=charge.amount_refunded,
            currency=charge.currency.upper(),
        )
        for charge in charges
        for session in [sessions.get(charge.payment_intent)]
    ]


def read_event(body: bytes, signature: str) -> Event:
    """Verify a webhook. Raises ForgedEvent if it was not signed with our secret in the last five minutes."""
    try:
        event = _client().construct_event(body, signature, settings.STRIPE_WEBHOOK_SECRET)
    except (stripe.SignatureVerificationError, ValueError) as error:
        raise ForgedEvent(str(error)) from error
    return Event(event.id, event.type, event.to_dict())


@lru_cache(maxsize=4)
def _client_for(_process: int, key: str, base: str) -> stripe.StripeClient:
    return stripe.StripeClient(
        key,
        base_addresses={"api": base} if base else {},
        max_network_retries=1,
        http_client=stripe.RequestsClient(timeout=TIMEOUT_SECONDS),
    )


def _client() -> stripe.StripeClient:
    # One per process: a worker that forks must not read its sibling's answers from a shared connection.
    return _client_for(os.getpid(), settings.STRIPE_API_KEY, settings.STRIPE_API_BASE)


@contextmanager
def _translated() -> Iterator[None]:
    try:
        yield
    except (stripe.InvalidRequestError, stripe.CardError, stripe.IdempotencyError) as error:
        raise ProviderRefused(_in_one_line(error.user_message or str(error))) from error
    except stripe.StripeError as error:
        # No connection, too many requests, its own fault, or a key it does not take: to the payer all the same.
        raise ProviderDown(_in_one_line(f"{type(error).__name__}: {error}")) from error


def _in_one_line(text: str) -> str:
    return " ".join(text.split())[:200]


def _page(session: stripe.checkout.Session) -> Page:
    intent = session.payment_intent
    known = intent if intent is not None and not isinstance(intent, str) else None
    charge = known.latest_charge if known else None
    charge = charge if charge is not None and not isinstance(charge, str) else None
    error = known.last_payment_error if known else None
    return Page(
        session_id=session.id,
        reference=session.client_reference_id or "",
        state=session.status or "",
        url=session.url or "",
        is_paid=session.payment_status == "paid",
        amount_minor=session.amount_total or 0,
        currency=(session.currency or "").upper(),
        intent_id=_id_of(intent),
        card=_card(charge) if session.payment_status == "paid" else "",
        last_error=_code(error) if error else "",
        refunded_minor=charge.amount_refunded if charge else 0,
    )


def _id_of(intent: str | stripe.PaymentIntent | None) -> str:
    """The id, whether the provider sent that alone or the whole intent."""
    return intent if isinstance(intent, str) else intent.id if intent else ""


def _code(error) -> str:
    # The bank's own reason says more than Stripe's, where there is one.
    return (getattr(error, "decline_code", None) or getattr(error, "code", None) or "declined")[:250]


def _card(charge) -> str:
    details = getattr(charge, "payment_method_details", None)
    card = getattr(details, "card", None)
    return f"{card.brand} {card.last4}" if card else ""


def _locale(language: str) -> str:
    # Stripe has no Catalan; whoever reads it also reads Spanish. The sandbox has it.
    return "es" if language == "ca" and not settings.STRIPE_API_BASE else language
