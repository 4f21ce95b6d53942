"""What became of one enquiry, in the order in which it happened: its steps, our attempts, its touches and meetings."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from contact_centre.models import Case
from enquiries.models import Enquiry
from people import timeline
from people.models import Channel, Touchpoint, User

State = Enquiry.State
WAY = (State.RECEIVED, State.CONTACTED, State.QUALIFIED, State.APPLIED, State.ENROLLED)
SHOWN = 200
TOLD_BY_MOVES = ("enquiries.lost", "enquiries.invalid", "enquiries.revived", "enquiries.received")
WHY = {
    **{reason.value: reason.label for reason in Enquiry.LostReason},
    **{rule.value: rule.label for rule in Enquiry.InvalidRule},
    "undone": _("taken back"),
}


@dataclass(frozen=True)
class Step:
    """One station on the way: when it was reached, if it was, and whether the enquiry stands there."""

    state: str
    at: datetime | None
    is_reached: bool
    is_here: bool

    @property
    def name(self) -> str:
        return str(State(self.state).label)


@dataclass(frozen=True)
class Line:
    """Something that happened: a step of the enquiry, or something one of the two sides did."""

    at: datetime
    name: str | Promise
    side: str  # move, in, out, inner
    why: str | Promise = ""
    channel: str = ""
    by: User | None = None


def way(enquiry: Enquiry) -> list[Step]:
    """The stations from received to enrolled. One query."""
    first: dict[str, datetime] = {State.RECEIVED: enquiry.received_at}
    for to, at in enquiry.moves.order_by("at", "pk").values_list("to_state", "at"):
        first.setdefault(to, at)
    for field in ("contacted_at", "applied_at", "enrolled_at"):
        if at := getattr(enquiry, field):
            first.setdefault(State(field.removesuffix("_at")), at)
    furthest = max((WAY.index(State(state)) for state in first if state in WAY), default=0)
    return [Step(state, first.get(state), place <= furthest, state == enquiry.state) for place, state in enumerate(WAY)]


def of(enquiry: Enquiry) -> list[Line]:
    """Steps and contacts, the oldest first. Two queries."""
    moves = enquiry.moves.select_related("by").order_by("at", "pk")[:SHOWN]
    lines = [
        Line(move.at, move.get_to_state_display(), "move", WHY.get(move.why, move.why), by=move.by)
        for move in moves
        if move.from_state or move.to_state != State.RECEIVED
    ]
    about = Q(about_kind=enquiry._meta.label_lower, about_id=enquiry.pk)
    if enquiry.case_id:
        about |= Q(about_kind=Case._meta.label_lower, about_id=enquiry.case_id)
    touchpoints = Touchpoint.objects.filter(about, person=enquiry.person_id, at__gte=enquiry.received_at)
    kinds = timeline.kinds()
    lines += [
        Line(
            one.at,
            kinds.get(one.kind, one.kind),
            one.direction,
            channel=str(Channel(one.channel).label) if one.channel in Channel.values else "",
            by=one.by,
        )
        for one in touchpoints.exclude(kind__in=TOLD_BY_MOVES).select_related("by").order_by("at", "pk")[:SHOWN]
    ]
    lines.append(Line(enquiry.received_at, State.RECEIVED.label, "move"))
    return sorted(lines, key=lambda line: line.at)
