"""What came of a slot: how often it was seen, followed, and led to an enquiry. No reader is remembered."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from urllib.parse import urlencode
from uuid import UUID

from django.db.models import Sum
from django.utils import timezone

from programmes.day_counts import raise_by_one
from programmes.models import Slot, SlotCount

SOURCE, MEDIUM = "school", "slot"
SEEN_LATE = timedelta(days=1)  # a page may stay open for a while after its slot has ended; a link in a mail for ever


@dataclass(frozen=True)
class Figures:
    """Sums over some days. The share of clicks is None until the slot has been seen."""

    impressions: int = 0
    clicks: int = 0
    enquiries: int = 0

    @property
    def click_share(self) -> float | None:
        return self.clicks / self.impressions if self.impressions else None

    @property
    def enquiry_share(self) -> float | None:
        return self.enquiries / self.clicks if self.clicks else None

    def __add__(self, other: "Figures") -> "Figures":
        return Figures(
            self.impressions + other.impressions, self.clicks + other.clicks, self.enquiries + other.enquiries
        )


def note_impression(uuid: UUID, *, at: datetime) -> bool:
    """Somebody saw the slot; False, and nothing counted, before it starts and long after it has ended."""
    seen = Slot.objects.filter(uuid=uuid, starts_at__lte=at, ends_at__gt=at - SEEN_LATE)
    return raise_by_one(SlotCount, "impressions", of=seen, on=timezone.localdate(at))


def note_click(uuid: UUID, *, at: datetime) -> bool:
    """Somebody followed the slot; False before it starts. A link in a mail is followed when the mail is read."""
    followed = Slot.objects.filter(uuid=uuid, starts_at__lte=at)
    return raise_by_one(SlotCount, "clicks", of=followed, on=timezone.localdate(at))


def note_enquiry(utm: Mapping[str, str], *, at: datetime) -> bool:
    """An enquiry arrived with these utm parameters; False unless they name a slot of ours that has started."""
    if (utm.get("utm_source"), utm.get("utm_medium")) != (SOURCE, MEDIUM):
        return False
    try:
        uuid = UUID(utm.get("utm_content", ""))
    except ValueError:
        return False
    named = Slot.objects.filter(uuid=uuid, starts_at__lte=at)
    return raise_by_one(SlotCount, "enquiries", of=named, on=timezone.localdate(at))


def utm_of(slot: Slot) -> str:
    """What the address carries on, so that an enquiry is counted for the slot."""
    return urlencode({"utm_source": SOURCE, "utm_medium": MEDIUM, "utm_content": str(slot.uuid)})


def figures(slot_ids: Iterable[int], *, since: date | None = None) -> dict[int, Figures]:
    """The figures of each slot, by its id; zeroes where nothing was counted. One query."""
    slot_ids = list(slot_ids)
    rows = SlotCount.objects.filter(slot__in=slot_ids)
    if since is not None:
        rows = rows.filter(on__gte=since)
    sums = rows.order_by().values_list("slot").annotate(Sum("impressions"), Sum("clicks"), Sum("enquiries"))
    found = {slot: Figures(*numbers) for slot, *numbers in sums}
    return {slot_id: found.get(slot_id, Figures()) for slot_id in slot_ids}


def by_week(slot: Slot) -> list[tuple[date, Figures]]:
    """The figures of each week in which something was counted, by its Monday, the last week first."""
    weeks: dict[date, Figures] = {}
    for count in SlotCount.objects.filter(slot=slot).order_by("-on"):
        monday = count.on - timedelta(days=count.on.weekday())
        weeks[monday] = weeks.get(monday, Figures()) + Figures(count.impressions, count.clicks, count.enquiries)
    return list(weeks.items())
