"""The desk in Wagtail's admin; one module per topic."""

from contact_centre.wagtail_hooks import desk, menus

__all__ = ["desk", "menus"]
