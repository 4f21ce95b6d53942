"""Checkout Sessions: what localstripe lacks.

A session is opened by the API, paid on the hosted page and closed once. Its payment intent
comes into being with the first attempt to pay, as Stripe has it since 2022.
https://docs.stripe.com/api/checkout/sessions
"""

import secrets
import time
from enum import Enum

from localstripe import resources
from localstripe.errors import UserError

from config.payment_sandbox.cards import DECLINES, Card

SHORTEST_LIFE_SECONDS = 30 * 60
LONGEST_LIFE_SECONDS = 24 * 3600
# Stripe has no Catalan; the sandbox shows it, so that a demo can be walked through in it.
LOCALES = ("auto", "ca", "en", "en-GB", "es", "es-419")
INTENT_DATA = {"metadata", "description", "receipt_email", "setup_future_usage"}
WITHOUT_EFFECT = {"payment_method_types", "submit_type", "customer_creation", "ui_mode"}


class Outcome(Enum):
    """How an attempt to pay ended."""

    PAID = "paid"
    DECLINED = "declined"
    MUST_AUTHENTICATE = "must_authenticate"
    NOT_AUTHENTICATED = "not_authenticated"
    OVER = "over"  # paid or expired before; nothing was charged now


def refuse(message: str, *, param: str | None = None, code: str | None = None, status: int = 400):
    """Raise the error that Stripe would answer with."""
    named = {"param": param, "code": code}
    raise UserError(status, message, {key: value for key, value in named.items() if value})


class CheckoutSession(resources.StripeObject):
    """A basket on its way to being paid, in mode ``payment``."""

    object = "checkout.session"
    _id_prefix = "cs_test_"

    def __init__(self, *, public_url="", **params):
        lines = _lines(params.pop("line_items", None))
        wanted = _checked(params, now=int(time.time()))

        super().__init__(id=self._id_prefix + secrets.token_hex(29))
        self._lines = lines
        self._intent_data = wanted["payment_intent_data"] or {}
        self._page = f"{public_url}/pay/{self.id}"
        self._decline = None
        self.amount_subtotal = self.amount_total = sum(line["amount_total"] for line in lines)
        self.cancel_url = wanted.get("cancel_url")
        self.client_reference_id = wanted.get("client_reference_id")
        self.currency = lines[0]["currency"]
        self.customer = wanted.get("customer")
        self.customer_details = None
        self.customer_email = wanted.get("customer_email")
        self.expires_at = wanted["expires_at"]
        self.locale = wanted.get("locale")
        self.metadata = wanted.get("metadata") or {}
        self.mode = "payment"
        self.payment_intent = None
        self.payment_method_types = ["card"]
        self.payment_status = "unpaid"
        self.status = "open"
        self.success_url = wanted["success_url"]
        self.total_details = {"amount_discount": 0, "amount_shipping": 0, "amount_tax": 0}
        self.ui_mode = "hosted"

    @property
    def url(self):
        return self._page if self.status == "open" else None

    def _export(self, expand=None):
        expand = list(expand or [])
        with_lines = "line_items" in expand
        answer = super()._export(expand=[path for path in expand if path != "line_items"])
        if with_lines:
            answer["line_items"] = self._listed_lines()
        return answer

    def _listed_lines(self):
        url = f"/v1/checkout/sessions/{self.id}/line_items"
        return {"object": "list", "url": url, "has_more": False, "data": self._lines}

    def _landing(self):
        """Where the payer goes after paying."""
        return self.success_url.replace("{CHECKOUT_SESSION_ID}", self.id)

    def _pay(self, card: Card, *, email: str) -> Outcome:
        """Charge the card, unless the session is over."""
        if self.status != "open":
            return Outcome.OVER
        self.customer_details = {"email": email, "name": card.name}
        method = resources.PaymentMethod(
            type="card",
            billing_details={"email": email, "name": card.name},
            card={
                "number": card.number,
                "exp_month": card.exp_month,
                "exp_year": card.exp_year,
                "cvc": card.cvc,
            },
        )
        intent = self._intent()
        # Back to the beginning: an earlier attempt may have been declined or left half done.
        intent.next_action, intent.latest_charge = None, None
        intent.payment_method = method.id
        try:
            intent._confirm(on_failure_now=intent._report_failure)
        except UserError:
            self._decline = DECLINES[card.number].decline_code
            return Outcome.DECLINED
        if intent.next_action:
            return Outcome.MUST_AUTHENTICATE
        return self._complete()

    def _authenticate(self, *, success: bool) -> Outcome:
        """End the 3-D Secure challenge, one way or the other."""
        intent = self._existing_intent()
        if self.status != "open" or intent is None or intent.status != "requires_action":
            return Outcome.OVER
        resources.PaymentIntent._api_authenticate(intent.id, client_secret=intent.client_secret, success=success)
        if success:
            return self._complete()
        resources.schedule_webhook(resources.Event("payment_intent.payment_failed", intent))
        return Outcome.NOT_AUTHENTICATED

    def _must_authenticate(self):
        intent = self._existing_intent()
        return self.status == "open" and intent is not None and intent.status == "requires_action"

    def _expire(self):
        """Close the session unpaid, and with it what was begun."""
        self.status = "expired"
        intent = self._existing_intent()
        if intent is not None:
            intent._canceled, intent.next_action = True, None
        resources.schedule_webhook(resources.Event("checkout.session.expired", self))

    def _complete(self):
        self.status, self.payment_status = "complete", "paid"
        intent = self._existing_intent()
        if intent.customer and intent.setup_future_usage:
            # The card may be charged again without the payer, for the next instalment.
            resources.PaymentMethod._api_retrieve(intent.payment_method).customer = intent.customer
        resources.schedule_webhook(resources.Event("checkout.session.completed", self))
        return Outcome.PAID

    def _existing_intent(self):
        return self.payment_intent and resources.PaymentIntent._api_retrieve(self.payment_intent)

    def _intent(self):
        intent = self._existing_intent()
        if intent is None:
            data = self._intent_data
            intent = resources.PaymentIntent(
                amount=self.amount_total,
                currency=self.currency,
                customer=self.customer,
                metadata=dict(data.get("metadata") or {}),
            )
            intent.description = data.get("description")
            intent.receipt_email = data.get("receipt_email")
            intent.setup_future_usage = data.get("setup_future_usage")
            self.payment_intent = intent.id
        return intent


def expire_overdue(*, now: float) -> int:
    """Expire each open session whose time is up; return how many."""
    overdue = [
        session
        for session in resources.store.of_kind(CheckoutSession.object)
        if session.status == "open" and session.expires_at <= now
    ]
    for session in overdue:
        session = CheckoutSession._api_retrieve(session.id)  # so that the store notes the change
        session._expire()
    return len(overdue)


def _checked(params, *, now):
    known = {"mode", "success_url", "cancel_url", "client_reference_id", "customer_email"}
    known |= {"customer", "locale", "metadata", "payment_intent_data", "expires_at"}
    for name in params:
        if name not in known | WITHOUT_EFFECT:
            refuse(f"Received unknown parameter: {name}", param=name, code="parameter_unknown")
    if params.get("mode") != "payment":
        refuse("The sandbox only knows mode=payment.", param="mode")
    for name in ("success_url", "cancel_url"):
        if name in params and not str(params[name]).startswith(("http://", "https://")):
            refuse("Not a valid URL", param=name, code="url_invalid")
    if "success_url" not in params:
        refuse("Missing required param: success_url.", param="success_url")
    if params.get("locale", "auto") not in LOCALES:
        refuse(f"Invalid locale: must be one of {', '.join(LOCALES)}", param="locale")
    if params.get("customer") and params.get("customer_email"):
        refuse("You may only specify one of these parameters: customer, customer_email.")
    if params.get("customer"):
        resources.Customer._api_retrieve(params["customer"])
    for name in ("metadata", "payment_intent_data"):
        if not isinstance(params.setdefault(name, {}) or {}, dict):
            refuse("Invalid object", param=name)
    for name in set(params["payment_intent_data"] or {}) - INTENT_DATA:
        where = f"payment_intent_data[{name}]"
        refuse(f"Received unknown parameter: {where}", param=where, code="parameter_unknown")
    expires_at = _whole(params.get("expires_at", now + LONGEST_LIFE_SECONDS), "expires_at")
    if not now + SHORTEST_LIFE_SECONDS - 60 <= expires_at <= now + LONGEST_LIFE_SECONDS + 60:
        refuse(
            "The `expires_at` timestamp must be between 30 minutes and 24 hours after Checkout Session creation.",
            param="expires_at",
        )
    return {**params, "expires_at": expires_at}


def _lines(items):
    if not isinstance(items, list) or not items:
        refuse("Missing required param: line_items.", param="line_items", code="parameter_missing")
    lines = [_line(item, f"line_items[{position}]") for position, item in enumerate(items)]
    if len({line["currency"] for line in lines}) > 1:
        refuse("All line items must have the same currency.", param="line_items")
    if not sum(line["amount_total"] for line in lines):
        refuse("The total must be greater than zero.", param="line_items")
    return lines


def _line(item, where):
    try:
        price = item["price_data"]
        name, currency = price["product_data"]["name"], price["currency"].lower()
        unit_amount = _whole(price["unit_amount"], f"{where}[price_data][unit_amount]")
        quantity = _whole(item.get("quantity", 1), f"{where}[quantity]")
    except (KeyError, TypeError, AttributeError):
        refuse(f"Missing required param: {where}[price_data].", param=where)
    if unit_amount < 0 or quantity < 1 or len(currency) != 3 or not name:
        refuse("Invalid price, quantity or currency.", param=where)
    amount = unit_amount * quantity
    return {
        "id": f"li_{resources.random_id(14)}",
        "object": "item",
        "amount_subtotal": amount,
        "amount_total": amount,
        "currency": currency,
        "description": str(name),
        "quantity": quantity,
        "price": {"object": "price", "currency": currency, "unit_amount": unit_amount},
        "explanation": price["product_data"].get("description"),
    }


def _whole(value, param):
    try:
        return int(value)
    except (TypeError, ValueError):
        refuse(f"Invalid integer: {value}", param=param, code="parameter_invalid_integer")
