"""Where something that speaks of a programme leads: its sheet, or what stands in for it."""

from wagtail.models import Page

from programmes.models import CataloguePage, HomePage, Programme


def sheet_or_catalogue(programme: Programme | None, *, language: str) -> Page | None:
    """The published sheet in ``language``, else in another one, else the catalogue, else the home page."""
    sheet = programme.sheet_in(language) if programme else None
    return sheet or _published(CataloguePage, language) or _published(HomePage, language)


def _published(kind: type[Page], language: str) -> Page | None:
    return kind.objects.live().filter(locale__language_code=language[:2]).first()
