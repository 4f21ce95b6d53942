"""Where shares and intervals stand on one scale, so that plays can be laid over each other and over what is claimed."""

from dataclasses import dataclass

from enquiries.revival.lift import Lift

LEAST, MOST = -20, 60  # points of a hundred that the scale shows; what lies beyond stops at its edge
WIDTH = 400  # of the drawing, in its own units
TICKS = (-20, 0, 20, 40, 60)


@dataclass(frozen=True)
class Drawn:
    """The places of one interval, of its middle and of the claimed range, from the left edge."""

    low: float
    high: float
    middle: float
    claimed_low: float
    claimed_high: float
    zero: float

    @property
    def width(self) -> float:
        return max(self.high - self.low, 1)

    @property
    def claimed_width(self) -> float:
        return max(self.claimed_high - self.claimed_low, 1)


def place(points: float) -> float:
    kept = min(max(points, LEAST), MOST)
    return round((kept - LEAST) * WIDTH / (MOST - LEAST), 1)


def drawn(lift: Lift, claimed: tuple[int, int]) -> Drawn:
    low, high = lift.interval
    return Drawn(place(low), place(high), place(lift.points), place(claimed[0]), place(claimed[1]), place(0))


def ticks() -> list[tuple[float, int]]:
    return [(place(points), points) for points in TICKS]
