"""The lists of the website: the catalogue page with its filters, and the next starts of the home page."""

from collections import Counter
from dataclasses import replace
from datetime import date
from typing import Any

from django.core.paginator import Page as ListPage
from django.core.paginator import Paginator
from django.urls import reverse
from django.utils import timezone

from programmes.catalogue import facets
from programmes.catalogue.cards import Card, kept_cards
from programmes.catalogue.compare import comparison_address
from programmes.catalogue.filters import (
    EVERY_COLLECTION,
    MOST_COMPARED,
    SORTS,
    Filters,
    arrange,
    choose,
    sift,
)
from programmes.catalogue.shelf import Row, Shelf, on_offer
from programmes.models import CataloguePage, Collection
from programmes.search import sheets

PAGE_SIZE = 24
NEXT_STARTS = 6


def for_listing(page: CataloguePage, request) -> dict[str, Any]:
    """Context of the catalogue page; the filters are read from the address."""
    filters = Filters.read(request.GET)
    today = timezone.localdate()
    language = page.locale.language_code
    listed = on_offer(language, on=today)
    found = sheets.find(filters.q, shelf=listed, language=language, as_typed=bool(filters.exact))
    rows = [row for row in listed.rows if row.page_id in found.ranks] if filters.q else listed.rows
    sifted = sift(rows, filters)
    chosen = arrange(sifted.chosen, filters, ranks=found.ranks if filters.q else None)
    shown: ListPage = Paginator([row.page_id for row in chosen], PAGE_SIZE).get_page(request.GET.get("page"))
    groups = facets.facets(listed, sifted, filters)
    address = page.get_url(request) or ""
    put_aside = [listed.by_code[code] for code in filters.p if code in listed.by_code]
    return {
        "filters": filters,
        "facets": groups,
        "kept": _kept(filters, without=("q", "exact")),
        "collections": facets.collections(listed, sifted, filters),
        "collection": _collection_shown(listed, filters),
        "chips": facets.chips(groups, filters),
        "sorts": _sorts(filters),
        "best_match_url": filters.address(sort=""),
        "found": found,
        "as_typed_url": filters.address(exact="1"),
        "count": len(chosen),
        "page_obj": shown,
        "cards": _cards(list(shown.object_list), filters, listed, request=request, on=today),
        "put_aside": _put_aside(put_aside, filters),
        "is_tray_full": len(put_aside) >= MOST_COMPARED,
        "compare_url": comparison_address(address, [row.code for row in put_aside]),
        "is_filtered": filters != Filters(),
        "is_narrowed": filters.is_narrowed,
        "everything_url": filters.address(**dict.fromkeys(("q", "exact", *facets.NARROWING), "")),
        **(_ways_out(groups, sifted, listed, filters, request=request, on=today) if not chosen else {}),
    }


def for_home(page, request) -> dict[str, Any]:
    """Context of the home page: the next starts of the school's own programmes, and its fields."""
    today = timezone.localdate()
    listed = on_offer(page.locale.language_code, on=today)
    rows = choose(listed.rows, Filters())
    catalogue = CataloguePage.objects.child_of(page).live().select_related("locale").first()
    address = catalogue.get_url(request) if catalogue else ""
    counts = Counter(row.field for row in rows)
    next_starts = [row.page_id for row in rows if row.starts_on][:NEXT_STARTS]
    return {
        "catalogue_url": address,
        "count": len(rows),
        "fields": [
            {
                "name": field.name,
                "slug": field.slug,
                "count": counts[field.slug],
                "url": address + Filters(field=field.slug).address(),
                "cover_url": reverse("field_cover", args=[field.slug]),
            }
            for field in sorted(listed.fields.values(), key=lambda field: field.name)
            if counts[field.slug]
        ],
        "cards": kept_cards(
            next_starts or [row.page_id for row in rows[:NEXT_STARTS]], listed, request=request, on=today
        ),
    }


def _cards(page_ids: list[int], filters: Filters, listed: Shelf, *, request, on: date) -> list[Card]:
    """With the address that puts each aside to compare, or takes it back."""
    known = replace(filters, p=tuple(code for code in filters.p if code in listed.by_code))
    number = request.GET.get("page", "")
    turned = f"&page={number}" if number.isdigit() else ""
    found = []
    for card in kept_cards(page_ids, listed, request=request, on=on):
        is_in = card.code in known.p
        can = is_in or len(known.p) < MOST_COMPARED
        address = f"{known.toggled(card.code).address()}{turned}#{card.code}" if can else ""
        found.append(replace(card, compare_url=address, is_compared=is_in))
    return found


def _kept(filters: Filters, *, without: tuple[str, ...]) -> list[tuple[str, str]]:
    """What a form must send along so that the other wishes stay: hidden inputs."""
    names = ["field", "level", "modality", "language", "start", "price", "collection", "sort", "q", "exact"]
    given = [(name, getattr(filters, name)) for name in names if name not in without]
    return [(name, value) for name, value in given if value] + [("p", code) for code in filters.p]


def _sorts(filters: Filters) -> list[tuple[str, Any, bool, str]]:
    """Value, label, whether it is in use, address. Of a search the best match comes first unless asked otherwise."""
    usual = "" if filters.q else "start"
    asked = filters.sort if filters.sort in SORTS else usual
    return [(value, label, value == asked, filters.address(sort=value)) for value, label in SORTS.items()]


def _put_aside(rows: list[Row], filters: Filters) -> list[dict[str, str]]:
    return [{"title": row.title, "url": filters.toggled(row.code).address()} for row in rows]


def _collection_shown(listed: Shelf, filters: Filters) -> Collection | None:
    if filters.collection in ("", EVERY_COLLECTION):
        return None
    return next((one for one in listed.collections if one.slug == filters.collection and not one.is_own), None)


def _ways_out(groups, sifted, listed: Shelf, filters: Filters, *, request, on: date) -> dict[str, Any]:
    """What to do about a list with nothing in it: which wish to give up, and what starts next."""
    next_starts = [row.page_id for row in choose(listed.rows, Filters()) if row.starts_on][:3]
    return {
        "ways_out": facets.ways_out(groups, sifted, filters),
        "instead": kept_cards(next_starts, listed, request=request, on=on) if filters.is_narrowed else [],
    }
