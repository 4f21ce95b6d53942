"""The ladder of attempts: when, and on which channel, to try again with somebody we did not reach.

The school writes its ladder in the back office (``LadderStep``); until it does, the one below holds. A step on a
channel that is not lawful for this person is left out, and none falls on a day on which nobody works.
"""

from dataclasses import dataclass
from datetime import datetime, time, timedelta

from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from contact_centre import queue
from contact_centre.clocks import calendars
from contact_centre.clocks.working_time import Week
from contact_centre.models import Call, Case, FollowUp, LadderStep
from people.announcements import announce
from people.contact import contact_hours, policy
from people.models import Channel, Person, Purpose, User

Part = LadderStep.PartOfDay
HOURS = {  # by the clock of the person
    Part.MORNING: (time(9, 30), time(12)),
    Part.MIDDAY: (time(12), time(15)),
    Part.AFTERNOON: (time(15, 30), time(18)),
    Part.EVENING: (time(18), time(20)),
}
PARTS = list(HOURS)
USUAL = (
    LadderStep(position=2, wait_minutes=180, part_of_day=Part.OTHER, channel=Channel.PHONE),
    LadderStep(position=3, wait_minutes=24 * 60, part_of_day=Part.OTHER, channel=Channel.PHONE),
    LadderStep(position=4, wait_minutes=60, part_of_day=Part.ANY, channel=Channel.EMAIL),
    LadderStep(position=5, wait_minutes=3 * 24 * 60, part_of_day=Part.EVENING, channel=Channel.PHONE),
)
DAYS_LOOKED_AHEAD = 14  # a school that is closed for longer tries on the day itself


class NotYet(Exception):
    """There are attempts left, or there was none."""


@dataclass(frozen=True)
class Proposal:
    """The next attempt: the how-manieth, when, on which channel, and why then and there."""

    attempt: int
    due_at: datetime
    channel: str
    why: str

    @property
    def channel_name(self) -> str:
        return str(Channel(self.channel).label)


@dataclass(frozen=True)
class Standing:
    """Where a case stands on the ladder: attempts made without reaching them, and what comes next, if anything does."""

    attempts: int
    proposal: Proposal | None
    planned: FollowUp | None

    @property
    def is_used_up(self) -> bool:
        """Every rung was tried: whoever cannot be reached by now is a lost contact."""
        return self.attempts > 0 and self.proposal is None and self.planned is None


def ladder() -> list[LadderStep]:
    """The rungs in order: those of the school, else the usual ones."""
    return list(LadderStep.objects.order_by("position")) or list(USUAL)


def next_number(case: Case) -> int:
    """The number that an attempt made now has; a rung that was a letter counts as one."""
    calls = case.calls.filter(direction=Call.Direction.OUT).aggregate(last=Max("attempt"))["last"] or 0
    rungs = case.follow_ups.exclude(done_at=None).aggregate(last=Max("attempt"))["last"] or 0
    return max(calls, rungs) + 1


def standing(case: Case, *, at: datetime) -> Standing:
    """Where ``case`` stands: nothing is proposed once they were reached, answered, or the next try is planned."""
    last = case.calls.filter(direction=Call.Direction.OUT).order_by("-started_at", "-pk").first()
    if last is None or last.outcome == Call.Outcome.REACHED or case.state in (Case.State.ANSWERED, Case.State.CLOSED):
        return Standing(0, None, None)
    made = next_number(case) - 1
    planned = open_attempt(case)
    return Standing(made, None if planned else _propose(case, last, made, at=at), planned)


def open_attempt(case: Case) -> FollowUp | None:
    return case.follow_ups.filter(attempt__isnull=False, done_at=None, dropped_at=None).first()


def plan(case: Case, proposal: Proposal, *, by: User, at: datetime) -> FollowUp:
    """Make the proposal a follow-up of ``by``; a case has one attempt planned at most, so a second click is none."""
    follow_up, _is_new = FollowUp.objects.get_or_create(
        case=case,
        attempt__isnull=False,
        done_at=None,
        dropped_at=None,
        defaults={
            "person": case.person,
            "owner": by,
            "due_at": proposal.due_at,
            "channel": proposal.channel,
            "why": proposal.why[:250],
            "attempt": proposal.attempt,
            "made_at": at,
            "made_by": by,
        },
    )
    return follow_up


@transaction.atomic
def give_up(case: Case, *, by: User, at: datetime) -> Case:
    """Close a case whose ladder is used up as a lost contact. Announces ``after_contact_lost``.

    Raises NotYet while there are attempts left, NotYours if somebody else holds it and ``by`` is no lead.
    """
    case = queue.locked(case)
    if not standing(case, at=at).is_used_up:
        raise NotYet(case.pk)
    closed = queue.close(case, by=by, at=at, note=_("Contact lost"))
    announce("after_contact_lost", case=closed, by=by, at=at)
    return closed


def after(last_at: datetime, step: LadderStep, *, zone: str, week: Week) -> datetime:
    """The instant at which ``step`` is due: its wait, then its part of the day, on a day on which somebody works."""
    clock = contact_hours.zone_of(zone)
    earliest = last_at + timedelta(minutes=step.wait_minutes)
    local = earliest.astimezone(clock)
    windows = _windows(step.part_of_day, last_at.astimezone(clock).time())
    for ahead in range(DAYS_LOOKED_AHEAD):
        day = local.date() + timedelta(days=ahead)
        if not week.hours_on(day):
            continue
        for start, end in windows:
            opens = datetime.combine(day, start, tzinfo=clock)
            if earliest < datetime.combine(day, end, tzinfo=clock):
                return max(opens, earliest)
    return earliest


def part_of(local: time) -> str:
    """In which part of the day an hour lies; early hours count as the morning, late ones as the evening."""
    return next((part for part in reversed(PARTS) if local >= HOURS[part][0]), PARTS[0])


def _windows(part: str, last_time: time) -> list[tuple[time, time]]:
    if part == Part.ANY:
        return [(HOURS[PARTS[0]][0], HOURS[PARTS[-1]][1])]
    if part == Part.OTHER:
        tried = part_of(last_time)
        return [HOURS[one] for one in PARTS if one != tried]
    return [HOURS[Part(part)]]


def _propose(case: Case, last: Call, made: int, *, at: datetime) -> Proposal | None:
    """The first rung above those tried whose channel is lawful, at an hour at which they may be contacted."""
    person, week = case.person, calendars.week_of(case.team)
    for step in ladder():
        if step.position <= made:
            continue
        due_at = max(after(last.started_at, step, zone=person.time_zone, week=week), at)
        due_at, verdict = _lawful(person, step.channel, due_at)
        if verdict.allowed:
            return Proposal(step.position, due_at, step.channel, _why(step, last))
    return None


def _lawful(person: Person, channel: str, due_at: datetime) -> tuple[datetime, policy.Verdict]:
    """The first instant from ``due_at`` on at which the policy lets us, with what it said."""
    verdict = policy.may_contact(person, channel=channel, purpose=Purpose.ENQUIRY, at=due_at)
    if verdict.reason in policy.LATER and verdict.not_before is not None:
        due_at = verdict.not_before
        verdict = policy.may_contact(person, channel=channel, purpose=Purpose.ENQUIRY, at=due_at)
    return due_at, verdict


def _why(step: LadderStep, last: Call) -> str:
    if step.channel != Channel.PHONE:
        return _("Another channel: calling has not reached them.")
    if step.part_of_day == Part.OTHER:
        return _("Another part of the day than last time (%(outcome)s).") % {
            "outcome": str(Call.Outcome(last.outcome).label).lower() if last.outcome else "?"
        }
    return _("The next step of the ladder: %(part)s.") % {"part": str(step.get_part_of_day_display()).lower()}
