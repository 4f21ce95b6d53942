"""The catalogue for other systems, in four formats, each of which the importer reads back without a difference.

``offered`` gathers the rows once; a format writes them. What a format can say in its own words it says so; beside it
stands, under our own names, only what its reader would otherwise not get back (``programmes.feeds.exact``).
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date

from programmes.exports import elm, jsonld, table, xcri
from programmes.exports.rows import Catalogue, offered

__all__ = ["FORMATS", "Catalogue", "Format", "offered", "write"]


@dataclass(frozen=True)
class Format:
    """How a format is called in addresses and commands, what it is served as, and what writes it."""

    code: str
    suffix: str
    content_type: str
    lines: Callable[[Catalogue], Iterator[str]]


FORMATS = {
    one.code: one
    for one in (
        Format("xcri", "xcri.xml", "application/xml; charset=utf-8", xcri.lines),
        Format("jsonld", "jsonld", "application/ld+json; charset=utf-8", jsonld.lines),
        Format("elm", "elm.jsonld", "application/ld+json; charset=utf-8", elm.lines),
        Format("csv", "csv", "text/csv; charset=utf-8", table.lines),
    )
}


def write(code: str, collection_slug: str, *, on: date, is_public: bool = False) -> Iterator[str]:
    """A collection in the format ``code``, in pieces, with the prices of the day ``on``."""
    return FORMATS[code].lines(offered(collection_slug, on=on, is_public=is_public))
