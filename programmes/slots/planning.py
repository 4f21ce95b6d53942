"""The plan of the slots: which run when, which share a place, and stopping one."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.db import models, transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from wagtail.log_actions import log

from people.models import User
from programmes.models import Slot
from programmes.slots import audiences

WEEKS_SHOWN = 10
DAYS_OF_WEEK = 7


class State(models.TextChoices):
    PLANNED = "planned", _("Planned")
    RUNNING = "running", _("Running")
    OVER = "over", _("Over")
    STOPPED = "stopped", _("Stopped")


def state_of(slot: Slot, *, at: datetime) -> State:
    """Where the slot stands; one that was stopped before its end is stopped, also afterwards."""
    if slot.is_stopped:
        return State.STOPPED
    if at < slot.starts_at:
        return State.PLANNED
    return State.RUNNING if at < slot.ends_at else State.OVER


def in_state(state: str, *, at: datetime) -> Q:
    """The condition that finds the slots in ``state``."""
    times = {
        State.PLANNED: Q(starts_at__gt=at),
        State.RUNNING: Q(starts_at__lte=at, ends_at__gt=at),
        State.OVER: Q(ends_at__lte=at),
    }
    return Q(is_stopped=True) if state == State.STOPPED else Q(times[State(state)], is_stopped=False)


def sharing_with(slot: Slot) -> list[Slot]:
    """The slots that some reader would see by turns with this one: same place, time, language and audience."""
    others = Slot.objects.filter(
        place=slot.place, is_stopped=False, starts_at__lt=slot.ends_at, ends_at__gt=slot.starts_at
    ).exclude(pk=slot.pk)
    found = others.select_related("programme").order_by("starts_at", "pk")
    return [other for other in found if _may_meet(slot, other)]


def _may_meet(one: Slot, other: Slot) -> bool:
    languages, groups = {one.language, other.language}, {one.audience, other.audience}
    same_language = "" in languages or len(languages) == 1
    # Visitors and those who signed in never meet; of two other groups one reader may be in both.
    apart = audiences.VISITORS in groups and not groups <= {audiences.VISITORS, audiences.EVERYONE}
    topics = {code for code in groups if code.startswith(audiences.TOPIC)}
    return same_language and not apart and len(topics) < 2


def share_of(slot: Slot, others: Iterable[Slot]) -> float:
    """The share of turns that it gets when all of ``others`` run too, 0–1."""
    return slot.weight / (slot.weight + sum(other.weight for other in others))


@transaction.atomic
def stop(slot: Slot, *, at: datetime, by: User | None) -> Slot:
    """Take the slot off the pages now; stopping it again changes nothing."""
    return _set_stopped(slot, True, at=at, by=by, action="programmes.stop_slot")


@transaction.atomic
def resume(slot: Slot, *, at: datetime, by: User | None) -> Slot:
    """Put a stopped slot back; it shows for what is left of its time."""
    return _set_stopped(slot, False, at=at, by=by, action="programmes.resume_slot")


def _set_stopped(slot: Slot, is_stopped: bool, *, at: datetime, by: User | None, action: str) -> Slot:
    slot = Slot.objects.select_for_update().get(pk=slot.pk)
    if slot.is_stopped != is_stopped:
        slot.is_stopped = is_stopped
        slot.save(update_fields=["is_stopped"])
        log(instance=slot, action=action, user=by, timestamp=at)
    return slot


# --- the calendar


@dataclass(frozen=True)
class Bar:
    """A slot as a bar over the days shown: days before it, days it takes, days after it."""

    slot: Slot
    state: State
    before: int
    days: int
    after: int
    begins_earlier: bool
    goes_on: bool


@dataclass(frozen=True)
class Row:
    place: str
    label: Any
    bars: list[Bar]


@dataclass(frozen=True)
class Calendar:
    """Some weeks of the plan: whole weeks from a Monday on, and the slots of each place."""

    mondays: list[date]
    rows: list[Row]
    today_is_day: int | None  # counted from the first day shown, from 0

    @property
    def days(self) -> int:
        return len(self.mondays) * DAYS_OF_WEEK


def calendar(*, first: date, at: datetime, weeks: int = WEEKS_SHOWN) -> Calendar:
    """The slots that touch the ``weeks`` from the Monday of ``first`` on, by place and start. One query."""
    monday = first - timedelta(days=first.weekday())
    days = weeks * DAYS_OF_WEEK
    start, end = _midnight(monday), _midnight(monday + timedelta(days=days))
    touching = Slot.objects.filter(starts_at__lt=end, ends_at__gt=start)
    slots = list(touching.select_related("programme").order_by("starts_at", "pk"))
    rows = [
        Row(place.value, place.label, [_bar(slot, monday, days, at) for slot in slots if slot.place == place])
        for place in Slot.Place
    ]
    today = (timezone.localdate(at) - monday).days
    return Calendar(
        mondays=[monday + timedelta(days=DAYS_OF_WEEK * week) for week in range(weeks)],
        rows=rows,
        today_is_day=today if 0 <= today < days else None,
    )


def _bar(slot: Slot, monday: date, days: int, at: datetime) -> Bar:
    last_moment = slot.ends_at - timedelta(microseconds=1)
    first_day = (timezone.localdate(slot.starts_at) - monday).days
    last_day = (timezone.localdate(last_moment) - monday).days
    left, right = max(first_day, 0), min(last_day, days - 1)
    return Bar(
        slot=slot,
        state=state_of(slot, at=at),
        before=left,
        days=right - left + 1,
        after=days - 1 - right,
        begins_earlier=first_day < 0,
        goes_on=last_day >= days,
    )


def _midnight(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, datetime.min.time()))
