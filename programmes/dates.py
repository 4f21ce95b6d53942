"""Dates as people write them in the three languages: “1 March 2027”, “1 d’abril del 2027”.

Django's own formats are American in English and leave out the preposition in Catalan.
"""

from datetime import date

from babel.dates import format_date, format_skeleton
from django.utils.translation import get_language

READERS = {"ca": "ca_ES", "es": "es_ES", "en": "en_GB"}


def show(day: date, language: str | None = None) -> str:
    """The day, month and year in words."""
    return format_date(day, "long", locale=_locale(language))


def month(day: date, language: str | None = None) -> str:
    """The month and year in words, with a capital letter."""
    words = format_skeleton("yMMMM", day, locale=_locale(language))
    return words[:1].upper() + words[1:]


def _locale(language: str | None) -> str:
    return READERS.get((language or get_language() or "ca")[:2], "en_GB")
