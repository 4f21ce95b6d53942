"""The desk in Wagtail's admin; one module per topic."""

from contact_centre.wagtail_hooks import channels, clocks, desk, inbox, journeys, menus, segments, sends, wording

__all__ = ["channels", "clocks", "desk", "inbox", "journeys", "menus", "segments", "sends", "wording"]
