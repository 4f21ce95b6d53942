"""Rules that give new cases to somebody at once, for schools that want it; the first rule that fits decides.

A rule gives only to people who are at the desk, let themselves be given cases, may take this one and have room. Where
it finds nobody, the case waits in the queue as it would without the rule.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from django.db import connection, transaction
from django.db.models import Q

from contact_centre import queue
from contact_centre.assignment import eligibility, supervisors
from contact_centre.assignment.eligibility import Ability
from contact_centre.assignment.shifts import Roster, roster
from contact_centre.models import Case, CaseEvent, PushRule
from people.models import User

LOOKED_AT = 2_000  # per run of the sweep, which comes again in half a minute
REHEARSED = 2_000
ONE_ROUTER = 7_305_001  # advisory lock: two at once would both count the same room


@dataclass
class Desk:
    """Who can be given cases, and how many each has: the state that decisions change."""

    users: dict[int, User]
    abilities: dict[int, Ability]
    last_given: dict[int, int | None] = field(default_factory=dict)  # by rule

    def give(self, rule: PushRule, user_id: int) -> None:
        was = self.abilities[user_id]
        left = None if was.room_left is None else was.room_left - 1
        self.abilities[user_id] = replace(was, held=was.held + 1, room_left=left)
        self.last_given[rule.pk] = user_id


@dataclass(frozen=True)
class Rule:
    """A rule with what it names, read once."""

    row: PushRule
    programmes: frozenset[int]

    def fits(self, case: Case) -> bool:
        return (
            (not self.row.kinds or case.kind in self.row.kinds)
            and (not self.row.languages or case.language in self.row.languages)
            and (not self.programmes or case.programme_id in self.programmes)
        )


@dataclass(frozen=True)
class Decision:
    """What the rules do with a case: which of them decides, and to whom it goes; nobody means that it waits."""

    case: Case
    rule: PushRule | None
    to: User | None


def rules_in_use(*, also: PushRule | None = None) -> list[Rule]:
    """The rules that are on, in their order, and one more that is tried out."""
    wanted = Q(is_on=True) | Q(pk=also.pk if also else None)
    rows = PushRule.objects.filter(wanted).order_by("position", "pk").prefetch_related("programmes")
    return [Rule(row, frozenset(one.pk for one in row.programmes.all())) for row in rows]


def decide(case: Case, rules: Sequence[Rule], desk: Desk, *, on_shift: frozenset[int]) -> Decision:
    """Who gets ``case``. Pure: reads the desk, changes nothing."""
    rule = next((one for one in rules if one.fits(case)), None)
    if rule is None:
        return Decision(case, None, None)
    fit = [pk for pk in _named(rule.row, desk) if pk in on_shift and _takes(desk.abilities[pk], case)]
    if not fit:
        return Decision(case, rule.row, None)
    if rule.row.strategy == PushRule.Strategy.LEAST_BUSY:
        chosen = min(fit, key=lambda pk: (desk.abilities[pk].held, pk))
    else:
        last = desk.last_given.get(rule.row.pk) or 0
        chosen = next((pk for pk in fit if pk > last), fit[0])
    return Decision(case, rule.row, desk.users[chosen])


def route(*, at: datetime) -> int:
    """Give the cases that wait to those whom the rules name; return how many were given. One router works at a time."""
    rules = rules_in_use()
    if not rules:
        return 0
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [ONE_ROUTER])
            if not cursor.fetchone()[0]:
                return 0
        desk, known = _desk(rules, at=at)
        on = frozenset(pk for pk in desk.users if known.is_on(pk, at))
        if not on:
            return 0
        waiting = Case.objects.waiting().awake(at=at).select_for_update(skip_locked=True, of=("self",))
        # What is kept for somebody who knows the person is theirs for these minutes, whatever a rule says.
        free = waiting.exclude(meant_for__isnull=False, meant_until__gt=at)
        given = []
        for case in free.most_urgent_first()[:LOOKED_AT]:
            decision = decide(case, rules, desk, on_shift=on)
            if decision.rule is not None and decision.to is not None:
                desk.give(decision.rule, decision.to.pk)
                given.append(decision)
        _write(given, at=at)
        _remember(rules, desk)
        return len(given)


def rehearse(rules: Sequence[Rule], *, at: datetime, days: int = 7) -> list[Decision]:
    """What these rules would have done with the cases of the last days, newest first; nothing is changed.

    Shifts and absences are those of the time, room is what a day gives: it is emptied at each midnight, as cases are
    answered meanwhile.
    """
    desk, known = _desk(rules, at=at - timedelta(days=days))
    fresh = {pk: replace(ability, held=0, room_left=None, why_not="") for pk, ability in desk.abilities.items()}
    day, decided = None, []
    opened = Case.objects.filter(opened_at__gt=at - timedelta(days=days), opened_at__lte=at)
    latest = opened.select_related("person", "programme").order_by("-opened_at", "-pk")[:REHEARSED]
    for case in reversed(list(latest)):
        if case.opened_at.date() != day:
            day, desk.abilities = case.opened_at.date(), dict(fresh)
        on = frozenset(pk for pk in desk.users if known.is_on(pk, case.opened_at))
        decision = decide(case, rules, desk, on_shift=on)
        if decision.rule is not None and decision.to is not None:
            desk.give(decision.rule, decision.to.pk)
        decided.append(decision)
    return decided[::-1]


def count_per_person(decisions: Iterable[Decision]) -> list[tuple[User, int]]:
    """How many each would have got, most first."""
    counted: dict[User, int] = {}
    for one in decisions:
        if one.to is not None:
            counted[one.to] = counted.get(one.to, 0) + 1
    return sorted(counted.items(), key=lambda pair: (-pair[1], str(pair[0])))


def share_out(cases: Iterable[Case], *, among: Iterable[User], at: datetime) -> list[tuple[Case, User | None]]:
    """Deal cases out to whoever can take them and has the fewest; None where nobody can. Nothing is changed."""
    users = {user.pk: user for user in among}
    abilities = eligibility.abilities(users.values(), at=at)
    # Only those at the desk, unless nobody is: work that must change hands cannot wait for the morning.
    chosen = [pk for pk in users if abilities[pk].on_shift] or list(users)
    dealt: list[tuple[Case, User | None]] = []
    for case in cases:
        fit = [pk for pk in chosen if _takes(abilities[pk], case)]
        best = min(fit, key=lambda pk: (abilities[pk].held, pk), default=None)
        if best is not None:
            was = abilities[best]
            left = None if was.room_left is None else was.room_left - 1
            abilities[best] = replace(was, held=was.held + 1, room_left=left)
        dealt.append((case, users[best] if best is not None else None))
    return dealt


def _takes(ability: Ability, case: Case) -> bool:
    return (ability.room_left is None or ability.room_left > 0) and ability.takes(case)


def _named(rule: PushRule, desk: Desk) -> list[int]:
    """Whom a rule may give to, by number: the one it names, the team it names, or all who let themselves be given."""
    if rule.to_id is not None:
        return [rule.to_id] if rule.to_id in desk.users else []
    return [
        pk
        for pk in sorted(desk.users)
        if desk.abilities[pk].is_pushed and rule.team_id in (None, desk.abilities[pk].team_id)
    ]


def _desk(rules: Sequence[Rule], *, at: datetime) -> tuple[Desk, Roster]:
    users = {user.pk: user for user in supervisors.with_right(supervisors.TAKE)}
    last = {rule.row.pk: rule.row.last_given_to_id for rule in rules}
    return Desk(users, eligibility.abilities(users.values(), at=at), last), roster(users, at=at)


def _write(given: list[Decision], *, at: datetime) -> None:
    for one in given:
        if one.case.state == Case.State.WAITING:
            queue.move(one.case, Case.State.IN_HAND)
        one.case.adviser, one.case.taken_at, one.case.unowned_due_at = one.to, at, None
    Case.objects.bulk_update(
        [one.case for one in given], ["state", "adviser", "taken_at", "unowned_due_at"], batch_size=500
    )
    CaseEvent.objects.bulk_create(
        CaseEvent(
            case=one.case,
            kind=CaseEvent.Kind.ROUTED,
            at=at,
            note=f"{one.rule} → {one.to}",
            data={"rule": one.rule.pk if one.rule else None, "to": one.to.pk if one.to else None},
        )
        for one in given
    )


def _remember(rules: Sequence[Rule], desk: Desk) -> None:
    for rule in rules:
        given_to = desk.last_given.get(rule.row.pk)
        if given_to != rule.row.last_given_to_id:
            PushRule.objects.filter(pk=rule.row.pk).update(last_given_to=given_to)
