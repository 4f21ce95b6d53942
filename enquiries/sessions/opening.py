"""What becomes of a session as a whole: opened, changed, called off, over."""

from datetime import datetime

from django.db import transaction
from wagtail.log_actions import log

from enquiries.models import Session, SessionPlace
from enquiries.sessions import letters, places
from people.models import User

State, PlaceState = Session.State, SessionPlace.State
TOLD = ("starts_at", "ends_at", "way", "campus_id", "room", "online_address")  # whoever has a place must know


class NotReady(Exception):
    """The session lacks something that people need; ``why`` says what."""

    def __init__(self, why: list[str]):
        super().__init__("; ".join(why))
        self.why = why


class NotNow(Exception):
    """The session is not in a state in which this can be done."""


class TooFewPlaces(Exception):
    """More people hold a place than there would be; ``taken`` says how many."""

    def __init__(self, taken: int):
        super().__init__(taken)
        self.taken = taken


def missing(session: Session, *, at: datetime) -> list[str]:
    """What people would miss, as codes: seats, where, address, past."""
    lacking = []
    if session.way != Session.Way.ONLINE:
        lacking += [] if session.seats else ["seats"]
        lacking += [] if session.campus_id or session.room else ["where"]
    if session.way != Session.Way.ON_SITE and not session.online_address:
        lacking.append("address")
    if session.starts_at <= at:
        lacking.append("past")
    return lacking


@transaction.atomic
def open_booking(session: Session, *, at: datetime, by: User | None) -> Session:
    """People can book. Opening it again changes nothing. Raises NotReady, NotNow."""
    kept = _locked(session)
    if kept.state == State.OPEN:
        return kept
    if kept.state != State.DRAFT:
        raise NotNow(kept.state)
    if lacking := missing(kept, at=at):
        raise NotReady(lacking)
    kept.state, kept.changed_at = State.OPEN, at
    kept.save(update_fields=["state", "changed_at"])
    log(instance=kept, action="enquiries.session_open", user=by, timestamp=at)
    return kept


@transaction.atomic
def keep(session: Session, *, at: datetime, by: User | None) -> Session:
    """Save a session that was edited: what people must know is mailed with new calendar entries, free places are given.

    Raises TooFewPlaces, before anything is written.
    """
    before = _locked(session) if session.pk else None
    if before is not None:
        _refuse_too_few(session)
    has_moved = before is not None and any(getattr(before, name) != getattr(session, name) for name in TOLD)
    session.changed_at = at
    if has_moved:
        session.sequence += 1
    session.save()
    if before is None or session.state != State.OPEN:
        return session
    if before.way != session.way and session.way != Session.Way.BOTH:
        # Nobody can sit where the session no longer is.
        _live(session).update(is_online=session.way == Session.Way.ONLINE)
    if before.starts_at != session.starts_at:
        _live(session).update(reminded=[])
    if has_moved:
        places.note_change(session)
        letters.tell_all(_told(session), "changed", at=at)
        log(instance=session, action="enquiries.session_change", user=by, timestamp=at)
    places.move_up(session, at=at)
    return session


@transaction.atomic
def call_off(session: Session, *, at: datetime, by: User | None) -> int:
    """It does not take place: every place is off, and everybody is told. Again changes nothing. Raises NotNow.

    How many people were told.
    """
    kept = _locked(session)
    if kept.state == State.CANCELLED:
        return 0
    if kept.state == State.HELD or kept.ends_at <= at:
        raise NotNow(kept.state)
    kept.state, kept.changed_at, kept.sequence = State.CANCELLED, at, kept.sequence + 1
    kept.save(update_fields=["state", "changed_at", "sequence"])
    places.note_change(kept)
    told = list(_told(kept))
    _live(kept).update(state=PlaceState.CANCELLED, cancelled_at=at)
    letters.tell_all(told, "called-off", at=at)
    log(instance=kept, action="enquiries.session_off", user=by, timestamp=at, data={"told": len(told)})
    return len(told)


def close_past(*, at: datetime) -> int:
    """Those that are over become held, and who had a place and was not seen did not come; how many sessions.

    One at a time and locked, so that two sweeps do each once.
    """
    closed = 0
    over = Session.objects.filter(state=State.OPEN, ends_at__lte=at)
    for pk in list(over.order_by("ends_at", "pk").values_list("pk", flat=True)):
        with transaction.atomic():
            if over.filter(pk=pk).update(state=State.HELD, changed_at=at):
                SessionPlace.objects.filter(session=pk, state=PlaceState.BOOKED).update(state=PlaceState.NO_SHOW)
                closed += 1
    return closed


def _refuse_too_few(session: Session) -> None:
    live = session.places.filter(state__in=places.HOLDING)
    if session.way == Session.Way.ONLINE:
        here, there = 0, live.count()
    elif session.way == Session.Way.ON_SITE:
        here, there = live.count(), 0
    else:
        there = live.filter(is_online=True).count()
        here = live.count() - there
    if here > session.seats and session.way != Session.Way.ONLINE:
        raise TooFewPlaces(here)
    if session.online_seats is not None and there > session.online_seats:
        raise TooFewPlaces(there)


def _live(session: Session):
    return session.places.filter(state__in=[PlaceState.BOOKED, PlaceState.WAITING])


def _told(session: Session):
    for place in _live(session).select_related("person").order_by("pk"):
        place.session = session
        yield place


def _locked(session: Session) -> Session:
    return Session.objects.select_for_update(no_key=True).get(pk=session.pk)
