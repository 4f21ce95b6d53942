"""Where people stand on a journey, where they left, what it brought: counted from the walks and their log."""

from dataclasses import dataclass, field
from math import sqrt

from django.db.models import Count, Exists, OuterRef, QuerySet

from contact_centre.journeys import steps, triggers
from contact_centre.journeys.steps import Plan
from contact_centre.models import Journey, JourneyVersion, Walk, WalkLog

Z = 1.959964  # two-sided 95 %


@dataclass
class AtStep:
    """One step: how many stand there now, ended there, and came through."""

    standing: int = 0
    arrived: int = 0
    left: int = 0
    passed: int = 0


@dataclass(frozen=True)
class Share:
    """So many of so many, with the interval in which the true share lies 95 times in 100 (Wilson's)."""

    did: int
    of: int

    @property
    def value(self) -> float | None:
        return self.did / self.of if self.of else None

    @property
    def interval(self) -> tuple[float, float]:
        return wilson(self.did, self.of)


@dataclass(frozen=True)
class Effect:
    """Those who walked against those held out, over the walks that came to the draw."""

    walked: Share
    control: Share

    @property
    def difference(self) -> float | None:
        if self.walked.value is None or self.control.value is None:
            return None
        return self.walked.value - self.control.value

    @property
    def interval(self) -> tuple[float, float]:
        return newcombe(self.walked, self.control)

    @property
    def is_clear(self) -> bool:
        """Whether the interval leaves no difference out."""
        low, high = self.interval
        return self.difference is not None and (low > 0 or high < 0)


@dataclass
class Map:
    """A version with its figures."""

    steps: dict[str, AtStep] = field(default_factory=dict)
    at_door: int = 0
    walking: int = 0
    arrived: int = 0
    left: int = 0
    not_let_in: int = 0

    @property
    def entered(self) -> int:
        return self.walking + self.arrived + self.left


def map_of(version: JourneyVersion) -> Map:
    """How many stand, ended and came through each step of a version. Two queries, whatever the number of people."""
    found = Map(steps={key: AtStep() for key in steps.read(version.steps).steps})
    counted = Walk.objects.filter(version=version).values_list("step", "state").annotate(count=Count("pk"))
    for key, state, count in counted:
        place = found.steps.setdefault(key, AtStep())
        if not key:
            found.at_door += count if state == Walk.State.WALKING else 0
            found.not_let_in += count if state == Walk.State.LEFT else 0
        elif state == Walk.State.WALKING:
            place.standing, found.walking = place.standing + count, found.walking + count
        elif state == Walk.State.ARRIVED:
            place.arrived, found.arrived = place.arrived + count, found.arrived + count
        else:
            place.left, found.left = place.left + count, found.left + count
    seen = WalkLog.objects.filter(walk__version=version).exclude(step="").values_list("step")
    for key, count in seen.annotate(count=Count("walk", distinct=True)):
        found.steps.setdefault(key, AtStep()).passed = count
    found.steps.pop("", None)
    return found


def conversion(journey: Journey, plan: Plan) -> Share | None:
    """How many of those let in reached the goal after they came in, held out or not; None without a goal."""
    if not plan.goal:
        return None
    walks = Walk.objects.filter(journey=journey, is_control=False).exclude(step="")
    return Share(reached(walks, plan.goal).count(), walks.count())


def effect(journey: Journey, plan: Plan) -> Effect | None:
    """Walked against held out; None without a goal or a control group.

    Only walks that came to the draw are compared: whoever left before it was never in either group.
    """
    drawing = [
        step.key
        for step in plan.steps.values()
        if step.kind == steps.SPLIT and any(way.get("is_control") for way in steps.ways_of(step.fields))
    ]
    if not plan.goal or not drawing:
        return None
    drawn = WalkLog.objects.filter(walk=OuterRef("pk"), what="split", step__in=drawing)
    walks = Walk.objects.filter(Exists(drawn), journey=journey)
    groups = {}
    for is_control in (False, True):
        group = walks.filter(is_control=is_control)
        groups[is_control] = Share(reached(group, plan.goal).count(), group.count())
    return Effect(groups[False], groups[True])


def reached(walks: QuerySet[Walk], goal: str) -> QuerySet[Walk]:
    """Those of ``walks`` whose person did what the journey aims at after coming in."""
    happening = triggers.happenings().get(goal)
    return happening.follows(walks) if happening else walks.none()


def wilson(did: int, of: int) -> tuple[float, float]:
    """Wilson's score interval of a share (1927), 95 %; everything is possible where nobody was looked at."""
    if not of:
        return 0.0, 1.0
    share, z2 = did / of, Z * Z
    middle = (share + z2 / (2 * of)) / (1 + z2 / of)
    half = Z * sqrt(share * (1 - share) / of + z2 / (4 * of * of)) / (1 + z2 / of)
    return max(0.0, middle - half), min(1.0, middle + half)


def newcombe(one: Share, other: Share) -> tuple[float, float]:
    """Newcombe's interval of a difference between two shares (1998, method 10), 95 %."""
    if one.value is None or other.value is None:
        return -1.0, 1.0
    (low1, high1), (low2, high2) = one.interval, other.interval
    gap = one.value - other.value
    below = sqrt((one.value - low1) ** 2 + (high2 - other.value) ** 2)
    above = sqrt((high1 - one.value) ** 2 + (other.value - low2) ** 2)
    return gap - below, gap + above
