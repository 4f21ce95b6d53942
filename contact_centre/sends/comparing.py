"""Comparing two wordings honestly: how many are needed is said before, and nobody wins before they are reached.

Shares are given with Wilson's interval, their difference is tested with the usual test of two proportions, stricter the
more wordings are compared (Bonferroni). Sources: Wilson 1927; Fleiss, Levin & Paik, "Statistical Methods for Rates and
Proportions", 3rd ed., ch. 4 (sample size).
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from math import ceil, sqrt
from statistics import NormalDist

from django.db import transaction
from django.db.models import Count, DateTimeField, Exists, ExpressionWrapper, Max, OuterRef, Q
from wagtail import hooks
from wagtail.log_actions import log

from contact_centre.models import Delivery, MessageSignal, Send, SendVariant
from people.models import OutgoingMessage, Touchpoint, User

CONFIDENCE = 0.95
POWER = 0.8
LISTEN_FOR = timedelta(hours=24)  # most who react do so within a day
COUNTS_FOR = timedelta(days=30)  # an enquiry or an enrolment after this has other causes
_NORMAL = NormalDist()


class TooEarly(Exception):
    """The planned sample is not reached, or the last of it left less than a day ago: nobody has won yet."""


class NothingToCompare(Exception):
    """There are not two wordings, no planned sample, or the choice was made already."""


@dataclass(frozen=True)
class Share:
    """``hits`` of ``total``, with the interval in which the true share lies 95 times in 100."""

    hits: int
    total: int

    @property
    def value(self) -> float:
        return self.hits / self.total if self.total else 0.0

    @property
    def percent(self) -> float:
        return 100 * self.value

    @property
    def interval(self) -> tuple[float, float]:
        """In percent."""
        low, high = wilson(self.hits, self.total)
        return 100 * low, 100 * high


@dataclass(frozen=True)
class Outcome:
    """How one wording did. ``reached`` is the share of the planned sample that left, in percent, or None."""

    variant: SendVariant
    share: Share
    listed: int
    reached: int | None
    is_winner: bool


def planned_sample(baseline: float, difference: float, *, wordings: int = 2) -> int:
    """How many each of ``wordings`` needs to find ``difference`` above ``baseline`` (shares 0–1), 4 times in 5.

    Raises ValueError where no number is enough.
    """
    better = baseline + difference
    if not (0 < baseline < 1 and 0 < better < 1 and difference > 0 and wordings >= 2):
        raise ValueError
    z_alpha = _NORMAL.inv_cdf(1 - (1 - CONFIDENCE) / _pairs(wordings) / 2)
    z_power = _NORMAL.inv_cdf(POWER)
    middle = (baseline + better) / 2
    root = z_alpha * sqrt(2 * middle * (1 - middle))
    root += z_power * sqrt(baseline * (1 - baseline) + better * (1 - better))
    return ceil((root / difference) ** 2)


def wilson(hits: int, total: int) -> tuple[float, float]:
    """The interval of a share, between 0 and 1; all of it for nobody."""
    if not total:
        return 0.0, 1.0
    z = _NORMAL.inv_cdf(1 - (1 - CONFIDENCE) / 2)
    share, bound = hits / total, 1 + z * z / total
    middle = (share + z * z / (2 * total)) / bound
    half = z * sqrt(share * (1 - share) / total + z * z / (4 * total * total)) / bound
    return max(0.0, middle - half), min(1.0, middle + half)


def chance_of(one: Share, other: Share) -> float:
    """How likely a difference this large is if there is none in truth (two sided)."""
    if not one.total or not other.total:
        return 1.0
    pooled = (one.hits + other.hits) / (one.total + other.total)
    spread = sqrt(pooled * (1 - pooled) * (1 / one.total + 1 / other.total))
    if not spread:
        return 1.0
    return 2 * (1 - _NORMAL.cdf(abs(one.value - other.value) / spread))


def best_of(shares: Mapping[int, Share]) -> int | None:
    """The key of the share that is provably above every other, or None."""
    if len(shares) < 2:
        return None
    limit = (1 - CONFIDENCE) / _pairs(len(shares))
    best = max(shares, key=lambda key: shares[key].value)
    others = [share for key, share in shares.items() if key != best]
    return best if all(chance_of(shares[best], other) < limit for other in others) else None


def outcomes(send: Send) -> list[Outcome]:
    """How each wording did so far, the held out included where they can be judged. Constant queries."""
    variants = list(send.variants.order_by("position", "pk"))
    shares = _shares(send, variants)
    listed = dict(
        Delivery.objects.filter(send=send).exclude(state__in=[Delivery.State.LEFT_OUT, Delivery.State.REST])
        .values_list("variant").annotate(n=Count("pk"))
    )  # fmt: skip
    plan = send.planned_sample
    return [
        Outcome(
            variant=variant,
            share=shares[variant.pk],
            listed=listed.get(variant.pk, 0),
            reached=min(100, 100 * shares[variant.pk].total // plan) if plan else None,
            is_winner=variant.pk == send.winner_id,
        )
        for variant in variants
    ]


def may_decide(send: Send, *, at: datetime) -> bool:
    """Whether the planned sample of every wording has left, and a day ago."""
    wordings = [one for one in send.variants.all() if one.template_code]
    if len(wordings) < 2 or not send.planned_sample:
        return False
    left = OutgoingMessage.objects.filter(delivery__send=send, state=OutgoingMessage.State.SENT)
    found = dict(left.values_list("delivery__variant").annotate(n=Count("pk")))
    if any(found.get(one.pk, 0) < send.planned_sample for one in wordings):
        return False
    last = left.aggregate(last=Max("sent_at"))["last"]
    return last is not None and last <= at - LISTEN_FOR


@transaction.atomic
def decide(send: Send, *, by: User | None, at: datetime) -> SendVariant | None:
    """Name the wording that is provably better, and give it to the rest; None if none is, and the rest waits.

    Raises NothingToCompare, and TooEarly before the planned sample is reached: whoever looks every hour and stops when
    it pleases finds a winner where there is none.
    """
    send = Send.objects.select_for_update().get(pk=send.pk)
    wordings = [one for one in send.variants.order_by("position", "pk") if one.template_code]
    if len(wordings) < 2 or not send.planned_sample or send.decided_at:
        raise NothingToCompare(send.pk)
    if not may_decide(send, at=at):
        raise TooEarly(send.pk)
    best = best_of(_shares(send, wordings))
    winner = next((one for one in wordings if one.pk == best), None)
    send.winner, send.decided_at = winner, at
    send.save(update_fields=["winner", "decided_at"])
    log(instance=send, action="contact_centre.decide_send", user=by, data={"winner": winner.name if winner else ""})
    if winner is not None:
        give_rest(send, winner, at=at)
    return winner


def give_rest(send: Send, variant: SendVariant, *, at: datetime) -> int:
    """Let whoever waits for the better wording get ``variant``; return how many."""
    waiting = Delivery.objects.filter(send=send, state=Delivery.State.REST)
    return waiting.update(variant=variant, state=Delivery.State.WAITING, due_at=at)


def decide_due(*, at: datetime) -> int:
    """Decide every comparison whose sample is reached; return how many."""
    decided = 0
    open_ones = Send.objects.filter(state=Send.State.SENDING, planned_sample__isnull=False, decided_at=None)
    for send in open_ones.prefetch_related("variants"):
        if may_decide(send, at=at):
            decide(send, by=None, at=at)
            decided += 1
    return decided


def conversion_kinds() -> dict[str, tuple[str, ...]]:
    """Which kinds of touchpoints mean "enquired" and "enrolled": floors say so (``register_send_results``)."""
    kinds: dict[str, tuple[str, ...]] = {}
    for register in hooks.get_hooks("register_send_results"):
        for metric, named in register().items():
            kinds[metric] = (*kinds.get(metric, ()), *named)
    return kinds


def _pairs(wordings: int) -> int:
    return wordings * (wordings - 1) // 2


def _shares(send: Send, variants: Sequence[SendVariant]) -> dict[int, Share]:
    metric = _METRICS.get(send.metric, _by_touchpoint)
    totals, hits = metric(send)
    return {one.pk: Share(hits.get(one.pk, 0), totals.get(one.pk, 0)) for one in variants}


def _sent(send: Send):
    return Delivery.objects.filter(send=send, message__state=OutgoingMessage.State.SENT)


def _by_signal(kind: str) -> Callable[[Send], tuple[dict[int, int], dict[int, int]]]:
    def counted(send: Send) -> tuple[dict[int, int], dict[int, int]]:
        hit = Q(message__signals__kind=kind, message__signals__is_human=True)
        rows = _sent(send).values("variant").annotate(
            total=Count("pk", distinct=True), hits=Count("pk", distinct=True, filter=hit)
        )  # fmt: skip
        return {row["variant"]: row["total"] for row in rows}, {row["variant"]: row["hits"] for row in rows}

    return counted


def _by_touchpoint(send: Send) -> tuple[dict[int, int], dict[int, int]]:
    """Who did it within thirty days after it left; those held out are counted from the day the list was written."""
    kinds = conversion_kinds().get(send.metric, ())
    totals: dict[int, int] = {}
    hits: dict[int, int] = {}
    held = Delivery.objects.filter(send=send, state=Delivery.State.HELD_OUT)
    for rows, since in ((_sent(send), "message__sent_at"), (held, "due_at")):
        for variant, count in rows.values_list("variant").annotate(n=Count("pk")):
            totals[variant] = totals.get(variant, 0) + count
        for variant, count in _converted(rows, since, kinds):
            hits[variant] = hits.get(variant, 0) + count
    return totals, hits


def _converted(rows, since: str, kinds: Sequence[str]):
    until = ExpressionWrapper(OuterRef(since) + COUNTS_FOR, output_field=DateTimeField())
    done = Touchpoint.objects.filter(
        person=OuterRef("person"), kind__in=kinds, at__gt=OuterRef(since), at__lte=until
    )  # fmt: skip
    return rows.filter(Exists(done)).values_list("variant").annotate(n=Count("pk"))


_METRICS: dict[str, Callable[[Send], tuple[dict[int, int], dict[int, int]]]] = {
    Send.Metric.CLICKED: _by_signal(MessageSignal.Kind.CLICKED),
    Send.Metric.REPLIED: _by_signal(MessageSignal.Kind.REPLIED),
}
