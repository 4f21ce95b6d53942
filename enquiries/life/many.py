"""Ending many enquiries at once, kept with what was there before, so that it can be taken back for a while."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction

from contact_centre import queue
from contact_centre.models import Case, DeskAct
from enquiries.life import progress
from enquiries.models import Enquiry, EnquiryMove
from people.models import User
from programmes.models import Competitor

FOR = timedelta(minutes=30)
LOSE, INVALIDATE = "lose_enquiries", "invalid_enquiries"
MOST = 1_000  # in one act: more is a matter for a campaign, not for a click


class TooLate(Exception):
    """It was too long ago, somebody else did it, or it was taken back already."""


@dataclass(frozen=True)
class Result:
    """How many enquiries an act ended, how many it left as they were, and what takes it back."""

    count: int
    left: int
    act: DeskAct | None


@transaction.atomic
def lose(
    enquiries: Iterable[Enquiry],
    *,
    reason: str,
    at: datetime,
    by: User,
    lost_to: str = "",
    note: str = "",
    rival: Competitor | None = None,
) -> Result:
    """Close many as lost for one reason; those that have ended are left. Raises what ``progress.lose`` does."""
    progress.ending_of(reason, lost_to=lost_to, note=note, rival=rival)

    def end(one: Enquiry) -> Enquiry:
        return progress.lose(one, reason=reason, lost_to=lost_to, note=note, rival=rival, at=at, by=by)

    return _each(LOSE, enquiries, end, by=by, at=at)


@transaction.atomic
def invalidate(enquiries: Iterable[Enquiry], *, rule: str, at: datetime, by: User, note: str = "") -> Result:
    """Set many apart by one rule; those that applied or have ended are left. Raises ReasonMissing."""
    if rule not in Enquiry.InvalidRule.values:
        raise progress.ReasonMissing
    return _each(
        INVALIDATE, enquiries, lambda one: progress.invalidate(one, rule=rule, note=note, at=at, by=by), by=by, at=at
    )


@transaction.atomic
def undo(act: DeskAct, *, by: User, at: datetime) -> Result:
    """Give the enquiries of ``act``, and their cases, the states they had; what has changed since is left.

    Raises TooLate after half an hour, for the act of somebody else, and the second time.
    """
    act = DeskAct.objects.select_for_update().get(pk=act.pk)
    if act.undone_at is not None or act.by_id != by.pk or act.kind not in (LOSE, INVALIDATE) or at - act.at > FOR:
        raise TooLate(act.pk)
    back = 0
    ended = Enquiry.State.LOST if act.kind == LOSE else Enquiry.State.INVALID
    for enquiry in _locked(act.before):
        was = act.before[str(enquiry.pk)]
        last = EnquiryMove.objects.filter(enquiry=enquiry).order_by("-pk").values_list("pk", flat=True).first()
        if enquiry.state != ended or last != was["move"]:
            continue
        EnquiryMove.objects.create(
            enquiry=enquiry, from_state=enquiry.state, to_state=was["state"], at=at, by=by, why="undone"
        )
        Enquiry.objects.filter(pk=enquiry.pk).update(
            state=was["state"], ended_at=None, lost_reason="", lost_to="", rival=None, lost_note="", invalid_rule=""
        )
        _open_case_again(enquiry, was, by=by, at=at)
        back += 1
    act.undone_at = at
    act.save(update_fields=["undone_at"])
    return Result(back, len(act.before) - back, None)


def _each(
    kind: str, enquiries: Iterable[Enquiry], do: Callable[[Enquiry], Enquiry], *, by: User, at: datetime
) -> Result:
    chosen = _locked([one.pk for one in enquiries])
    kept = {}
    for enquiry in chosen:
        case = enquiry.case
        before = {"state": enquiry.state, "case": case.state if case else "", "adviser": case and case.adviser_id}
        try:
            if do(enquiry).state == enquiry.state:
                continue
        except progress.MoveNotAllowed:
            continue
        last = EnquiryMove.objects.filter(enquiry=enquiry).order_by("-pk").values_list("pk", flat=True).first()
        kept[str(enquiry.pk)] = before | {"move": last}
    act = DeskAct.objects.create(kind=kind, by=by, at=at, before=kept) if kept else None
    return Result(len(kept), len(chosen) - len(kept), act)


def _locked(ids: Iterable[int | str]) -> list[Enquiry]:
    # In one order, so that two who act on the same enquiries wait for each other and do not deadlock.
    rows = Enquiry.objects.select_for_update(of=("self",)).filter(pk__in=[int(pk) for pk in ids])
    return list(rows.select_related("person", "case").order_by("pk")[:MOST])


def _open_case_again(enquiry: Enquiry, was: dict, *, by: User, at: datetime) -> None:
    """Owe the answer again that was owed; a case that was settled then stays closed."""
    if enquiry.case is None or was["case"] not in (Case.State.WAITING, Case.State.IN_HAND):
        return
    holder = User.objects.filter(pk=was["adviser"], is_active=True).first() if was["adviser"] else None
    case = queue.reopen(enquiry.case, by=holder, at=at)
    if holder is None and case.adviser is not None:
        queue.put_back(case, by=case.adviser, at=at)
