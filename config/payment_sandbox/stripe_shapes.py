"""Where localstripe answers otherwise than Stripe does today, and how it is set right.

localstripe speaks Stripe's API of 2017. ``straighten`` changes its classes so that each
answer *and* each event carries the fields of the present API: a charge named by its id,
``amount_received``, the card behind a charge, the newest first in every list.
"""

from localstripe import resources

from config.payment_sandbox import cards

API_VERSION = "2025-03-31.basil"


def straighten() -> None:
    """Change localstripe's classes for this process; call it once, before anything is served."""
    _wrap_export(resources.PaymentIntent, _payment_intent)
    _wrap_export(resources.Charge, _charge)
    _wrap_export(resources.Refund, _refund)
    _wrap_export(resources.Event, _event)
    _wrap_export(resources.PaymentMethod, _payment_method)
    resources.PaymentMethod._charging_is_declined = _is_declined
    resources.Charge._set_auth_failure = _note_decline
    listed = resources.StripeObject._api_list_all.__func__

    def newest_first(cls, *args, **kwargs):
        found = listed(cls, *args, **kwargs)
        found._list.reverse()
        return found

    resources.StripeObject._api_list_all = classmethod(newest_first)


def _wrap_export(cls, shape):
    plain = cls._export

    def export(self, expand=None):
        # The shape comes first, so that what it turned into an id can be expanded again.
        wanted, self_only = expand or [], plain(self)
        answer = shape(self, self_only)
        if not isinstance(wanted, list):
            raise resources.UserError(400, "Bad request")
        for path in wanted:
            _expand(answer, path)
        return answer

    cls._export = export


def _expand(answer, path):
    name, _, rest = path.partition(".")
    if name not in answer:
        raise resources.UserError(400, f"This property cannot be expanded ({path}).")
    value = answer[name]
    if isinstance(value, str):
        cls = resources.StripeObject._get_class_for_id(value)
        if cls is not None:
            answer[name] = cls._api_retrieve(value)._export(expand=[rest] if rest else None)
    elif isinstance(value, dict) and rest:
        _expand(value, rest)


def _payment_intent(intent, answer):
    charge = intent.latest_charge
    has_paid = intent.status == "succeeded"
    answer.pop("charges", None)
    answer["latest_charge"] = charge.id if charge else None
    answer["amount_received"] = intent.amount if has_paid else 0
    answer["amount_capturable"] = intent.amount if intent.status == "requires_capture" else 0
    answer["payment_method_types"] = ["card"]
    for name in ("description", "receipt_email", "setup_future_usage"):
        answer.setdefault(name, None)
    error = answer.get("last_payment_error")
    if error:
        error["type"] = "card_error"
        if charge and charge.status == "failed":
            decline = _decline_of(charge.payment_method)
            error["decline_code"] = decline.decline_code if decline else "generic_decline"
            error["payment_method"] = _retrieved(charge.payment_method)._export()
        # Stripe lets go of a card that was refused: the next attempt needs one again.
        answer["payment_method"] = None
    return answer


def _charge(charge, answer):
    method = _retrieved(charge.payment_method)
    answer["amount_captured"] = charge.amount if charge.paid and charge.captured else 0
    answer["billing_details"] = dict(getattr(method, "billing_details", {}))
    answer["disputed"] = False
    answer["receipt_url"] = None
    if isinstance(method, resources.PaymentMethod) and method.type == "card":
        answer["payment_method_details"] = {"type": "card", "card": method._export()["card"]}
    return answer


def _refund(refund, answer):
    answer.setdefault("reason", None)
    answer.pop("date", None)
    if answer["payment_intent"] is None:
        answer["payment_intent"] = _retrieved_charge(refund.charge).payment_intent
    return answer


def _event(event, answer):
    answer["api_version"] = API_VERSION
    answer["pending_webhooks"] = int(f"delivery:{event.id}" in resources.store)
    answer["request"] = {"id": None, "idempotency_key": None}
    return answer


def _payment_method(method, answer):
    if method.type == "card":
        answer["card"]["brand"] = cards.brand(method._card_number)
    return answer


def _is_declined(method):
    return method.type == "card" and method._card_number in cards.DECLINES


def _note_decline(charge):
    decline = _decline_of(charge.payment_method)
    charge.status = "failed"
    charge.failure_code = decline.code if decline else "card_declined"
    charge.failure_message = decline.message if decline else "Your card was declined."


def _decline_of(payment_method_id):
    return cards.DECLINES.get(getattr(_retrieved(payment_method_id), "_card_number", ""))


def _retrieved(payment_method_id):
    return resources.PaymentMethod._api_retrieve(payment_method_id)


def _retrieved_charge(charge_id):
    return resources.Charge._api_retrieve(charge_id)
