"""Refunds, with the limit that localstripe does not keep: never more than was paid."""

from localstripe import resources

from config.payment_sandbox.checkout import refuse

REASONS = ("duplicate", "fraudulent", "requested_by_customer")


def refund(*, charge=None, payment_intent=None, amount=None, reason=None, metadata=None, **more):
    """Give back ``amount`` minor units, or all that is left, and announce it.

    Refuses amounts beyond what is left, and charges that never succeeded.
    """
    for name in more:
        refuse(f"Received unknown parameter: {name}", param=name, code="parameter_unknown")
    if reason is not None and reason not in REASONS:
        refuse(f"Invalid reason: must be one of {', '.join(REASONS)}", param="reason")
    paid = _charge(charge, payment_intent)
    left = paid.amount - paid.amount_refunded
    if not left:
        refuse(f"Charge {paid.id} has already been refunded.", code="charge_already_refunded")
    try:
        amount = left if amount is None else int(amount)
    except ValueError:
        refuse(f"Invalid integer: {amount}", param="amount", code="parameter_invalid_integer")
    if amount < 1:
        refuse("Invalid positive integer", param="amount", code="parameter_invalid_integer")
    if amount > left:
        refuse(
            f"Refund amount ({amount}) is greater than unrefunded amount on charge ({left})",
            param="amount",
        )
    given_back = resources.Refund(charge=paid.id, amount=amount, metadata=metadata)
    given_back.payment_intent = paid.payment_intent
    given_back.reason = reason
    resources.schedule_webhook(resources.Event("charge.refunded", paid))
    return given_back


def _charge(charge_id, payment_intent_id):
    if payment_intent_id:
        intent = resources.PaymentIntent._api_retrieve(payment_intent_id)
        if intent.status != "succeeded":
            refuse(
                "This PaymentIntent does not have a successful charge to refund.",
                param="payment_intent",
            )
        return intent.latest_charge
    if not charge_id:
        refuse("One of the following params should be provided: charge or payment_intent.")
    charge = resources.Charge._api_retrieve(charge_id)
    if charge.status != "succeeded":
        refuse("Cannot refund a charge that did not succeed.", param="charge")
    return charge
