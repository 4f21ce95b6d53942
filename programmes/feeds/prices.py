"""Prices as catalogues write them: prose, labels, several currencies, or “TBC”.

A price is only a number here when the text leaves no doubt. A doubtful one keeps its text, because a wrong fee on
a product sheet is worse than none.
"""

import re
from decimal import Decimal, InvalidOperation

from babel.core import get_global
from babel.numbers import get_currency_precision

from programmes.feeds.records import PriceRecord

# Only these two signs belong to one currency; “$” and “¥” do not.
SIGNS = {"£": "GBP", "€": "EUR"}

_NUMBER = r"\d{1,3}(?:[ \u00a0\u202f'’]\d{3})+(?:[.,]\d{1,4})?|\d[\d.,]*\d|\d"
_AMOUNT = re.compile(
    rf"(?<![\w.,\-−])(?P<before>[A-Z]{{3}}\b\s?|[A-Z]{{3}}(?=\d)|[£€$¥]\s?)?(?P<number>{_NUMBER})"
    r"(?P<after>\s?[£€$¥]|\s?[A-Z]{3}\b)?(?![\w%])"
)
# A rate, a range or a starting price is not what the intake costs.
_NOT_A_TOTAL = re.compile(
    r"\b(per|each|from|up to|between|desde|des de|por|cada|al mes|a month|monthly|hasta|fins)\b|/\s*\w", re.IGNORECASE
)


def minor_units(amount: Decimal, currency: str) -> int | None:
    """``amount`` in minor units of ``currency``, or None if it has a smaller part than the currency knows."""
    scaled = amount.scaleb(get_currency_precision(currency))
    return int(scaled) if scaled == scaled.to_integral_value() and abs(scaled) < 10**15 else None


def is_currency(code: str) -> bool:
    """Whether ``code`` is a currency of ISO 4217, and not one of its codes for no currency and for tests."""
    return code in get_global("all_currencies") and code not in ("XXX", "XTS")


def read_prices(text: str, *, currency: str = "", label: str = "") -> tuple[PriceRecord, ...]:
    """The prices in a piece of prose, one per part between semicolons, each with the label before its colon.

    ``currency`` is one written elsewhere in the feed (a column, an attribute); it is never inferred.
    """
    parts = [" ".join(part.split()) for part in re.split(r"[;\n]", text)]
    return tuple(_price(part, currency=currency, label=label) for part in parts if part)


def _price(part: str, *, currency: str, label: str) -> PriceRecord:
    head, colon, rest = part.partition(":")
    if colon and not any(sign.isdigit() for sign in head):
        label, body = f"{label} {head}".strip(), rest
    else:
        body = part
    # A minus sign before a figure keeps it from being found: there are no negative prices.
    found = list(_AMOUNT.finditer(re.sub(r"\beuros?\b", "EUR", body, flags=re.IGNORECASE)))
    if len(found) != 1 or _NOT_A_TOTAL.search(body):
        return PriceRecord(None, None, label, part)
    written = {sign for sign in (_code(found[0]["before"]), _code(found[0]["after"])) if sign is not None}
    if not written and currency and is_currency(currency.upper()):
        written = {currency.upper()}
    code = written.pop() if len(written) == 1 else None
    code = code or None
    amount = _number(found[0]["number"], code)
    minor = minor_units(amount, code) if amount is not None and code else None
    return PriceRecord(minor, code if minor is not None else None, label, part, amount)


def _code(sign: str | None) -> str | None:
    """The currency a sign stands for; "" if it stands for several or is no currency; None if there is no sign."""
    if not sign or not sign.strip():
        return None
    sign = sign.strip()
    return SIGNS.get(sign, sign if is_currency(sign) else "")


def _number(written: str, currency: str | None) -> Decimal | None:
    text = re.sub(r"[ \u00a0\u202f'’]", "", written)
    dot, comma = text.rfind("."), text.rfind(",")
    if dot >= 0 and comma >= 0:
        decimal, thousands = (".", ",") if dot > comma else (",", ".")
        if not re.fullmatch(rf"\d{{1,3}}(\{thousands}\d{{3}})+\{decimal}\d+", text):
            return None
        text = text.replace(thousands, "").replace(decimal, ".")
    elif max(dot, comma) >= 0:
        sign = "." if dot >= 0 else ","
        if re.fullmatch(rf"\d{{1,3}}(\{sign}\d{{3}})+", text):
            # “6,000” is six thousand, except where the currency itself has three decimals.
            if text.count(sign) == 1 and currency and get_currency_precision(currency) == 3:
                return None
            text = text.replace(sign, "")
        elif text.count(sign) == 1:
            text = text.replace(sign, ".")
        else:
            return None
    try:
        return Decimal(text)
    except InvalidOperation:
        return None
