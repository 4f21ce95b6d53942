"""Searching the sheets: PostgreSQL's full text, stemmed in the language of each page, with or without accents."""

import html
import re
import unicodedata
from collections.abc import Callable, Iterable, Sequence
from functools import reduce
from operator import or_
from typing import Any

from django.contrib.postgres.search import SearchQuery, SearchVector
from django.db.models import Q, Value
from django.db.models.expressions import CombinedExpression
from django.utils.html import strip_tags

from programmes.models import ProgrammePage, SheetWords

CONFIGURATIONS = {"ca": "catalan", "es": "spanish", "en": "english"}
TEXT_LIMIT = 50_000  # characters of one field; a tsvector holds at most 1 MB
QUERY_LIMIT = 200
MOST_WORDS = 12  # of a search for any of several words


def write(pages: Iterable[ProgrammePage]) -> None:
    """Note what the search reads of these pages; ``pages`` have their locale at hand. Two statements for any number."""
    SheetWords.objects.bulk_create(
        [SheetWords(page=page, words=_vector(page), spelt=_spelt(page)) for page in pages],
        update_conflicts=True,
        unique_fields=["page"],
        update_fields=["words", "spelt"],
        batch_size=200,
    )


def matching(text: str) -> Q:
    """The ``SheetWords`` in which the words of ``text`` stand, each sheet read in its own language."""
    return _in_each_language(lambda configuration: _query(text, configuration))


def matching_any(each: Sequence[str]) -> Q:
    """The ``SheetWords`` in which one of these words stands."""
    return _in_each_language(lambda configuration: _query_any(each, configuration))


def ranking_query(text: str, language: str) -> SearchQuery:
    return _query(text, configuration_of(language))


def ranking_query_any(each: Sequence[str], language: str):
    return _query_any(each, configuration_of(language))


def configuration_of(language: str) -> str:
    return CONFIGURATIONS.get(language, "simple")


def plain(rich_text: str) -> str:
    """The words of rich text on one line."""
    return " ".join(html.unescape(strip_tags(re.sub(r"<(?:/p|/li|/h\d|br)[^>]*>", " ", rich_text))).split())


def without_accents(text: str) -> str:
    # Some readers leave accents out; the embedded server has no unaccent, so both spellings are stored.
    # "l·l" is left as it is: only marks above and below letters go.
    return "".join(sign for sign in unicodedata.normalize("NFD", text) if not unicodedata.combining(sign))


def _in_each_language(query: Callable[[str], Any]) -> Q:
    found = Q()
    for language, configuration in CONFIGURATIONS.items():
        found |= Q(page__locale__language_code=language, words=query(configuration))
    return found | (~Q(page__locale__language_code__in=list(CONFIGURATIONS)) & Q(words=query("simple")))


def _query_any(each: Sequence[str], configuration: str):
    return reduce(or_, (_query(word, configuration) for word in each[:MOST_WORDS]))


def _query(text: str, configuration: str) -> SearchQuery:
    text = text[:QUERY_LIMIT].replace("\0", "")
    exact = SearchQuery(text, config=configuration, search_type="websearch")
    return exact | SearchQuery(without_accents(text), config=configuration, search_type="websearch")


def _vector(page: ProgrammePage):
    units = " ".join(f"{unit.value['title']} {unit.value['text'] or ''}" for unit in page.syllabus)
    weighted = [
        ("A", page.title),
        ("B", page.promise),
        ("C", plain(f"{page.problem} {page.symptoms} {page.outcome} {page.careers}")),
        ("D", f"{plain(page.description)} {units} {plain(page.requirements)} {plain(page.accreditation)}"),
    ]
    return vector_of(weighted, configuration_of(page.locale.language_code))


def vector_of(weighted: Iterable[tuple[str, str]], configuration: str):
    """Texts with their weights as PostgreSQL searches them, each word with and without its accents."""
    vector: SearchVector | CombinedExpression | None = None
    for weight, words in weighted:
        words = words[:TEXT_LIMIT].replace("\0", "")
        part = SearchVector(Value(f"{words} {without_accents(words)}"), weight=weight, config=configuration)
        vector = part if vector is None else vector + part
    return vector


def spelt_of(text: str) -> SearchVector:
    """The words of a text as they are written, to put a misspelt search right."""
    return SearchVector(Value(text[: 4 * TEXT_LIMIT].replace("\0", "")), config="simple")


def _spelt(page: ProgrammePage) -> SearchVector:
    units = " ".join(unit.value["title"] for unit in page.syllabus)
    return spelt_of(f"{page.title} {page.promise} {plain(f'{page.problem} {page.outcome} {page.description}')} {units}")
