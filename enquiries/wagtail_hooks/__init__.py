"""The enquiries in Wagtail's admin and on the walls of other floors; one module per topic."""

from enquiries.wagtail_hooks import (
    door,
    enquiries,
    menus,
    plans,
)

__all__ = [
    "door",
    "enquiries",
    "menus",
    "plans",
]
