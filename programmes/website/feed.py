"""The feed of articles and news: RSS 2.0 with the address of itself, for readers and for other sites."""

from collections.abc import Iterable
from datetime import datetime, time

from django.utils import timezone
from django.utils.feedgenerator import Rss201rev2Feed

from people.own_data.links import absolute
from programmes.models import ArticleIndexPage, ArticlePage, SchoolSettings

MOST_ITEMS = 30


def rss(
    page: ArticleIndexPage, articles: Iterable[ArticlePage], *, school: SchoolSettings, request, query: str = ""
) -> str:
    """The feed of ``articles``, the newest first; ``query`` is what its address asks for."""
    url = page.get_url(request) or ""
    feed = Rss201rev2Feed(
        title=f"{page.title} · {school.name}",
        link=absolute(url),
        description=page.intro or school.tagline or page.title,
        language=page.locale.language_code,
        feed_url=absolute(f"{url}feed/") + query,
        feed_copyright=school.name,
    )
    for article in articles:
        address = absolute(article.get_url(request) or "")
        feed.add_item(
            title=article.title,
            link=address,
            description=article.intro,
            unique_id=address,
            unique_id_is_permalink=True,
            pubdate=_noon(article),
            updateddate=article.last_published_at,
            author_name=article.author.name if article.author else None,
            categories=[article.get_kind_display(), *(topic.name for topic in article.topics.all())],
        )
    return feed.writeString("utf-8")


def changed_at(articles: Iterable[ArticlePage]) -> datetime | None:
    """When the last of them was published."""
    return max((one.last_published_at for one in articles if one.last_published_at), default=None)


def _noon(article: ArticlePage) -> datetime:
    """An article has a day; noon is on that day in every time zone its readers live in."""
    return timezone.make_aware(datetime.combine(article.dated_on, time(12)))
