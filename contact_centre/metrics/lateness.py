"""Why a promise was broken: what the event log says of the case at the instant the promise ran out."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from django.db import models
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext_lazy as _

from contact_centre.models import CaseEvent
from contact_centre.snoozing import BACK_BEFORE

Kind = CaseEvent.Kind
UNOWNED = "unowned"  # as the sweep notes it when a supervisor answers for what nobody took


class Cause(models.TextChoices):
    """The first that fits is the cause."""

    THEIR_TURN = "their_turn", _("Waiting for the person")
    ASIDE = "aside", _("Put aside until the last moment")
    HALF_ANSWERED = "half_answered", _("Answered in part")
    NOT_REACHED = "not_reached", _("Called, not reached")
    HELD = "held", _("In an adviser’s hands")
    DESK_CLOSED = "desk_closed", _("The desk was closed all that time")
    NOBODY_TOOK_IT = "nobody_took_it", _("Nobody took it")


@dataclass(frozen=True)
class Happened:
    """An event as far as the cause depends on it."""

    kind: str
    at: datetime
    data: Mapping | None = None
    by: int | None = None


def cause(events: Iterable[Happened], *, due_at: datetime, was_open: bool) -> Cause:
    """Why a case was not answered by ``due_at``, from its events in order. ``was_open`` says whether there was any
    working time between its opening and then. What happened later changes nothing.
    """
    held = waits = replied = rang = False
    aside_until = None
    for event in events:
        if event.at > due_at:
            break
        data = event.data or {}
        if event.kind == Kind.REOPENED:
            # A new answer is owed, by whoever opened it again or had it before; the rest is another story.
            held, waits, replied, rang, aside_until = held or event.by is not None, False, False, False, None
        elif event.kind in (Kind.TAKEN, Kind.TAKEN_OVER, Kind.ROUTED):
            held = True
        elif event.kind == Kind.ASSIGNED:
            held = data.get("why") != UNOWNED
        elif event.kind == Kind.HANDED_OVER:
            held = data.get("to") is not None
        elif event.kind == Kind.RETURNED:
            held = False
        elif event.kind == Kind.WAITING:
            waits = True
        elif event.kind in (Kind.RESUMED, Kind.THEY_WROTE):
            waits = False
        elif event.kind == Kind.SNOOZED:
            aside_until = parse_datetime(str(data.get("until", "")))
        elif event.kind == Kind.WOKEN and aside_until is not None and event.at < aside_until:
            aside_until = None  # brought back early
        elif event.kind == Kind.REPLIED:
            replied = True
        elif event.kind == Kind.CALLED:
            rang = True
    if waits:
        return Cause.THEIR_TURN
    if aside_until is not None and aside_until >= due_at - BACK_BEFORE:
        return Cause.ASIDE
    if replied:
        return Cause.HALF_ANSWERED
    if rang:
        return Cause.NOT_REACHED
    if held:
        return Cause.HELD
    return Cause.NOBODY_TOOK_IT if was_open else Cause.DESK_CLOSED


def causes(late: Mapping[int, tuple[datetime, datetime, int | None]], hours) -> dict[int, Cause]:
    """The cause of each late case, from (opened, due, team) by case; one query."""
    told: dict[int, list[Happened]] = {pk: [] for pk in late}
    events = CaseEvent.objects.filter(case__in=late).order_by("case", "at", "pk")
    for case_id, kind, at, data, by in events.values_list("case", "kind", "at", "data", "by"):
        told[case_id].append(Happened(kind, at, data, by))
    return {
        pk: cause(told[pk], due_at=due_at, was_open=hours.between(opened_at, due_at, team_id) > 0)
        for pk, (opened_at, due_at, team_id) in late.items()
    }


def tally(found: Iterable[Cause]) -> list[tuple[Cause, int]]:
    """How many of each cause, the most frequent first."""
    counted = Counter(found)
    return sorted(counted.items(), key=lambda one: (-one[1], one[0].value))
