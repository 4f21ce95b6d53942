"""Landing pages: what a campaign leads to. One goal, nothing that leads away from it."""

from datetime import datetime
from typing import Any

from django.urls import reverse
from django.utils import timezone

from programmes import shell
from programmes.models import LandingPage, Programme
from programmes.supports import sheets
from programmes.website import panels, pictures, shown

Goal = LandingPage.Goal
FAMILY = "landing"  # of covers, where no field gives the colours


def for_page(page: LandingPage, request, *, at: datetime) -> dict[str, Any]:
    """Context of a landing page.

    What serves its goal: ``form`` to ask, ``apply`` with the starts one can apply to, or ``brochure_url``. Where a
    goal cannot be served (nothing starts, no sheet), one can ask.
    """
    language, on = page.locale.language_code, timezone.localdate(at)
    programme = _programme(page)
    offers = sheets.offers(programme, on=on) if programme else []
    page.programme, page.offers = programme, offers  # for the panels, which need not count the seats again
    hung = panels.furnish(request, page=page, programme=programme)
    offer = next((one for one in offers if not one.is_full), offers[0] if offers else None)
    sheet = programme.sheet_in(language) if programme else None
    brochure_url = f"{sheet.get_url(request)}brochure.pdf" if sheet and page.goal == Goal.BROCHURE else ""
    apply = hung["price"] + hung["aside"] if page.goal == Goal.APPLY else []
    facts = sheets.facts_of(programme, offer) if programme else []
    only = [programme.pk] if programme else None
    return {
        "programme": programme,
        "cover_url": _cover(page, programme),
        "image_url": _social_picture(page, programme),
        "facts": [fact for fact in facts if fact.icon in ("calendar", "book", "globe", "people", "place")][:4],
        "price": offer.price if offer else "",
        "apply": apply,
        "brochure_url": brochure_url,
        "form": [] if apply or brochure_url else hung["form"],
        "testimonials": shown.testimonials(only, language=language, on=on),
        "small_print": [link for standing, link in shell.standing_pages(request) if standing.is_small_print],
    }


def _programme(page: LandingPage) -> Programme | None:
    if page.programme_id is None:
        return None
    return Programme.objects.select_related("field", "collection").get(pk=page.programme_id)


def _cover(page: LandingPage, programme: Programme | None) -> str:
    if programme:
        return reverse("programme_cover", args=[programme.uuid])
    return pictures.of_page(None, family=FAMILY, key=page.translation_key).url


def _social_picture(page: LandingPage, programme: Programme | None) -> str:
    family = programme.field.slug if programme and programme.field else FAMILY
    return pictures.for_networks(None, family=family, key=page.translation_key)
