"""States in words and colours, for the public pages and the desk alike."""

from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from enrolment.models import Application, Payment

TONES: dict[str, str] = {
    Application.State.DRAFT: "neutral",
    Application.State.WAITING: "warn",
    Application.State.SUBMITTED: "info",
    Application.State.ADMITTED: "warn",
    Application.State.REJECTED: "late",
    Application.State.ENROLLED: "good",
    Application.State.WITHDRAWN: "neutral",
    Payment.State.STARTED: "neutral",
    Payment.State.OPEN: "info",
    Payment.State.SETTLED: "good",
    Payment.State.EXPIRED: "neutral",
    Payment.State.REFUNDED: "warn",
}
# Codes as in https://docs.stripe.com/declines/codes; the payer is never told more than the bank means them to know.
DECLINES = {
    "insufficient_funds": gettext_lazy("The card has not enough funds. Nothing was charged."),
    "expired_card": gettext_lazy("The card has expired. Nothing was charged."),
    "incorrect_cvc": gettext_lazy("The security code was not right. Nothing was charged."),
    "payment_intent_authentication_failure": gettext_lazy(
        "Your bank could not confirm it was you. Nothing was charged."
    ),
}


@dataclass(frozen=True)
class Step:
    """One step of the stepper: ``state`` is done, now or next."""

    title: str
    state: str
    url: str = ""


def tone(state: str) -> str:
    return TONES.get(state, "neutral")


def decline(code: str) -> str:
    """Why a payment did not go through, for whoever tried to pay."""
    return str(DECLINES.get(code) or _("The card was declined. Nothing was charged.")) if code else ""


def next_step(application: Application, *, pays: bool = True) -> str:
    """What is missing, as the words on a button; empty when it is not the applicant's turn: ``pays`` is False where
    somebody else pays for them.
    """
    if application.state == Application.State.DRAFT:
        return _("Finish my application")
    if application.state == Application.State.ADMITTED and pays:
        return _("Pay and enrol")
    return ""


def steps(application: Application) -> list[Step]:
    """How far an application has come; a free place has no step for paying."""
    state = Application.State
    is_free = application.price_minor == 0 or (application.price_minor is None and application.intake.price_minor == 0)
    waits = [(state.WAITING, _("Your guardian"))] if application.state == state.WAITING else []
    path: list[tuple[str, str]] = [
        (state.DRAFT, _("Your application")),
        *waits,
        (state.SUBMITTED, _("Our decision")),
        *([] if is_free else [(state.ADMITTED, _("Payment"))]),
        (state.ENROLLED, _("Your place")),
    ]
    came_to: dict[str, str] = {state.REJECTED: state.SUBMITTED, state.WITHDRAWN: state.DRAFT}
    reached = came_to.get(application.state, application.state)
    order = [step for step, _title in path]
    now = order.index(reached) if reached in order else 0
    is_over = application.state == state.ENROLLED
    return [
        Step(title, "done" if number < now or is_over else "now" if number == now else "next")
        for number, (_step, title) in enumerate(path)
    ]
