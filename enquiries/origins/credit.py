"""Sharing credit out: pure arithmetic on whole numbers, so that the parts always add up to the whole.

``decisions/0019-how-credit-adds-up.md`` says why.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from enquiries.models import Touch
from enquiries.origins.models import Model

WHOLE = 1_000_000  # millionths of one enquiry
LOOKS_BACK = timedelta(days=90)  # what is older has led to nothing
SAME_VISIT = timedelta(minutes=30)
HALF_LIFE = timedelta(days=7)
_FINE = 1 << 40


@dataclass(frozen=True)
class Step:
    """One touch on the way to an enquiry, as far as credit asks."""

    at: datetime
    kind: str
    source: str = ""
    medium: str = ""
    campaign_id: int | None = None
    action_id: int | None = None

    def is_again(self, before: "Step") -> bool:
        """Whether it is the visit ``before``, noted once more: in a letter and on the page that it led to."""
        same = (self.source, self.medium, self.campaign_id) == (before.source, before.medium, before.campaign_id)
        is_one_action = self.action_id == before.action_id or None in (self.action_id, before.action_id)
        return same and is_one_action and self.at - before.at <= SAME_VISIT


def path(steps: Iterable[Step], *, received_at: datetime) -> list[Step]:
    """The steps that share the credit, in order.

    What they said about how they heard of us stands first: it is older than the first click. One visit is one step,
    however often it was noted. Coming straight to us counts only where nothing else is known.
    """
    ordered = sorted(steps, key=lambda step: (step.kind != Touch.Kind.SPOKEN, step.at))
    known = [step for step in ordered if step.kind != Touch.Kind.DIRECT]
    kept: list[Step] = []
    for step in known or ordered[-1:]:
        if not (kept and step.is_again(kept[-1])):
            kept.append(step)
        elif kept[-1].action_id is None and step.action_id is not None:
            kept[-1] = step  # it knows more
    return kept


def shares(steps: Sequence[Step], model: str, *, received_at: datetime) -> list[int]:
    """The share of each step in millionths; they add up to ``WHOLE`` exactly. No steps have no shares."""
    number = len(steps)
    if number < 2:
        return [WHOLE] * number
    match model:
        case Model.FIRST:
            return [WHOLE] + [0] * (number - 1)
        case Model.LAST:
            return [0] * (number - 1) + [WHOLE]
        case Model.POSITION if number > 2:
            between = number - 2  # 20 among them, and twice 20 to each end
            return split(WHOLE, [2 * between, *[1] * between, 2 * between])
        case Model.DECAY:
            return split(WHOLE, _decayed(steps, received_at))
    return split(WHOLE, [1] * number)


def split(amount: int, weights: Sequence[int]) -> list[int]:
    """``amount``, also one below zero, in parts as ``weights``; they add up exactly (largest remainder).

    Of equal remainders the earlier gets the odd unit. Weights are not negative and not all zero.
    """
    whole, total = abs(amount), sum(weights)
    parts = [whole * weight // total for weight in weights]
    by_remainder = sorted(range(len(weights)), key=lambda place: (-(whole * weights[place] % total), place))
    for place in by_remainder[: whole - sum(parts)]:
        parts[place] += 1
    return [part if amount >= 0 else -part for part in parts]


def _decayed(steps: Sequence[Step], received_at: datetime) -> list[int]:
    """Weights that halve with every week before the enquiry; what was said is as old as the oldest click."""
    clicked = [step.at for step in steps if step.kind != Touch.Kind.SPOKEN]
    oldest = min([*clicked, received_at])
    ages = [received_at - (oldest if step.kind == Touch.Kind.SPOKEN else step.at) for step in steps]
    youngest = min(ages)
    # Floats only weigh; what is shared out is whole numbers.
    return [max(1, round(_FINE * 0.5 ** ((age - youngest) / HALF_LIFE))) for age in ages]
