"""All the work of one person passed on in one act: they leave, or they are ill. It can be undone for a day."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from django.db import models, transaction
from django.urls import reverse
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from wagtail.log_actions import log

from contact_centre import notices, queue
from contact_centre.assignment import rules, shifts, supervisors
from contact_centre.clocks import promised
from contact_centre.models import Case, CaseEvent, DeskAct, FollowUp, Promise
from contact_centre.undo import HARMLESS
from people.models import Person, User

KIND = "hand_over"
UNDONE_WITHIN = timedelta(days=1)


class Way(models.TextChoices):
    """Where the work goes."""

    COLLEAGUE = "colleague"
    RULES = "rules"
    QUEUE = "queue"


class NobodyToGoTo(Exception):
    """A colleague is to be named, another than whose work it is, who may take cases and can still sign in."""


class CannotUndo(Exception):
    """It was undone before, or too long ago."""


@dataclass(frozen=True)
class Work:
    """What somebody has open: cases, follow-ups, promises."""

    cases: int
    follow_ups: int
    promises: int

    def __bool__(self):
        return bool(self.cases or self.follow_ups or self.promises)


@dataclass(frozen=True)
class Load:
    """What somebody has open, and whether they are at the desk or when they will be."""

    user: User
    work: Work
    is_on: bool
    next_start: datetime | None


def work_of(user: User) -> Work:
    """What would be left lying if ``user`` went this moment."""
    return Work(_cases(user).count(), _follow_ups(user).count(), _promises(user).count())


def with_work() -> "models.QuerySet[User]":
    """Those who have something open, closed logins too, by name."""
    return User.objects.filter(
        models.Q(pk__in=Case.objects.open().exclude(adviser=None).values("adviser"))
        | models.Q(pk__in=FollowUp.objects.filter(done_at=None, dropped_at=None).values("owner"))
        | models.Q(pk__in=Promise.objects.filter(state=Promise.State.OPEN).values("owner"))
    ).order_by("first_name", "last_name", "email")


def loads(*, at: datetime) -> list[Load]:
    """What everybody with work has open, in a constant number of queries."""
    users = list(with_work())
    counted = [
        dict(rows.values_list(name).annotate(count=models.Count("pk")))
        for rows, name in (
            (Case.objects.open().filter(adviser__in=users), "adviser"),
            (FollowUp.objects.filter(owner__in=users, done_at=None, dropped_at=None), "owner"),
            (Promise.objects.filter(owner__in=users, state=Promise.State.OPEN), "owner"),
        )
    ]
    known = shifts.roster(users, at=at)
    return [
        Load(
            user, Work(*(of.get(user.pk, 0) for of in counted)), known.is_on(user.pk, at), known.next_start(user.pk, at)
        )
        for user in users
    ]


def inactive_owners() -> int:
    """How many people have open work in the hands of somebody who cannot sign in any more; it should be none."""
    gone = User.objects.filter(is_active=False)
    return (
        Person.objects.filter(
            models.Q(pk__in=Case.objects.open().filter(adviser__in=gone).values("person"))
            | models.Q(pk__in=FollowUp.objects.filter(owner__in=gone, done_at=None, dropped_at=None).values("person"))
            | models.Q(pk__in=Promise.objects.filter(owner__in=gone, state=Promise.State.OPEN).values("person"))
        )
        .distinct()
        .count()
    )


@transaction.atomic
def hand_over(
    user: User, *, way: str, to: User | None = None, by: User | None, at: datetime, why: str = ""
) -> DeskAct | None:
    """Pass on every open case, follow-up and promise of ``user``; None if they have none.

    To one colleague; dealt out to whoever can take each, by language, certification and room; or back to the queue.
    What nobody can take goes back to the queue. Follow-ups and promises go with their case; where that went to the
    queue, or there is none, to a supervisor. Deadlines stay. ``by`` is None when the sweep does it for a closed login.
    Those who get something are told. Raises NobodyToGoTo.
    """
    if way == Way.COLLEAGUE and (to is None or to.pk == user.pk or not to.is_active):
        raise NobodyToGoTo(user.pk)
    cases = list(_cases(user).select_for_update(of=("self",)).order_by("-priority", "rank_at", "pk"))
    follow_ups = list(_follow_ups(user).select_for_update(of=("self",)).order_by("pk"))
    promises = list(_promises(user).select_for_update(of=("self",)).order_by("pk"))
    if not (cases or follow_ups or promises):
        return None
    was = _before(user, cases, follow_ups, promises)
    act = DeskAct.objects.create(kind=KIND, by=by, at=at, why=why[:250], before=was)
    dealt = _deal(cases, user, way=way, to=to, at=at)
    _pass_on(cases, dealt, user, by=by, at=at, why=why)
    act.before["last_event"] = CaseEvent.objects.aggregate(last=models.Max("pk"))["last"] or 0
    act.save(update_fields=["before"])
    rest = to if way == Way.COLLEAGUE else _supervisor(user, by, at=at)
    loose: list[FollowUp | Promise] = [*follow_ups, *promises]
    for one in loose:
        one.owner = (dealt.get(one.case_id) if one.case_id is not None else None) or rest
    for promise in promises:
        promise.handed_at = at
    FollowUp.objects.bulk_update(follow_ups, ["owner"], batch_size=500)
    Promise.objects.bulk_update(promises, ["owner", "handed_at"], batch_size=500)
    log(instance=user, action="contact_centre.hand_over", user=by, timestamp=at, data={"cases": len(cases), "way": way})
    _tell(act, [*dealt.values(), *(one.owner for one in follow_ups), *(one.owner for one in promises)], user, at=at)
    return act


@transaction.atomic
def undo(act: DeskAct, *, by: User, at: datetime) -> tuple[int, int]:
    """Give everything back as it was; return how much came back, and how much stayed as it has moved on since.

    Raises CannotUndo a day later, the second time, or if their login is closed.
    """
    act = DeskAct.objects.select_for_update().get(pk=act.pk, kind=KIND)
    user = User.objects.filter(pk=act.before["user"], is_active=True).first()
    if act.undone_at is not None or user is None or at > act.at + UNDONE_WITHIN:
        raise CannotUndo(act.pk)
    was = {int(pk): fields for pk, fields in act.before["cases"].items()}
    found = list(Case.objects.filter(pk__in=was).select_for_update(of=("self",)).order_by("pk"))
    later = CaseEvent.objects.filter(case__in=found, pk__gt=act.before["last_event"]).exclude(kind__in=HARMLESS)
    moved = set(later.values_list("case", flat=True))
    back = [case for case in found if case.pk not in moved]
    for case in back:
        fields = was[case.pk]
        case.state, case.adviser, case.taken_at = fields["state"], user, parse_datetime(fields["taken_at"] or "")
        case.unowned_due_at = None
    Case.objects.bulk_update(back, ["state", "adviser", "taken_at", "unowned_due_at"], batch_size=500)
    _note(back, by=by, at=at, words=str(user), data={"undone": act.pk})
    follow_ups = FollowUp.objects.filter(pk__in=act.before["follow_ups"], done_at=None, dropped_at=None)
    promises = Promise.objects.filter(pk__in=act.before["promises"], state=Promise.State.OPEN)
    returned = len(back) + follow_ups.update(owner=user) + promises.update(owner=user)
    act.undone_at = at
    act.save(update_fields=["undone_at"])
    log(instance=user, action="contact_centre.hand_over_undone", user=by, timestamp=at, data={"act": act.pk})
    total = len(was) + len(act.before["follow_ups"]) + len(act.before["promises"])
    return returned, total - returned


def sweep_closed_logins(*, at: datetime) -> int:
    """Pass on what is left with people whose login is closed, and tell the supervisors; return how many people."""
    gone = User.objects.filter(is_active=False)
    left = gone.filter(
        models.Q(pk__in=Case.objects.open().filter(adviser__in=gone).values("adviser"))
        | models.Q(pk__in=FollowUp.objects.filter(owner__in=gone, done_at=None, dropped_at=None).values("owner"))
        | models.Q(pk__in=Promise.objects.filter(owner__in=gone, state=Promise.State.OPEN).values("owner"))
    )
    done = 0
    for user in left.order_by("pk"):
        work = work_of(user)
        act = hand_over(user, way=Way.RULES, by=None, at=at)
        if act is None:
            continue
        done += 1
        notices.tell_all(
            supervisors.with_right(supervisors.TAKE, supervisors.SUPERVISE),
            key=f"closed_login:{act.pk}",
            text=partial(_closed_words, user, work),
            url=reverse("contact_centre_handover"),
            at=at,
        )
    return done


def _closed_words(user: User, work: Work) -> str:
    return _(
        "The login of %(who)s was closed with %(cases)d open cases, %(follow_ups)d follow-ups and "
        "%(promises)d promises. They were passed on."
    ) % {"who": user, "cases": work.cases, "follow_ups": work.follow_ups, "promises": work.promises}


def _cases(user: User) -> "models.QuerySet[Case]":
    return Case.objects.open().filter(adviser=user)


def _follow_ups(user: User) -> "models.QuerySet[FollowUp]":
    return FollowUp.objects.filter(owner=user, done_at=None, dropped_at=None)


def _promises(user: User) -> "models.QuerySet[Promise]":
    return Promise.objects.filter(owner=user, state=Promise.State.OPEN)


def _before(user: User, cases, follow_ups, promises) -> dict[str, Any]:
    return {
        "user": user.pk,
        "cases": {
            str(case.pk): {"state": case.state, "taken_at": case.taken_at.isoformat() if case.taken_at else None}
            for case in cases
        },
        "follow_ups": [one.pk for one in follow_ups],
        "promises": [one.pk for one in promises],
    }


def _deal(cases: list[Case], user: User, *, way: str, to: User | None, at: datetime) -> dict[int, User | None]:
    if way == Way.COLLEAGUE:
        return {case.pk: to for case in cases}
    if way == Way.QUEUE:
        return {case.pk: None for case in cases}
    colleagues = [one for one in supervisors.with_right(supervisors.TAKE) if one.pk != user.pk]
    return {case.pk: found for case, found in rules.share_out(cases, among=colleagues, at=at)}


def _pass_on(
    cases: list[Case], dealt: dict[int, User | None], user: User, *, by: User | None, at: datetime, why: str
) -> None:
    minutes: dict[tuple[str, int | None], datetime] = {}
    for case in cases:
        case.adviser = dealt[case.pk]
        case.taken_at, case.unowned_due_at = at if case.adviser else None, None
        if case.adviser is None and case.state == Case.State.IN_HAND:
            queue.move(case, Case.State.WAITING)
            key = (case.kind, case.team_id)
            if key not in minutes:
                team = case.team if case.team_id else None
                minutes[key] = promised.at_opening(case.kind, opened_at=at, team=team).unowned_due_at
            case.unowned_due_at = minutes[key]
        case.meant_for = case.meant_until = None
    names = ["adviser", "state", "taken_at", "unowned_due_at", "meant_for", "meant_until"]
    Case.objects.bulk_update(cases, names, batch_size=500)
    reason = f": {why}" if why else ""
    CaseEvent.objects.bulk_create(
        CaseEvent(
            case=case,
            kind=CaseEvent.Kind.HANDED_OVER,
            at=at,
            by=by,
            note=f"{user} → {case.adviser or _('queue')}{reason}",
            data={"from": user.pk, "to": case.adviser_id},
        )
        for case in cases
    )


def _note(cases: list[Case], *, by: User | None, at: datetime, words: str, data: dict) -> None:
    CaseEvent.objects.bulk_create(
        CaseEvent(case=case, kind=CaseEvent.Kind.HANDED_OVER, at=at, by=by, note=words, data=data) for case in cases
    )


def _supervisor(user: User, by: User | None, *, at: datetime) -> User | None:
    """Whoever answers for what has no other place: the supervisor of their team, else whoever passes it on."""
    profile = getattr(user, "adviser_profile", None)
    team = profile.team if profile else None
    candidates = [team.supervisor] if team and team.supervisor else []
    candidates += [by] if by else []
    candidates += supervisors.with_right(supervisors.TAKE, supervisors.SUPERVISE)
    return next((one for one in candidates if one and one.is_active and one.pk != user.pk), None)


def _told_words(n: int, user: User) -> str:
    words = ngettext(
        "%(n)d piece of work of %(who)s is yours now.", "%(n)d pieces of work of %(who)s are yours now.", n
    )
    return words % {"n": n, "who": user}


def _tell(act: DeskAct, owners: Iterable[User | None], user: User, *, at: datetime) -> None:
    counted: dict[User, int] = {}
    for owner in owners:
        if owner is not None and owner != act.by:
            counted[owner] = counted.get(owner, 0) + 1
    for owner, count in counted.items():
        notices.tell(
            owner,
            key=f"handed_over:{act.pk}",
            text=partial(_told_words, count, user),
            url=f"{reverse('contact_centre_queue')}?view=mine",
            at=at,
        )
