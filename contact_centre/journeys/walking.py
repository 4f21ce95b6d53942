"""Real people on journeys: who comes in, who moves on, who leaves. Each stands in exactly one step.

A turn is one transaction: the new step, the lines that say why, the message and the task become true together or not
at all, so a process that dies in the middle leaves nothing half done and nothing twice.
"""

from datetime import datetime, timedelta
from typing import cast

import structlog
from django.db import models, transaction
from django.utils.translation import gettext as _

from contact_centre import phases, segments
from contact_centre.journeys import letters, moves, steps, triggers, words
from contact_centre.journeys.moves import Done, Line, Stand
from contact_centre.journeys.steps import Step
from contact_centre.journeys.triggers import Happening
from contact_centre.models import Journey, Segment, Walk, WalkLog
from people.models import Person, User
from programmes.kept_pages import remembered

log = structlog.get_logger("matricula.journeys")
MOVING = (Journey.State.LIVE, Journey.State.CLOSING)
TAKEN_AT_ONCE = 50  # walks in one transaction: what a crash makes us do again stays small
LOOK_AGAIN = timedelta(hours=1)  # for what nobody announces
BACK_OFF = [timedelta(minutes=minutes) for minutes in (5, 30, 120, 720)]
SEARCHED_AT_ONCE = 500


def happened(happening: Happening, row: models.Model, *, at: datetime) -> None:
    """Something was announced: wake whoever waits for it, and let them into the journeys that begin with it.

    Runs inside the act that is announced, so it only writes who is at the door; the rest is for the next turn.
    """
    person_id = triggers.along(row, happening.person + "_id") if happening.person else row.pk
    if person_id is None:
        return
    if not _is_stranger(row, happening):  # who was made in this very act waits on no journey
        Walk.objects.filter(person_id=person_id, state=Walk.State.WALKING, due_at__gt=at).update(due_at=at)
    live = remembered.recall(("journeys", happening.code), lambda: _live_ids(happening.code))
    for journey in Journey.objects.filter(pk__in=live, state=Journey.State.LIVE) if live else ():
        if may_come_again(journey, [person_id], at=at):
            let_in(journey, [(person_id, f"{row._meta.label_lower}:{row.pk}", row)], at=at)


def _live_ids(trigger: str) -> tuple[int, ...]:
    return tuple(Journey.objects.filter(state=Journey.State.LIVE, trigger=trigger).values_list("pk", flat=True))


def _is_stranger(row: models.Model, happening: Happening) -> bool:
    person = row._state.fields_cache.get(happening.person) if happening.person else row
    return bool(getattr(person, "is_stranger", False))


def may_come_again(journey: Journey, people: list[int], *, at: datetime) -> list[int]:
    """Those of ``people`` who were never on the journey, or long enough ago. Whoever was not let in was not on it."""
    before = Walk.objects.filter(journey=journey, person__in=people).exclude(step="", state=Walk.State.LEFT)
    if journey.again_after_days is not None:
        pause = at - timedelta(days=journey.again_after_days)
        before = before.filter(models.Q(entered_at__gt=pause) | models.Q(state=Walk.State.WALKING))
    there = set(before.values_list("person_id", flat=True))
    return [one for one in people if one not in there]


def let_in(journey: Journey, whom: list[tuple[int, str, models.Model | None]], *, at: datetime) -> int:
    """Put people at the door of the live version, once for each thing that set it off; return how many were new."""
    walks = [
        Walk(
            journey=journey,
            version_id=cast(int, journey.live_id),  # who lets in has seen that there is one
            person_id=person_id,
            key=f"{journey.pk}:{key}",
            about_kind=row._meta.label_lower if row is not None else "",
            about_id=row.pk if row is not None else None,
            step="",
            entered_at=at,
            step_since=at,
            due_at=at,
        )
        for person_id, key, row in whom
    ]
    before = Walk.objects.filter(journey=journey).count() if len(walks) > 1 else 0
    # The unique key lets each thing in once, and the other constraint one person at a time, whoever asks beside us.
    Walk.objects.bulk_create(walks, ignore_conflicts=True)
    return Walk.objects.filter(journey=journey).count() - before if len(walks) > 1 else len(walks)


def sweep(*, at: datetime) -> dict[str, int]:
    """Let in those whom nobody announces, move whoever is due, and end the journeys that have run empty."""
    entered = sum(_search(journey, at=at) for journey in Journey.objects.filter(state=Journey.State.LIVE))
    moved = move_due(at=at)
    empty = Journey.objects.filter(state=Journey.State.CLOSING).exclude(walks__state=Walk.State.WALKING)
    return {
        "journeys_searched_in": entered,
        "walks_moved": moved,
        "journeys_ended": empty.update(state=Journey.State.ENDED, changed_at=at),
    }


def _search(journey: Journey, *, at: datetime) -> int:
    """Let in a stretch of those who meet a condition that comes true by itself: silence, a segment."""
    happening = triggers.happenings().get(journey.trigger)
    if happening is None or happening.search is None:
        return 0
    was = Walk.objects.filter(journey=journey, person=models.OuterRef("pk"))
    if journey.again_after_days is not None:
        was = was.filter(
            models.Q(state=Walk.State.WALKING) | models.Q(entered_at__gt=at - timedelta(days=journey.again_after_days))
        )
    found = happening.search(journey, at=at).filter(~models.Exists(was)).order_by("pk")
    ids = list(found.values_list("pk", flat=True)[:SEARCHED_AT_ONCE])
    return let_in(journey, [(pk, f"{journey.trigger}:{pk}:{at:%Y%m%d%H%M}", None) for pk in ids], at=at) if ids else 0


def move_due(*, at: datetime, limit: int = 5_000) -> int:
    """Move whoever is due, at most ``limit``; return how many. Any number of processes may do it beside each other."""
    moved = 0
    while moved < limit and (some := _move_some(at=at)):
        moved += some
    return moved


@transaction.atomic
def _move_some(*, at: datetime) -> int:
    due = Walk.objects.filter(state=Walk.State.WALKING, due_at__lte=at, journey__state__in=MOVING)
    # SKIP LOCKED is the claim: a walk that another process moves this instant is left to it.
    chosen = due.select_for_update(skip_locked=True, of=("self",)).order_by("due_at", "pk")[:TAKEN_AT_ONCE]
    walks = list(chosen.select_related("journey__only_for", "version", "person"))
    for walk in walks:
        _try_to_move(walk, at=at)
    return len(walks)


def _try_to_move(walk: Walk, *, at: datetime) -> None:
    try:
        with transaction.atomic():
            move(walk, at=at)
    except Exception as error:  # one walk must not keep the others from moving
        log.exception("walk_not_moved", walk=walk.pk, step=walk.step)
        walk.refresh_from_db(fields=["state", "step", "step_since", "is_control", "ended_at"])
        walk.attempts += 1
        if walk.attempts > len(BACK_OFF):
            why = _("It failed %(times)s times: %(error)s") % {"times": walk.attempts, "error": type(error).__name__}
            leave(walk, why=why, at=at, what="failed")
        else:
            walk.due_at = at + BACK_OFF[walk.attempts - 1]
            walk.save(update_fields=["attempts", "due_at"])


def move(walk: Walk, *, at: datetime) -> None:
    """One turn of one walk, whose row is locked."""
    person = walk.person
    if person.erased_at is not None or person.merged_into_id is not None:
        leave(walk, why=_("They are not known any more under this entry."), at=at)
        return
    if not walk.step:
        refusal = not_for(walk.journey, person, at=at)
        if refusal:
            _finish(walk, Walk.State.LEFT, [Line("", at, "not_let_in", refusal)], at=at)
            return
        WalkLog.objects.create(walk=walk, step="", at=walk.entered_at, what="entered", why=_began(walk))
    stand = Stand(walk.step, walk.step_since, walk.entered_at, walk.key, walk.is_control)
    turn = moves.turn(steps.read(walk.version.steps), stand, RealWorld(walk), at=at, zone=words.ZONE)
    walk.step, walk.step_since, walk.is_control = turn.stand.step, turn.stand.since, turn.stand.is_control
    walk.attempts = 0
    if turn.ended:
        _finish(walk, turn.ended, turn.lines, at=at)
        return
    assert turn.due_at is not None
    walk.due_at = turn.due_at
    walk.save(update_fields=["step", "step_since", "is_control", "due_at", "attempts"])
    _write(walk, turn.lines)


def not_for(journey: Journey, person: Person, *, at: datetime) -> str:
    """Why somebody who stands at the door is not let in; empty if they are."""
    if journey.only_for is not None and not segments.holds(journey.only_for, person, at=at):
        return _("They are not in the segment “%(name)s”.") % {"name": journey.only_for.name}
    if journey.phase:
        phase = phases.of(person, at=at)
        if phase != journey.phase:
            return _("They are in another phase of life: %(phase)s.") % {"phase": phase}
    return ""


def leave(walk: Walk, *, why: str, at: datetime, by: User | None = None, what: str = "left") -> None:
    """End a walk where it stands."""
    if by is not None:
        why = _("%(why)s (%(name)s)") % {"why": why, "name": by.get_full_name() or by.email}
    _finish(walk, Walk.State.LEFT, [Line(walk.step, at, what, why)], at=at)


@transaction.atomic
def take_out(walk: Walk, *, by: User, why: str, at: datetime) -> bool:
    """A colleague ends somebody's walk; whether it was still going."""
    found = Walk.objects.select_for_update().filter(pk=walk.pk, state=Walk.State.WALKING).first()
    if found is None:
        return False
    leave(found, why=why or _("Taken out by hand."), by=by, at=at)
    return True


@transaction.atomic
def leave_after_merge(*, merge, at: datetime) -> None:
    """Two people were one: of two walks on the same journey, that of the entry which stays goes on."""
    absorbed = Walk.objects.select_for_update().filter(person=merge.absorbed_id, state=Walk.State.WALKING)
    for walk in absorbed:
        leave(walk, why=_("Both entries were on it: the other goes on."), at=at)


def _finish(walk: Walk, state: str, lines: list[Line], *, at: datetime) -> None:
    walk.state, walk.ended_at = state, at
    walk.save(update_fields=["state", "ended_at", "step", "step_since", "is_control", "attempts"])
    _write(walk, lines)


def _write(walk: Walk, lines: list[Line]) -> None:
    WalkLog.objects.bulk_create(
        WalkLog(walk=walk, step=line.step, at=line.at, what=line.what, why=line.why[:300], message_id=line.message)
        for line in lines
    )


def _began(walk: Walk) -> str:
    happening = triggers.happenings().get(walk.journey.trigger)
    return str(happening.label) if happening else walk.journey.trigger


class RealWorld:
    """What happened to the person of a walk, and what is really sent and given."""

    def __init__(self, walk: Walk):
        self.walk = walk
        self.sent_at: datetime | None = None

    def when(self, fact: str, *, since: datetime, until: datetime) -> datetime | None:
        return look_up(fact, self.walk.person, since=since, until=until, walk=self.walk)

    def last_letter_at(self) -> datetime | None:
        sent = self.walk.log.filter(what="sent").order_by("-at").values_list("at", flat=True)
        return self.sent_at or sent.first()

    def look_again_at(self, fact: str, *, at: datetime) -> datetime | None:
        happening = triggers.happenings().get(fact)
        return None if happening is not None and happening.announced else at + LOOK_AGAIN

    def send(self, step: Step, *, at: datetime) -> Done:
        done = letters.send(self.walk, step, at=at)
        if done.what == "sent":
            self.sent_at = at
        return done

    def give(self, step: Step, *, at: datetime) -> Done:
        return letters.give(self.walk, step, at=at)


def look_up(
    fact: str, person: Person, *, since: datetime, until: datetime, walk: Walk | None = None
) -> datetime | None:
    """When a fact first came true for somebody in a stretch of time; being in a segment is asked of its end."""
    if fact.startswith(steps.SEGMENT):
        segment = Segment.objects.filter(slug=fact.removeprefix(steps.SEGMENT)).first()
        return until if segment is not None and segments.holds(segment, person, at=until) else None
    happening = triggers.happenings().get(fact)
    return happening.of(person.pk, since=since, until=until, walk=walk) if happening else None
