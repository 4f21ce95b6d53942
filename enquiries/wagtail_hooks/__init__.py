"""The enquiries in Wagtail's admin and on the walls of other floors; one module per topic."""

from enquiries.wagtail_hooks import (
    enquiries,
    menus,
)

__all__ = [
    "enquiries",
    "menus",
]
