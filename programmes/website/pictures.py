"""The picture of a page: the one an editor chose, else a cover drawn for it."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.urls import reverse

from people.own_data.links import absolute

WIDE = "fill-1200x630|format-webp"
NARROW = "fill-600x315|format-webp"
SOCIAL = "fill-1200x630|format-jpeg"  # what every network can read
SQUARE = "fill-480x480|format-webp"
WIDTH, HEIGHT = 1200, 630


@dataclass(frozen=True)
class Picture:
    """A picture of 1200 × 630; ``alt`` is empty where it only decorates."""

    url: str
    srcset: str = ""
    alt: str = ""


def of_page(image: Any, *, family: str, key: UUID) -> Picture:
    """The picture of a page. ``family`` gives a drawn one its colours, ``key`` its shapes."""
    if image is None:
        return Picture(reverse("drawn_cover", args=[family or "school", key]))
    found = image.get_renditions(WIDE, NARROW)
    wide, narrow = found[WIDE], found[NARROW]
    srcset = f"{narrow.url} {narrow.width}w, {wide.url} {wide.width}w"
    return Picture(wide.url, srcset, image.default_alt_text if image.description else "")


def for_networks(image: Any, *, family: str, key: UUID) -> str:
    """The address of the picture that social networks show of a page, as others reach it."""
    own = image.get_rendition(SOCIAL).url if image else reverse("drawn_picture", args=[family or "school", key])
    return own if "://" in own else absolute(own)


def portrait(image: Any) -> str:
    return image.get_rendition(SQUARE).url if image else ""
