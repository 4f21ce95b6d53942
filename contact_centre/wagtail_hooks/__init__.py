"""The desk in Wagtail's admin; one module per topic."""

from contact_centre.wagtail_hooks import clocks, desk, inbox, journeys, menus, segments, sends

__all__ = ["clocks", "desk", "inbox", "journeys", "menus", "segments", "sends"]
