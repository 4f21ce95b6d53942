"""A moved clock: things happen one after the other, each at its instant, and may cause later things."""

import heapq
import random
from collections.abc import Callable
from datetime import datetime, timedelta
from functools import partial
from itertools import count
from zoneinfo import ZoneInfo

MADRID = ZoneInfo("Europe/Madrid")


class Simulation:
    """Runs acts in the order of their instants until ``now``; what would happen later does not happen.

    ``chance`` is seeded, so that the same school comes out every time.
    """

    def __init__(self, *, now: datetime, seed: int):
        self.now = now
        self.chance = random.Random(seed)  # noqa: S311 -- a story, not a secret
        self._agenda: list[tuple[datetime, int, Callable[[], object]]] = []
        self._order = count()

    def at(self, instant: datetime, act: Callable, **details) -> None:
        """Have ``act(at=instant, **details)`` done at ``instant``."""
        planned = (instant, next(self._order), partial(act, at=instant, **details))
        # The running number decides before two acts would be compared.
        heapq.heappush(self._agenda, planned)  # type: ignore[misc]

    def run(self, *, each_day: Callable) -> int:
        """Do everything up to ``now``; call ``each_day(at=…)`` at four every morning; return how many acts."""
        if not self._agenda:
            return 0
        done = 0
        morning = self._agenda[0][0].astimezone(MADRID).replace(hour=4, minute=0, second=0, microsecond=0)
        while self._agenda and self._agenda[0][0] <= self.now:
            while morning <= self._agenda[0][0]:
                each_day(at=morning)
                morning += timedelta(days=1)
            _, _, act = heapq.heappop(self._agenda)
            act()
            done += 1
        while morning <= self.now:
            each_day(at=morning)
            morning += timedelta(days=1)
        return done

    def likely(self, share: float) -> bool:
        return self.chance.random() < share

    def office_hours(self, instant: datetime) -> datetime:
        """The same instant, or the next one at which somebody is at the desk: from 9 to 20, every day."""
        local = instant.astimezone(MADRID)
        if local.hour >= 20:
            local = (local + timedelta(days=1)).replace(hour=9, minute=self.chance.randrange(60))
        elif local.hour < 9:
            local = local.replace(hour=9, minute=self.chance.randrange(60))
        return local
