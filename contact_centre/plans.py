"""The plan of a day: what an adviser sets out to do, as it stood when the day began, ticked off as it is done.

It is made the first time the adviser looks at their day. What comes into their hands later is added, at its place by
time; nothing is taken off, so that the share that was done says what became of the day.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import cast

from django.db import transaction
from django.db.models import F, Max, OuterRef, Q, Subquery
from django.utils import timezone
from django.utils.translation import gettext as _

from contact_centre import deadlines, follow_ups, inbox
from contact_centre.deadlines import DueIn
from contact_centre.models import Case, DayPlan, DayPlanItem, FollowUp, Promise
from people.models import User

MOST = 60  # of each kind: more is no plan for one day


@dataclass(frozen=True)
class Item:
    """One thing of the plan, as it is shown."""

    row: DayPlanItem
    due: DueIn
    title: str
    why: str
    address: str  # of which page: "case" or "person"
    uuid: str

    @property
    def is_done(self) -> bool:
        return self.row.done_at is not None


@dataclass(frozen=True)
class Plan:
    """The plan of one day, in order of time and value, with how far along it is."""

    day: DayPlan
    items: list[Item]

    @property
    def done(self) -> int:
        return sum(item.is_done for item in self.items)

    @property
    def percent(self) -> int:
        return round(100 * self.done / len(self.items)) if self.items else 0

    @property
    def left(self) -> list[Item]:
        return [item for item in self.items if not item.is_done]


def plan_of(user: User, at: datetime) -> Plan:
    """The plan of ``user`` for the day of ``at``: made now if there is none, brought up to date if there is."""
    today = timezone.localdate(at)
    with transaction.atomic():
        day, is_new = DayPlan.objects.get_or_create(user=user, day=today, defaults={"made_at": at})
        if not is_new:
            DayPlan.objects.select_for_update().get(pk=day.pk)  # two open windows add the same thing once
        _add(day, user, at=at)
        tick(at=at, plans=Q(plan=day))
    rows = day.items.select_related(
        "case__person", "case__programme", "follow_up__person", "follow_up__case", "promise__person", "promise__case"
    )
    items = [_shown(row, at=at) for row in rows]
    return Plan(day, sorted(items, key=lambda item: (item.is_done, _place(item.row))))


def tick(*, at: datetime, plans: Q | None = None) -> int:
    """Mark what has been done since, in one statement for each kind; return how many. ``plans``: of all of today."""
    chosen = plans if plans is not None else Q(plan__day=timezone.localdate(at))
    items = DayPlanItem.objects.filter(chosen, done_at=None)
    case = Case.objects.filter(pk=OuterRef("case"))
    return sum(
        [
            items.filter(case__answered_at__gte=F("plan__made_at"), case__next_due_at=None).update(
                done_at=Subquery(case.values("answered_at")[:1])
            ),
            items.filter(case__closed_at__gte=F("plan__made_at")).update(
                done_at=Subquery(case.values("closed_at")[:1])
            ),
            items.filter(case__answered_at__lt=F("plan__made_at"), case__next_due_at=None).update(done_at=at),
            items.filter(follow_up__done_at__isnull=False).update(
                done_at=Subquery(FollowUp.objects.filter(pk=OuterRef("follow_up")).values("done_at")[:1])
            ),
            items.filter(promise__state__in=[Promise.State.KEPT, Promise.State.WITHDRAWN]).update(done_at=at),
        ]
    )


def _add(day: DayPlan, user: User, *, at: datetime) -> None:
    """Put on the plan what is to be done today and does not stand on it yet."""
    until = follow_ups.end_of_day(at)
    there = day.items.values_list("case", "follow_up", "promise")
    held = [{pk for pk in column if pk} for column in zip(*there, strict=True)] or [set(), set(), set()]
    day.items.filter(done_at=None, case__isnull=False).exclude(case__adviser=user).delete()  # a colleague’s by now
    mine = Case.objects.open().filter(inbox.OWED, Q(snoozed_until=None) | Q(snoozed_until__lt=until), adviser=user)
    wanted = [
        *({"case_id": pk} for pk in _new(mine.most_urgent_first(), held[0])),
        *({"follow_up_id": pk} for pk in _new(follow_ups.open_of(user, until=until), held[1])),
        *({"promise_id": pk} for pk in _new(_promises(user, until), held[2])),
    ]
    last = day.items.aggregate(last=Max("position"))["last"] or 0
    # The place is the order in which they came; what is shown is ordered by time and value.
    DayPlanItem.objects.bulk_create(
        [DayPlanItem(plan=day, position=last + place, **one) for place, one in enumerate(wanted, 1)],
        ignore_conflicts=True,
    )


def _new(rows, held: set[int]) -> list[int]:
    return [pk for pk in rows.values_list("pk", flat=True)[:MOST] if pk not in held]


def _promises(user: User, until: datetime):
    return Promise.objects.filter(owner=user, state=Promise.State.OPEN, due_at__lt=until).order_by("due_at", "pk")


def _place(row: DayPlanItem) -> datetime:
    """By which instant it goes: the rank of a case, which knows time and value, else the hour."""
    if row.case is not None:
        return row.case.next_due_at or row.case.rank_at or row.case.answer_due_at
    return (row.follow_up or cast(Promise, row.promise)).due_at


def _shown(row: DayPlanItem, *, at: datetime) -> Item:
    if row.case is not None:
        case = row.case
        kind = case.get_kind_display()
        title = f"{case.person} · {kind}" + (f" · {case.programme}" if case.programme else "")
        due = deadlines.words(inbox.owed_at(case), at=at)
        return Item(row, due, title, inbox.reason(case, at=at), "case", str(case.uuid))
    thing: FollowUp | Promise
    if row.follow_up is not None:
        thing, words, channel = row.follow_up, row.follow_up.why, row.follow_up.get_channel_display()
        title = f"{thing.person} · {channel}"
    else:
        promise = cast(Promise, row.promise)  # a row is one of the three
        thing, words = promise, promise.words
        title = _("%(person)s · promised") % {"person": thing.person}
    target = thing.case or thing.person
    return Item(
        row,
        deadlines.words(thing.due_at, at=at),
        title,
        words,
        "case" if thing.case else "person",
        str(target.uuid),
    )
