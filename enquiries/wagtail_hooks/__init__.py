"""The enquiries in Wagtail's admin and on the walls of other floors; one module per topic."""

from enquiries.wagtail_hooks import (
    campaigns,
    door,
    enquiries,
    life,
    menus,
    origins,
    plans,
)

__all__ = [
    "campaigns",
    "door",
    "enquiries",
    "life",
    "menus",
    "origins",
    "plans",
]
