"""The front door: what one can learn, what starts soon, what is new, and what others say."""

from datetime import datetime
from typing import Any

from django.utils import timezone

from programmes import catalogue, shell
from programmes.models import HomePage
from programmes.website import articles, fields, pictures, shown, structured


def for_page(page: HomePage, request, *, at: datetime) -> dict[str, Any]:
    """Context of the home page: the catalogue's, with the pages of fields, the newest articles and testimonials."""
    language, on = page.locale.language_code, timezone.localdate(at)
    context = catalogue.for_home(page, request)
    pages = fields.addresses(language, request)
    context["fields"] = [
        field | {"url": pages.get(field.get("slug", ""), field["url"])} for field in context.get("fields", ())
    ]
    school = shell.school_of(request)
    search_url = context.get("catalogue_url", "")
    articles_url = next(
        (
            link.url
            for standing, link in shell.standing_pages(request)
            if standing.cached_content_type.model == "articleindexpage"
        ),
        "",
    )
    return context | {
        "image_url": pictures.for_networks(None, family="school", key=page.translation_key),
        "articles": articles.latest(language=language, request=request),
        "articles_url": articles_url,
        "testimonials": shown.testimonials(None, language=language, on=on),
        "structured_data": structured.script(
            structured.school(school), structured.website(school, search_url=search_url, language=language)
        ),
    }
