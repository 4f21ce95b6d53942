"""Programmes and words of former students as other pages show them."""

from collections.abc import Iterable
from datetime import date
from typing import Any

from django.db.models import F, OuterRef, Subquery

from programmes import catalogue, shell
from programmes.models import LANGUAGES, Field, Intake, Programme, ProgrammePage, Teacher, Testimonial

MOST_CARDS = 12
MOST_TESTIMONIALS = 3


def cards_of(programme_ids: Iterable[int], *, request, language: str, on: date) -> list[Any]:
    """The cards of these programmes, in that order: those on offer, with a sheet in ``language`` if there is one."""
    wanted = list(dict.fromkeys(programme_ids))
    if not wanted:
        return []
    sheets = ProgrammePage.objects.live().filter(programme__in=wanted, programme__is_open=True)
    order = list(dict.fromkeys([language, *LANGUAGES]))
    best: dict[int, tuple[int, int]] = {}
    for programme_id, page_id, code in sheets.values_list("programme_id", "pk", "locale__language_code"):
        place = order.index(code) if code in order else len(order)
        best[programme_id] = min(best.get(programme_id, (place, page_id)), (place, page_id))
    page_ids = [best[programme_id][1] for programme_id in wanted if programme_id in best]
    return catalogue.cards(page_ids, request=request, on=on)


def of_field(field: Field, *, on: date) -> list[int]:
    """The school's own programmes of a field on offer, the nearest start first."""
    starts = Intake.objects.upcoming(on=on).filter(programme=OuterRef("pk"), starts_on__gte=on).order_by("starts_on")
    own = Programme.objects.on_offer().filter(field=field, collection__is_own=True, pages__live=True)
    nearest = own.annotate(first_start=Subquery(starts.values("starts_on")[:1])).distinct()
    ordered = nearest.order_by(F("first_start").asc(nulls_last=True), "title")
    return [programme.pk for programme in ordered]


def testimonials(programme_ids: Iterable[int] | None, *, language: str, on: date) -> list[Testimonial]:
    """Words that may be shown on the date ``on``, of these programmes or of any; those in ``language`` first.

    At most one of each programme, so that no programme speaks for all.
    """
    permitted = Testimonial.objects.may_be_shown(on=on).filter(programme__is_open=True).select_related("programme")
    if programme_ids is not None:
        permitted = permitted.filter(programme__in=list(programme_ids))
    found: dict[int, Testimonial] = {}
    newest = sorted(permitted.order_by("-said_on", "-pk")[:60], key=lambda one: one.language != language)
    for one in newest:
        found.setdefault(one.programme_id, one)
    return list(found.values())[:MOST_TESTIMONIALS]


def address_of_teacher(teacher: Teacher, *, language: str, request) -> str:
    """Where one reads about a teacher in ``language``; "" as long as they, or all teachers, have no page there."""
    if not teacher.slug:
        return ""
    for standing, link in shell.standing_pages(request):  # read by every page anyway
        if standing.cached_content_type.model == "teacherspage" and standing.locale.language_code == language:
            return f"{link.url}{teacher.slug}/"
    return ""
