"""How a floor hangs what it announces on the journeys: one call in its ``wagtail_hooks.py``."""

from collections.abc import Sequence
from datetime import datetime

from wagtail import hooks

from contact_centre.journeys import walking
from contact_centre.journeys.triggers import Happening


def register(happenings: Sequence[Happening]) -> None:
    """Name these to the journeys, and listen to the announcements that tell of them."""
    hooks.register("register_journey_triggers", lambda: list(happenings))
    for one in happenings:
        if one.announced:
            hooks.register(one.announced, _listener(one))


def _listener(happening: Happening):
    def hear(*, at: datetime, **facts) -> None:
        row = facts[happening.told_as]
        if happening.is_told is None or happening.is_told(row):
            walking.happened(happening, row, at=at)

    return hear
