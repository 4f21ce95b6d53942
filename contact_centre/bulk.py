"""Acts on many cases of the queue at once. Each is kept, so that it can be undone (``contact_centre.undo``)."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from contact_centre import queue, undo
from contact_centre.models import Case, DeskAct
from people.models import User


@dataclass(frozen=True)
class Result:
    """How many cases an act changed, how many it left alone, and what takes it back."""

    count: int
    left: int
    act: DeskAct | None


@transaction.atomic
def assign(cases: Iterable[Case], *, to: User, by: User, at: datetime) -> Result:
    """Give cases to an adviser, whoever holds them; closed ones and their own are left."""
    chosen = _locked(cases)
    given = [case for case in chosen if case.adviser_id != to.pk and case.state not in Case.CLOSED]
    was = undo.before(given)
    queue.assign(given, to=to, by=by, at=at)
    return _kept("assign", was, len(chosen), by=by, at=at)


def close(cases: Iterable[Case], *, by: User, at: datetime, note: str = "") -> Result:
    """End cases; those of others need a lead, and a correction that is owed is closed on its own page."""
    return _each(
        "close",
        [case for case in cases if case.kind != Case.Kind.CORRECTION or case.answered_at is not None],
        lambda case: queue.close(case, by=by, at=at, note=note),
        by=by,
        at=at,
    )


def put_back(cases: Iterable[Case], *, by: User, at: datetime) -> Result:
    """Return cases to the queue; answered ones, and those of others unless ``by`` is a lead, are left."""
    return _each("put_back", cases, lambda case: queue.put_back(case, by=by, at=at), by=by, at=at)


@transaction.atomic
def _each(kind: str, cases: Iterable[Case], do: Callable[[Case], Case], *, by: User, at: datetime) -> Result:
    chosen = _locked(cases)
    was = undo.before(chosen)
    changed = {}
    for case in chosen:
        state = case.state
        try:
            if do(case).state != state:
                changed[str(case.pk)] = was[str(case.pk)]
        except (queue.NotYours, queue.CaseClosed):
            continue
    return _kept(kind, changed, len(chosen), by=by, at=at)


def _locked(cases: Iterable[Case]) -> list[Case]:
    # In one order, so that two who act on the same cases wait for each other and do not deadlock.
    return list(Case.objects.select_for_update().filter(pk__in=[case.pk for case in cases]).order_by("pk"))


def _kept(kind: str, was: undo.Before, chosen: int, *, by: User, at: datetime) -> Result:
    act = undo.keep(kind, was, by=by, at=at) if was else None
    return Result(len(was), chosen - len(was), act)
