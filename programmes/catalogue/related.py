"""Programmes that somebody who reads one sheet may want instead: the same field, level and words, a near price."""

from datetime import date
from math import log

from programmes.catalogue.cards import Card, kept_cards
from programmes.catalogue.shelf import Row, Shelf, on_offer, terms_of
from programmes.models import ProgrammePage

MOST = 3


def related_to(page: ProgrammePage, *, request, on: date, most: int = MOST) -> list[Card]:
    """Up to ``most`` other programmes of the same collection, the most alike first. Two queries for the cards."""
    listed = on_offer(page.locale.language_code, on=on)
    return kept_cards([row.page_id for row in alike(page, on=on)[:most]], listed, request=request, on=on)


def alike(page: ProgrammePage, *, on: date) -> list[Row]:
    """The other programmes of the collection, the most alike first, of equally alike ones the next to start."""
    listed = on_offer(page.locale.language_code, on=on)
    programme = page.programme
    here = next((row for row in listed.rows if row.programme_id == programme.pk), None)
    terms = terms_of(page.title, page.promise)
    others = [row for row in listed.rows if row.programme_id != programme.pk]
    collection = programme.collection_id and programme.collection.slug
    scored = [
        (_likeness(row, page, here, terms, listed), row) for row in others if row.collection == collection
    ]  # fmt: skip
    scored.sort(key=lambda pair: (-pair[0], pair[1].starts_on or date.max, pair[1].order))
    return [row for _score, row in scored]


def _likeness(row: Row, page: ProgrammePage, here: Row | None, terms: frozenset[str], listed: Shelf) -> float:
    """Field counts most, then shared words by how rare they are, then level, language, modality and price."""
    programme = page.programme
    score = 0.0
    if row.field and programme.field and row.field == programme.field.slug:
        score += 4
    if shared := row.terms & terms:
        total = len(listed.rows)
        weight = sum(log(1 + total / listed.spread[term]) for term in shared)
        score += 4 * weight / (weight + 4)  # many shared words never outweigh field and level together
    if row.level == programme.level:
        score += 1.5
    if set(row.languages) & set(programme.languages()):
        score += 0.5
    if row.modality and row.modality == programme.modality:
        score += 0.5
    if row.starts_on:
        score += 0.5  # what one can join is of more use
    if here and here.price_minor and row.price_minor and here.currency == row.currency:
        score += 0.5 * min(here.price_minor, row.price_minor) / max(here.price_minor, row.price_minor)
    return score
