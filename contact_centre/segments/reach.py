"""Whom of some people we may really contact, by the rules that a send to them has to pass."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import QuerySet

from people.contact import contactable, policy
from people.contact.policy import REASONS, Asked
from people.models import Channel, Person, Purpose

CHANNELS = [(one.value, one.label) for one in contactable.CHANNELS]
ASKED = [Asked(channel, Purpose.COMMERCIAL) for channel in contactable.CHANNELS]


@dataclass(frozen=True)
class Reach:
    """One channel: how many may be written to or called now, how many later, and why not the others."""

    channel: str
    now: int
    later: int
    barred: list[tuple[str, int]]


def of(people: QuerySet[Person], *, at: datetime) -> list[Reach]:
    """News and offers to ``people`` by each channel at ``at``. One statement; the figures of a send are the same."""
    counted = policy.tally(people, ASKED, at=at)
    found = []
    for asked in ASKED:
        count = contactable.Count(asked, counted[asked])
        barred = [(str(REASONS.get(reason, reason)), number) for reason, number in count.barred.items()]
        found.append(Reach(str(Channel(asked.channel).label), count.now, sum(count.later.values()), barred))
    return found
