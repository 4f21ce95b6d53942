"""Who is at the desk when: shifts where somebody has them, else the hours of the team; less absences and holidays."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta

from django.db import transaction
from django.db.models import Q

from contact_centre.clocks import calendars, working_time
from contact_centre.clocks.working_time import Span, Week
from contact_centre.models import Absence, Adviser, Shift, Team
from people.models import User

HORIZON_DAYS = 120  # who does not come back within four months is not waited for


@dataclass(frozen=True)
class Roster:
    """The shifts and absences of some people, read once, so that any instant can be asked about without a query."""

    weeks: dict[int, Week]
    shifts: dict[int, list[Shift]]
    absences: dict[int, list[tuple[datetime, datetime | None]]]
    inactive: frozenset[int]
    _own: dict[tuple[int, tuple[int, ...]], Week] = field(default_factory=dict, repr=False)

    def is_on(self, user_id: int, at: datetime) -> bool:
        """Whether they are at the desk at this instant; on the last minute of the shift they are not any more."""
        if user_id in self.inactive or self._absence_at(user_id, at) is not None:
            return False
        day = self.weeks[user_id].day_of(at)
        return any(opens <= at < closes for opens, closes in self._spans(user_id, day))

    def next_start(self, user_id: int, at: datetime) -> datetime | None:
        """From when on they are at the desk: ``at`` itself if they are; None if not within four months."""
        if user_id in self.inactive:
            return None
        first = self.weeks[user_id].day_of(at)
        for offset in range(HORIZON_DAYS):
            for opens, closes in self._spans(user_id, first + timedelta(days=offset)):
                begins = max(opens, at)
                while begins < closes and (absence := self._absence_at(user_id, begins)) is not None:
                    if absence[1] is None:
                        return None
                    begins = absence[1]
                if begins < closes:
                    return begins
        return None

    def _absence_at(self, user_id: int, at: datetime) -> tuple[datetime, datetime | None] | None:
        away = self.absences.get(user_id, ())
        return next((one for one in away if one[0] <= at and (one[1] is None or at < one[1])), None)

    def _spans(self, user_id: int, day: date) -> list[Span]:
        week = self.weeks[user_id]
        valid = [
            one
            for one in self.shifts.get(user_id, ())
            if (one.valid_from is None or one.valid_from <= day) and (one.valid_until is None or day <= one.valid_until)
        ]
        if not valid:
            return week.spans(day)
        key = (user_id, tuple(one.pk for one in valid))
        if key not in self._own:
            rows = [(one.weekday, one.from_time, one.until_time) for one in valid]
            self._own[key] = working_time.week_of_rows(week.zone, rows, {})
        spans = self._own[key].spans(day)
        # On a holiday nobody works, whatever their shift says; on a short day nobody works longer than the school.
        return _both(spans, week.spans(day)) if day in week.special else spans


def roster(users: Iterable[User | int], *, at: datetime) -> Roster:
    """What is known about when ``users`` work from ``at`` on: three queries, and one for each calendar they work to."""
    ids = {user if isinstance(user, int) else user.pk for user in users}
    rows: dict[int, list[Shift]] = {}
    for shift in Shift.objects.filter(user__in=ids).order_by("pk"):
        rows.setdefault(shift.user_id, []).append(shift)
    away: dict[int, list[tuple[datetime, datetime | None]]] = {}
    absences = Absence.objects.filter(Q(ends_at=None) | Q(ends_at__gt=at), user__in=ids)
    for user_id, starts_at, ends_at in absences.values_list("user", "starts_at", "ends_at"):
        away.setdefault(user_id, []).append((starts_at, ends_at))
    found = User.objects.filter(pk__in=ids).select_related("adviser_profile__team")
    active = {user.pk: user for user in found if user.is_active}
    teams = {pk: _team_of(active.get(pk)) for pk in ids}
    by_calendar = {team.calendar_id if team else None: team for team in teams.values()}
    weeks = {calendar_id: calendars.week_of(team) for calendar_id, team in by_calendar.items()}
    return Roster(
        weeks={pk: weeks[team.calendar_id if team else None] for pk, team in teams.items()},
        shifts=rows,
        absences=away,
        inactive=frozenset(ids - set(active)),
    )


def is_on_shift(user: User, at: datetime) -> bool:
    """Whether ``user`` is at the desk: within a shift (else the team's hours), not absent, not on a holiday."""
    return roster([user], at=at).is_on(user.pk, at)


def on_shift(users: Iterable[User], at: datetime) -> list[User]:
    """Those of ``users`` who are at the desk, in the order they came."""
    users = list(users)
    known = roster(users, at=at)
    return [user for user in users if known.is_on(user.pk, at)]


def next_start(user: User, at: datetime) -> datetime | None:
    """From when on ``user`` is at the desk: ``at`` itself if they are; None if not within four months."""
    return roster([user], at=at).next_start(user.pk, at)


def usual_week(user: User) -> dict[int, list[tuple[time, time]]]:
    """The shifts of ``user`` that hold every week, by weekday; those with dates are left out."""
    found: dict[int, list[tuple[time, time]]] = {}
    for shift in Shift.objects.filter(user=user, valid_from=None, valid_until=None).order_by("weekday", "from_time"):
        found.setdefault(shift.weekday, []).append((shift.from_time, shift.until_time))
    return found


@transaction.atomic
def keep_usual_week(user: User, week: Mapping[int, Iterable[tuple[time, time]]]) -> None:
    """Let these hours hold every week in place of those before; shifts with dates stay as they are."""
    Shift.objects.filter(user=user, valid_from=None, valid_until=None).delete()
    Shift.objects.bulk_create(
        Shift(user=user, weekday=weekday, from_time=opens, until_time=closes)
        for weekday, hours in week.items()
        for opens, closes in hours
    )


def _team_of(user: User | None) -> Team | None:
    profile: Adviser | None = getattr(user, "adviser_profile", None)
    return profile.team if profile else None


def _both(first: list[Span], second: list[Span]) -> list[Span]:
    met = [(max(a, c), min(b, d)) for a, b in first for c, d in second]
    return [(opens, closes) for opens, closes in met if opens < closes]
