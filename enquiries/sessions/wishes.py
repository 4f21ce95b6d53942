"""Places and hours asked for by somebody who was taken for a machine: kept beside what was sent, and booked later.

A wish is a mapping in the payload of its ``Submission``, and goes with it when nobody decides.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from enquiries.models import BookableHours, Enquiry, Session, SessionPlace, Submission
from enquiries.sessions import booking, places
from people.identity import identities

KEY = "wish"
# What became of a wish, for whoever decided.
BOOKED, WAITING, FULL, OVER, TAKEN = "booked", "waiting", "full", "over", "taken"
SAYS: dict[str, str | Promise] = {
    BOOKED: _("What they asked for is booked, and they have a mail about it."),
    WAITING: _("The session is full by now: they are on the waiting list, as of when they asked, and have a mail."),
    FULL: _("The session is full by now: offer them another date."),
    OVER: _("The session is over, called off or closed: offer them another date."),
    TAKEN: _("The hour they asked for is not free any more: offer them another one."),
}


@dataclass(frozen=True)
class Wish:
    """What somebody asked for, for people to read."""

    what: str | Promise
    starts_at: datetime


def for_place(session: Session, *, is_online: bool) -> dict[str, Any]:
    """The wish for a place at a session."""
    return {"session": session.pk, "is_online": is_online}


def for_hour(starts_at: datetime, *, way: str, user_id: int | None, phone: str, note: str) -> dict[str, Any]:
    """The wish for an hour with one adviser, or with anybody."""
    return {"starts_at": starts_at.isoformat(), "way": way, "user_id": user_id, "phone": phone, "note": note}


@transaction.atomic
def keep(sent: Submission, wish: Mapping[str, Any]) -> None:
    """Put a wish beside a suspect that waits for a decision; the first one stays when the same is sent again."""
    kept = Submission.objects.select_for_update().get(pk=sent.pk)
    if kept.outcome == Submission.Outcome.SUSPECT and kept.payload is not None and KEY not in kept.payload:
        kept.payload |= {KEY: dict(wish)}
        kept.save(update_fields=["payload"])


def of(suspects: Iterable[Submission]) -> dict[int, Wish]:
    """What was asked for, by suspect; nothing for those who asked for nothing or whose session is gone. One query."""
    facts = {sent.pk: sent.payload[KEY] for sent in suspects if sent.payload and KEY in sent.payload}
    sessions = Session.objects.in_bulk({wish["session"] for wish in facts.values() if "session" in wish})
    found = {}
    for pk, wish in facts.items():
        if "session" not in wish:
            found[pk] = Wish(BookableHours.Way(wish["way"]).label, datetime.fromisoformat(wish["starts_at"]))
        elif session := sessions.get(wish["session"]):
            found[pk] = Wish(session.title, session.starts_at)
    return found


def grant(facts: Mapping[str, Any], enquiry: Enquiry, *, asked_at: datetime, at: datetime) -> str:
    """Book what was asked for beside an enquiry, as of ``asked_at``; a key of SAYS, or nothing if nothing was.

    The person is mailed as everybody is. Whatever cannot be booked any more leaves the enquiry as it is.
    """
    wish = facts.get(KEY)
    if not wish:
        return ""
    return (_seat if "session" in wish else _hour)(wish, enquiry, asked_at, at)


def _seat(wish: Mapping[str, Any], enquiry: Enquiry, asked_at: datetime, at: datetime) -> str:
    session = Session.objects.filter(pk=wish["session"]).first()
    if session is None:
        return OVER
    try:
        place = places.book(
            session,
            enquiry.person,
            at=at,
            asked_at=asked_at,
            is_online=wish["is_online"],
            language=enquiry.language,
            enquiry=enquiry,
        )
    except places.Full:
        return FULL
    except places.Closed:
        return OVER
    return WAITING if place.state == SessionPlace.State.WAITING else BOOKED


def _hour(wish: Mapping[str, Any], enquiry: Enquiry, asked_at: datetime, at: datetime) -> str:
    try:
        with transaction.atomic():
            booking.book_appointment(
                starts_at=datetime.fromisoformat(wish["starts_at"]),
                way=wish["way"],
                user_id=wish["user_id"],
                person=enquiry.person,
                enquiry=enquiry,
                note=wish["note"],
                phone=wish["phone"],
                language=enquiry.language,
                at=at,
                asked_at=asked_at,
            )
    except (booking.Taken, booking.NoNumber, identities.BadIdentity):
        return TAKEN
    return BOOKED
