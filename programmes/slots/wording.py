"""What a slot says. Prices and dates are never typed into it: they are put in when it is shown."""

import re
from datetime import date

from django.utils.translation import override

from programmes import dates, money
from programmes.models import LANGUAGES, Intake, Slot

PRICE, START = "{price}", "{start}"
AMOUNT = re.compile(r"(\d[\d.,\s]*\s?(€|eur\b|euros?\b|£|gbp\b|\$|usd\b)|[€£$]\s?\d)", re.IGNORECASE)


def states_amount(text: str) -> bool:
    """Does ``text`` name an amount of money that would go on standing there when the price changes?"""
    return bool(AMOUNT.search(text))


def states_facts(slot: Slot) -> bool:
    """Do its words in some language ask for the price or the start?"""
    words = "".join(getattr(slot, f"{name}_{code}") for name in ("headline", "text") for code in LANGUAGES)
    return PRICE in words or START in words


def words_of(slot: Slot, *, language: str, on: date) -> tuple[str, str]:
    """Headline and text in ``language``, with the price of ``on`` and the next start where the words ask for them.

    Both are of one language: another one where there is no headline in it. Words that ask for what is not known are
    left out; the programme's title stands in for the headline.
    """
    with override(language):
        spoken = next((code for code in (language[:2], *LANGUAGES) if getattr(slot, f"headline_{code}", "")), language)
        headline, text = slot.headline, getattr(slot, f"text_{spoken[:2]}", "")
        if PRICE in headline + text or START in headline + text:
            known = _known(slot, on=on)
            headline, text = _filled(headline, known), _filled(text, known)
        return headline or getattr(slot, "sheet_title", "") or slot.programme.title_in(language), text


def _known(slot: Slot, *, on: date) -> dict[str, str]:
    intake = Intake.objects.upcoming(on=on).filter(programme=slot.programme_id).first()
    if intake is None:
        return {PRICE: "", START: ""}
    start = dates.show(intake.starts_on) if intake.starts_on else intake.start_text
    return {PRICE: money.price_of(intake, on=on), START: start}


def _filled(text: str, known: dict[str, str]) -> str:
    if any(mark in text and not value for mark, value in known.items()):
        return ""
    for mark, value in known.items():
        text = text.replace(mark, value)
    return text
