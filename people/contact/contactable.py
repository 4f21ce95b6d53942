"""How many people we can really contact: counted by the rules that every message has to pass."""

from collections import Counter
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.core.cache import cache
from django.db.models import Exists, Max, Min, OuterRef, QuerySet

from people.contact import policy
from people.contact.contact_statement import months_before
from people.contact.policy import LATER, Asked
from people.models import Channel, Person, Purpose, Touchpoint

CHANNELS = (Channel.EMAIL, Channel.PHONE, Channel.WHATSAPP, Channel.SMS)
PURPOSES = (Purpose.COMMERCIAL, Purpose.SURVEY, Purpose.ENQUIRY, Purpose.SERVICE)
PAIRS = [Asked(channel, purpose) for purpose in PURPOSES for channel in CHANNELS]
DORMANT_MONTHS = 12
CHUNK = 50_000  # people decided in one statement: what it needs stays small however many there are
FRESH_FOR = timedelta(minutes=15)
COUNTED_AT_ONCE = 20_000  # people; more are counted by a worker, while the page shows the last figures
KEY, UNDER_WAY = "people.contactable:1", "people.contactable:under-way"
KEPT_SECONDS, LOCKED_SECONDS = 86_400, 600


@dataclass(frozen=True)
class Count:
    """One channel for one purpose: how many may be contacted now, how many only later, and why not the others."""

    asked: Asked
    reasons: dict[str, int]

    @property
    def now(self) -> int:
        return self.reasons.get("", 0)

    @property
    def later(self) -> dict[str, int]:
        return {reason: self.reasons[reason] for reason in LATER if reason in self.reasons}

    @property
    def barred(self) -> dict[str, int]:
        barred = {reason: people for reason, people in self.reasons.items() if reason and reason not in LATER}
        return dict(sorted(barred.items(), key=lambda one: -one[1]))


@dataclass(frozen=True)
class Contactable:
    """The figures of one moment."""

    as_of: datetime
    total: int
    dormant: int  # of whom nothing has been heard, and who have heard nothing, for a year
    counts: list[Count]


def count(*, at: datetime, people: QuerySet[Person] | None = None) -> Contactable:
    """Count ``people`` (everybody we know) at ``at``, a stretch of rows after the other."""
    people = Person.objects.known() if people is None else people
    since = months_before(at, DORMANT_MONTHS)
    heard_of = Touchpoint.objects.filter(person=OuterRef("pk"), at__gte=since, at__lte=at)
    ends = people.order_by().aggregate(first=Min("pk"), last=Max("pk"))
    total, dormant = 0, 0
    reasons: dict[Asked, Counter[str]] = {pair: Counter() for pair in PAIRS}
    for start in range(ends["first"] or 0, (ends["last"] or -1) + 1, CHUNK):
        stretch = people.filter(pk__gte=start, pk__lt=start + CHUNK)
        total += stretch.count()
        dormant += stretch.filter(~Exists(heard_of)).count()
        for pair, found in policy.tally(stretch, PAIRS, at=at).items():
            reasons[pair].update(found)
    return Contactable(at, total, dormant, [Count(pair, dict(found)) for pair, found in reasons.items()])


def recount(*, at: datetime) -> Contactable:
    """Count everybody and keep the figures for the next readers."""
    figures = count(at=at)
    cache.set(KEY, figures, KEPT_SECONDS)
    cache.delete(UNDER_WAY)
    return figures


def latest(*, at: datetime) -> Contactable | None:
    """The figures to show: those kept, if they are fresh, else new ones. None while many people are first counted.

    More people than are counted at once are left to a worker; what was counted before is shown meanwhile.
    """
    kept = cache.get(KEY)
    if kept is not None and abs(at - kept.as_of) < FRESH_FOR:
        return kept
    if Person.objects.known()[: COUNTED_AT_ONCE + 1].count() <= COUNTED_AT_ONCE:
        return recount(at=at)
    if cache.add(UNDER_WAY, at, LOCKED_SECONDS):
        from people import tasks  # noqa: PLC0415 -- tasks are leaves

        tasks.count_contactable.apply_async(retry=False, queue="soon")
    return kept
