"""How often one thing may be asked: counted in the cache, exactly, whoever asks at the same time.

Counted are links, persons and network addresses, by what they ask for. Nothing is kept longer than its window.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256

from django.core.cache import cache
from django.db import connection, transaction


@dataclass(frozen=True)
class Limit:
    """At most ``amount`` within ``window``."""

    amount: int
    window: timedelta


MINUTES, HOURS = timedelta(minutes=1), timedelta(hours=1)
LIMITS = {
    "link": Limit(20, 10 * MINUTES),  # what is posted with one link
    "network": Limit(200, 10 * MINUTES),  # what is posted from one network address; a school's may hold many people
    # By link only: a mail provider posts for all its customers from few addresses.
    "one_click": Limit(20, 10 * MINUTES),
    "mailed_link": Limit(3, HOURS),  # links to one person's data or preferences
    "same_mail": Limit(1, MINUTES),  # a second press of the button
    "mailed_link_network": Limit(20, HOURS),
    "download": Limit(10, HOURS),
    "new_address": Limit(5, HOURS),  # codes to addresses that somebody types
    "code": Limit(5, 15 * MINUTES),  # guesses
    "request": Limit(5, 24 * HOURS),
    "calendar": Limit(60, HOURS),  # one subscription; calendars ask every few minutes at most
    "calendar_network": Limit(600, HOURS),  # a school's calendars may all come from one address
}


class TooMany(Exception):
    """Asked too often; ``until`` says when it may be asked again."""

    def __init__(self, until: datetime):
        super().__init__(until.isoformat())
        self.until = until


def count(action: str, key: str, *, at: datetime) -> None:
    """Count one more ``action`` of ``key``; raises TooMany, which does not count, beyond its limit."""
    limit = LIMITS[action]
    name = f"people.limits:{action}:{sha256(key.encode()).hexdigest()}"
    # A cache alone cannot count exactly in every backend: the lock lets one in after the other.
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [name])
        times = [one for one in cache.get(name, []) if at - limit.window < one <= at]
        if len(times) >= limit.amount:
            raise TooMany(times[0] + limit.window)
        cache.set(name, [*times, at], limit.window.total_seconds())
