"""How an enquiry gets on, from the first answer to enrolment or loss. The table of moves is ``Enquiry.MOVES``."""

from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from contact_centre import queue
from contact_centre.clocks import dues
from contact_centre.models import Case
from contact_centre.questions import asked
from enquiries.intake.arrivals import MESSAGE_LIMIT, clean_message
from enquiries.models import Enquiry, EnquiryMove
from people import timeline
from people.announcements import announce
from people.models import Channel, Person, Touchpoint, User
from programmes.models import Competitor, Programme

State, Reason = Enquiry.State, Enquiry.LostReason
ENDING = ("lost_reason", "lost_to", "rival", "lost_note", "invalid_rule")


class MoveNotAllowed(Exception):
    """The table of moves has no way from the one state to the other."""


class ReasonMissing(Exception):
    """An enquiry ends as lost, or as none, only with a reason from the list; the message says what is missing."""


class RivalMissing(ReasonMissing):
    """Who was lost to another school was lost to one that has a name."""


class WordsMissing(ReasonMissing):
    """Another reason than those of the list has to be said in words."""


def open_enquiry_of(person: Person, programme: Programme | None) -> Enquiry | None:
    """The newest enquiry of the person about this programme that has not ended, else one about no programme."""
    newest = Enquiry.objects.live().open().filter(person=person).order_by("-received_at", "-pk")
    about_nothing = newest.filter(programme=None).first
    if programme is None:
        return about_nothing()
    return newest.filter(programme=programme).first() or about_nothing()


@transaction.atomic
def move(enquiry: Enquiry, to: str, *, at: datetime, by: User | None = None, **ending) -> Enquiry:
    """Move an enquiry to another state and write the step down; moving to where it stands changes nothing.

    ``ending`` may hold lost_reason, lost_to, rival, lost_note and invalid_rule; the step keeps the reason or the rule,
    also when the enquiry is opened again. Raises MoveNotAllowed if the table has no such move.
    """
    enquiry = Enquiry.objects.select_for_update().get(pk=enquiry.pk)
    if enquiry.state == to:
        return enquiry
    if to not in Enquiry.MOVES[State(enquiry.state)]:
        raise MoveNotAllowed(f"{enquiry.pk}: {enquiry.state} → {to}")
    why = ending.get("lost_reason") or ending.get("invalid_rule") or ""
    EnquiryMove.objects.create(enquiry=enquiry, from_state=enquiry.state, to_state=to, at=at, by=by, why=why)
    enquiry.state = to
    enquiry.ended_at = at if to in Enquiry.ENDED else None
    # A revived enquiry no longer has a reason for being lost; the moves still say that it was, and why.
    for field in ENDING:
        setattr(enquiry, field, ending.get(field, None if field == "rival" else ""))
    enquiry.save(update_fields=["state", "ended_at", *ENDING, *_reached(enquiry, to, at)])
    return enquiry


def _reached(enquiry: Enquiry, to: str, at: datetime) -> list[str]:
    """Set when the enquiry first came so far, and name the fields that were set."""
    marks = {"contacted_at": Enquiry.REACHED, "applied_at": (State.APPLIED,), "enrolled_at": (State.ENROLLED,)}
    first = [field for field, states in marks.items() if to in states and getattr(enquiry, field) is None]
    for field in first:
        setattr(enquiry, field, at)
    return first


@transaction.atomic
def lose(
    enquiry: Enquiry,
    *,
    reason: str,
    at: datetime,
    by: User | None,
    lost_to: str = "",
    note: str = "",
    rival: Competitor | None = None,
) -> Enquiry:
    """Close an enquiry as lost, for one of ``Enquiry.LostReason``. Announces after_enquiry_lost.

    A rival is one of ``Competitor``, or typed; a typed name that we know becomes the one we know. Losing again changes
    nothing. Raises ReasonMissing without a reason from the list, RivalMissing or WordsMissing where it asks for more,
    MoveNotAllowed if the enquiry has ended otherwise.
    """
    ending = ending_of(reason, lost_to=lost_to, note=note, rival=rival)
    if Enquiry.objects.filter(pk=enquiry.pk, state=State.LOST).exists():
        return Enquiry.objects.get(pk=enquiry.pk)
    enquiry = move(enquiry, State.LOST, at=at, by=by, **ending)
    _note(enquiry, "enquiries.lost", at=at, by=by, summary=note)
    _close_case(enquiry, at=at)
    announce("after_enquiry_lost", enquiry=enquiry, at=at)
    return enquiry


def ending_of(reason: str, *, lost_to: str = "", note: str = "", rival: Competitor | None = None) -> dict[str, Any]:
    """What an enquiry that is lost for ``reason`` keeps of it. Raises ReasonMissing, RivalMissing, WordsMissing."""
    lost_to, note = " ".join(lost_to.split())[:160], note.replace("\x00", "").strip()
    if reason not in Reason.values:
        raise ReasonMissing(_("Say why the enquiry was lost."))
    if reason == Reason.RIVAL and rival is None and not lost_to:
        raise RivalMissing(_("Say which school they chose."))
    if reason == Reason.OTHER and not note:
        raise WordsMissing(_("Say in words why the enquiry was lost."))
    if rival is None and lost_to:
        rival = Competitor.objects.filter(name__iexact=lost_to).first()
    return {"lost_reason": reason, "lost_to": "" if rival else lost_to, "rival": rival, "lost_note": note}


@transaction.atomic
def invalidate(enquiry: Enquiry, *, rule: str, at: datetime, by: User | None, note: str = "") -> Enquiry:
    """Set an enquiry apart as none, by one of ``Enquiry.InvalidRule``; it no longer counts as one.

    Raises ReasonMissing without a rule from the list, MoveNotAllowed if the enquiry has come too far or has ended.
    """
    if rule not in Enquiry.InvalidRule.values:
        raise ReasonMissing(_("Say by which rule this is no enquiry."))
    if Enquiry.objects.filter(pk=enquiry.pk, state=State.INVALID).exists():
        return Enquiry.objects.get(pk=enquiry.pk)
    note = note.replace("\x00", "").strip()
    enquiry = move(enquiry, State.INVALID, at=at, by=by, invalid_rule=rule, lost_note=note)
    _note(enquiry, "enquiries.invalid", at=at, by=by, summary=note)
    _close_case(enquiry, at=at)
    return enquiry


@transaction.atomic
def qualify(enquiry: Enquiry, *, at: datetime, by: User | None) -> Enquiry:
    """They are whom we teach, and want to: worth an application. Raises MoveNotAllowed if the enquiry has ended."""
    return move(enquiry, State.QUALIFIED, at=at, by=by)


@transaction.atomic
def revive(enquiry: Enquiry, *, at: datetime, by: User | None) -> Enquiry:
    """Bring back an enquiry that was lost (as contacted) or set apart as invalid (as received)."""
    back = State.RECEIVED if enquiry.state == State.INVALID else State.CONTACTED
    enquiry = move(enquiry, back, at=at, by=by)
    _note(enquiry, "enquiries.revived", at=at, by=by)
    return enquiry


@transaction.atomic
def add_information(enquiry: Enquiry, text: str, *, at: datetime) -> Enquiry:
    """Add what the person writes on the promise page to the enquiry, its case and the timeline."""
    text = clean_message(text)
    if not text:
        return enquiry
    enquiry = Enquiry.objects.select_for_update(of=["self"]).select_related("person", "case").get(pk=enquiry.pk)
    enquiry.message = "\n\n".join(filter(None, [enquiry.message, text]))[: 4 * MESSAGE_LIMIT]
    enquiry.save(update_fields=["message"])
    if enquiry.case:
        # The adviser reads the question of the case, not the enquiry's.
        Case.objects.filter(pk=enquiry.case.pk).update(question=enquiry.message)
        case = dues.they_wrote(enquiry.case, at=at, note=text)
        asked.heard(case, text, at=at)
    timeline.record(
        enquiry.person,
        at=at,
        channel=Channel.WEB,
        direction=Touchpoint.Direction.IN,
        kind="enquiries.added",
        summary=text,
        about=enquiry,
    )
    return enquiry


def note_answer(*, case: Case, at: datetime, by: User | None = None, **_others) -> None:
    """The case of an enquiry was answered: the person has been contacted."""
    enquiry = Enquiry.objects.filter(case=case, state=State.RECEIVED).first()
    if enquiry:
        move(enquiry, State.CONTACTED, at=at, by=by)


def they_wrote(*, case: Case | None, at: datetime) -> Enquiry | None:
    """Somebody wrote again about an enquiry that was lost: it is open again, and whoever has the case decides."""
    enquiry = Enquiry.objects.live().filter(case=case, state=State.LOST).first() if case is not None else None
    return revive(enquiry, at=at, by=None) if enquiry is not None else None


def lose_contact(*, case: Case, at: datetime, by: User | None = None) -> None:
    """Every attempt to reach whoever asked was made: their enquiry is lost for that reason, unless it has ended."""
    enquiry = Enquiry.objects.filter(case=case).open().first()
    if enquiry:
        lose(enquiry, reason=Reason.LOST_CONTACT, at=at, by=by)


def mark_applied(person: Person, programme: Programme | None, at: datetime) -> Enquiry | None:
    """The person applied: their open enquiry about the programme, if there is one, has come that far."""
    return _advance(person, programme, State.APPLIED, at)


def mark_enrolled(person: Person, programme: Programme | None, at: datetime) -> Enquiry | None:
    """The person enrolled: their open enquiry about the programme, if there is one, has reached its goal."""
    return _advance(person, programme, State.ENROLLED, at)


def _advance(person: Person, programme: Programme | None, to: str, at: datetime) -> Enquiry | None:
    enquiry = open_enquiry_of(person, programme) or _lost_one_of(person, programme)
    if enquiry is None:
        return None
    if enquiry.state == State.LOST and to == State.ENROLLED:
        enquiry = move(enquiry, State.APPLIED, at=at)  # whoever comes back to enrol has applied as well
    if enquiry.state != to and to not in Enquiry.MOVES[State(enquiry.state)]:
        return enquiry
    return move(enquiry, to, at=at)


def _lost_one_of(person: Person, programme: Programme | None) -> Enquiry | None:
    """The newest lost enquiry about the programme: whoever applies for it after all has come back."""
    lost = Enquiry.objects.live().filter(person=person, programme=programme, state=State.LOST)
    return lost.order_by("-received_at", "-pk").first() if programme is not None else None


def _note(enquiry: Enquiry, kind: str, *, at: datetime, by: User | None, summary: str = "") -> None:
    timeline.record(
        enquiry.person,
        at=at,
        channel=Channel.WEB,
        direction=Touchpoint.Direction.INNER,
        kind=kind,
        summary=summary,
        by=by,
        about=enquiry,
    )


def _close_case(enquiry: Enquiry, *, at: datetime) -> None:
    """What is lost or was never meant is owed no answer any more, whoever holds the case."""
    if enquiry.case is not None:
        queue.close(enquiry.case, by=None, at=at, note=str(enquiry.get_state_display()))
