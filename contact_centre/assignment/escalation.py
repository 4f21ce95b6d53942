"""The sweep's part: no case without somebody who answers for it, and word to the right person as a promise runs out.

==========  ====================================  ===========================================
level       when                                  who is told
==========  ====================================  ===========================================
1           half of the promised time is used     whoever holds the case, else its team at the desk
2           three quarters of it                  the supervisor
3           all of it                             the supervisor, and a director at work
==========  ====================================  ===========================================

Nobody is written to in their night: a notice waits for the next start of its reader.
"""

from collections import defaultdict
from datetime import datetime, timedelta
from functools import partial

from django.db import transaction
from django.db.models import DurationField, ExpressionWrapper, F, Q
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from contact_centre import notices, queue
from contact_centre.assignment import shifts, supervisors
from contact_centre.clocks import promised
from contact_centre.models import Case, CaseEvent
from people.models import User

HALF, THREE_QUARTERS, BROKEN = 1, 2, 3
SHARES = {HALF: 0.5, THREE_QUARTERS: 0.75}
LONGEST_PROMISE = timedelta(days=30)
AT_ONCE = 500
ONE_BY_ONE = 3  # more than so many for one reader at a time become one notice
WHY_UNOWNED = "unowned"


def own_the_unowned(*, at: datetime) -> int:
    """Let a supervisor answer for each case that nobody took within the working minutes promised; return how many.

    A case kept for somebody goes to them. It is then owned but not taken: any adviser can still claim it. Without
    anybody who supervises, the cases stay where they are.
    """
    owned = 0
    while batch := _own_some(at=at):
        owned += batch
    return owned


@transaction.atomic
def _own_some(*, at: datetime) -> int:
    late = Case.objects.unowned().awake(at=at).filter(unowned_due_at__lte=at)
    cases = list(late.select_for_update(skip_locked=True, of=("self",)).order_by("unowned_due_at", "pk")[:AT_ONCE])
    if not cases:
        return 0
    known = supervisors.command(at=at)
    kept_for = User.objects.in_bulk({case.meant_for_id for case in cases if case.meant_for_id})
    given: dict[User, list[Case]] = defaultdict(list)
    for case in cases:
        kept = kept_for.get(case.meant_for_id) if case.meant_until and case.meant_until > at else None
        owner = kept if kept and kept.is_active else known.supervisor_of(case, at=at)
        if owner is not None:
            queue.move(case, Case.State.IN_HAND)
            case.adviser, case.unowned_due_at = owner, None
            given[owner].append(case)
    changed = [case for owned in given.values() for case in owned]
    Case.objects.bulk_update(changed, ["state", "adviser", "unowned_due_at"])
    CaseEvent.objects.bulk_create(
        CaseEvent(case=case, kind=CaseEvent.Kind.ASSIGNED, at=at, note=str(case.adviser), data={"why": WHY_UNOWNED})
        for case in changed
    )
    for owner, owned in given.items():
        _tell_of_unowned(owner, owned, at=at)
    return len(changed)


def _tell_of_unowned(owner: User, cases: list[Case], *, at: datetime) -> None:
    def words() -> str:
        text = ngettext(
            "%(count)d case that nobody took in time is yours to answer for.",
            "%(count)d cases that nobody took in time are yours to answer for.",
            len(cases),
        )
        return text % {"count": len(cases)}

    url = _url(cases[0]) if len(cases) == 1 else _queue("mine")
    notices.tell(owner, key=f"unowned:{cases[0].pk}:{at.isoformat()}", text=words, url=url, at=at)


def escalate(*, at: datetime) -> int:
    """Tell the right person as half, three quarters and all of a promise are used up; return how many cases rose.

    Each level is reached once, however often and in how many processes this runs. A broken promise also brings the
    case to the top of the queue.
    """
    risen = 0
    while batch := _escalate_some(at=at):
        risen += batch
    return risen


@transaction.atomic
def _escalate_some(*, at: datetime) -> int:
    promise = ExpressionWrapper(F("answer_due_at") - F("opened_at"), output_field=DurationField())
    used_up = Q(answer_due_at__lte=at, escalation_level__lt=BROKEN)
    for level, share in SHARES.items():
        used_up |= Q(escalation_level__lt=level, opened_at__lte=at - share * F("promise"))
    nearing = Case.objects.unanswered().filter(
        escalation_level__lt=BROKEN, answer_due_at__lte=at + LONGEST_PROMISE * (1 - SHARES[HALF])
    )
    cases = list(
        nearing.annotate(promise=promise)
        .filter(used_up)
        .select_for_update(skip_locked=True, of=("self",))
        .order_by("answer_due_at", "pk")[:AT_ONCE]
    )
    if not cases:
        return 0
    for case in cases:
        case.escalation_level = level_of(case, at=at)
        if case.escalation_level == BROKEN:
            case.escalated_at, case.priority = case.escalated_at or at, queue.AT_ONCE
    Case.objects.bulk_update(cases, ["escalation_level", "escalated_at", "priority"])
    CaseEvent.objects.bulk_create(
        CaseEvent(case=case, kind=CaseEvent.Kind.ESCALATED, at=at, data={"level": case.escalation_level})
        for case in cases
    )
    _tell(cases, at=at)
    return len(cases)


def level_of(case: Case, *, at: datetime) -> int:
    """How far the promise of a case has been used up, as a level from 0 to 3."""
    if at >= case.answer_due_at:
        return BROKEN
    promise = case.answer_due_at - case.opened_at
    reached = [level for level, share in SHARES.items() if at >= case.opened_at + share * promise]
    return max(reached, default=0)


def _tell(cases: list[Case], *, at: datetime) -> None:
    known = supervisors.command(at=at)
    owners = User.objects.in_bulk({case.adviser_id for case in cases if case.adviser_id})
    desk = _desk(at=at) if any(case.escalation_level == HALF and not case.adviser_id for case in cases) else []
    told: dict[tuple[User, int], list[Case]] = defaultdict(list)
    for case in cases:
        for user in _readers(case, known, owners, desk, at=at):
            told[user, case.escalation_level].append(case)
    for (user, level), about in told.items():
        if len(about) > ONE_BY_ONE:
            key = f"escalated:{level}:{about[0].pk}:{at.isoformat()}"
            notices.tell(user, key=key, text=partial(_many, about, level), url=_queue("all"), at=at)
            continue
        for case in about:
            key = f"escalated:{level}:{case.pk}:{case.opened_at.isoformat()}"
            notices.tell(user, key=key, text=partial(_one, case, level), url=_url(case), at=at, case=case)


def _readers(
    case: Case, known: supervisors.Command, owners: dict[int, User], desk: list[User], *, at: datetime
) -> list[User]:
    if case.escalation_level == BROKEN:
        return known.leads_of(case, at=at)
    if case.escalation_level == HALF:
        owner = owners.get(case.adviser_id) if case.adviser_id else None
        return [owner] if owner else [user for user in desk if _is_for_team(user, case)]
    supervisor = known.supervisor_of(case, at=at)
    return [supervisor] if supervisor else []


def _desk(*, at: datetime) -> list[User]:
    return shifts.on_shift(supervisors.with_right(supervisors.TAKE), at)


def _is_for_team(user: User, case: Case) -> bool:
    profile = getattr(user, "adviser_profile", None)
    return case.team_id is None or profile is None or profile.team_id in (None, case.team_id)


def repair(*, at: datetime) -> int:
    """Bring back to the queue what is in nobody's hands, and watch what waits unwatched; return how many.

    A login that is deleted leaves its cases in hand of nobody; an act that is undone leaves a case without its minutes.
    """
    orphans = Case.objects.open().filter(adviser=None, state=Case.State.IN_HAND)
    with transaction.atomic():
        lost = list(orphans.select_for_update(skip_locked=True, of=("self",))[:AT_ONCE])
        for case in lost:
            queue.move(case, Case.State.WAITING)
            case.taken_at = None
        Case.objects.bulk_update(lost, ["state", "taken_at"])
        CaseEvent.objects.bulk_create(CaseEvent(case=case, kind=CaseEvent.Kind.RETURNED, at=at) for case in lost)
    unwatched = Case.objects.unowned().awake(at=at).filter(unowned_due_at=None)
    found = list(unwatched.select_related("team__calendar")[:AT_ONCE])
    minutes: dict[tuple[str, int | None], datetime] = {}
    for case in found:
        key = (case.kind, case.team_id)
        if key not in minutes:
            minutes[key] = promised.at_opening(case.kind, opened_at=at, team=case.team).unowned_due_at
        case.unowned_due_at = minutes[key]
    Case.objects.bulk_update(found, ["unowned_due_at"])
    return len(lost)


def _one(case: Case, level: int) -> str:
    # Without a name: a notice may lie in a mailbox for longer than the person wants to be known.
    words = {
        HALF: _("Half of the promised time has gone: %(kind)s %(number)d."),
        THREE_QUARTERS: _("Three quarters of the promised time have gone: %(kind)s %(number)d."),
        BROKEN: _("A promise is broken, nobody answered in time: %(kind)s %(number)d."),
    }
    return words[level] % {"kind": case.get_kind_display(), "number": case.pk}


def _many(cases: list[Case], level: int) -> str:
    words = {
        HALF: _("%(count)d cases have used half of their time."),
        THREE_QUARTERS: _("%(count)d cases have used three quarters of their time."),
        BROKEN: _("%(count)d promises are broken: nobody answered in time."),
    }
    return words[level] % {"count": len(cases)}


def _url(case: Case) -> str:
    return reverse("contact_centre_case", args=[case.uuid])


def _queue(view: str) -> str:
    return f"{reverse('contact_centre_queue')}?view={view}"
