"""The desk in Wagtail's admin; one module per topic."""

from contact_centre.wagtail_hooks import desk, journeys, menus, segments, sends

__all__ = ["desk", "journeys", "menus", "segments", "sends"]
