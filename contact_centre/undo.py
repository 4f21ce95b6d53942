"""Acts on many cases, kept with what was there before, so that they can be taken back for a while.

Undoing gives each case back the fields it had. One with which something else has happened since is left as it is: what
a colleague did in the meantime is not undone with it.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import Max
from django.utils.dateparse import parse_datetime

from contact_centre.models import Case, CaseEvent, DeskAct
from people.models import User

FOR = timedelta(minutes=10)
KINDS = ("assign", "close", "put_back", "snooze")  # a handover is undone on its own page
FIELDS = ("state", "adviser_id", "taken_at", "closed_at", "snoozed_until", "meant_for_id", "meant_until", "team_id")
INSTANTS = ("taken_at", "closed_at", "snoozed_until", "meant_until")
Kind = CaseEvent.Kind
# What the product notes by itself, or the other side does, contradicts nothing that is given back.
HARMLESS = (Kind.ESCALATED, Kind.NUDGED, Kind.DUE_CHANGED, Kind.AUTO_REPLIED, Kind.NOTED, Kind.QUESTIONS)
Before = Mapping[str, dict[str, Any]]


class TooLate(Exception):
    """It was too long ago, somebody else did it, or it was undone already."""


@dataclass(frozen=True)
class Undone:
    """How many cases are as they were before, and how many have changed since and were left."""

    count: int
    changed_since: int


def before(cases: Iterable[Case]) -> dict[str, dict[str, Any]]:
    """The fields of locked cases before an act on them, as ``keep`` takes them."""
    return {
        str(case.pk): {
            name: value.isoformat() if isinstance(value := getattr(case, name), datetime) else value for name in FIELDS
        }
        for case in cases
    }


def keep(kind: str, was: Before, *, by: User, at: datetime, why: str = "") -> DeskAct:
    """Write the act down, after it was done and in its transaction; ``was`` is what ``before`` said."""
    last = dict(
        CaseEvent.objects.filter(case__in=[int(pk) for pk in was])
        .values("case")
        .annotate(last=Max("pk"))
        .values_list("case", "last")
    )
    cases = {pk: {"fields": fields, "event": last.get(int(pk), 0)} for pk, fields in was.items()}
    return DeskAct.objects.create(kind=kind, by=by, at=at, before=cases, why=why[:250])


def last_of(user: User, *, at: datetime) -> DeskAct | None:
    """The newest act of ``user`` that can still be undone."""
    return (
        DeskAct.objects.filter(by=user, kind__in=KINDS, undone_at=None, at__gt=at - FOR, at__lte=at)
        .order_by("-at", "-pk")
        .first()
    )


@transaction.atomic
def undo(act: DeskAct, *, by: User, at: datetime) -> Undone:
    """Give the cases of ``act`` back what they had; those that changed since are left. Raises TooLate."""
    act = DeskAct.objects.select_for_update().get(pk=act.pk)
    if act.undone_at is not None or act.by_id != by.pk or act.kind not in KINDS or at - act.at > FOR:
        raise TooLate(act.pk)
    kept = act.before
    cases = list(Case.objects.select_for_update().filter(pk__in=[int(pk) for pk in kept]).order_by("pk"))
    changed = _changed(kept)
    same = [case for case in cases if case.pk not in changed]
    events = []
    for case in same:
        events.append(CaseEvent(case=case, kind=_kind(case, kept[str(case.pk)]["fields"]), at=at, by=by,
                                data={"undoes": str(act.uuid)}))  # fmt: skip
        for name, value in kept[str(case.pk)]["fields"].items():
            setattr(case, name, parse_datetime(value) if value and name in INSTANTS else value)
    Case.objects.bulk_update(same, FIELDS, batch_size=500)
    CaseEvent.objects.bulk_create(events)
    act.undone_at = at
    act.save(update_fields=["undone_at"])
    return Undone(len(same), len(kept) - len(same))


def _changed(kept: Mapping[str, dict[str, Any]]) -> set[int]:
    """The cases with which somebody did something after the act."""
    newest = (
        CaseEvent.objects.filter(case__in=[int(pk) for pk in kept])
        .exclude(kind__in=HARMLESS)
        .values("case")
        .annotate(last=Max("pk"))
        .values_list("case", "last")
    )
    return {case for case, last in newest if last > kept[str(case)]["event"]}


def _kind(case: Case, was: Mapping[str, Any]) -> str:
    """What the undoing is, for the log of the case."""
    if case.state == Case.State.CLOSED and was["state"] != Case.State.CLOSED:
        return Kind.REOPENED
    if case.adviser_id != was["adviser_id"]:
        return Kind.ASSIGNED if was["adviser_id"] else Kind.RETURNED
    return Kind.SNOOZED if was["snoozed_until"] else Kind.WOKEN
