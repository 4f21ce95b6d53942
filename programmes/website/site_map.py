"""The map of the website for search engines: every public page with its translations, the teachers, fresh news."""

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from wagtail.models import Page

from people.own_data.links import absolute
from programmes.models import ArticlePage, TeachersPage
from programmes.website import teachers

NEWS_DAYS = 2  # what search engines take for news: https://developers.google.com/search/docs/crawling-indexing/sitemaps


@dataclass
class Entry:
    """One address; ``translations`` are pairs of language and address, its own included."""

    address: str
    language: str
    changed_at: datetime | None
    translations: list[tuple[str, str]] = field(default_factory=list)
    news: ArticlePage | None = None


def entries(request, *, on: date) -> list[Entry]:
    """The map as it is on the date ``on``; four queries for any number of pages."""
    pages = list(Page.objects.live().public().filter(depth__gt=1).select_related("locale").order_by("path"))
    news = _news(since=on - timedelta(days=NEWS_DAYS))
    addresses = {page.pk: absolute(url) for page in pages if (url := page.get_url(request))}
    translations = defaultdict(list)
    for page in pages:
        if page.pk in addresses:
            translations[page.translation_key].append((page.locale.language_code, addresses[page.pk]))
    found = [
        Entry(
            addresses[page.pk],
            page.locale.language_code,
            page.last_published_at,
            translations[page.translation_key],
            news.get(page.pk),
        )
        for page in pages
        if page.pk in addresses
    ]
    return found + _teachers({page.pk: page for page in pages}, addresses)


def _news(*, since: date) -> dict[int, ArticlePage]:
    return {one.pk: one for one in ArticlePage.objects.filter(kind=ArticlePage.Kind.NEWS, dated_on__gte=since)}


def _teachers(pages: dict[int, Page], addresses: dict[int, str]) -> list[Entry]:
    lists = [
        (pages[pk].locale.language_code, addresses[pk])
        for pk in TeachersPage.objects.values_list("pk", flat=True)
        if pk in addresses
    ]
    if not lists:
        return []
    found = []
    for slug in teachers.teaching().exclude(slug=None).values_list("slug", flat=True):
        each = [(language, f"{address}{slug}/") for language, address in lists]
        found += [Entry(address, language, None, each) for language, address in each]
    return found
