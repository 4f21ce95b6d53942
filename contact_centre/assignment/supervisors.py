"""Who answers for the desk: the supervisor of a team, else whoever supervises; first of all those on shift."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.contrib.auth.models import Permission
from django.db.models import Q

from contact_centre.assignment import shifts
from contact_centre.models import Case, Team
from people.models import User

TAKE, ASSIGN, SUPERVISE = "take_case", "assign_case", "supervise"


def with_right(*codenames: str) -> list[User]:
    """Active logins that have all of these rights at the desk, the earliest first."""
    users = User.objects.filter(is_active=True)
    for codename in codenames:
        right = Permission.objects.filter(content_type__app_label="contact_centre", codename=codename)
        users = users.filter(Q(groups__permissions__in=right) | Q(user_permissions__in=right))
    return list(users.select_related("adviser_profile__team").distinct().order_by("pk"))


@dataclass(frozen=True)
class Command:
    """Who can be told about cases, read once for many of them."""

    teams: dict[int, Team]
    supervisors: list[User]
    directors: list[User]
    roster: shifts.Roster

    def supervisor_of(self, case: Case, *, at: datetime) -> User | None:
        """Whoever answers for ``case``: its team's supervisor, or the one of a team for its kind, or any other.

        Those on shift come first; if nobody is, the first of them, whose notice waits until they are.
        """
        return self._first([*self._of_teams(case), *self.supervisors], at=at)

    def leads_of(self, case: Case, *, at: datetime) -> list[User]:
        """Who hears of a broken promise: a supervisor, and a director if one is at work."""
        lead = self.supervisor_of(case, at=at)
        director = next((one for one in self.directors if self.roster.is_on(one.pk, at)), None)
        told = [one for one in (lead, director) if one is not None]
        return list({one.pk: one for one in told or self.directors[:1]}.values())

    def _of_teams(self, case: Case) -> list[User]:
        own = self.teams.get(case.team_id) if case.team_id else None
        for_kind = [team for team in self.teams.values() if case.kind in team.kinds]
        found = [team.supervisor for team in ([own] if own else []) + for_kind if team.supervisor]
        return [user for user in found if user.is_active]

    def _first(self, users: Iterable[User], *, at: datetime) -> User | None:
        users = list(users)
        return next((one for one in users if self.roster.is_on(one.pk, at)), users[0] if users else None)


def command(*, at: datetime) -> Command:
    """Read who supervises, who directs, and who of them is at the desk."""
    teams = {team.pk: team for team in Team.objects.select_related("supervisor").order_by("pk")}
    supervisors = with_right(TAKE, SUPERVISE)
    directors = [user for user in with_right(SUPERVISE) if user not in supervisors]
    of_teams = [team.supervisor for team in teams.values() if team.supervisor]
    return Command(teams, supervisors, directors, shifts.roster([*supervisors, *directors, *of_teams], at=at))
