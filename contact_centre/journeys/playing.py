"""Imagined people on journeys, by the same moves as real ones: on a moved clock, and nothing leaves.

``simulate`` shows the way of one person and what depends on what they do; ``rehearse`` lets everybody in to whom what
begins the journey really happened last month, with what they really did since.
"""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from django.utils.translation import gettext as _

from contact_centre.journeys import letters, moves, steps, triggers, walking, words
from contact_centre.journeys.moves import Done, Line, Stand
from contact_centre.journeys.steps import Plan, Step
from contact_centre.models import Journey, MessageTemplate
from people.contact import policy
from people.models import Person

LONGEST = timedelta(days=730)  # what a simulation looks ahead: longer than any journey should be
MOST_TURNS = 400
REHEARSED_DAYS = 30
REHEARSED_AT_MOST = 500  # people in one rehearsal: each asks the same questions a real walk would


@dataclass(frozen=True)
class Path:
    """The way somebody would go: the lines of their log, and how it ended (empty: still on the way)."""

    lines: list[Line]
    ended: str
    is_control: bool


class ImaginedWorld:
    """``does`` says when the person does what. With a ``person`` the policy is asked what it would let through."""

    def __init__(self, does: Mapping[str, datetime], *, person: Person | None = None):
        self.does, self.person = does, person
        self.sent_at: datetime | None = None

    def when(self, fact: str, *, since: datetime, until: datetime) -> datetime | None:
        if fact.startswith(steps.SEGMENT):
            known = self.does.get(fact)
            return until if known is not None and known <= until else None
        found = self.does.get(fact)
        return found if found is not None and since < found <= until else None

    def last_letter_at(self) -> datetime | None:
        return self.sent_at

    def look_again_at(self, fact: str, *, at: datetime) -> datetime | None:
        return None

    def send(self, step: Step, *, at: datetime) -> Done:
        done = _would_send(step, self.person, at=at)
        if done.what == "sent":
            self.sent_at = at
        return done

    def give(self, step: Step, *, at: datetime) -> Done:
        return Done("tasked", str(step.get("text")))

    def next_event(self, *, after: datetime) -> datetime | None:
        return min((at for at in self.does.values() if at > after), default=None)


class PastWorld(ImaginedWorld):
    """What really happened to somebody; only the sending is imagined."""

    def __init__(self, person: Person):
        super().__init__({}, person=person)
        self.real: Person = person

    def when(self, fact: str, *, since: datetime, until: datetime) -> datetime | None:
        return walking.look_up(fact, self.real, since=since, until=until)

    def look_again_at(self, fact: str, *, at: datetime) -> datetime | None:
        return at + timedelta(hours=6)


def _would_send(step: Step, person: Person | None, *, at: datetime) -> Done:
    code = step.get("template")
    if person is None:
        template = MessageTemplate.objects.ready().filter(code=code).first()
        channel = step.get("channel", steps.BEST)
    else:
        channel, template = letters.template_for(person, step, at=at)
    if template is None:
        return Done("refused", _("There is no text for them in “%(code)s”.") % {"code": code})
    names = {"title": template.title, "channel": words.channel(channel), "when": words.instant(at)}
    if person is not None:
        verdict = policy.may_contact(person, channel=channel, purpose=template.purpose, at=at, topic=template.topic)
        if not verdict.allowed and verdict.not_before is None:
            return Done("refused", verdict.why)
        if verdict.not_before is not None and verdict.not_before > at:
            names["when"] = words.instant(verdict.not_before)
            return Done("sent", _("“%(title)s” by %(channel)s, leaves on %(when)s.") % names)
    return Done("sent", _("“%(title)s” by %(channel)s.") % names)


def play(plan: Plan, world: ImaginedWorld, *, at: datetime, until: datetime, lot: str) -> Path:
    """Let somebody come in at ``at`` and walk until the end or ``until``, looking whenever a real walk would be due."""
    stand = Stand("", at, at, lot)
    lines: list[Line] = []
    for _count in range(MOST_TURNS):
        turn = moves.turn(plan, stand, world, at=at, zone=words.ZONE)
        stand, lines = turn.stand, lines + turn.lines
        if turn.ended or turn.due_at is None:
            return Path(lines, turn.ended, stand.is_control)
        following = [turn.due_at, world.next_event(after=at)]
        at = min(one for one in following if one is not None)
        if at > until:
            break
    return Path(lines, "", stand.is_control)


def simulate(
    plan: Plan, *, at: datetime, does: Mapping[str, datetime], person: Person | None = None, lot: str = "one"
) -> Path:
    """The way of one person who comes in at ``at`` and does what ``does`` says, when it says so."""
    return play(plan, ImaginedWorld(does, person=person), at=at, until=at + LONGEST, lot=lot)


@dataclass
class Rehearsal:
    """What would have happened: people, messages and tasks by step, refusals by reason, who would have had too much."""

    since: datetime
    until: datetime
    happened: int = 0
    looked_at: int = 0
    let_in: int = 0
    sent: Counter = field(default_factory=Counter)
    tasks: Counter = field(default_factory=Counter)
    refused: Counter = field(default_factory=Counter)
    not_let_in: Counter = field(default_factory=Counter)
    held_out: int = 0
    ended: Counter = field(default_factory=Counter)
    stands: Counter = field(default_factory=Counter)
    crowded: int = 0  # people who would have had more commercial messages than the school allows itself
    people: list[tuple[Person, Path]] = field(default_factory=list)

    @property
    def messages(self) -> int:
        return sum(self.sent.values())

    @property
    def task_count(self) -> int:
        return sum(self.tasks.values())


def rehearse(
    journey: Journey, plan: Plan, *, at: datetime, days: int = REHEARSED_DAYS, at_most: int = REHEARSED_AT_MOST
) -> Rehearsal:
    """Play the last ``days`` again with this plan. Nobody is written to; of more people than ``at_most`` the first.

    The policy is asked at the instant each message would have left, so what really left in those days counts.
    """
    happening, since = triggers.beginnings()[journey.trigger], at - timedelta(days=days)
    found = Rehearsal(since=since, until=at)
    beginnings = _beginnings(journey, since=since, until=at, at_most=at_most)
    found.happened = happening.month(since=since, until=at).count() if happening.rows else len(beginnings)
    commercial = set(MessageTemplate.objects.filter(purpose="commercial").values_list("code", flat=True))
    again = timedelta(days=journey.again_after_days) if journey.again_after_days is not None else None
    last: dict[int, datetime] = {}
    letters_of: dict[int, list[datetime]] = {}
    for person, came_at in beginnings:
        found.looked_at += 1
        if person.pk in last and (again is None or came_at < last[person.pk] + again):
            found.not_let_in[_("Had been on it already")] += 1
            continue
        refusal = walking.not_for(journey, person, at=came_at)
        if refusal:
            found.not_let_in[refusal] += 1
            continue
        last[person.pk] = came_at
        path = play(plan, PastWorld(person), at=came_at, until=at, lot=f"{journey.pk}:{person.pk}:{came_at:%Y%m%d%H}")
        _count(found, plan, person, path, commercial, letters_of)
    rules = policy.rules_of_school()
    found.crowded = sum(
        _is_crowded(sent, most=rules.commercial_cap, within=timedelta(days=rules.cap_days))
        for sent in letters_of.values()
    )
    return found


def _beginnings(journey: Journey, *, since: datetime, until: datetime, at_most: int) -> list[tuple[Person, datetime]]:
    """To whom what begins the journey happened, and when; those whom a search finds are met today."""
    happening = triggers.beginnings()[journey.trigger]
    if happening.rows is None:
        searched = happening.search(journey, at=since) if happening.search else Person.objects.none()
        return [(person, since) for person in searched.order_by("pk")[:at_most]]
    rows = happening.month(since=since, until=until).values_list(happening.person, happening.moment)[:at_most]
    pairs = list(rows)
    people = Person.objects.known().in_bulk([pk for pk, _moment in pairs])
    return [(people[pk], moment) for pk, moment in pairs if pk in people]


def _count(
    found: Rehearsal,
    plan: Plan,
    person: Person,
    path: Path,
    commercial: set[str],
    letters_of: dict[int, list[datetime]],
) -> None:
    found.let_in += 1
    found.people.append((person, path))
    found.ended[path.ended or "walking"] += 1
    found.stands[path.lines[-1].step] += 1
    for line in path.lines:
        if line.what == "sent":
            found.sent[line.step] += 1
            if plan.steps[line.step].get("template") in commercial:
                letters_of.setdefault(person.pk, []).append(line.at)
        elif line.what == "tasked":
            found.tasks[line.step] += 1
        elif line.what == "refused":
            found.refused[line.why] += 1
        elif line.what == "held_out":
            found.held_out += 1


def _is_crowded(sent: list[datetime], *, most: int, within: timedelta) -> bool:
    """Whether more than ``most`` fall into any stretch of time as long as ``within``."""
    sent = sorted(sent)
    return any(sent[last] - sent[last - most] < within for last in range(most, len(sent)))
