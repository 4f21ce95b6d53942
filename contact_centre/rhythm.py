"""The rhythm of contact: whoever agreed to hear from us gets neither too much nor nothing at all.

The ceiling is the cap of ``ContactRules``, counted over all channels as the policy counts it; the floor are the days of
silence in ``DeskSettings``. Inside the band is whoever lies between the two.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Count, Exists, OuterRef, QuerySet

from contact_centre.models import DeskSettings
from contact_centre.segments import about_people
from people.contact import policy
from people.models import OutgoingMessage, Person, Purpose, Touchpoint


@dataclass(frozen=True)
class Band:
    """How many agreed to news and offers, and how many of them get too little and too much."""

    agreed: int
    silent: int
    above: int
    silence_days: int
    cap: int
    cap_days: int

    @property
    def inside(self) -> int:
        return self.agreed - self.silent - self.above

    @property
    def share(self) -> float:
        """0 to 1; 1 when nobody agreed to anything."""
        return self.inside / self.agreed if self.agreed else 1.0


def agreed(channel: str = "") -> QuerySet[Person]:
    """Those whose newest word on news and offers is yes, on ``channel`` or on any."""
    return Person.objects.known().filter(about_people.agreed(Purpose.COMMERCIAL, [channel] if channel else []))


def silent(*, at: datetime, days: int | None = None, channel: str = "") -> QuerySet[Person]:
    """Those who agreed and to or from whom nothing went for ``days`` (the school's floor, if it is not said).

    Whoever came to us within those days is no silent contact yet: they have been given no time to be forgotten.
    """
    since = at - timedelta(days=days or DeskSettings.of_school().silence_days)
    contacts = Touchpoint.objects.filter(
        person=OuterRef("pk"),
        at__gt=since,
        at__lte=at,
        direction__in=[Touchpoint.Direction.IN, Touchpoint.Direction.OUT],
    )
    return agreed(channel).filter(~Exists(contacts), created_at__lte=since)


def above(*, at: datetime) -> QuerySet[Person]:
    """Those who agreed and got more commercial messages than the cap allows, over all channels together."""
    rules = policy.rules_of_school()
    sent = OutgoingMessage.objects.filter(
        purpose=Purpose.COMMERCIAL,
        state=OutgoingMessage.State.SENT,
        sent_at__gt=at - timedelta(days=rules.cap_days),
        sent_at__lte=at,
    )
    many = sent.order_by().values("person").annotate(got=Count("pk")).filter(got__gt=rules.commercial_cap)
    return agreed().filter(pk__in=many.values("person"))


def band(*, at: datetime) -> Band:
    """The figures at ``at``. Nobody is both: a message that was sent stands on the timeline."""
    rules, days = policy.rules_of_school(), DeskSettings.of_school().silence_days
    too_much = above(at=at)
    return Band(
        agreed=agreed().count(),
        silent=silent(at=at, days=days).exclude(pk__in=too_much.values("pk")).count(),
        above=too_much.count(),
        silence_days=days,
        cap=rules.commercial_cap,
        cap_days=rules.cap_days,
    )


def rules_for_silence(days: int) -> dict:
    """The rules of a segment that finds the same people, to be sent something or be called."""
    return {
        "version": 1,
        "op": "all",
        "rules": [
            {"criterion": "people.consent", "values": {"answer": "granted", "purpose": str(Purpose.COMMERCIAL.value)}},
            {"criterion": "people.known_for", "values": {"least": days}},
            {"criterion": "contact_centre.contact", "values": {"days": days}, "not": True},
        ],
    }
