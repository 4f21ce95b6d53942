"""Call lists: people to be called with an offer, one after another, each only while there is a ground for it.

Whether somebody may be called is asked anew at every turn (Ley 11/2022, art. 66): who took their consent back since the
list was made is left out, with the reason; who may be called later comes back then.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import cast

from django.db import connection, transaction
from django.db.models import Count, Q

from contact_centre import calls
from contact_centre.models import Call, CallList, CallListEntry
from contact_centre.segments import membership
from people.contact import policy
from people.models import Channel, Touchpoint, User

State = CallListEntry.State
LOOKED_AT = 50  # entries that may be passed over in one turn
TRY_AGAIN = timedelta(hours=20)  # another day, and not at the same hour
ATTEMPTS = 3
ACCEPTED, REFUSED, NOT_MADE = "accepted", "refused", ""


class NotOpen(Exception):
    """The list is not open, or has no offer to make."""


class NotTheirs(Exception):
    """A colleague has this entry before them."""


@dataclass(frozen=True)
class Figures:
    """How a list is getting on, counted by people."""

    total: int
    waiting: int
    done: int
    left_out: int
    shown: int
    made: int
    accepted: int
    refused: int

    @property
    def accepted_percent(self) -> int | None:
        return round(100 * self.accepted / self.made) if self.made else None


@transaction.atomic
def start(call_list: CallList, *, at: datetime) -> int:
    """Open a list to advisers, with everybody in its segment now; return how many were added.

    Opening it again adds whoever has come into the segment since. Raises NotOpen without an offer or a segment.
    """
    call_list = CallList.objects.select_for_update().get(pk=call_list.pk)
    if call_list.segment is None or not call_list.offer.strip():
        raise NotOpen(call_list.pk)
    people = membership.people_of(call_list.segment, at=at).order_by().values("pk")
    who, params = people.query.sql_with_params()
    with connection.cursor() as cursor:
        # One statement, however many they are; who stands on the list already stays as they are.
        cursor.execute(
            "INSERT INTO contact_centre_calllistentry (call_list_id, person_id, state, why, due_at, attempts)"  # noqa: S608
            f" SELECT %s, chosen.pk, 'waiting', '', %s, 0 FROM ({who}) AS chosen(pk) ON CONFLICT DO NOTHING",
            [call_list.pk, at, *params],
        )
        added = cursor.rowcount
    call_list.state, call_list.opened_at = CallList.State.OPEN, call_list.opened_at or at
    call_list.save(update_fields=["state", "opened_at"])
    return added


def close(call_list: CallList) -> None:
    CallList.objects.filter(pk=call_list.pk).update(state=CallList.State.CLOSED)


@transaction.atomic
def take_next(call_list: CallList, *, by: User, at: datetime) -> CallListEntry | None:
    """Give ``by`` the next person of the list who may be called now, or None. What they have in hand comes first.

    Rows that a colleague is taking this instant are skipped, so that nobody is called by two.
    """
    if call_list.state != CallList.State.OPEN:
        raise NotOpen(call_list.pk)
    entries = CallListEntry.objects.filter(call_list=call_list).select_related("person")
    mine = entries.filter(state=State.IN_HAND, adviser=by).order_by("due_at", "pk").first()
    if mine is not None:
        return mine
    due = entries.filter(state=State.WAITING, due_at__lte=at).order_by("due_at", "pk")
    for entry in due.select_for_update(skip_locked=True, of=("self",))[:LOOKED_AT]:
        verdict = policy.may_contact(entry.person, channel=Channel.PHONE, purpose=call_list.purpose, at=at)
        if verdict.allowed:
            entry.state, entry.adviser, entry.offer_shown_at = State.IN_HAND, by, entry.offer_shown_at or at
        elif verdict.reason in policy.LATER and verdict.not_before is not None:
            entry.due_at, entry.why = verdict.not_before, verdict.why[:250]
        else:
            entry.state, entry.why = State.SKIPPED, verdict.why[:250]
        entry.save(update_fields=["state", "adviser", "offer_shown_at", "due_at", "why"])
        if verdict.allowed:
            return entry
    return None


@transaction.atomic
def log(
    entry: CallListEntry, *, by: User, at: datetime, outcome: str, offer: str = NOT_MADE, note: str = "", **call
) -> Touchpoint:
    """Write down the call of an entry, and what they said to the offer. Raises NotTheirs, calls.MayNotCall.

    Who was not reached comes up again on another day, three times in all.
    """
    entry = CallListEntry.objects.select_for_update(of=("self",)).select_related("person", "call_list").get(pk=entry.pk)
    if entry.state != State.IN_HAND or entry.adviser_id != by.pk:
        raise NotTheirs(entry.pk)
    touchpoint = calls.log_call(
        entry.person,
        by=by,
        at=at,
        outcome=outcome,
        note=note,
        purpose=entry.call_list.purpose,
        campaign=entry.call_list.campaign,
        **call,
    )
    entry.attempts += 1
    if outcome == Call.Outcome.REACHED:
        entry.state = State.DONE
        entry.offer_made_at = at if offer else None
        entry.offer_accepted_at = at if offer == ACCEPTED else None
        entry.offer_refused_at = at if offer == REFUSED else None
    elif outcome == Call.Outcome.WRONG_NUMBER or entry.attempts >= ATTEMPTS:
        entry.state, entry.why = State.SKIPPED, str(Call.Outcome(outcome).label)
    else:
        entry.state, entry.adviser, entry.due_at = State.WAITING, None, at + TRY_AGAIN
    entry.save()
    return touchpoint


@transaction.atomic
def give_back(entry: CallListEntry, *, by: User) -> None:
    """Let somebody else call them; one that is not in the hands of ``by`` stays as it is."""
    mine = CallListEntry.objects.filter(pk=entry.pk, state=State.IN_HAND, adviser=by)
    mine.update(state=State.WAITING, adviser=None)


def open_lists(*, at: datetime) -> list[CallList]:
    """The lists that advisers may call from today."""
    running = CallList.objects.filter(state=CallList.State.OPEN).filter(Q(closes_on=None) | Q(closes_on__gte=at.date()))
    return list(running.select_related("programme").order_by("closes_on", "pk"))


def figures(lists: Iterable[CallList]) -> dict[int, Figures]:
    """The figures of each list, in one statement."""
    entries = CallListEntry.objects.filter(call_list__in=list(lists)).values("call_list")
    counted = entries.annotate(
        total=Count("pk"),
        waiting=Count("pk", filter=Q(state__in=[State.WAITING, State.IN_HAND])),
        done=Count("pk", filter=Q(state=State.DONE)),
        left_out=Count("pk", filter=Q(state=State.SKIPPED)),
        shown=Count("offer_shown_at"),
        made=Count("offer_made_at"),
        accepted=Count("offer_accepted_at"),
        refused=Count("offer_refused_at"),
    )
    return {row.pop("call_list"): Figures(**row) for row in cast(Iterable[dict[str, int]], counted)}
