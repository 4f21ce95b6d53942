"""Articles and news: their list, each of them, and where else they are shown."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from math import ceil
from typing import Any

from django.core.paginator import Paginator
from django.db.models import Count, Prefetch, QuerySet
from django.utils import timezone
from wagtail.images import get_image_model
from wagtail.models import Page

from people.own_data.links import absolute
from programmes import dates, shell
from programmes.models import ArticleIndexPage, ArticlePage, Topic
from programmes.website import panels, pictures, shown, structured

PAGE_SIZE = 12
WORDS_A_MINUTE = 200  # silent reading of prose: 238 in English, fewer in a second language (Brysbaert 2019)
MOST_BESIDE = 3


@dataclass(frozen=True)
class ArticleCard:
    """What a list shows of an article."""

    title: str
    url: str
    intro: str
    kind: str
    is_news: bool
    dated: str
    dated_on: str
    topic: str
    picture: pictures.Picture


def listed(*, language: str, below: Page | None = None) -> QuerySet[ArticlePage]:
    """The published articles in ``language`` that everybody may read, the newest first, with all that a card shows."""
    images = get_image_model().objects.prefetch_renditions(pictures.WIDE, pictures.NARROW)
    found = ArticlePage.objects.live().public().filter(locale__language_code=language)
    if below is not None:
        found = found.child_of(below)
    return (
        found.select_related("locale")
        .prefetch_related("topics", Prefetch("image", queryset=images), "programmes__field")
        .order_by("-dated_on", "-pk")
    )


def cards(articles: Iterable[ArticlePage], *, request) -> list[ArticleCard]:
    return [_card(article, request) for article in articles]


def latest(*, language: str, request, count: int = MOST_BESIDE) -> list[ArticleCard]:
    return cards(listed(language=language)[:count], request=request)


def about(programme_ids: Iterable[int], *, language: str, request, count: int = MOST_BESIDE) -> list[ArticleCard]:
    """The newest articles on these programmes."""
    found = listed(language=language).filter(programmes__in=list(programme_ids)).distinct()
    return cards(found[:count], request=request)


def index_in(language: str) -> ArticleIndexPage | None:
    """The list of articles in ``language``, if there is one."""
    return ArticleIndexPage.objects.live().filter(locale__language_code=language).select_related("locale").first()


def for_index(page: ArticleIndexPage, request) -> dict[str, Any]:
    """Context of the list: its articles of one kind and one topic, as the address says."""
    language = page.locale.language_code
    kind, topic, found = chosen(page, request.GET)
    shown_page = Paginator(found, PAGE_SIZE).get_page(request.GET.get("page"))
    listed_cards = cards(shown_page.object_list, request=request)
    is_filtered = bool(kind or topic)
    url = page.get_url(request) or ""
    has_lead = not is_filtered and shown_page.number == 1 and bool(listed_cards)
    return {
        "breadcrumb": shell.breadcrumb(page, request),
        "lead": listed_cards[0] if has_lead else None,
        "cards": listed_cards[1:] if has_lead else listed_cards,
        "page_obj": shown_page,
        "kinds": _kinds(page, kind, topic),
        "topics": _topics(page, language, kind, topic),
        "topic": topic,
        "is_filtered": is_filtered,
        "feed_url": f"{url}feed/",
        "query": f"?page={shown_page.number}" if shown_page.number > 1 else "",
    }


def chosen(page: ArticleIndexPage, query) -> tuple[str, Topic | None, QuerySet[ArticlePage]]:
    """The kind and the topic that an address asks for, and the articles below ``page`` that are both."""
    kind = query.get("kind", "")
    kind = kind if kind in ArticlePage.Kind.values else ""
    slug = query.get("topic", "")[:50]
    topic = Topic.objects.filter(slug=slug).first() if slug else None
    found = listed(language=page.locale.language_code, below=page)
    if kind:
        found = found.filter(kind=kind)
    if topic:
        found = found.filter(topics=topic)
    return kind, topic, found


def for_article(page: ArticlePage, request, *, at: datetime) -> dict[str, Any]:
    """Context of one article: who wrote it, the programmes it is about, and what to read next."""
    language, on = page.locale.language_code, timezone.localdate(at)
    programmes = list(page.programmes.all())
    topics = list(page.topics.all())
    school = shell.school_of(request)
    url = absolute(page.get_url(request) or "")
    image = pictures.for_networks(page.image, family=_family(page), key=page.translation_key)
    breadcrumb = shell.breadcrumb(page, request)
    author_url = shown.address_of_teacher(page.author, language=language, request=request) if page.author else ""
    machine_words = structured.article(
        page, url=url, image=image, author_url=absolute(author_url) if author_url else "", of_school=school
    )
    only = programmes[0] if len(programmes) == 1 else None
    return {
        "breadcrumb": breadcrumb,
        "index": page.get_parent(),
        "picture": _picture(page),
        "image_url": image,
        "dated": dates.show(page.dated_on),
        "minutes": minutes_to_read(page),
        "topics": topics,
        "author": page.author,
        "author_url": author_url,
        "author_portrait": pictures.portrait(page.author.portrait) if page.author else "",
        "programmes": shown.cards_of([one.pk for one in programmes], request=request, language=language, on=on),
        "related": cards(_related(page, topics)[:MOST_BESIDE], request=request),
        "panels": panels.furnish(request, page=page, programme=only),
        "structured_data": structured.script(machine_words, structured.breadcrumb(breadcrumb, url=url)),
    }


def minutes_to_read(page: ArticlePage) -> int:
    """How many minutes an article takes, at least one."""
    text = page.body.stream_block.get_searchable_content(page.body) if page.body else []
    return max(1, ceil(len(" ".join(map(str, text)).split()) / WORDS_A_MINUTE))


def _related(page: ArticlePage, topics: list[Topic]) -> QuerySet[ArticlePage]:
    others = listed(language=page.locale.language_code).exclude(pk=page.pk)
    if not topics:
        return others
    return others.filter(topics__in=topics).annotate(shared=Count("topics")).order_by("-shared", "-dated_on", "-pk")


def _card(article: ArticlePage, request) -> ArticleCard:
    topics = list(article.topics.all())
    return ArticleCard(
        title=article.title,
        url=article.get_url(request) or "",
        intro=article.intro,
        kind=article.get_kind_display(),
        is_news=article.kind == ArticlePage.Kind.NEWS,
        dated=dates.show(article.dated_on),
        dated_on=article.dated_on.isoformat(),
        topic=topics[0].name if topics else "",
        picture=_picture(article),
    )


def _picture(article: ArticlePage) -> pictures.Picture:
    return pictures.of_page(article.image, family=_family(article), key=article.translation_key)


def _family(article: ArticlePage) -> str:
    """The field it is about, so that its cover looks related to its programmes; else its first topic."""
    fields = [one.field.slug for one in article.programmes.all() if one.field]
    return fields[0] if fields else next((topic.slug for topic in article.topics.all()), "articles")


def _kinds(page: ArticleIndexPage, kind: str, topic: Topic | None) -> list[dict[str, Any]]:
    rest = f"&topic={topic.slug}" if topic else ""
    choices = [("", ""), *ArticlePage.Kind.choices]
    return [
        {"value": value, "label": label, "is_chosen": value == kind, "address": f"?kind={value}{rest}"}
        for value, label in choices
    ]


def _topics(page: ArticleIndexPage, language: str, kind: str, topic: Topic | None) -> list[dict[str, Any]]:
    """The topics of the articles below ``page``, with how many articles each has."""
    below = ArticlePage.objects.live().child_of(page)
    if kind:
        below = below.filter(kind=kind)
    counted = Topic.objects.filter(articles__in=below).annotate(count=Count("articles")).distinct()
    rest = f"&kind={kind}" if kind else ""
    found = [
        {"label": one.name, "count": one.count, "is_chosen": one == topic, "address": f"?topic={one.slug}{rest}"}
        for one in counted
    ]
    return sorted(found, key=lambda one: one["label"].casefold())
