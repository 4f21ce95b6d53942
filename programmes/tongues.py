"""Languages as people call them: “Catalan, Spanish”."""

from collections.abc import Iterable

from babel import Locale
from django.template.defaultfilters import capfirst
from django.utils.translation import get_language


def in_words(codes: Iterable[str]) -> str:
    """The languages with these codes in the reader's language; a code that has no name there stays as it is."""
    names = Locale.parse((get_language() or "ca")[:2]).languages
    return capfirst(", ".join(names.get(code, code) for code in codes))
