"""The catalogue: finding, filtering, comparing programmes, in the reader's language.

A programme is listed once: with its sheet in the reader's language, else with the one it has. The school's own
collection is what one sees first; imported collections are one link away. What is listed is kept in memory while
nothing changes (``shelf``); ``filters`` narrow it, ``facets`` count it, ``cards`` show it, ``related`` and ``compare``
put programmes side by side, ``listing`` is the page.
"""

from programmes.catalogue.cards import Card, cards, length_of
from programmes.catalogue.compare import comparison_address, for_comparison
from programmes.catalogue.filters import Filters, choose
from programmes.catalogue.listing import for_home, for_listing
from programmes.catalogue.related import related_to
from programmes.catalogue.shelf import Row, Shelf, on_offer

__all__ = [
    "Card",
    "Filters",
    "Row",
    "Shelf",
    "cards",
    "choose",
    "comparison_address",
    "for_comparison",
    "for_home",
    "for_listing",
    "length_of",
    "on_offer",
    "related_to",
]
