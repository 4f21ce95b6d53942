"""Somebody asks, an adviser calls back, and writes down how it went: what several stories of the demo begin with."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from config.demo import voices
from config.demo.cast import staff
from contact_centre import calls, queue
from contact_centre.models import Case
from enquiries.intake import arrivals
from enquiries.life import progress
from people import timeline
from people.contact import outbox
from people.models import Person, User
from programmes.models import Programme


@dataclass(frozen=True)
class Talk:
    """One conversation: who asked about what, and what the adviser noted of the call."""

    given_name: str
    family_name: str
    email: str
    programme: str
    note: str = ""
    emotion: str = ""
    sentiment: float | None = None
    phone: str = ""
    language: str = "ca"
    login: str = "adviser"
    question: int = 0
    channel: str = "web"
    is_lost: bool = False


def held(talk: Talk, *, at: datetime) -> Person:
    """Have the talk: asked ``at``, called within the hour, closed the same day. Returns who asked."""
    enquiry = arrivals.receive(
        at=at,
        email=talk.email,
        phone=talk.phone,
        given_name=talk.given_name,
        family_name=talk.family_name,
        message=voices.QUESTIONS[talk.language][talk.question],
        programme=Programme.objects.get(code=talk.programme),
        language=talk.language,
        channel=talk.channel,
    )
    outbox.deliver_due(at=at)
    adviser = staff(talk.login)
    called_at = at + timedelta(minutes=50)
    case = queue.take(Case.objects.get(enquiry=enquiry), by=adviser, at=called_at - timedelta(minutes=12))
    called(case, talk.note, by=adviser, at=called_at, emotion=talk.emotion, sentiment=talk.sentiment)
    queue.close(case, by=adviser, at=called_at + timedelta(minutes=5))
    if talk.is_lost:
        enquiry.refresh_from_db()
        progress.lose(enquiry, reason="undecided", at=called_at + timedelta(days=3), by=adviser)
    return enquiry.person


def called(
    whom: Case | Person, note: str, *, by: User, at: datetime, emotion: str = "", sentiment: float | None = None
) -> None:
    """Write a call down with how the other felt, as the desk does: the feeling in words, then how good or bad."""
    touchpoint = calls.log_call(whom, by=by, at=at, outcome="reached", note=note, emotion=emotion)
    if sentiment is not None:
        timeline.note_feeling(touchpoint, emotion=emotion, sentiment=sentiment, by=by)
