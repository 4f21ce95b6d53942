"""The wall of the pages around the catalogue: ``construct_page_panels(request, panels, page, programme)``."""

from django.utils.safestring import SafeString

from people import walls
from programmes.models import Programme

WALL = "construct_page_panels"
REGIONS = ("main", "price", "aside", "form")


def furnish(request, *, page, programme: Programme | None = None) -> dict[str, list[SafeString]]:
    """What upper floors hang on ``page``, by region; ``programme`` is what it is about, if it is about one."""
    hung = walls.furnish(WALL, request, page=page, programme=programme)
    return {region: [html for panel, html in hung if panel.region == region] for region in REGIONS}
