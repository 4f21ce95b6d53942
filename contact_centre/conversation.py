"""What was said and done on one case, put together from its question, its letters, its calls and its events."""

from dataclasses import dataclass, field
from datetime import datetime

from django.db.models import Q
from django.utils.translation import gettext as _

from contact_centre.models import Case, CaseEvent, InboundAttachment, InboundMessage
from people.models import OutgoingMessage, Touchpoint, User

SHOWN = 100
ORDER = ("in", "event", "call", "out")  # at the same instant: what they said stands before what we did


@dataclass(frozen=True)
class Line:
    """One thing that was said ("in", "out") or done ("event") on a case."""

    at: datetime
    side: str
    text: str
    by: User | None = None
    heading: str = ""
    message: OutgoingMessage | None = None
    inbound: InboundMessage | None = None
    files: list[InboundAttachment] = field(default_factory=list)


def lines(case: Case) -> list[Line]:
    """The conversation, oldest first. The acknowledgement that whoever opened the case sent belongs to it."""
    letters = _letters(case)
    found = [*letters, *_messages(case), *_calls(case), *_events(case, letters)]
    begins_with_letter = any(line.at == case.opened_at for line in letters)
    if case.kind == Case.Kind.CORRECTION:
        found.append(Line(case.opened_at, "event", case.question, heading=case.get_kind_display()))
    elif case.question and not begins_with_letter:
        found.append(Line(case.opened_at, "in", case.question))
    return sorted(found, key=lambda line: (line.at, ORDER.index(line.side)))


def _letters(case: Case) -> list[Line]:
    """What they wrote, and what their machines did: an absence note is shown as something that happened."""
    states = (InboundMessage.State.FILED, InboundMessage.State.AUTOMATIC)
    found = case.inbound_messages.filter(state__in=states).order_by("received_at", "pk")
    shown = []
    for one in found.prefetch_related("attachments")[:SHOWN]:
        if one.state == InboundMessage.State.AUTOMATIC:
            shown.append(Line(one.received_at, "event", one.subject, heading=_("Automatic reply")))
        else:
            text = one.text or (_(one.why) if one.why else "")
            shown.append(Line(one.received_at, "in", text, None, one.subject, None, one, list(one.attachments.all())))
    return shown


def _messages(case: Case) -> list[Line]:
    about = Q(about_kind=case._meta.label_lower, about_id=case.pk)
    if case.about_kind:
        about |= Q(about_kind=case.about_kind, about_id=case.about_id)
    messages = OutgoingMessage.objects.filter(about, person=case.person_id).select_related("by")
    return [
        Line(message.created_at, "out", message.body, message.by, message.subject, message)
        for message in messages.order_by("created_at")[:SHOWN]
    ]


def _calls(case: Case) -> list[Line]:
    calls = Touchpoint.objects.filter(
        person=case.person_id,
        about_kind=case._meta.label_lower,
        about_id=case.pk,
        kind__startswith="contact_centre.call_",
    )
    return [Line(call.at, "call", call.summary, call.by) for call in calls.select_related("by").order_by("at")[:SHOWN]]


def _events(case: Case, letters: list[Line]) -> list[Line]:
    # Letters, answers and calls stand there with their words, questions beside them: their events would say it twice.
    kinds = CaseEvent.Kind
    told = [kinds.ANSWERED, kinds.NOTED, kinds.CALLED, kinds.QUESTIONS]
    events = case.events.exclude(kind__in=told).select_related("by").order_by("at")[:SHOWN]
    return [_event(event) for event in events if event.kind != kinds.THEY_WROTE or _is_news(event, case, letters)]


def _is_news(event: CaseEvent, case: Case, letters: list[Line]) -> bool:
    """Whether what they wrote stands nowhere else: not as a letter, nor among the words of the question."""
    return bool(event.note) and event.note not in case.question and all(line.at != event.at for line in letters)


def _event(event: CaseEvent) -> Line:
    if event.kind == CaseEvent.Kind.THEY_WROTE:
        return Line(event.at, "in", event.note)
    return Line(event.at, "event", event.note, event.by, event.get_kind_display())
