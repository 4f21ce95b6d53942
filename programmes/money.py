"""Money as people read it: integer minor units of an ISO 4217 currency, in the reader's format."""

from decimal import Decimal
from typing import Any

from babel import Locale, UnknownLocaleError
from babel.numbers import format_currency, get_currency_precision
from django.utils.translation import get_language
from django.utils.translation import gettext as _

READERS = {"ca": "ca_ES", "es": "es_ES", "en": "en_GB"}


def show(amount_minor: int, currency: str = "EUR", language: str | None = None) -> str:
    """The amount as a reader of ``language`` (by default the active one) writes it; whole amounts without cents."""
    locale = _locale(language or get_language() or "ca")
    digits = get_currency_precision(currency)
    amount = Decimal(amount_minor).scaleb(-digits)
    pattern = locale.currency_formats["standard"].pattern
    if amount == amount.to_integral_value():
        return format_currency(amount, currency, pattern.replace(".00", ""), locale, currency_digits=False)
    return format_currency(amount, currency, pattern, locale)


def price_of(intake: Any) -> str:
    """What an intake costs: its amount, “Free”, or the source's own words; "" when nothing is known."""
    if intake.price_minor is None:
        return intake.price_text
    return show(intake.price_minor, intake.currency) if intake.price_minor else _("Free")


def _locale(language: str) -> Locale:
    try:
        return Locale.parse(READERS.get(language[:2], language), sep="-" if "-" in language else "_")
    except (UnknownLocaleError, ValueError):
        return Locale.parse("en_GB")
