"""The test cards, and what is wrong with a card form."""

import re
from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True)
class Decline:
    """Why the bank says no: Stripe's ``code`` and ``decline_code``, and its sentence."""

    code: str
    decline_code: str
    message: str


@dataclass(frozen=True)
class Card:
    """What a person typed, once it has been found valid; the year has four digits."""

    number: str
    exp_month: int
    exp_year: int
    cvc: str
    name: str


# https://docs.stripe.com/testing
SUCCEEDS = ("4242424242424242", "5555555555554444", "4000007240000007")
NEEDS_AUTHENTICATION = ("4000002500003155", "4000002760003184")
DECLINES = {
    "4000000000000002": Decline("card_declined", "generic_decline", "Your card was declined."),
    "4000000000009995": Decline("card_declined", "insufficient_funds", "Your card has insufficient funds."),
}
TEST_CARDS = (*SUCCEEDS, *NEEDS_AUTHENTICATION, *DECLINES)


def brand(number: str) -> str:
    """Return the network's name as Stripe spells it."""
    return "visa" if number.startswith("4") else "mastercard"


def spaced(number: str) -> str:
    """Return the number in groups of four, as it is printed on a card."""
    return " ".join(re.findall(".{1,4}", number))


def passes_luhn(number: str) -> bool:
    """Say whether the last digit agrees with the others (ISO/IEC 7812-1, annex B)."""
    digits = [int(digit) for digit in reversed(number)]
    doubled = [sum(divmod(2 * digit, 10)) for digit in digits[1::2]]
    return (sum(digits[::2]) + sum(doubled)) % 10 == 0


def read(form: dict[str, str], *, at: datetime) -> tuple[Card | None, dict[str, str]]:
    """Return the card in the form, or None and the word for what is wrong with each field.

    Only test cards pass: the number of a real card must never be stored here.
    """
    wrong = {}
    number = re.sub(r"[\s-]", "", form.get("number", ""))
    if not re.fullmatch(r"[0-9]{16}", number) or not passes_luhn(number):
        wrong["number"] = "number_invalid"
    elif number not in TEST_CARDS:
        wrong["number"] = "number_not_test"
    month, year = _expiry(form.get("expiry", ""))
    if not month:
        wrong["expiry"] = "expiry_invalid"
    elif (year, month) < (at.year, at.month):
        wrong["expiry"] = "expiry_past"
    cvc = form.get("cvc", "").strip()
    if not re.fullmatch(r"[0-9]{3}", cvc):
        wrong["cvc"] = "cvc_invalid"
    name = form.get("name", "").strip()
    if not name:
        wrong["name"] = "name_missing"
    return (None, wrong) if wrong else (Card(number, month, year, cvc, name), {})


def _expiry(text: str) -> tuple[int, int]:
    found = re.fullmatch(r"\s*(0?[1-9]|1[0-2])\s*[/ -]?\s*(?:20)?([0-9]{2})\s*", text)
    return (int(found[1]), 2000 + int(found[2])) if found else (0, 0)
