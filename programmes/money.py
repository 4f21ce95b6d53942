"""Money as people read it: integer minor units of an ISO 4217 currency, in the reader's format."""

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING

from babel import Locale, UnknownLocaleError
from babel.numbers import format_currency, get_currency_precision
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from programmes import dates

if TYPE_CHECKING:
    from programmes.models import Intake

DAY = timedelta(days=1)
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


def price_of(intake: "Intake", *, on: date) -> str:
    """What one pays who signs up on the date ``on``: the early-bird, the usual or the late price.

    An amount, “Free”, or the source's own words; "" when nothing is known.
    """
    amount_minor = intake.price_minor_on(on)
    return intake.price_text if amount_minor is None else _amount(amount_minor, intake.currency)


@dataclass(frozen=True)
class Tier:
    """One line of a price list: until or from when which price holds; ``is_today`` marks the one that holds."""

    kind: str  # "early", "usual" or "late"
    label: str
    price: str
    amount_minor: int
    first_on: date | None
    last_on: date | None
    is_today: bool
    is_over: bool

    @property
    def when(self) -> str:
        if self.last_on:
            return _("until %(date)s") % {"date": dates.show(self.last_on)}
        return _("from %(date)s") % {"date": dates.show(self.first_on)} if self.first_on else ""


def tiers(intake: "Intake", *, on: date) -> list[Tier]:
    """The price list of an intake in order of time; one line when the price never changes, none without a price."""
    if intake.price_minor is None:
        return []
    early, late = intake.early_until, intake.late_from
    has_early = intake.early_price_minor is not None and early is not None
    has_late = intake.late_price_minor is not None and late is not None
    usual_from = early + DAY if has_early and early else None
    usual_to = late - DAY if has_late and late else None
    listed: list[tuple[str, str, int, date | None, date | None]] = []
    if has_early:
        listed.append(("early", _("Early-bird price"), intake.early_price_minor or 0, None, early))
    if not (usual_from and usual_to and usual_from > usual_to):  # the late price may follow the early one at once
        listed.append(("usual", _("Price"), intake.price_minor, usual_from, usual_to))
    if has_late:
        listed.append(("late", _("Late price"), intake.late_price_minor or 0, late, None))
    return [
        Tier(
            kind,
            label,
            _amount(amount_minor, intake.currency),
            amount_minor,
            first,
            last,
            is_today=(first is None or first <= on) and (last is None or on <= last),
            is_over=last is not None and last < on,
        )
        for kind, label, amount_minor, first, last in listed
    ]


def _amount(amount_minor: int, currency: str) -> str:
    return show(amount_minor, currency) if amount_minor else _("Free")


def _locale(language: str) -> Locale:
    try:
        return Locale.parse(READERS.get(language[:2], language), sep="-" if "-" in language else "_")
    except (UnknownLocaleError, ValueError):
        return Locale.parse("en_GB")
