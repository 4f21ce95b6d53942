"""When a cell is exhausted nothing more is tried in it, and it says why."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from enquiries.models import ClosedCell, Play
from enquiries.revival import cells, grid, guardians
from enquiries.revival.cells import Cell
from people.models import Person, User

OVER = (Play.State.DONE, Play.State.HALTED)


class StillRunning(Exception):
    """A play runs in the cell."""


def exhausted(cell: Cell, *, at: datetime) -> str:
    """Why nothing is left to try in a cell, in words; empty while something is. Two statements."""
    tried = Play.objects.filter(reason=cell.reason, age=cell.age, programme=cell.programme_id)
    if set(tried.filter(state__in=OVER).values_list("kind", flat=True)) == set(Play.Kind.values):
        return _("Everything that can be tried was tried.")
    return "" if anybody(cell, at=at) else _("Nobody is left who may be asked.")


def anybody(cell: Cell, *, at: datetime) -> bool:
    """Whether somebody of the cell may lawfully be asked, or a guardian of theirs."""
    people = Person.objects.filter(pk__in=cells.rows(cell, at=at).values("person"))
    statement = grid.lawful_by(people, grid.CHANNELS, at=at)
    if statement is not None:
        sql, params = statement
        if list(Person.objects.raw(f"SELECT id FROM ({sql}) lawful LIMIT 1", params)):  # noqa: S608 -- ours
            return True
    return bool(guardians.askable(people, at=at))


@transaction.atomic
def close(cell: Cell, *, why: str, at: datetime, by: User | None) -> ClosedCell:
    """Try nothing more in a cell; closing it again changes nothing. Raises StillRunning."""
    running = Play.objects.filter(reason=cell.reason, age=cell.age, programme=cell.programme_id)
    if running.filter(state=Play.State.RUNNING).exists():
        raise StillRunning
    known = of(cell).first()
    if known is not None:
        return known
    row = ClosedCell(reason=cell.reason, age=cell.age, closed_at=at, why=why[:120], by=by)
    row.programme_id = cell.programme_id
    # Of two who close it at once, the unique key lets one row in.
    ClosedCell.objects.bulk_create([row], ignore_conflicts=True)
    return of(cell).get()


def open_again(cell: Cell) -> bool:
    """Try again after all; whether it was closed."""
    return of(cell).delete()[0] > 0


def of(cell: Cell):
    """The row that closes a cell, as a queryset of one or none."""
    return ClosedCell.objects.filter(reason=cell.reason, age=cell.age, programme=cell.programme_id)


def close_exhausted(*, at: datetime) -> int:
    """Close the cells in which something was tried and nothing is left; return how many."""
    tried = Play.objects.filter(state__in=OVER).values_list("reason", "age", "programme").distinct()
    running = {cells.of_play(play) for play in Play.objects.filter(state=Play.State.RUNNING)}
    closed = {Cell(*row) for row in ClosedCell.objects.values_list("reason", "age", "programme")}
    done = 0
    for cell in {Cell(*row) for row in tried} - running - closed:
        why = exhausted(cell, at=at)
        if why:
            close(cell, why=why, at=at, by=None)
            done += 1
    return done
