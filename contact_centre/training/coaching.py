"""What a manager and an adviser agree on: notes, skills, objectives. What is not shared the adviser does not see."""

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from django.db import transaction
from django.db.models import Q

from contact_centre import day
from contact_centre.assignment import eligibility, shifts
from contact_centre.assignment.eligibility import Ability
from contact_centre.models import Certification, CoachingNote, Objective, QuizAttempt, Skill, Team
from people.models import User

NOTES_SHOWN = 20
ATTEMPTS_SHOWN = 10


@dataclass(frozen=True)
class Page:
    """All that a manager sees of one adviser."""

    ability: Ability
    is_on: bool
    next_start: datetime | None
    figures: day.Figures
    certificates: list[Certification]
    attempts: list[QuizAttempt]
    skills: list[Skill]
    notes: list[CoachingNote]
    objectives: list[Objective]


def page_of(user: User, *, at: datetime) -> Page:
    """The load, figures, certificates, skills, notes and objectives of ``user``, in a constant number of queries."""
    known = shifts.roster([user], at=at)
    attempts = QuizAttempt.objects.filter(user=user, ended_at__isnull=False).select_related("course")
    notes = CoachingNote.objects.filter(user=user).select_related("written_by", "case")
    return Page(
        ability=eligibility.may_and_can(user, at),
        is_on=known.is_on(user.pk, at),
        next_start=known.next_start(user.pk, at),
        figures=day.figures(user, at=at),
        certificates=list(
            Certification.objects.filter(user=user, revoked_at=None)
            .select_related("programme", "granted_by")
            .order_by("programme__title")
        ),
        attempts=list(attempts.order_by("-ended_at")[:ATTEMPTS_SHOWN]),
        skills=list(Skill.objects.filter(user=user).order_by("-level", "name")),
        notes=list(notes.order_by("-written_at", "-pk")[:NOTES_SHOWN]),
        objectives=list(
            Objective.objects.filter(Q(user=user) | Q(team__advisers__user=user))
            .select_related("team")
            .order_by("-valid_from", "-pk")
        ),
    )


def write_note(
    user: User, *, text: str, by: User, at: datetime, next_step: str = "", is_shared: bool = True
) -> CoachingNote:
    """Keep what was talked about; a shared note stands on the day of ``user`` until they have read it."""
    return CoachingNote.objects.create(
        user=user, text=text, next_step=next_step, is_shared=is_shared, written_at=at, written_by=by
    )


def unread(user: User) -> list[CoachingNote]:
    """The notes that ``user`` may read and has not, the newest first."""
    notes = CoachingNote.objects.filter(user=user, is_shared=True, read_at=None)
    return list(notes.select_related("written_by").order_by("-written_at", "-pk")[:NOTES_SHOWN])


def mark_read(user: User, pk: int, *, at: datetime) -> bool:
    """Note that ``user`` has read a note shared with them; any other note, or one read before, stays as it is."""
    return bool(CoachingNote.objects.filter(pk=pk, user=user, is_shared=True, read_at=None).update(read_at=at))


def keep_skill(user: User, *, name: str, level: int, by: User, at: datetime) -> Skill:
    """Note how good ``user`` is at something, from 1 to 5, in place of what was noted before."""
    facts = {"level": level, "noted_by": by, "noted_at": at}
    skill, _is_new = Skill.objects.update_or_create(user=user, name=" ".join(name.split()), defaults=facts)
    return skill


def drop_skill(user: User, pk: int) -> None:
    Skill.objects.filter(user=user, pk=pk).delete()


@transaction.atomic
def agree(
    *, metric: str, target: Decimal, since: date, user: User | None = None, team: Team | None = None
) -> Objective:
    """Set an objective for one adviser or a team from a day on; the one of the same kind before it ends the day before.

    An objective that was to begin on that day or later is replaced.
    """
    before = Objective.objects.select_for_update().filter(user=user, team=team, metric=metric)
    before.filter(valid_from__gte=since).delete()
    running = Q(valid_until=None) | Q(valid_until__gte=since)
    before.filter(running).update(valid_until=date.fromordinal(since.toordinal() - 1))
    return Objective.objects.create(user=user, team=team, metric=metric, target=target, valid_from=since)


def end_objective(user: User, pk: int, *, on: date) -> None:
    """Let an objective of ``user`` end with the day before ``on``; one that has not begun goes."""
    mine = Objective.objects.filter(user=user, pk=pk)
    mine.filter(valid_from__gte=on).delete()
    running = Q(valid_until=None) | Q(valid_until__gte=on)
    mine.filter(running).update(valid_until=date.fromordinal(on.toordinal() - 1))
