"""When somebody may be called or offered something: the school's hours and theirs, on their own clock. No database."""

from dataclasses import dataclass
from datetime import datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

SCHOOL_ZONE = "Europe/Madrid"  # also for whoever has a zone nobody knows
DAYS_LOOKED_AHEAD = 3  # any daily window opens within two days, a change of the clocks included


@dataclass(frozen=True)
class Wait:
    """Not now: until when, and whether the school's ``quiet`` hours or the person's own ``hours`` say so."""

    until: datetime
    reason: str


@lru_cache(maxsize=1024)
def zone_of(name: str) -> ZoneInfo:
    """The time zone called ``name``, or the school's when there is none of that name."""
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return ZoneInfo(SCHOOL_ZONE)


def wait(
    at: datetime,
    *,
    zone: str,
    quiet_from: time,
    quiet_until: time,
    preferred_from: time | None = None,
    preferred_until: time | None = None,
) -> Wait | None:
    """How long to wait at ``at``; None if now is a good time.

    Hours are half open: who may be called until 21:00 is not called at 21:00. Preferred hours that lie wholly within
    the quiet ones cannot be kept, so they do not count; one of the two missing means midnight.
    """
    clock = zone_of(zone)
    start, end = preferred_from or time.min, preferred_until or time.min

    def is_loud(local: time) -> bool:
        return not _within(local, quiet_from, quiet_until)

    def is_liked(local: time) -> bool:
        return start == end or _within(local, start, end)

    local = at.astimezone(clock)
    if is_loud(local.time()) and is_liked(local.time()):
        return None
    later = sorted(
        datetime.combine(local.date() + timedelta(days=day), hour, tzinfo=clock)
        for day in range(DAYS_LOOKED_AHEAD)
        for hour in (quiet_until, start)
    )
    later = [instant for instant in later if instant > at]
    both = next((one for one in later if is_loud(one.time()) and is_liked(one.time())), None)
    if both is not None:
        return Wait(both, "quiet" if not is_loud(local.time()) else "hours")
    if is_loud(local.time()):
        return None
    return Wait(next(one for one in later if is_loud(one.time())), "quiet")


def _within(local: time, start: time, end: time) -> bool:
    """Whether ``local`` lies in the daily window; one that ends before it starts goes over midnight."""
    return start <= local < end if start <= end else local >= start or local < end
