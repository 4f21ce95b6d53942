"""What became of a send: to whom it went, who was left out and why, what came back, who clicked. Figures, no names."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, Q
from django.utils.translation import gettext as _

from contact_centre.models import Delivery, MessageSignal, Send
from contact_centre.sends import comparing, halting
from contact_centre.sends.comparing import Outcome, Share
from contact_centre.wording import words
from people.contact.verdict_words import REASONS
from people.models import OutgoingMessage

State = Delivery.State
Kind = MessageSignal.Kind


@dataclass(frozen=True)
class LeftOut:
    """How many were left out for one reason."""

    why: str
    count: int


@dataclass(frozen=True)
class Link:
    """How many people, and how many machines, followed one address."""

    url: str
    people: int
    machines: int


@dataclass(frozen=True)
class Report:
    """Everybody on the list is in exactly one of: waiting, in the outbox, sent, refused late, failed, left out, held
    out, stopped. Shares are of those sent."""

    listed: int
    waiting: int
    rest: int
    in_outbox: int
    sent: int
    refused: int
    failed: int
    left_out: int
    held_out: int
    stopped: int
    reasons: Sequence[LeftOut]
    delivered: int
    bounced: int
    complained: int
    unsubscribed: int
    opened: int
    replied: Share
    clicked: Share
    machine_clicks: int
    links: Sequence[Link]
    outcomes: Sequence[Outcome]
    health: halting.Health
    may_decide: bool

    @property
    def percent_done(self) -> int:
        return 100 * (self.listed - self.waiting - self.rest - self.in_outbox) // self.listed if self.listed else 0


def report(send: Send, *, at: datetime) -> Report:
    """Count ``send``. A constant number of queries."""
    states = _counts(Delivery.objects.filter(send=send), "state")
    messages = _counts(OutgoingMessage.objects.filter(delivery__send=send, delivery__state=State.QUEUED), "state")
    signals = MessageSignal.objects.filter(message__delivery__send=send)
    human = {
        row["kind"]: row["n"]
        for row in signals.filter(Q(is_human=True) | ~Q(kind__in=[Kind.CLICKED, Kind.OPENED]))
        .values("kind").annotate(n=Count("message", distinct=True))
    }  # fmt: skip
    sent = messages.get("sent", 0)
    return Report(
        listed=sum(states.values()),
        waiting=states.get(State.WAITING, 0),
        rest=states.get(State.REST, 0),
        in_outbox=messages.get("queued", 0) + messages.get("sending", 0),
        sent=sent,
        refused=messages.get("refused", 0),
        failed=messages.get("failed", 0),
        left_out=states.get(State.LEFT_OUT, 0),
        held_out=states.get(State.HELD_OUT, 0),
        stopped=states.get(State.STOPPED, 0),
        reasons=_reasons(send),
        delivered=human.get(Kind.DELIVERED, 0),
        bounced=human.get(Kind.BOUNCED, 0),
        complained=human.get(Kind.COMPLAINED, 0),
        unsubscribed=human.get(Kind.UNSUBSCRIBED, 0),
        opened=human.get(Kind.OPENED, 0),
        replied=Share(human.get(Kind.REPLIED, 0), sent),
        clicked=Share(human.get(Kind.CLICKED, 0), sent),
        machine_clicks=signals.filter(kind=Kind.CLICKED, is_human=False).count(),
        links=_links(signals),
        outcomes=comparing.outcomes(send),
        health=halting.health(send),
        may_decide=comparing.may_decide(send, at=at),
    )


def why(code: str, names: Mapping[int, str]) -> str:
    """Why somebody was left out, for people to read; ``names`` are those of the sends that outbid."""
    head, _colon, rest = code.partition(":")
    if head in REASONS:
        return str(REASONS[head])
    if head == "missing":
        known = words.all_words()
        labels = [str(known[word].label) if word in known else word for word in rest.split(",")]
        return _("Something that the text says is not known of them: %(words)s.") % {"words": ", ".join(labels)}
    if head == "outbid":
        name = names.get(int(rest), "") if rest.isdigit() else ""
        return _("Another send was worth more and took their last place: «%(send)s».") % {"send": name}
    return {
        "phase": _("They are in another phase of life than the send is for."),
        "no_text": _("There is no approved text for them."),
        "twice": _("They turned out to be one with somebody who has it."),
    }.get(head, code)


def _counts(rows, field: str) -> dict[str, int]:
    return dict(rows.order_by().values_list(field).annotate(n=Count("pk")))


def _reasons(send: Send) -> list[LeftOut]:
    found = _counts(Delivery.objects.filter(send=send, state=State.LEFT_OUT), "why")
    rivals = {int(code.partition(":")[2]) for code in found if code.startswith("outbid:")}
    names = dict(Send.objects.filter(pk__in=rivals).values_list("pk", "name")) if rivals else {}
    ordered = sorted(found.items(), key=lambda pair: -pair[1])
    return [LeftOut(why(code, names), count) for code, count in ordered]


def _links(signals) -> list[Link]:
    rows = (
        signals.filter(kind=Kind.CLICKED)
        .values("url")
        .annotate(
            people=Count("message", distinct=True, filter=Q(is_human=True)),
            machines=Count("message", distinct=True, filter=Q(is_human=False)),
        )
        .order_by("-people", "url")[:20]
    )
    return [Link(row["url"], row["people"], row["machines"]) for row in rows]
