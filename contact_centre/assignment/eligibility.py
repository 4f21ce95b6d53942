"""What an adviser may and can take: languages, certification, kinds of their team, room left. Asked before claiming."""

import json
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime

from django.db import connection
from django.db.models import Exists, OuterRef, Q
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from contact_centre.assignment import shifts
from contact_centre.models import Case, Certification, ProductCourse
from contact_centre.models.cases import CaseQuerySet
from people.models import Language, User

# One statement for all that limits a person, so that claiming a case stays cheap.
LIMITS = """
SELECT u.id, a.languages, a.capacity, a.per_day, a.team_id, t.kinds, COALESCE(a.is_pushed, false),
    ARRAY(
        SELECT course.programme_id FROM contact_centre_productcourse course
        WHERE course.is_required AND course.is_live AND NOT EXISTS (
            SELECT 1 FROM contact_centre_certification held
            WHERE held.user_id = u.id AND held.programme_id = course.programme_id AND held.revoked_at IS NULL
            AND (held.until IS NULL OR held.until > %(at)s)
        )
    ),
    CASE WHEN a.capacity IS NULL AND NOT %(all)s THEN 0 ELSE (
        SELECT count(*) FROM contact_centre_case held
        WHERE held.adviser_id = u.id AND held.answered_at IS NULL AND held.state <> 'closed'
    ) END,
    CASE WHEN a.per_day IS NULL AND NOT %(all)s THEN 0 ELSE (
        SELECT count(DISTINCT c.id) FROM contact_centre_caseevent got
        JOIN contact_centre_case c ON c.id = got.case_id
        WHERE c.adviser_id = u.id AND got.at >= %(midnight)s AND got.at <= %(at)s
        AND got.kind IN ('taken', 'taken_over', 'routed', 'assigned', 'handed_over')
    ) END
FROM people_user u
LEFT JOIN contact_centre_adviser a ON a.user_id = u.id
LEFT JOIN contact_centre_team t ON t.id = a.team_id
WHERE u.id = ANY(%(ids)s)
"""


@dataclass(frozen=True)
class Ability:
    """What one adviser may and can take. ``room_left`` is None where nothing limits them.

    ``why_not`` says in words why they can take nothing at all; it is empty when they can. Being off shift is no such
    reason: whoever takes a case by hand may do so at any hour, but rules give them none.
    """

    user_id: int
    languages: frozenset[str] = frozenset()  # empty: all
    not_certified_for: frozenset[int] = frozenset()  # programmes that ask for a certificate which they lack
    kinds: frozenset[str] = frozenset()  # of their team; empty: all
    team_id: int | None = None
    is_pushed: bool = False
    held: int = 0  # counted only where something limits it, or for rules
    room_left: int | None = None
    on_shift: bool | None = None  # None: not asked
    why_not: str = field(default="", compare=False)

    def refusal(self, case: Case) -> str:
        """Why this adviser cannot take ``case``, in words; empty if they can."""
        if self.why_not:
            return self.why_not
        if self.languages and case.language in Language.values and case.language not in self.languages:
            return _("It is in a language they do not answer in.")
        if self.kinds and case.kind not in self.kinds:
            return _("Their team does not answer this kind of case.")
        if case.team_id is not None and self.team_id is not None and case.team_id != self.team_id:
            return _("It belongs to another team.")
        if case.programme_id in self.not_certified_for:
            return _("They are not certified for the programme.")
        return ""

    def takes(self, case: Case) -> bool:
        return not self.refusal(case)

    def fitting(self, cases: CaseQuerySet, *, at: datetime) -> CaseQuerySet:
        """Those of ``cases`` that this adviser may and can take now: not put aside, not kept for somebody else."""
        if self.languages:
            cases = cases.filter(~Q(language__in=Language.values) | Q(language__in=self.languages))
        if self.kinds:
            cases = cases.filter(kind__in=self.kinds)
        if self.team_id is not None:
            cases = cases.filter(Q(team=None) | Q(team=self.team_id))
        if self.not_certified_for:
            cases = cases.filter(Q(programme=None) | ~Q(programme__in=self.not_certified_for))
        is_free = Q(meant_for=None) | Q(meant_for=self.user_id) | Q(meant_until=None) | Q(meant_until__lte=at)
        return cases.awake(at=at).filter(is_free)


def may_and_can(user: User, at: datetime) -> Ability:
    """What ``user`` may and can take at this instant, and whether they are on shift."""
    return abilities([user], at=at)[user.pk]


def abilities(users: Iterable[User], *, at: datetime) -> dict[int, Ability]:
    """The same for several, in a constant number of queries."""
    users = list(users)
    known = shifts.roster(users, at=at)
    found = _read([user.pk for user in users], at=at, everything=True)
    return {pk: Ability(**facts, on_shift=known.is_on(pk, at)) for pk, facts in found.items()}


def limits(user: User, *, at: datetime) -> Ability:
    """What limits ``user`` in claiming, in one statement; whether they are on shift is not asked."""
    found = _read([user.pk], at=at, everything=False)
    return Ability(**found[user.pk]) if user.pk in found else Ability(user.pk)


def is_certified(user: User, case: Case, *, at: datetime) -> bool:
    """Whether ``user`` may take a case about this programme: it asks for no certificate, or they hold a valid one."""
    required = ProductCourse.objects.filter(programme=case.programme_id, is_required=True, is_live=True)
    if case.programme_id is None or not required.exists():
        return True
    held = Certification.objects.filter(user=user, programme=case.programme_id, revoked_at=None)
    return held.filter(Q(until=None) | Q(until__gt=at)).exists()


def why_nothing(user: User, *, at: datetime) -> str:
    """Why the queue gives ``user`` no case: they have no room, or the cases that wait are not for them, in words."""
    ability = limits(user, at=at)
    if ability.why_not:
        return ability.why_not
    waiting = Case.objects.waiting()
    if not waiting.exists():
        return _("Nothing is waiting: the queue is empty.")
    awake = waiting.awake(at=at)
    if not awake.exists():
        return _("All that waits has been put aside until later.")
    if not _in_their_language(awake, ability).exists():
        return _("What waits is in languages you do not answer in.")
    of_team = _in_their_language(awake, ability)
    if ability.kinds:
        of_team = of_team.filter(kind__in=ability.kinds)
    if ability.team_id is not None:
        of_team = of_team.filter(Q(team=None) | Q(team=ability.team_id))
    if not of_team.exists():
        return _("What waits is for other teams.")
    if not of_team.exclude(programme__in=ability.not_certified_for, programme__isnull=False).exists():
        return _("What waits is about programmes you are not certified for yet. Take their short course first.")
    if not ability.fitting(waiting, at=at).exists():
        return _("What waits is kept for the adviser who knows the person, for some minutes.")
    return _("Colleagues are taking what is left this very moment. Try again.")


def share_certified(*, since: datetime, at: datetime) -> tuple[int, int]:
    """Of the cases about programmes with a required certificate given since then: how many to certified advisers.

    Returns those given to somebody certified at that instant, and all of them.
    """
    required = ProductCourse.objects.filter(programme=OuterRef("programme"), is_required=True)
    given = Case.objects.filter(Exists(required), taken_at__gte=since, taken_at__lte=at, adviser__isnull=False)
    held = Certification.objects.filter(
        Q(revoked_at=None) | Q(revoked_at__gt=OuterRef("taken_at")),
        Q(until=None) | Q(until__gt=OuterRef("taken_at")),
        user=OuterRef("adviser"),
        programme=OuterRef("programme"),
        granted_at__lte=OuterRef("taken_at"),
    )
    return given.filter(Exists(held)).count(), given.count()


def _in_their_language(cases: CaseQuerySet, ability: Ability) -> CaseQuerySet:
    if not ability.languages:
        return cases
    return cases.filter(~Q(language__in=Language.values) | Q(language__in=ability.languages))


def _read(ids: list[int], *, at: datetime, everything: bool) -> dict[int, dict]:
    midnight = timezone.localtime(at).replace(hour=0, minute=0, second=0, microsecond=0)
    with connection.cursor() as cursor:
        cursor.execute(LIMITS, {"ids": ids, "at": at, "midnight": midnight, "all": everything})
        rows = cursor.fetchall()
    return {row[0]: _facts(*row) for row in rows}


def _facts(user_id, languages, capacity, per_day, team_id, kinds, is_pushed, not_certified, held, today) -> dict:
    left = [
        *([max(0, capacity - held)] if capacity is not None else []),
        *([max(0, per_day - today)] if per_day is not None else []),
    ]
    why_not = ""
    if capacity is not None and held >= capacity:
        why_not = ngettext(
            "You hold %(count)d case, as many as you can. Answer one first.",
            "You hold %(count)d cases, as many as you can. Answer one first.",
            held,
        ) % {"count": held}
    elif per_day is not None and today >= per_day:
        why_not = ngettext(
            "You have had %(count)d new case today, as many as agreed for a day.",
            "You have had %(count)d new cases today, as many as agreed for a day.",
            today,
        ) % {"count": today}
    return {
        "user_id": user_id,
        "languages": frozenset(_listed(languages)),
        "not_certified_for": frozenset(not_certified),
        "kinds": frozenset(_listed(kinds)),
        "team_id": team_id,
        "is_pushed": is_pushed,
        "held": held,
        "room_left": min(left) if left else None,
        "why_not": why_not,
    }


def _listed(value) -> list[str]:
    # The driver gives JSON as text outside of Django's own columns.
    found = json.loads(value) if isinstance(value, str) else value
    return found or []
