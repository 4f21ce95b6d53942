"""The desk in Wagtail's admin; one module per topic."""

from contact_centre.wagtail_hooks import (
    assignment,
    calling,
    channels,
    clocks,
    desk,
    inbox,
    journeys,
    matrix,
    menus,
    promises,
    questions,
    segments,
    sends,
    teams,
    wording,
)

__all__ = [
    "assignment",
    "calling",
    "channels",
    "clocks",
    "desk",
    "inbox",
    "journeys",
    "matrix",
    "menus",
    "promises",
    "questions",
    "segments",
    "sends",
    "teams",
    "wording",
]
