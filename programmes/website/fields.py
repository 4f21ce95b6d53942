"""The page of a field of study: why learn it here, and every programme, article and teacher of it."""

from datetime import datetime
from typing import Any

from django.urls import reverse
from django.utils import timezone

from people.own_data.links import absolute
from programmes import catalogue, shell
from programmes.models import FieldPage
from programmes.website import articles, panels, pictures, shown, structured, teachers


def for_page(page: FieldPage, request, *, at: datetime) -> dict[str, Any]:
    language, on = page.locale.language_code, timezone.localdate(at)
    programme_ids = shown.of_field(page.field, on=on)
    catalogue_url = page.get_parent().get_url(request) or ""
    who = teachers.teaching().filter(programmepage__programme__in=programme_ids).distinct().select_related("portrait")
    breadcrumb = shell.breadcrumb(page, request)
    url = absolute(page.get_url(request) or "")
    return {
        "breadcrumb": breadcrumb,
        "cover_url": reverse("field_cover", args=[page.field.slug]),
        "image_url": pictures.for_networks(None, family=page.field.slug, key=page.translation_key),
        "count": len(programme_ids),
        "cards": shown.cards_of(programme_ids[: shown.MOST_CARDS], request=request, language=language, on=on),
        "all_url": catalogue_url + catalogue.Filters(field=page.field.slug).address(),
        "teachers": [(one, shown.address_of_teacher(one, language=language, request=request)) for one in who[:8]],
        "articles": articles.about(programme_ids, language=language, request=request) if programme_ids else [],
        "testimonials": shown.testimonials(programme_ids, language=language, on=on) if programme_ids else [],
        "panels": panels.furnish(request, page=page),
        "structured_data": structured.script(structured.breadcrumb(breadcrumb, url=url)),
    }


def addresses(language: str, request) -> dict[str, str]:
    """Where the page of each field is in ``language``, by the field's slug; fields without a page are left out."""
    pages = FieldPage.objects.live().filter(locale__language_code=language).select_related("locale", "field")
    return {page.field.slug: url for page in pages if (url := page.get_url(request))}
