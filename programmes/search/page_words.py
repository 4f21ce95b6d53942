"""The words of articles, fields and pages of text, noted so that the search of the website can ask for them.

They are noted when a search finds that a page was published after its words were: nothing has to be told, whichever
way a page is published, and a restored or imported site needs no second step.
"""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.db.models import F, Q
from wagtail.models import Page

from programmes import words
from programmes.kept_pages import freshness
from programmes.models import ArticlePage, FieldPage, PageWords, TeachersPage, TextPage

KINDS = (ArticlePage, FieldPage, TextPage, TeachersPage)
AT_ONCE = 200  # pages noted by one search; the next one goes on

_seen: dict[str, str] = {}


def bring_up_to_date(*, at: datetime) -> int:
    """Note the words of pages published since theirs were noted; return of how many. No query if nothing changed."""
    stamp = freshness.stamp()
    if _seen.get("stamp") == stamp:
        return 0
    kinds = ContentType.objects.get_for_models(*KINDS).values()
    late = Q(site_words=None) | Q(site_words__written_at__lt=F("last_published_at"))
    pages = Page.objects.live().filter(late, content_type__in=kinds).select_related("locale").order_by("pk")
    found = list(pages.specific()[:AT_ONCE])
    if found:
        write(found, at=at)
    else:
        _seen["stamp"] = stamp
    return len(found)


def write(pages: Iterable[Any], *, at: datetime) -> None:
    rows = []
    for page in pages:
        text = text_of(page)
        configuration = words.configuration_of(page.locale.language_code)
        vector = words.vector_of([("A", page.title), ("C", text)], configuration)
        rows.append(
            PageWords(
                page_id=page.pk, text=text, words=vector, spelt=words.spelt_of(f"{page.title} {text}"), written_at=at
            )
        )
    PageWords.objects.bulk_create(
        rows, update_conflicts=True, unique_fields=["page"], update_fields=["text", "words", "spelt", "written_at"]
    )


def text_of(page: Any) -> str:
    """What a reader reads on the page below its title, on one line."""
    parts = [getattr(page, "intro", "")]
    if isinstance(page, FieldPage):
        parts.append(page.field.name)
    body = getattr(page, "body", "")
    parts += [body] if isinstance(body, str) else body.stream_block.get_searchable_content(body)
    return " ".join(text for part in parts if (text := words.plain(str(part))))[: words.TEXT_LIMIT]
