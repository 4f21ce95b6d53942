"""The desk in Wagtail's admin; one module per topic."""

from contact_centre.wagtail_hooks import (
    calling,
    channels,
    clocks,
    desk,
    inbox,
    journeys,
    menus,
    promises,
    questions,
    segments,
    sends,
    wording,
)

__all__ = [
    "calling",
    "channels",
    "clocks",
    "desk",
    "inbox",
    "journeys",
    "menus",
    "promises",
    "questions",
    "segments",
    "sends",
    "wording",
]
