"""What is promised for a kind of case, and the deadlines that follow for one that opens."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from django.db import connection, transaction
from wagtail.log_actions import log

from contact_centre.clocks import calendars
from contact_centre.clocks.working_time import Week, add
from contact_centre.deadlines import answer_due_at
from contact_centre.models import DeskSettings, KindPromise, Team
from people.models import User
from programmes.kept_pages import remembered

HOUR = 60
NEXT_MINUTES = "next_minutes"  # in an event that starts the next clock: how much working time it has

# One row whatever is missing: the desk's settings, the promise for the kind, the team and its calendar.
_TERMS = """
SELECT desk.answer_within_hours, desk.work_hours, desk.next_hours, desk.resolution_hours, desk.unowned_minutes,
       kind.wall_hours, kind.work_hours, kind.next_hours, kind.resolution_hours, team.id, team.name,
       calendar.id, calendar.changed_at
FROM (SELECT 1) AS one
LEFT JOIN (contact_centre_desksettings AS desk
           JOIN wagtailcore_site AS site ON site.id = desk.site_id AND site.is_default_site) ON true
LEFT JOIN contact_centre_kindpromise AS kind ON kind.kind = %s
LEFT JOIN contact_centre_team AS team ON team.id = COALESCE(%s, kind.team_id)
LEFT JOIN contact_centre_workingcalendar AS calendar ON calendar.id = COALESCE(
    team.calendar_id, (SELECT id FROM contact_centre_workingcalendar WHERE is_default))
LIMIT 1
"""


@dataclass(frozen=True)
class Terms:
    """What holds for a kind of case: hours on the wall, minutes of working time, and whose week counts."""

    wall_hours: int
    work_minutes: int
    next_minutes: int
    resolution_minutes: int
    unowned_minutes: int
    team_id: int | None
    team_name: str
    week: Week


@dataclass(frozen=True)
class Dues:
    """The deadlines of a case that opens. Only ``answer_due_at`` is by the clock on the wall: it was promised."""

    answer_due_at: datetime
    work_due_at: datetime
    resolution_due_at: datetime
    unowned_due_at: datetime
    team_id: int | None
    promised: dict[str, int]  # the minutes that were counted, for the event that starts the clocks


def terms(kind: str, *, team_id: int | None = None) -> Terms:
    """What is promised for cases of a kind, from memory; ``team_id`` instead of the team that the kind goes to."""
    return remembered.recall(("terms", str(kind), team_id), lambda: _terms(str(kind), team_id))


def _terms(kind: str, team_id: int | None) -> Terms:
    """The same in one statement."""
    with connection.cursor() as cursor:
        cursor.execute(_TERMS, [kind, team_id])
        row = cursor.fetchone()
    usual, special = row[:5], row[5:9]
    blank = DeskSettings()
    names = ("answer_within_hours", "work_hours", "next_hours", "resolution_hours", "unowned_minutes")
    desk = [getattr(blank, name) if value is None else value for name, value in zip(names, usual, strict=True)]
    wall, work, following, resolution = (
        own if own is not None else general for own, general in zip(special, desk[:4], strict=True)
    )
    calendar_id, changed_at = row[11:13]
    return Terms(
        wall_hours=wall,
        work_minutes=work * HOUR,
        next_minutes=following * HOUR,
        resolution_minutes=resolution * HOUR,
        unowned_minutes=desk[4],
        team_id=row[9],
        team_name=row[10] or "",
        week=calendars.week(calendar_id, changed_at) if calendar_id else calendars.SCHOOL_WEEK,
    )


def at_opening(kind: str, *, opened_at: datetime, team: Team | None = None) -> Dues:
    """The deadlines of a case of ``kind`` opened at this instant."""
    held = terms(kind, team_id=team.pk if team else None)
    return Dues(
        answer_due_at=answer_due_at(opened_at, hours=held.wall_hours),
        work_due_at=add(opened_at, held.work_minutes, held.week).at,
        resolution_due_at=add(opened_at, held.resolution_minutes, held.week).at,
        unowned_due_at=add(opened_at, held.unowned_minutes, held.week).at,
        team_id=held.team_id,
        promised={
            "wall_minutes": held.wall_hours * HOUR,
            "work_minutes": held.work_minutes,
            "resolution_minutes": held.resolution_minutes,
        },
    )


def kept() -> dict[str, KindPromise]:
    """What is promised for kinds that differ from the rest."""
    return {promise.kind: promise for promise in KindPromise.objects.select_related("team")}


@transaction.atomic
def keep(promises: Mapping[str, dict], *, by: User | None, at: datetime) -> None:
    """Save what is promised for each kind; a kind for which nothing is said keeps what holds for all.

    It holds for cases that open from now on: what was promised stays promised.
    """
    known = {promise.kind: promise for promise in KindPromise.objects.select_for_update()}
    for kind, facts in promises.items():
        promise = known.get(kind) or KindPromise(kind=kind)
        before = {name: getattr(promise, name) for name in facts}
        if before == facts:
            continue
        for name, value in facts.items():
            setattr(promise, name, value)
        promise.save()
        log(instance=promise, action="contact_centre.promised", user=by, timestamp=at, data={"kind": kind})
