"""How an enquiry gets on, from the first answer to enrolment or loss. The table of moves is ``Enquiry.MOVES``."""

from datetime import datetime

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
from programmes.models import Programme

State = Enquiry.State


class MoveNotAllowed(Exception):
    """The table of moves has no way from the one state to the other."""


class ReasonMissing(Exception):
    """An enquiry is closed as lost only with a reason from the list."""


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

    ``ending`` may hold lost_reason, lost_to and lost_note. Raises MoveNotAllowed if the table has no such move.
    """
    enquiry = Enquiry.objects.select_for_update().get(pk=enquiry.pk)
    if enquiry.state == to:
        return enquiry
    if to not in Enquiry.MOVES[State(enquiry.state)]:
        raise MoveNotAllowed(f"{enquiry.pk}: {enquiry.state} → {to}")
    EnquiryMove.objects.create(enquiry=enquiry, from_state=enquiry.state, to_state=to, at=at, by=by)
    enquiry.state = to
    enquiry.ended_at = at if to in Enquiry.ENDED else None
    # A revived enquiry no longer has a reason for being lost; the moves still say that it was.
    for field in ("lost_reason", "lost_to", "lost_note"):
        setattr(enquiry, field, ending.get(field, ""))
    enquiry.save(update_fields=["state", "ended_at", "lost_reason", "lost_to", "lost_note", *_reached(enquiry, to, at)])
    return enquiry


def _reached(enquiry: Enquiry, to: str, at: datetime) -> list[str]:
    """Set when the enquiry first came so far, and name the fields that were set."""
    marks = {"contacted_at": Enquiry.REACHED, "applied_at": (State.APPLIED,), "enrolled_at": (State.ENROLLED,)}
    first = [field for field, states in marks.items() if to in states and getattr(enquiry, field) is None]
    for field in first:
        setattr(enquiry, field, at)
    return first


@transaction.atomic
def lose(enquiry: Enquiry, *, reason: str, at: datetime, by: User | None, lost_to: str = "", note: str = "") -> Enquiry:
    """Close an enquiry as lost, for one of ``Enquiry.LostReason``. Announces after_enquiry_lost.

    Raises ReasonMissing without a reason from the list, MoveNotAllowed if the enquiry has ended otherwise.
    """
    if reason not in Enquiry.LostReason.values:
        raise ReasonMissing(_("Say why the enquiry was lost."))
    if Enquiry.objects.filter(pk=enquiry.pk, state=State.LOST).exists():
        return Enquiry.objects.get(pk=enquiry.pk)
    enquiry = move(
        enquiry, State.LOST, at=at, by=by, lost_reason=reason, lost_to=lost_to.strip()[:160], lost_note=note.strip()
    )
    _note(enquiry, "enquiries.lost", at=at, by=by, summary=note)
    _close_case(enquiry, at=at)
    announce("after_enquiry_lost", enquiry=enquiry, at=at)
    return enquiry


@transaction.atomic
def invalidate(enquiry: Enquiry, *, at: datetime, by: User | None, note: str = "") -> Enquiry:
    """Set an enquiry apart as not meant (a test, advertising, nonsense); it no longer counts as one."""
    enquiry = move(enquiry, State.INVALID, at=at, by=by, lost_note=note.strip())
    _note(enquiry, "enquiries.invalid", at=at, by=by, summary=note)
    _close_case(enquiry, at=at)
    return enquiry


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


def lose_contact(*, case: Case, at: datetime, by: User | None = None) -> None:
    """Every attempt to reach whoever asked was made: their enquiry is lost for that reason, unless it has ended."""
    enquiry = Enquiry.objects.filter(case=case).open().first()
    if enquiry:
        lose(enquiry, reason=Enquiry.LostReason.LOST_CONTACT, at=at, by=by)


def mark_applied(person: Person, programme: Programme | None, at: datetime) -> Enquiry | None:
    """The person applied: their open enquiry about the programme, if there is one, has come that far."""
    return _advance(person, programme, State.APPLIED, at)


def mark_enrolled(person: Person, programme: Programme | None, at: datetime) -> Enquiry | None:
    """The person enrolled: their open enquiry about the programme, if there is one, has reached its goal."""
    return _advance(person, programme, State.ENROLLED, at)


def _advance(person: Person, programme: Programme | None, to: str, at: datetime) -> Enquiry | None:
    enquiry = open_enquiry_of(person, programme)
    if enquiry is None or (enquiry.state != to and to not in Enquiry.MOVES[State(enquiry.state)]):
        return enquiry
    return move(enquiry, to, at=at)


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
