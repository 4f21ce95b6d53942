"""What a change did: enquiries a day before it and after it, over the same number of days."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db.models import Count, Q
from django.db.models.functions import TruncDate
from django.utils import timezone

from enquiries.campaigns import tree
from enquiries.models import Campaign, CampaignChange, Enquiry

DAY = timedelta(days=1)
LONGEST = 28 * DAY
SHORTEST = DAY  # below that a rate says nothing


@dataclass(frozen=True)
class Effect:
    """The days around one or several changes of the same instant. Without ``days`` it is too soon to say."""

    at: datetime
    days: float = 0
    before: int = 0
    after: int = 0

    @property
    def whole_days(self) -> int:
        return round(self.days)

    @property
    def before_rate(self) -> float | None:
        return self.before / self.days if self.days else None

    @property
    def after_rate(self) -> float | None:
        return self.after / self.days if self.days else None

    @property
    def percent(self) -> int | None:
        """How much more (or less) a day than before; None where there is nothing to compare with."""
        return round(100 * (self.after - self.before) / self.before) if self.before else None


def windows(marks: Sequence[datetime], *, first: datetime, last: datetime) -> list[tuple[datetime, timedelta]]:
    """Of each mark, how long before and after it can be compared: as long as nothing else changed, four weeks at most.

    ``first`` is when the campaign could begin to bring anybody, ``last`` is now or its end.
    """
    instants = sorted(set(marks))
    edges = [min(first, *instants), *instants, max(last, *instants)] if instants else []
    return [(at, min(at - edges[place], edges[place + 2] - at, LONGEST)) for place, at in enumerate(instants)]


def of_campaign(campaign: Campaign, *, at: datetime) -> list[Effect]:
    """The effect of each change since the launch, the oldest first: one query, however many changes there are."""
    quiet = (CampaignChange.What.LAUNCHED, CampaignChange.What.CLOSED)
    marks = list(campaign.changes.exclude(what__in=quiet).order_by("at").values_list("at", flat=True))
    if not marks or campaign.launched_at is None:
        return []
    last = min(at, campaign.closed_at or at)
    spans = windows(marks, first=campaign.launched_at, last=last)
    counted = {}
    for place, (mark, length) in enumerate(spans):
        if length >= SHORTEST:
            counted[f"before_{place}"] = _number(mark - length, mark)
            counted[f"after_{place}"] = _number(mark, mark + length)
    rows = _enquiries(campaign).aggregate(**counted) if counted else {}
    return [
        Effect(mark, length / DAY, rows[f"before_{place}"], rows[f"after_{place}"])
        if f"before_{place}" in rows
        else Effect(mark)
        for place, (mark, length) in enumerate(spans)
    ]


def by_day(campaign: Campaign, *, first: date, last: date) -> list[tuple[date, int]]:
    """How many enquiries came on each day of the school, from ``first`` to ``last``, days without any included."""
    found = _enquiries(campaign).filter(received_at__gte=_midnight(first), received_at__lt=_midnight(last + DAY))
    counted = found.order_by().annotate(on=TruncDate("received_at")).values_list("on").annotate(Count("pk"))
    days = dict(counted)
    return [(day, days.get(day, 0)) for day in (first + DAY * number for number in range((last - first).days + 1))]


def by_week(days: Sequence[tuple[date, int]]) -> list[tuple[date, int]]:
    """The same counts by weeks of seven days from the first one, each under its first day; a begun one counts."""
    return [
        (days[place][0], sum(number for _day, number in days[place : place + 7])) for place in range(0, len(days), 7)
    ]


def _midnight(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, datetime.min.time()))


def _enquiries(campaign: Campaign):
    rows = Enquiry.objects.filter(campaign__in=tree.below(campaign.pk))
    return rows.exclude(state=Enquiry.State.INVALID)


def _number(since: datetime, until: datetime) -> Count:
    return Count("pk", filter=Q(received_at__gte=since, received_at__lt=until))
