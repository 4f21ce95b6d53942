"""Searching the whole website: programmes, articles, fields, teachers, pages; what editors recommend comes first."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from django.contrib.postgres.search import SearchHeadline, SearchRank
from django.db.models import F, QuerySet
from django.utils import timezone
from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from wagtail.contrib.search_promotions.models import SearchPromotion
from wagtail.search.utils import normalise_query_string

from programmes import words
from programmes.catalogue.cards import Card, kept_cards
from programmes.catalogue.filters import Filters, arrange
from programmes.catalogue.shelf import Shelf, is_public, on_offer
from programmes.models import ArticlePage, CataloguePage, FieldPage, HomePage, PageWords, Teacher
from programmes.search import page_words, sheets, spelling
from programmes.website import teachers

MOST_CARDS = 6
MOST_HITS = 20  # pages of one search; nobody reads on
LOOKED_AT = 200  # of many matching pages, the best ones
START, END = "⟦", "⟧"  # around the words found, until the text is escaped


@dataclass(frozen=True)
class Hit:
    """A page that was found, with the words around what was sought."""

    title: str
    url: str
    excerpt: SafeString | str = ""


@dataclass(frozen=True)
class Group:
    name: str
    label: str
    hits: list[Hit]


@dataclass(frozen=True)
class Results:
    """What a search of the website found, and what was sought in fact."""

    attempt: spelling.Attempt
    ranks: dict[int, float]  # of sheets
    pages: list[tuple[int, str]]  # ids with their kind, the best first
    teachers: list[Teacher]

    def __bool__(self) -> bool:
        return bool(self.ranks or self.pages or self.teachers)


def for_search(home: HomePage, request, *, at: datetime) -> dict[str, Any]:
    """Context of the search page; the words are read from the address."""
    language, on = home.locale.language_code, timezone.localdate(at)
    filters = Filters.read({name: request.GET.get(name, "") for name in ("q", "exact")})
    context: dict[str, Any] = {"typed": filters.q, "home_url": home.get_url(request)}
    if not filters.q:
        return context
    page_words.bring_up_to_date(at=at)
    listed = on_offer(language, on=on)
    results = find(filters.q, shelf=listed, language=language, as_typed=bool(filters.exact))
    recommended, recommended_ids = _recommended(filters.q, language=language, request=request)
    groups = _groups(results, recommended_ids, language=language, request=request)
    shown, count = _programmes(results, listed, recommended_ids, request=request, on=on)
    catalogue = CataloguePage.objects.child_of(home).live().select_related("locale").first()
    sought = Filters(q=results.attempt.text).address()
    return context | {
        "found": results.attempt,
        "as_typed_url": replace(filters, exact="1").address(),
        "recommended": recommended,
        "cards": shown,
        "count": count,
        "catalogue_url": catalogue.get_url(request) if catalogue else "",
        "programmes_url": f"{catalogue.get_url(request)}{sought}" if catalogue and count > len(shown) else "",
        "groups": groups,
        "total": count + len(recommended) + sum(len(group.hits) for group in groups),
    }


def find(text: str, *, shelf: Shelf, language: str, as_typed: bool = False) -> Results:
    """Everything public in which the words stand; put right, or with some of them, only if nothing has all."""
    results = Results(spelling.Attempt(text), {}, [], [])
    for attempt in spelling.attempts(text, lambda: _vocabulary(shelf, language), as_typed=as_typed):
        results = Results(
            attempt,
            sheets.matching(attempt, shelf=shelf, language=language),
            _pages(attempt, language),
            _teachers(attempt),
        )
        if results:
            return results
    return Results(spelling.Attempt(text), {}, [], [])


def _public(language: str) -> QuerySet[PageWords]:
    public = page_words.Page.objects.live().filter(is_public(), locale__language_code=language)
    return PageWords.objects.filter(page__in=public)


def _pages(attempt: spelling.Attempt, language: str) -> list[tuple[int, str]]:
    query = _query(attempt, language)
    found = _public(language).filter(words=query).annotate(rank=SearchRank(F("words"), query))
    return list(found.order_by("-rank", "pk").values_list("page_id", "page__content_type__model")[:LOOKED_AT])


def _query(attempt: spelling.Attempt, language: str):
    if attempt.is_any:
        return words.ranking_query_any(attempt.each, language)
    return words.ranking_query(attempt.text, language)


def _teachers(attempt: spelling.Attempt) -> list[Teacher]:
    """Those whose name or role has words that begin like all that was typed."""
    typed = [spelling.plain_of(word) for word in attempt.each]
    if not typed or attempt.is_any:
        return []
    return [
        one
        for one in teachers.teaching()
        if all(any(word.startswith(each) for word in _words_of(one)) for each in typed)
    ]


def _words_of(teacher: Teacher) -> list[str]:
    return [spelling.plain_of(word) for word in spelling.WORD.findall(f"{teacher.name} {teacher.role}")]


def _vocabulary(shelf: Shelf, language: str) -> spelling.Vocabulary:
    found = shelf.memory.get("vocabulary of the website")
    if found is None:
        pages = _public(language).values_list("page_id", flat=True)
        found = sheets.vocabulary_of(shelf) | spelling.vocabulary(pages, table="programmes_pagewords")
        for teacher in teachers.teaching():
            for word in spelling.WORD.findall(teacher.name):
                found.add(word, 1)
        shelf.memory["vocabulary of the website"] = found
    return found


def _recommended(text: str, *, language: str, request) -> tuple[list[Hit], set[int]]:
    """What editors put first for these words, with the pages it shows."""
    chosen = (
        SearchPromotion.objects.filter(query__query_string=normalise_query_string(text))
        .select_related("page__locale")
        .order_by("sort_order", "pk")
    )
    hits, page_ids = [], set()
    for one in chosen:
        if one.page is None:
            hits.append(Hit(one.external_link_text or one.external_link_url, one.external_link_url, one.description))
        elif one.page.live and one.page.locale.language_code == language and (url := one.page.get_url(request)):
            hits.append(Hit(one.page.title, url, one.description))
            page_ids.add(one.page_id)
    return hits, page_ids


def _programmes(
    results: Results, listed: Shelf, without: set[int], *, request, on: date
) -> tuple[list[Card], int]:  # fmt: skip
    """The best sheets as cards, the school's own first, and how many the catalogue would list."""
    ranks = {page_id: rank for page_id, rank in results.ranks.items() if page_id not in without}
    own = [listed.by_page[page_id] for page_id in ranks if listed.by_page[page_id].is_own]
    best = arrange(own, Filters(q=results.attempt.text), ranks=ranks)[:MOST_CARDS]
    return kept_cards([row.page_id for row in best], listed, request=request, on=on), len(own)


def _groups(results: Results, without: set[int], *, language: str, request) -> list[Group]:
    best = [(page_id, kind) for page_id, kind in results.pages if page_id not in without][:MOST_HITS]
    hits = _hits([page_id for page_id, _kind in best], results.attempt, language, request)
    kinds = {page_id: kind for page_id, kind in best if page_id in hits}
    article, of_field = ArticlePage._meta.model_name, FieldPage._meta.model_name

    def of(*names: str | None) -> list[Hit]:
        return [hits[page_id] for page_id, kind in kinds.items() if kind in names]

    others = [hits[page_id] for page_id, kind in kinds.items() if kind not in (article, of_field)]
    groups = [
        Group("fields", _("Fields of study"), of(of_field)),
        Group("articles", _("Articles and news"), of(article)),
        Group("teachers", _("Teachers"), _teacher_hits(results.teachers, language, request)),
        Group("pages", _("Other pages"), others),
    ]
    return [group for group in groups if group.hits]


def _hits(page_ids: Sequence[int], attempt: spelling.Attempt, language: str, request) -> dict[int, Hit]:
    """With the words around what was found; one query, and only for those that are shown: excerpts are slow."""
    headline = SearchHeadline(
        "text",
        _query(attempt, language),
        config=words.configuration_of(language),
        start_sel=START,
        stop_sel=END,
        max_words=32,
        min_words=18,
        max_fragments=2,
        fragment_delimiter=" … ",
    )
    rows = PageWords.objects.filter(pk__in=page_ids).select_related("page__locale").annotate(excerpt=headline)
    found = {row.page_id: Hit(row.page.title, row.page.get_url(request) or "", _marked(row.excerpt)) for row in rows}
    return {page_id: found[page_id] for page_id in page_ids if page_id in found}


def _teacher_hits(found: Sequence[Teacher], language: str, request) -> list[Hit]:
    page = teachers.page_in(language) if found else None
    url = page.get_url(request) if page else ""
    return [Hit(one.name, f"{url}{one.slug}/", one.role) for one in found[:MOST_HITS] if url and one.slug]


def _marked(excerpt: str) -> SafeString:
    """Escaped, with the words that were found marked."""
    text = re.sub(f"{START}(.*?){END}", r"<mark>\1</mark>", escape(excerpt))
    return mark_safe(text.replace(START, "").replace(END, ""))  # noqa: S308 -- escaped one line above
