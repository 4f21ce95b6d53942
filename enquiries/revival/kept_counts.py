"""The counts of the grid as they were some minutes ago, so that nobody waits while a million enquiries are counted.

What was played and what is closed is read anew each time. Nobody is asked by these counts: a play draws by itself.
"""

from datetime import datetime, timedelta

from django.core.cache import cache

from enquiries.models import Enquiry
from enquiries.revival import grid

FRESH_FOR = timedelta(minutes=15)
COUNTED_AT_ONCE = 20_000  # lost enquiries; more are counted by a worker, while the page shows the last counts
KEY, UNDER_WAY = "enquiries.revival.counts:1", "enquiries.revival.counts:under-way"
KEPT_SECONDS, LOCKED_SECONDS = 7 * 86_400, 600


def recount(*, at: datetime) -> grid.Counted:
    """Count every cell and keep the counts for the next readers."""
    counted = grid.count(at=at)
    cache.set(KEY, counted, KEPT_SECONDS)
    cache.delete(UNDER_WAY)
    return counted


def latest(*, at: datetime, is_fresh: bool = False) -> grid.Grid | None:
    """The grid to show; None while very many enquiries are counted for the first time.

    Very many are left to a worker, also where somebody wants a ``is_fresh`` count, and the last counts are shown
    meanwhile, with their time.
    """
    kept = cache.get(KEY)
    if kept is None or is_fresh or abs(at - kept.at) >= FRESH_FOR:
        if Enquiry.objects.filter(state=Enquiry.State.LOST)[: COUNTED_AT_ONCE + 1].count() <= COUNTED_AT_ONCE:
            kept = recount(at=at)
        elif cache.add(UNDER_WAY, at, LOCKED_SECONDS):
            from enquiries import tasks  # noqa: PLC0415 -- tasks are leaves

            tasks.count_lost_enquiries.apply_async(retry=False, queue="soon")
    return grid.dressed(kept) if kept is not None else None


def is_under_way() -> bool:
    """Whether a worker counts."""
    return cache.get(UNDER_WAY) is not None
