"""Finding sheets by words: as typed, else put right, else with some of the words only."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from django.contrib.postgres.search import SearchRank
from django.db.models import F

from programmes import words
from programmes.models import Field, SheetWords
from programmes.search import spelling

if TYPE_CHECKING:
    from programmes.catalogue.shelf import Shelf

IN_FIELD = 0.01  # a programme whose field has that name comes after those that speak of it


@dataclass(frozen=True)
class Found:
    """Which sheets match, by how well; ``corrected`` is what was searched instead of what was typed."""

    ranks: Mapping[int, float] = field(default_factory=dict)
    corrected: str = ""
    is_any: bool = False  # only some of the words stand there


def find(text: str, *, shelf: "Shelf", language: str, as_typed: bool = False) -> Found:
    """The sheets of ``shelf`` with the words of ``text``. One query if it finds any, at most four if not."""
    if text:
        for attempt in spelling.attempts(text, lambda: vocabulary_of(shelf), as_typed=as_typed):
            if ranks := matching(attempt, shelf=shelf, language=language):
                return Found(ranks, corrected=attempt.corrected, is_any=attempt.is_any)
    return Found()


def matching(attempt: spelling.Attempt, *, shelf: "Shelf", language: str) -> dict[int, float]:
    """The sheets that this attempt finds, with how well each matches. One query."""
    if attempt.is_any:
        condition, query = words.matching_any(attempt.each), words.ranking_query_any(attempt.each, language)
    else:
        condition, query = words.matching(attempt.text), words.ranking_query(attempt.text, language)
    found = SheetWords.objects.filter(condition).annotate(rank=SearchRank(F("words"), query))
    ranks = {page_id: rank for page_id, rank in found.values_list("page_id", "rank") if page_id in shelf.by_page}
    if not attempt.is_any:
        for page_id in _in_fields_named(attempt.each, shelf):
            ranks.setdefault(page_id, IN_FIELD)
    return ranks


def vocabulary_of(shelf: "Shelf") -> spelling.Vocabulary:
    """The words of everything on this shelf, counted once for as long as it stands."""
    found = shelf.memory.get("vocabulary")
    if found is None:
        found = shelf.memory["vocabulary"] = spelling.vocabulary(shelf.by_page)
        for one in shelf.fields.values():
            for word in _names_of(one):
                found.add(word, 1)
    return found


def _in_fields_named(each: Sequence[str], shelf: "Shelf") -> list[int]:
    """The programmes of a field that somebody typed the name of."""
    typed = [spelling.plain_of(word) for word in each]
    if not typed or any(len(word) < spelling.SHORTEST for word in typed):
        return []
    named = set()
    for slug, one in shelf.fields.items():
        names = [
            spelling.plain_of(word) for word in spelling.WORD.findall(f"{one.name_ca} {one.name_es} {one.name_en}")
        ]
        if all(any(name.startswith(word) for name in names) for word in typed):
            named.add(slug)
    return [row.page_id for row in shelf.rows if row.field in named] if named else []


def _names_of(field_of_study: Field) -> list[str]:
    names = f"{field_of_study.name_ca} {field_of_study.name_es} {field_of_study.name_en}"
    return spelling.WORD.findall(names)
