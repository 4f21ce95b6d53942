"""Which template is used: the one in the reader's language, else the nearest language it is written in."""

from collections.abc import Iterable

from contact_centre.models import MessageTemplate
from people.models import Language

# Who reads one of the two languages of the country mostly reads the other; Spanish is known more widely than Catalan.
FALLBACK = {
    Language.SPANISH: (Language.CATALAN, Language.ENGLISH),
    Language.CATALAN: (Language.SPANISH, Language.ENGLISH),
    Language.ENGLISH: (Language.SPANISH, Language.CATALAN),
}


def find(code: str, *, channel: str, language: str) -> MessageTemplate | None:
    """The approved template ``code`` in ``language``, else in the next of ``FALLBACK``; its ``language`` says which.

    None when there is none that is in use and approved.
    """
    return by_language(code, channel=channel).get(language[:2])


def by_language(code: str, *, channel: str) -> dict[str, MessageTemplate]:
    """For each language of a reader the template they get; in one query. Empty when there is none."""
    return by_codes([code], channel=channel).get(code, {})


def by_codes(codes: Iterable[str], *, channel: str) -> dict[str, dict[str, MessageTemplate]]:
    """The same for many templates at once, by code."""
    written: dict[str, dict[str, MessageTemplate]] = {}
    for template in MessageTemplate.objects.ready().filter(code__in=set(codes), channel=channel):
        written.setdefault(template.code, {})[template.language] = template
    return {code: _with_fallback(there) for code, there in written.items()}


def _with_fallback(there: dict[str, MessageTemplate]) -> dict[str, MessageTemplate]:
    chosen = {}
    for reader in Language.values:
        wanted = (reader, *FALLBACK[Language(reader)])
        chosen[reader] = next(there[language] for language in wanted if language in there)
    return chosen
