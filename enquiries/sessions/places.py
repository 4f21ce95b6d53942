"""Places at a session: booked, waited for, called off, moved, used. One lock on the session orders all who ask."""

from datetime import datetime

from django.db import transaction
from django.db.models import Count, F, Q

from enquiries.models import Enquiry, Session, SessionPlace
from enquiries.sessions import letters, tickets
from people import timeline
from people.models import Channel, Person, Touchpoint, User

State, Way = SessionPlace.State, Session.Way
HOLDING = (State.BOOKED, State.ATTENDED, State.NO_SHOW)  # a place that nobody else can have


class Full(Exception):
    """Every place is taken, and there is no waiting list or it would not do."""


class Closed(Exception):
    """Places of this session cannot be booked, or not any more."""


class NoPlace(Exception):
    """The place was called off."""


@transaction.atomic
def book(
    session: Session,
    person: Person,
    *,
    at: datetime,
    asked_at: datetime | None = None,
    is_online: bool = False,
    language: str = "ca",
    enquiry: Enquiry | None = None,
    by: User | None = None,
) -> SessionPlace:
    """Give ``person`` a place, or one in the waiting list; a second one is the first.

    Whoever asked earlier, at ``asked_at``, and had to wait for us, waits in the list as of then. The person is mailed.
    Raises Closed, or Full where there is no waiting list.
    """
    asked_at = asked_at or at
    session = _locked(session)
    kept = session.places.exclude(state=State.CANCELLED).filter(person=person).select_related("person").first()
    if kept is not None:
        return kept
    if not tickets.is_open(session, at=asked_at) or session.starts_at <= at:
        raise Closed(session.pk)
    is_online = side_of(session, is_online)
    state = State.BOOKED if _free(session, is_online) != 0 else State.WAITING
    if state == State.WAITING and not session.has_waiting_list:
        raise Full(session.pk)
    place = SessionPlace.objects.create(
        session=session,
        person=person,
        enquiry=enquiry,
        is_online=is_online,
        state=state,
        language=language,
        booked_at=asked_at,
    )
    _note(place, "enquiries.session_booked", at=at, by=by)
    letters.tell_place(place, "booked" if state == State.BOOKED else "waiting", at=at)
    return place


@transaction.atomic
def cancel(place: SessionPlace, *, at: datetime, by: User | None = None, is_told: bool = True) -> SessionPlace:
    """Call a place off; whoever waited longest moves up at once. Again changes nothing. Raises Closed once over."""
    session = _locked(place.session)
    kept = _again(place)
    if kept.state == State.CANCELLED:
        return kept
    if kept.state not in (State.BOOKED, State.WAITING) or session.ends_at <= at:
        raise Closed(session.pk)
    had_place = kept.state == State.BOOKED
    kept.state, kept.cancelled_at, kept.sequence = State.CANCELLED, at, kept.sequence + 1
    kept.save(update_fields=["state", "cancelled_at", "sequence"])
    _note(kept, "enquiries.session_off", at=at, by=by)
    if is_told:
        letters.tell_place(kept, "off", at=at)
    if had_place:
        move_up(session, at=at)
    return kept


@transaction.atomic
def move(place: SessionPlace, *, to: Session, at: datetime, by: User | None = None) -> SessionPlace:
    """Another date: the new place is there before the old one is given up. Raises Full, Closed, NoPlace.

    Whoever has a place does not give it up for a waiting list.
    """
    # In one order, so that two who swap dates do not wait for each other.
    list(Session.objects.filter(pk__in=[place.session_id, to.pk]).order_by("pk").select_for_update(no_key=True))
    kept = _again(place)
    if kept.state not in (State.BOOKED, State.WAITING):
        raise NoPlace(kept.pk)
    if to.pk == kept.session_id:
        return kept
    target = Session.objects.get(pk=to.pk)
    if kept.state == State.BOOKED and _free(target, side_of(target, kept.is_online)) == 0:
        raise Full(to.pk)
    new = book(
        target,
        kept.person,
        at=at,
        is_online=kept.is_online,
        language=kept.language,
        enquiry=kept.enquiry,
        by=by,
    )
    cancel(kept, at=at, by=by, is_told=False)
    return new


@transaction.atomic
def switch(place: SessionPlace, *, is_online: bool, at: datetime) -> SessionPlace:
    """From the room to the screen or back, where the session is both. Raises Full, Closed, NoPlace."""
    session = _locked(place.session)
    kept = _again(place)
    if kept.state not in (State.BOOKED, State.WAITING):
        raise NoPlace(kept.pk)
    if kept.is_online == is_online:
        return kept
    if session.way != Way.BOTH or session.starts_at <= at or session.state != Session.State.OPEN:
        raise Closed(session.pk)
    has_room = _free(session, is_online) != 0
    if kept.state == State.BOOKED and not has_room:
        raise Full(session.pk)
    kept.is_online, kept.sequence = is_online, kept.sequence + 1
    if kept.state == State.WAITING and has_room:
        kept.state, kept.moved_up_at = State.BOOKED, at
    kept.save(update_fields=["is_online", "sequence", "state", "moved_up_at"])
    letters.tell_place(kept, "changed", at=at)
    move_up(session, at=at)
    return kept


def move_up(session: Session, *, at: datetime) -> list[SessionPlace]:
    """Give free places to those who wait, the first come first, and mail them. The caller holds the session's lock."""
    if session.state != Session.State.OPEN or session.starts_at <= at:
        return []
    moved = []
    for is_online in (False, True):
        free = _free(session, is_online)
        waiting = session.places.filter(state=State.WAITING, is_online=is_online).select_related("person")
        for place in waiting.order_by("booked_at", "pk")[:free]:  # None: no limit
            place.session = session
            place.state, place.moved_up_at, place.sequence = State.BOOKED, at, place.sequence + 1
            place.save(update_fields=["state", "moved_up_at", "sequence"])
            letters.tell_place(place, "moved-up", at=at)
            moved.append(place)
    return moved


@transaction.atomic
def check_in(place: SessionPlace, *, at: datetime, by: User) -> SessionPlace:
    """They are here. Twice is once: the first hour stays. Also from the waiting list, when a chair is left.

    Raises NoPlace for a place that was called off.
    """
    kept = _again(place)
    if kept.state == State.CANCELLED:
        raise NoPlace(kept.pk)
    if kept.state != State.ATTENDED:
        kept.state, kept.checked_in_at, kept.checked_in_by = State.ATTENDED, at, by
        kept.save(update_fields=["state", "checked_in_at", "checked_in_by"])
        _note(kept, "enquiries.session_attended", at=at, by=by)
    return kept


@transaction.atomic
def undo_check_in(place: SessionPlace, *, at: datetime) -> SessionPlace:
    """It was somebody else: they are expected again, or did not come where it is over."""
    kept = _again(place)
    if kept.state == State.ATTENDED:
        kept.state = State.NO_SHOW if kept.session.ends_at <= at else State.BOOKED
        kept.checked_in_at = kept.checked_in_by = None
        kept.save(update_fields=["state", "checked_in_at", "checked_in_by"])
    return kept


@transaction.atomic
def walk_in(
    session: Session, person: Person, *, at: datetime, by: User, enquiry: Enquiry | None = None
) -> SessionPlace:
    """Somebody came without a place, and is here: whoever stands at the door decides, not the number of chairs."""
    session = _locked(session)
    kept = session.places.exclude(state=State.CANCELLED).filter(person=person).first()
    if kept is None:
        kept = SessionPlace.objects.create(
            session=session, person=person, enquiry=enquiry, language=person.language, booked_at=at
        )
    return check_in(kept, at=at, by=by)


def side_of(session: Session, wants_online: bool) -> bool:
    """Whether somebody sits at a screen: their choice where there is one."""
    return wants_online if session.way == Way.BOTH else session.way == Way.ONLINE


def free_places(session: Session) -> dict[bool, int | None]:
    """How many places are left on site (False) and online (True); None: no limit. One query."""
    taken = session.places.filter(state__in=HOLDING).aggregate(
        here=Count("pk", filter=Q(is_online=False)), there=Count("pk", filter=Q(is_online=True))
    )
    return _left(session, taken["here"], taken["there"])


def _left(session: Session, here: int, there: int) -> dict[bool, int | None]:
    online = None if session.online_seats is None else max(session.online_seats - there, 0)
    return {
        False: max(session.seats - here, 0) if session.way != Way.ONLINE else 0,
        True: online if session.way != Way.ON_SITE else 0,
    }


def left_in(sessions: list[Session]) -> dict[int, dict[bool, int | None]]:
    """The same for many sessions in one query."""
    taken = {
        pk: (here, there)
        for pk, here, there in SessionPlace.objects.filter(session__in=sessions, state__in=HOLDING)
        .values_list("session")
        .annotate(here=Count("pk", filter=Q(is_online=False)), there=Count("pk", filter=Q(is_online=True)))
    }
    return {one.pk: _left(one, *taken.get(one.pk, (0, 0))) for one in sessions}


def note_change(session: Session) -> None:
    """Every calendar entry of the session is to be replaced."""
    session.places.filter(state__in=[State.BOOKED, State.WAITING]).update(sequence=F("sequence") + 1)


def _free(session: Session, is_online: bool) -> int | None:
    return free_places(session)[is_online]


def _locked(session: Session) -> Session:
    return Session.objects.select_for_update(no_key=True, of=("self",)).select_related("campus").get(pk=session.pk)


def _again(place: SessionPlace) -> SessionPlace:
    rows = SessionPlace.objects.select_for_update(of=("self",)).select_related("person", "session__campus", "enquiry")
    return rows.get(pk=place.pk)


def _note(place: SessionPlace, kind: str, *, at: datetime, by: User | None) -> None:
    came = kind == "enquiries.session_attended"
    timeline.record(
        place.person,
        at=at,
        channel=Channel.IN_PERSON if came and not place.is_online else Channel.WEB,
        direction=Touchpoint.Direction.IN,
        kind=kind,
        summary=place.session.title_ca,
        by=by,
        about=place,
        is_two_way=came,
    )
