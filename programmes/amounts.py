"""Amounts as people type them: “1.950,00” or “1,950.00” to minor units of a currency, and back."""

import re
from decimal import Decimal

from babel.core import get_global
from babel.numbers import format_decimal, get_currency_precision
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from programmes.money import READERS

LARGEST_MINOR = 2_000_000_000  # what a column of 32 bits holds, rounded down


class NotAnAmount(Exception):
    """What was typed is no amount of that currency."""


class TooPrecise(NotAnAmount):
    """It has more decimals than the currency has."""


def read(text: str, currency: str = "EUR") -> int:
    """The minor units of ``currency`` that ``text`` means, with the separators of whichever language.

    The last separator marks decimals unless exactly three digits follow it or it stands more than once. Raises
    NotAnAmount, or TooPrecise where the currency has fewer decimals than were typed.
    """
    digits = get_currency_precision(currency)
    plain = re.sub(r"[\s\u00a0\u202f'’€$£]", "", text).removesuffix(currency)
    found = re.fullmatch(r"([0-9][0-9.,]*?)(?:([.,])([0-9]*))?", plain)
    if not found or len(plain) > 20:
        raise NotAnAmount(text)
    whole, sign, fraction = found[1], found[2] or "", found[3] or ""
    if sign and (sign in whole or (len(fraction) == 3 and digits != 3)):
        whole, fraction = f"{whole}{sign}{fraction}", ""
    groups = re.split(r"[.,]", whole)
    if len(groups) > 1 and (any(len(group) != 3 for group in groups[1:]) or not 1 <= len(groups[0]) <= 3):
        raise NotAnAmount(text)
    if len(fraction.rstrip("0")) > digits:
        raise TooPrecise(text)
    amount = int("".join(groups)) * 10**digits + int(fraction[:digits].ljust(digits, "0") or 0)
    if amount > LARGEST_MINOR:
        raise NotAnAmount(text)
    return amount


def write(amount_minor: int, currency: str = "EUR", language: str | None = None) -> str:
    """The amount as the reader types it, with the decimals of the currency and without its name: “1.950,00”."""
    digits = get_currency_precision(currency)
    locale = READERS.get((language or get_language() or "ca")[:2], "en_GB")
    pattern = "#,##0" + ("." + "0" * digits if digits else "")
    return format_decimal(Decimal(amount_minor).scaleb(-digits), pattern, locale=locale)


def unknown_currency(code: str) -> str:
    """What is said to whoever wrote a code that ``is_in_use`` does not know."""
    return _("“%(code)s” is not the code of a currency in use. Write three capital letters, such as EUR.") % {
        "code": code
    }


def is_in_use(currency: str) -> bool:
    """Whether somebody pays with the currency of this ISO 4217 code today, as the CLDR has it."""
    return any(
        code == currency and until is None and is_tender
        for territory in get_global("territory_currencies").values()
        for code, _since, until, is_tender in territory
    )
