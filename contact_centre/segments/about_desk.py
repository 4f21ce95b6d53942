"""What a rule may ask about what happened at the desk: cases, questions, calls, letters, what became of messages."""

from collections.abc import Mapping
from datetime import datetime

from django.db.models import F, Q
from django.utils.translation import gettext_lazy

from contact_centre.models import Call, Case, Delivery, InboundMessage, MessageSignal, Promise, Question, Segment, Send
from contact_centre.questions import topics
from contact_centre.segments.criteria import DESK, Criterion, Field, Text, at_least, lately, people_with, since, times
from people.models import OutgoingMessage, Touchpoint

DIRECTIONS = {
    "in": gettext_lazy("from them"),
    "out": gettext_lazy("from us"),
    "both": gettext_lazy("a conversation"),
}
SENT_AT = "message__sent_at"


def criteria() -> list[Criterion]:
    """Cases and answers, questions, calls, contacts, messages and their signals, promises, phases, other segments."""
    return [*_of_cases(), *_of_contacts(), *_of_messages(), *_of_groups()]


def _of_cases() -> list[Criterion]:
    return [
        Criterion(
            "contact_centre.cases",
            DESK,
            gettext_lazy("Had cases"),
            _cases,
            (
                Field("kinds", gettext_lazy("of kind"), options=lambda: Case.Kind.choices),
                Field("states", gettext_lazy("now"), options=lambda: Case.State.choices),
                times(),
                lately(),
            ),
        ),
        Criterion(
            "contact_centre.complaints",
            DESK,
            gettext_lazy("Complained"),
            lambda values, at: at_least(
                Case.objects.filter(since(at, values.get("days"), column="opened_at"), kind=Case.Kind.COMPLAINT),
                values.get("times"),
            ),
            (times(), lately()),
        ),
        Criterion(
            "contact_centre.waits",
            DESK,
            gettext_lazy("Waits for an answer now"),
            lambda values, at: people_with(Case.objects.unanswered().filter(opened_at__lte=at)),
        ),
        Criterion(
            "contact_centre.late",
            DESK,
            gettext_lazy("Was answered late, or is still waiting past the deadline"),
            _late,
            (times(), lately()),
        ),
        Criterion(
            "contact_centre.asked",
            DESK,
            gettext_lazy("Asked about"),
            _asked,
            (Field("topics", gettext_lazy("one of"), options=_topics, is_required=True), lately()),
        ),
        Criterion(
            "contact_centre.promise_broken",
            DESK,
            gettext_lazy("We broke a promise"),
            lambda values, at: people_with(
                Promise.objects.filter(since(at, values.get("days"), column="broken_at"), broken_at__isnull=False)
            ),
            (lately(),),
        ),
    ]


def _of_contacts() -> list[Criterion]:
    return [
        Criterion(
            "contact_centre.contact",
            DESK,
            gettext_lazy("Had contact"),
            lambda values, at: touched(at, values.get("days"), values.get("times"), **_direction(values)),
            (
                Field("direction", gettext_lazy("which"), kind="choice", options=lambda: DIRECTIONS.items()),
                times(),
                lately(start=60),
            ),
            help=gettext_lazy("Turned round (“not”), it finds those of whom nothing was heard, or who heard nothing."),
        ),
        Criterion(
            "contact_centre.called",
            DESK,
            gettext_lazy("Calls"),
            _called,
            (
                Field("direction", gettext_lazy("which"), kind="choice", options=lambda: Call.Direction.choices),
                Field("outcomes", gettext_lazy("how it ended"), options=lambda: Call.Outcome.choices),
                times(),
                lately(),
            ),
        ),
        Criterion(
            "contact_centre.wrote",
            DESK,
            gettext_lazy("Wrote to us"),
            lambda values, at: at_least(
                InboundMessage.objects.filter(since(at, values.get("days"), column="received_at")).exclude(
                    state__in=[InboundMessage.State.AUTOMATIC, InboundMessage.State.DROPPED]
                ),
                values.get("times"),
            ),
            (times(), lately()),
            help=gettext_lazy("Letters and texts; not automatic replies."),
        ),
    ]


def _of_messages() -> list[Criterion]:
    return [
        Criterion(
            "contact_centre.signals",
            DESK,
            gettext_lazy("Did with our messages"),
            _signalled,
            (
                Field("kinds", gettext_lazy("one of"), options=_signals, is_required=True),
                times(),
                lately(start=90),
            ),
            help=gettext_lazy("What machines open and click is not counted; openings only of those who agreed to it."),
        ),
        Criterion(
            "contact_centre.messages",
            DESK,
            gettext_lazy("Got messages from us"),
            lambda values, at: at_least(
                OutgoingMessage.objects.filter(
                    since(at, values.get("days"), column="sent_at"), state=OutgoingMessage.State.SENT
                ),
                values.get("times"),
            ),
            (times(), lately(start=30)),
        ),
        Criterion(
            "contact_centre.send",
            DESK,
            gettext_lazy("Is on the list of the send"),
            lambda values, at: people_with(Delivery.objects.filter(send_id__in=values["sends"])),
            (Field("sends", gettext_lazy("one of"), options=_sends, is_required=True),),
        ),
    ]


def _of_groups() -> list[Criterion]:
    return [
        Criterion(
            "contact_centre.phase",
            DESK,
            gettext_lazy("Phase of life"),
            _in_phase,
            (Field("phases", gettext_lazy("one of"), options=_phases, is_required=True),),
        ),
        Criterion(
            "contact_centre.segment",
            DESK,
            gettext_lazy("Is in the segment"),
            _in_segment,
            (Field("segment", gettext_lazy("name"), kind="choice", options=_segments, is_required=True),),
        ),
    ]


def touched(at: datetime, days: int | None, number: int | None = None, **of) -> Q:
    """Those on whose timeline something of that sort happened in the last ``days``."""
    return at_least(Touchpoint.objects.filter(since(at, days, column="at"), **of), number)


def _direction(values: Mapping) -> dict:
    wanted = values.get("direction")
    if wanted == "both":
        return {"is_two_way": True}
    return {"direction": wanted} if wanted else {"direction__in": ["in", "out"]}


def _cases(values: Mapping, at: datetime) -> Q:
    cases = Case.objects.filter(since(at, values.get("days"), column="opened_at"))
    if "kinds" in values:
        cases = cases.filter(kind__in=values["kinds"])
    if "states" in values:
        cases = cases.filter(state__in=values["states"])
    return at_least(cases, values.get("times"))


def _late(values: Mapping, at: datetime) -> Q:
    answered_late = Q(answered_at__gt=F("answer_due_at"))
    still_waits = Q(answered_at=None, answer_due_at__lte=at) & ~Q(state__in=Case.CLOSED)
    cases = Case.objects.filter(since(at, values.get("days"), column="opened_at")).filter(answered_late | still_waits)
    return at_least(cases, values.get("times"))


def _asked(values: Mapping, at: datetime) -> Q:
    asked = Question.objects.filter(since(at, values.get("days"), column="asked_at"), topic__in=values["topics"])
    return people_with(asked.exclude(state=Question.State.DROPPED), "case__person")


def _called(values: Mapping, at: datetime) -> Q:
    calls = Call.objects.filter(since(at, values.get("days"), column="started_at"))
    if "direction" in values:
        calls = calls.filter(direction=values["direction"])
    if "outcomes" in values:
        calls = calls.filter(outcome__in=values["outcomes"])
    return at_least(calls, values.get("times"))


def _signalled(values: Mapping, at: datetime) -> Q:
    signals = MessageSignal.objects.filter(
        since(at, values.get("days"), column="at"), kind__in=values["kinds"], is_human=True
    )
    return at_least(signals, values.get("times"), "message__person")


def _in_phase(values: Mapping, at: datetime) -> Q:
    from contact_centre import phases  # noqa: PLC0415 -- phases are put together with the tools of segments
    from contact_centre.segments import rules  # noqa: PLC0415

    return rules.either([phases.condition(phase, at=at) for phase in values["phases"]])


def _in_segment(values: Mapping, at: datetime) -> Q:
    from contact_centre.segments import membership  # noqa: PLC0415 -- a segment within a segment

    segment = Segment.objects.filter(pk=values["segment"]).first()
    return Q(pk__in=[]) if segment is None else Q(pk__in=membership.people_of(segment, at=at).values("pk"))


def _signals() -> list[tuple[str, Text]]:
    return [(one.value, one.label) for one in MessageSignal.Kind]


def _phases() -> list[tuple[str, Text]]:
    from contact_centre import phases  # noqa: PLC0415

    return [(one.value, one.label) for one in phases.PHASES]


def _segments() -> list[tuple[str, Text]]:
    return [(str(pk), name) for pk, name in Segment.objects.order_by("name").values_list("pk", "name")]


def _sends() -> list[tuple[str, Text]]:
    listed = Send.objects.exclude(listed_at=None).order_by("-listed_at")[:100]
    return [(str(pk), name) for pk, name in listed.values_list("pk", "name")]


def _topics() -> list[tuple[str, Text]]:
    """The topics of questions; floors add theirs with ``register_question_topics``."""
    return list(topics.named().items())
