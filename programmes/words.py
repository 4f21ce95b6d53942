"""Searching the sheets: PostgreSQL's full text, stemmed in the language of each page, with or without accents."""

import html
import re
import unicodedata
from collections.abc import Iterable

from django.contrib.postgres.search import SearchQuery, SearchVector
from django.db.models import F, Q, Value
from django.db.models.expressions import CombinedExpression
from django.utils.html import strip_tags

from programmes.models import ProgrammePage, SheetWords

CONFIGURATIONS = {"ca": "catalan", "es": "spanish", "en": "english"}
TEXT_LIMIT = 50_000  # characters of one field; a tsvector holds at most 1 MB
QUERY_LIMIT = 200


def write(pages: Iterable[ProgrammePage]) -> None:
    """Note what the search reads of these pages; ``pages`` have their locale at hand. Two statements for any number."""
    SheetWords.objects.bulk_create(
        [SheetWords(page=page, words=_vector(page)) for page in pages],
        update_conflicts=True,
        unique_fields=["page"],
        update_fields=["words"],
        batch_size=200,
    )


def matching(text: str) -> Q:
    """The pages in which the words of ``text`` stand, each page read in its own language."""
    found = Q()
    for language, configuration in CONFIGURATIONS.items():
        found |= Q(locale__language_code=language, words__words=_query(text, configuration))
    return found | (~Q(locale__language_code__in=CONFIGURATIONS) & Q(words__words=_query(text, "simple")))


def ranking_query(text: str, language: str) -> SearchQuery:
    return _query(text, CONFIGURATIONS.get(language, "simple"))


def plain(rich_text: str) -> str:
    """The words of rich text on one line."""
    return " ".join(html.unescape(strip_tags(re.sub(r"<(?:/p|/li|/h\d|br)[^>]*>", " ", rich_text))).split())


def without_accents(text: str) -> str:
    # Some readers leave accents out; the embedded server has no unaccent, so both spellings are stored.
    # "l·l" is left as it is: only marks above and below letters go.
    return "".join(sign for sign in unicodedata.normalize("NFD", text) if not unicodedata.combining(sign))


def _query(text: str, configuration: str) -> SearchQuery:
    text = text[:QUERY_LIMIT].replace("\0", "")
    exact = SearchQuery(text, config=configuration, search_type="websearch")
    return exact | SearchQuery(without_accents(text), config=configuration, search_type="websearch")


def _vector(page: ProgrammePage):
    units = " ".join(f"{unit.value['title']} {unit.value['text'] or ''}" for unit in page.syllabus)
    weighted = [
        ("A", page.title),
        ("B", page.promise),
        ("C", plain(f"{page.problem} {page.outcome}")),
        ("D", f"{plain(page.description)} {units}"),
    ]
    configuration = CONFIGURATIONS.get(page.locale.language_code, "simple")
    vector: SearchVector | CombinedExpression | None = None
    for weight, words in weighted:
        words = words[:TEXT_LIMIT].replace("\0", "")
        part = SearchVector(Value(f"{words} {without_accents(words)}"), weight=weight, config=configuration)
        vector = part if vector is None else vector + part
    return vector


WORDS = F("words__words")
