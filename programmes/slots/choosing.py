"""Which slot a reader sees: of those that run in a place, one, by weight and by turns.

The choice needs no memory of the reader. Whoever opens the same page within the same turn sees the same slot, so that
a rendered page may be kept until ``changes_at``.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from hashlib import sha256

from django.db.models import OuterRef, Subquery

from programmes.models import ProgrammePage, Slot
from programmes.slots import audiences
from programmes.slots.audiences import Reader

TURN = timedelta(minutes=10)
START = datetime(2020, 1, 1, tzinfo=UTC)


@dataclass(frozen=True)
class Choice:
    """The slot to show, if any, and the instant from which another answer is possible."""

    slot: Slot | None
    changes_at: datetime | None


def choose(
    place: str,
    *,
    language: str,
    at: datetime,
    reader: Reader,
    page: str = "",
    lot: str = "",
    without_programme: int | None = None,
) -> Choice:
    """The slot that ``reader`` sees in ``place`` on ``page`` at ``at``.

    Slots run from their start up to, not including, their end. Left out: stopped ones, other audiences and languages,
    programmes that are not on offer or have no published sheet in ``language``, and ``without_programme``, which the
    page is about. Of several, each takes its turns in proportion to its weight;
    ``lot`` holds the turn still, for what is read at any time. One query.
    """
    known = [slot for slot in candidates(place, language=language, at=at) if slot.programme_id != without_programme]
    running = [slot for slot in known if slot.starts_at <= at and audiences.includes(slot.audience, reader)]
    changes = [slot.starts_at if slot.starts_at > at else slot.ends_at for slot in known]
    turn = (at - START) // TURN
    if len(running) > 1 and not lot:
        changes.append(START + (turn + 1) * TURN)
    return Choice(slot=pick(running, lot or f"{place}:{page}:{turn}"), changes_at=min(changes, default=None))


def candidates(place: str, *, language: str, at: datetime) -> Sequence[Slot]:
    """The slots of ``place`` that run at ``at`` or will, with the title of their sheet as ``sheet_title``."""
    sheets = ProgrammePage.objects.live().filter(programme=OuterRef("programme"), locale__language_code=language[:2])
    slots = Slot.objects.filter(
        place=place, is_stopped=False, ends_at__gt=at, language__in=("", language[:2]), programme__is_open=True
    )
    titled = slots.annotate(sheet_title=Subquery(sheets.values("title")[:1])).filter(sheet_title__isnull=False)
    return list(titled.select_related("programme__field").order_by("pk"))


def pick(slots: Iterable[Slot], lot: str) -> Slot | None:
    """The one of ``slots`` that the words ``lot`` fall on: the same words always on the same one."""
    slots = list(slots)
    if not slots:
        return None
    left = int.from_bytes(sha256(lot.encode()).digest()[:8]) % sum(slot.weight for slot in slots)
    for slot in slots:
        left -= slot.weight
        if left < 0:
            return slot
    return slots[-1]
