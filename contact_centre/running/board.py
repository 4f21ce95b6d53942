"""The desk at this moment, for whoever supervises it: what waits, what is due, what is late and why, who is free."""

from collections import Counter
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Count, F, Min, Q
from django.utils import timezone

from contact_centre import queue
from contact_centre.assignment import eligibility, presence, shifts
from contact_centre.metrics import lateness
from contact_centre.metrics.log import Hours
from contact_centre.models import Adviser, Case, CaseEvent, Presence, Team
from people.models import User

SOON = (1, 4, 24)  # hours
LATE_READ = 2_000  # the causes of so many late cases are looked for, the oldest promises first
LATE_SHOWN = 8


@dataclass(frozen=True)
class Counts:
    """Cases that owe a first answer, and the further replies whose time is over."""

    waiting: int  # nobody has taken them
    in_hand: int
    late: int
    aside: int
    their_turn: int
    replies_late: int
    due: tuple[tuple[int, int], ...]  # (hours, due within them and not late yet)
    waiting_since: datetime | None


@dataclass(frozen=True)
class Desk:
    """One adviser: what they hold, their room, and whether they are there. ``doing`` says it in one word."""

    user: User
    team: Team | None
    held: int
    late: int
    capacity: int | None
    room_left: int | None
    answered_today: int
    is_on: bool
    next_start: datetime | None
    is_at_case: bool

    @property
    def doing(self) -> str:
        """Away, full when they can take nothing more, busy with a case before them, else free."""
        if not self.is_on:
            return "away"
        if self.room_left == 0:
            return "full"
        return "busy" if self.is_at_case else "free"

    @property
    def load_percent(self) -> int | None:
        return min(100, round(100 * self.held / self.capacity)) if self.capacity else None


@dataclass(frozen=True)
class Board:
    """The desk as it stands at ``at``."""

    at: datetime
    counts: Counts
    causes: list[tuple[lateness.Cause, int]]
    causes_of: int  # of how many late cases
    late: list[tuple[Case, lateness.Cause]]
    desks: list[Desk]

    @property
    def tally(self) -> Counter:
        return Counter(desk.doing for desk in self.desks)


def board(*, at: datetime, team: Team | None = None) -> Board:
    """The board, of one team if it is named, in a constant number of queries."""
    cases = Case.objects.all() if team is None else Case.objects.filter(team=team)
    overdue = cases.overdue(at=at).select_related("person", "programme", "adviser")
    late = list(overdue.order_by("answer_due_at", "pk")[:LATE_READ])
    hours = Hours(since=min((case.opened_at for case in late), default=at), until=at)
    causes = lateness.causes({case.pk: (case.opened_at, case.answer_due_at, case.team_id) for case in late}, hours)
    return Board(
        at=at,
        counts=_counts(cases, at=at),
        causes=lateness.tally(causes.values()),
        causes_of=len(late),
        late=[(case, causes[case.pk]) for case in late[:LATE_SHOWN]],
        desks=_desks(at=at, team=team),
    )


def _counts(cases, *, at: datetime) -> Counts:
    aside, untaken = Q(snoozed_until__gt=at), Q(taken_at=None, state__in=(Case.State.WAITING, Case.State.IN_HAND))
    ahead = {hours: Q(answer_due_at__gt=at, answer_due_at__lte=at + timedelta(hours=hours)) for hours in SOON}
    # Apart from what is answered, so that the small indexes of what is owed are enough, however many cases there were.
    found = cases.unanswered().aggregate(
        waiting=Count("pk", filter=untaken & ~aside),
        in_hand=Count("pk", filter=~untaken & ~aside),
        late=Count("pk", filter=Q(answer_due_at__lte=at)),
        aside=Count("pk", filter=aside),
        waiting_since=Min("opened_at", filter=untaken & ~aside),
        **{f"due_{hours}": Count("pk", filter=within) for hours, within in ahead.items()},
    )
    found["replies_late"] = cases.open().filter(next_due_at__lte=at).count()
    found["their_turn"] = cases.open().filter(waiting_for_them_since__isnull=False).count()
    dues = tuple((hours, found.pop(f"due_{hours}")) for hours in SOON)
    return Counts(**found, due=dues)


def _desks(*, at: datetime, team: Team | None) -> list[Desk]:
    users = list(queue.advisers().select_related("adviser_profile__team"))
    if team is not None:
        users = [user for user in users if (profile := _profile(user)) and profile.team_id == team.pk]
    abilities, known = eligibility.abilities(users, at=at), shifts.roster(users, at=at)
    late = _by(Case.objects.overdue(at=at).filter(adviser__in=users), "adviser")
    midnight = timezone.localtime(at).replace(hour=0, minute=0, second=0, microsecond=0)
    # The first answer counts: a further mail is courtesy, not a second answer.
    answers = CaseEvent.objects.filter(kind=CaseEvent.Kind.ANSWERED, by__in=users, at__gte=midnight, at__lte=at)
    answered = _by(answers.filter(at=F("case__answered_at")), "by")
    here = Presence.objects.filter(user__in=users, seen_at__gt=at - presence.LASTS, seen_at__lte=at)
    at_case = set(here.values_list("user", flat=True))
    desks = [
        Desk(
            user=user,
            team=profile.team if (profile := _profile(user)) else None,
            held=abilities[user.pk].held,
            late=late.get(user.pk, 0),
            capacity=profile.capacity if profile else None,
            room_left=abilities[user.pk].room_left,
            answered_today=answered.get(user.pk, 0),
            is_on=known.is_on(user.pk, at),
            next_start=known.next_start(user.pk, at),
            is_at_case=user.pk in at_case,
        )
        for user in users
    ]
    order = ("free", "busy", "full", "away")
    return sorted(desks, key=lambda desk: (order.index(desk.doing), desk.held, str(desk.user)))


def _profile(user: User) -> Adviser | None:
    return getattr(user, "adviser_profile", None)


def _by(rows, name: str) -> dict[int, int]:
    return dict(rows.order_by().values_list(name).annotate(count=Count("pk")))
