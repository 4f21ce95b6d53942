"""The grid: how many lost enquiries lie in each cell, and how many of them somebody may still be asked about."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime

from django.db import connection, transaction

from enquiries.models import AgeBand, ClosedCell, Enquiry, Play
from enquiries.revival.cells import Cell, lost_between
from people.contact import policy
from people.contact.contact_statement import Asked, Part
from people.models import Channel, Consent, Person, Purpose
from programmes.models import Programme

CHANNELS = (Channel.EMAIL, Channel.PHONE)  # by which somebody is asked again

_COUNT = """
gone AS MATERIALIZED (SELECT id FROM people_person WHERE erased_at IS NOT NULL OR merged_into_id IS NOT NULL),
lost AS (
    SELECT person_id, programme_id, lost_reason AS reason, count(*) AS enquiries,
        CASE WHEN ended_at > %s THEN '3m' WHEN ended_at > %s THEN '6m' WHEN ended_at > %s THEN '12m'
            ELSE 'older' END AS age
    FROM enquiries_enquiry
    WHERE state = 'lost' AND ended_at <= %s AND person_id NOT IN (SELECT id FROM gone)
    GROUP BY person_id, programme_id, reason, age
)
SELECT reason, age, programme_id, sum(enquiries)::bigint, count(*),
    count(*) FILTER (WHERE person_id IN (SELECT id FROM may)),
    count(*) FILTER (WHERE person_id IN (SELECT id FROM ends))
FROM lost GROUP BY reason, age, programme_id
"""
# Of a worker or of somebody who waits, one at a time: a million people sorted on disk take twice as long.
_MEMORY = "SET LOCAL work_mem = '128MB'"
_ENDS = "ends AS MATERIALIZED (SELECT person_id AS id FROM people_plannederasure WHERE done_at IS NULL)"


@dataclass(frozen=True)
class Count:
    """One cell: enquiries, people, those who may lawfully be asked, and those who will soon be forgotten."""

    cell: Cell
    programme: str
    total: int
    people: int
    lawful: int
    ending: int
    played: tuple[str, ...] = ()  # kinds of play that were tried
    running: str = ""  # the name of the play that runs
    closed: str = ""  # why nothing more is tried

    @property
    def lawful_percent(self) -> int:
        return round(100 * self.lawful / self.people) if self.people else 0


@dataclass(frozen=True)
class Counted:
    """Reason, age, programme and four numbers of each cell, as they were at one instant."""

    at: datetime
    rows: list[tuple[str, str, int | None, int, int, int, int]]


@dataclass(frozen=True)
class Grid:
    """All cells that hold anybody, counted at one instant."""

    at: datetime
    counts: list[Count] = field(default_factory=list)

    def of(self, cell: Cell) -> Count | None:
        return next((one for one in self.counts if one.cell == cell), None)

    def programmes(self) -> list[tuple[int | None, str]]:
        named = {one.cell.programme_id: one.programme for one in self.counts}
        return sorted(named.items(), key=lambda pair: (pair[0] is None, pair[1].casefold()))


def grid(*, at: datetime) -> Grid:
    """Count every cell and say what was tried in it. A few statements, however many enquiries there are."""
    return dressed(count(at=at))


def dressed(found: Counted) -> Grid:
    """The counts with what was tried in each cell, and which are closed, as it stands now. Three statements."""
    counted = list(found.rows)
    titles = dict(Programme.objects.values_list("pk", "title"))
    plays: dict[Cell, list[tuple[str, str, str]]] = {}
    tried = Play.objects.exclude(state=Play.State.DRAFT).order_by("pk")
    for reason, age, programme, kind, state, name in tried.values_list(
        "reason", "age", "programme", "kind", "state", "name"
    ):
        plays.setdefault(Cell(reason, age, programme), []).append((kind, state, name))
    closed = {
        Cell(reason, age, programme): why
        for reason, age, programme, why in ClosedCell.objects.values_list("reason", "age", "programme", "why")
    }
    for cell in {*closed, *plays} - {Cell(row[0], row[1], row[2]) for row in counted}:
        counted.append((cell.reason, cell.age, cell.programme_id, 0, 0, 0, 0))
    counts = []
    for reason, age, programme_id, total, people, lawful, ending in counted:
        cell = Cell(reason, age, programme_id)
        of_cell = plays.get(cell, [])
        counts.append(
            Count(
                cell=cell,
                programme=titles.get(programme_id or 0, ""),
                total=total,
                people=people,
                lawful=lawful,
                ending=ending,
                played=tuple(dict.fromkeys(kind for kind, _state, _name in of_cell)),
                running=next((name for _kind, state, name in of_cell if state == Play.State.RUNNING), ""),
                closed=closed.get(cell, ""),
            )
        )
    order = {reason: place for place, reason in enumerate(Enquiry.LostReason.values)}
    ages = {age: place for place, age in enumerate(AgeBand.values)}
    counts.sort(key=lambda one: (order.get(one.cell.reason, 99), ages[one.cell.age], one.programme))
    return Grid(found.at, counts)


def summed(counts: Iterable[Count]) -> tuple[int, int, int, int]:
    """Enquiries, people, lawful and ending of several cells together."""
    some = list(counts)
    return (
        sum(one.total for one in some),
        sum(one.people for one in some),
        sum(one.lawful for one in some),
        sum(one.ending for one in some),
    )


def lawful_by(people, channels: Iterable[str], *, at: datetime) -> Part | None:
    """SQL of the ids of ``people`` who may get an offer by any of ``channels``, now or later."""
    parts = []
    for channel in channels:
        # An offer about no topic needs a yes; whoever never said one need not be judged.
        yes = Consent.objects.filter(purpose=Purpose.COMMERCIAL, channel=channel, decision=Consent.Decision.GRANTED)
        asked = people.filter(pk__in=yes.values("person"))
        statement = policy.rows_of(asked, Asked(channel, Purpose.COMMERCIAL), at=at)
        if statement is not None:
            head = Part("SELECT person_id AS id FROM (")
            parts.append(head + statement + Part(") asked WHERE reason = '' OR reason = ANY(%s)", list(policy.LATER)))
    if not parts:
        return None
    both = parts[0]
    for part in parts[1:]:
        both = both + Part(" UNION ") + part
    return both


def count(*, at: datetime) -> Counted:
    """Count every cell in one statement, after what the rules of contact need to know.

    Lawful is whoever may get an offer from us by e-mail or telephone, now or at a better hour.
    """
    lost = Enquiry.objects.filter(state=Enquiry.State.LOST).values("person")
    may = lawful_by(Person.objects.filter(pk__in=lost), CHANNELS, at=at) or Part("SELECT 0::bigint AS id WHERE false")
    bounds = [lost_between(age, at=at)[0] for age in (AgeBand.FRESH, AgeBand.HALF_YEAR, AgeBand.YEAR)]
    sql, params = Part("WITH may AS MATERIALIZED (") + may + Part(f"), {_ENDS}, ") + Part(_COUNT, *bounds, at)
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(_MEMORY)
        cursor.execute(sql, params)
        return Counted(at, list(cursor.fetchall()))
