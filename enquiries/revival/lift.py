"""What a play really brought: those it was tried on against those who were left alone, with the interval.

Everybody who was drawn counts where they were drawn, also who was taken out before their turn: whoever counts only
those who could be reached compares the reachable with everybody. The interval of the difference is Newcombe's (1998,
method 10), made of Wilson's two.
"""

from dataclasses import dataclass
from math import sqrt

from django.db.models import Count, Q

from contact_centre.sends.comparing import Share, wilson
from enquiries.models import Play, PlayMember

ENOUGH = 30  # in each part; below it the interval is wider than any claim


@dataclass(frozen=True)
class Arm:
    """One part of a play: how many were drawn, came back, and enrolled."""

    total: int
    revived: int
    enrolled: int

    def share(self, what: str) -> Share:
        return Share(getattr(self, what), self.total)


@dataclass(frozen=True)
class Lift:
    """How much more often something happened among those it was tried on, in points of a hundred."""

    tried: Share
    alone: Share

    @property
    def points(self) -> float:
        return self.tried.percent - self.alone.percent

    @property
    def interval(self) -> tuple[float, float]:
        low, high = difference(self.tried, self.alone)
        return 100 * low, 100 * high

    @property
    def is_enough(self) -> bool:
        return min(self.tried.total, self.alone.total) >= ENOUGH

    @property
    def says(self) -> str:
        """better, worse, nothing (the interval holds zero), or early (too few to say)."""
        if not self.is_enough:
            return "early"
        low, high = self.interval
        return "better" if low > 0 else "worse" if high < 0 else "nothing"

    def against(self, low_percent: int, high_percent: int) -> str:
        """How it stands to what is claimed: below, within or above it, or open (the interval holds several)."""
        if not self.is_enough:
            return "open"
        low, high = self.interval
        if high < low_percent:
            return "below"
        if low > high_percent:
            return "above"
        return "within" if low >= low_percent and high <= high_percent else "open"


@dataclass(frozen=True)
class Result:
    """One play, or several together: both parts, and what the difference is."""

    tried: Arm
    alone: Arm
    waiting: int = 0
    out: int = 0

    @property
    def revived(self) -> Lift:
        return Lift(self.tried.share("revived"), self.alone.share("revived"))

    @property
    def enrolled(self) -> Lift:
        return Lift(self.tried.share("enrolled"), self.alone.share("enrolled"))


def difference(one: Share, other: Share) -> tuple[float, float]:
    """Newcombe's interval of the difference of two shares, between -1 and 1."""
    low_1, high_1 = wilson(one.hits, one.total)
    low_2, high_2 = wilson(other.hits, other.total)
    points = one.value - other.value
    low = points - sqrt((one.value - low_1) ** 2 + (high_2 - other.value) ** 2)
    high = points + sqrt((high_1 - one.value) ** 2 + (other.value - low_2) ** 2)
    return max(-1.0, low), min(1.0, high)


def of(play: Play) -> Result:
    """What a play has brought so far. One statement."""
    return _results(Q(play=play), "play_id").get(play.pk, Result(Arm(0, 0, 0), Arm(0, 0, 0)))


def of_all() -> dict[int, Result]:
    """Of every play that was started, by its id. One statement."""
    return _results(Q(), "play_id")


def by_change() -> dict[str, Result]:
    """All plays that gave them another adviser, or another way to be reached, and all that did not. One statement."""
    by_kind = _results(Q(), "play__kind")
    changed = {Play.Kind.OTHER_ADVISER: "adviser", Play.Kind.OTHER_CONTACT: "contact"}
    found: dict[str, Result] = {}
    for kind, result in by_kind.items():
        name = changed.get(kind, "same")
        found[name] = _added(found[name], result) if name in found else result
    return found


def _results(which: Q, by: str) -> dict:
    rows = PlayMember.objects.filter(which).values(by, "is_held_out").annotate(
        total=Count("pk"),
        revived=Count("pk", filter=Q(revived_at__isnull=False)),
        enrolled=Count("pk", filter=Q(enrolled_at__isnull=False)),
        waiting=Count("pk", filter=Q(state=PlayMember.State.WAITING)),
        out=Count("pk", filter=Q(state=PlayMember.State.EXCLUDED)),
    )  # fmt: skip
    found: dict = {}
    for row in rows:
        arm = Arm(row["total"], row["revived"], row["enrolled"])
        was = found.get(row[by], Result(Arm(0, 0, 0), Arm(0, 0, 0)))
        found[row[by]] = (
            Result(was.tried, arm, was.waiting, was.out)
            if row["is_held_out"]
            else Result(arm, was.alone, row["waiting"], row["out"])
        )
    return found


def _added(one: Result, other: Result) -> Result:
    def both(first: Arm, second: Arm) -> Arm:
        return Arm(first.total + second.total, first.revived + second.revived, first.enrolled + second.enrolled)

    return Result(
        both(one.tried, other.tried), both(one.alone, other.alone), one.waiting + other.waiting, one.out + other.out
    )
