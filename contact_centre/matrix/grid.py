"""The grid of moments and channels: what stands in each cell, what came of it, and where nobody decided anything."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import cast

from django.db import transaction
from django.db.models import Count, Q
from wagtail.log_actions import log

from contact_centre import deadlines, seen
from contact_centre.matrix import moments
from contact_centre.matrix.moments import Moment
from contact_centre.matrix.running import COLUMNS
from contact_centre.models import MatrixCell, MatrixDue
from contact_centre.wording import choosing
from people.models import Language, User


class NoTemplate(Exception):
    """A cell runs only with an approved template."""


@dataclass(frozen=True)
class Counts:
    """What came of a cell: still due, sent, left out, and answered of those sent."""

    due: int = 0
    sent: int = 0
    left_out: int = 0
    answered: int = 0


@dataclass(frozen=True)
class Square:
    """One cell as the grid shows it; ``state``: runs, off, needless, gap, or broken where its template is gone."""

    moment: str
    channel: str
    state: str
    cell: MatrixCell | None = None
    title: str = ""
    languages: tuple[str, ...] = ()
    counts: Counts = Counts()
    writes_itself: str = ""
    delay: str = ""


@dataclass(frozen=True)
class Row:
    """One moment with its cells."""

    code: str
    moment: Moment
    squares: list[Square]


def rows() -> list[Row]:
    """The whole grid, in three queries."""
    cells = {(cell.moment, cell.channel): cell for cell in MatrixCell.objects.select_related("owner")}
    counted = counts()
    written: dict[str, Mapping[str, Mapping]] = {}
    for channel in COLUMNS:
        codes = {cell.template_code for cell in cells.values() if cell.channel == channel and cell.template_code}
        written[channel] = choosing.by_codes(codes, channel=channel) if codes else {}
    return [
        Row(
            code,
            moment,
            [
                _square(code, channel, moment, cells.get((code, channel)), written[channel], counted)
                for channel in COLUMNS
            ],
        )
        for code, moment in moments.registered().items()
    ]


def counts(cells: list[int] | None = None) -> dict[int, Counts]:
    """What came of each cell, by its number."""
    owed = MatrixDue.objects.all() if cells is None else MatrixDue.objects.filter(cell__in=cells)
    state = MatrixDue.State
    found = owed.values("cell").annotate(
        due=Count("pk", filter=Q(state=state.DUE)),
        sent=Count("pk", filter=Q(state=state.SENT)),
        left_out=Count("pk", filter=Q(state=state.LEFT_OUT)),
        answered=Count("pk", filter=Q(answered_at__isnull=False)),
    )
    return {one.pop("cell"): Counts(**one) for one in cast(Iterable[dict[str, int]], found)}


def gaps(found: list[Row]) -> int:
    """How many cells nobody has decided about: no template, and not left empty on purpose."""
    return sum(square.state in ("gap", "broken") for row in found for square in row.squares)


@transaction.atomic
def decide(cell: MatrixCell, *, by: User, at: datetime, started_from: str = "") -> MatrixCell:
    """Keep what was decided about a cell. What is switched on writes about what happens from now on.

    ``started_from`` is the ``mark`` of what was opened. Raises NoTemplate if it should run without an approved
    template, and seen.Overtaken if somebody else has decided since.
    """
    there = MatrixCell.objects.select_for_update().filter(moment=cell.moment, channel=cell.channel).first()
    seen.check(started_from, mark(there))
    cell.pk = there.pk if there else None
    if cell.is_on and not choosing.by_language(cell.template_code, channel=cell.channel):
        raise NoTemplate(cell.template_code)
    if cell.is_on:
        cell.is_needless = False
        before = MatrixCell.objects.filter(pk=cell.pk, is_on=True).values_list("on_since", flat=True).first()
        cell.on_since = before or at
    else:
        cell.on_since = None
    cell.save()
    log(instance=cell, action="contact_centre.decide_cell", user=by, data={"is_on": cell.is_on})
    return cell


def mark(cell: MatrixCell | None) -> str:
    """The mark of what is decided about a cell; one without a row is one of which nobody decided anything."""
    return seen.mark(cell) if cell and cell.pk else seen.mark(None)


def _square(
    code: str,
    channel: str,
    moment: Moment,
    cell: MatrixCell | None,
    written: Mapping[str, Mapping],
    counted: Mapping[int, Counts],
) -> Square:
    there = written.get(cell.template_code, {}) if cell else {}
    templates = {template.language: template for template in there.values()}
    if cell is None or (not cell.template_code and not cell.is_needless):
        state = "gap"
    elif cell.is_needless:
        state = "needless"
    elif not templates:
        state = "broken"
    else:
        state = "runs" if cell.is_on else "off"
    return Square(
        code,
        channel,
        state,
        cell=cell,
        title=next((template.title for template in templates.values()), cell.template_code if cell else ""),
        languages=tuple(language for language in Language.values if language in templates),
        counts=counted.get(cell.pk, Counts()) if cell else Counts(),
        writes_itself=str(moment.writes_itself.get(channel, "")),
        delay=deadlines.span(timedelta(minutes=cell.delay_minutes)) if cell and cell.delay_minutes else "",
    )
