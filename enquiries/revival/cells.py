"""A cell of the laboratory: lost enquiries of one reason, one age and one programme."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q, QuerySet

from enquiries.models import AgeBand, Enquiry, Play
from people.contact.contact_statement import months_before

MONTHS = {AgeBand.FRESH: (0, 3), AgeBand.HALF_YEAR: (3, 6), AgeBand.YEAR: (6, 12), AgeBand.OLD: (12, None)}


@dataclass(frozen=True)
class Cell:
    """Reason, age and programme; no programme stands for enquiries that name none."""

    reason: str
    age: str
    programme_id: int | None

    @property
    def reason_name(self) -> str:
        return str(Enquiry.LostReason(self.reason).label)

    @property
    def age_name(self) -> str:
        return str(AgeBand(self.age).label)


def of_play(play: Play) -> Cell:
    return Cell(play.reason, play.age, play.programme_id)


def lost_between(age: str, *, at: datetime) -> tuple[datetime | None, datetime]:
    """After which instant, and until which, somebody of that age was lost; the oldest have no beginning."""
    least, most = MONTHS[AgeBand(age)]
    return (months_before(at, most) if most is not None else None), months_before(at, least)


def aged(age: str, *, at: datetime) -> Q:
    """A condition on lost enquiries. Whoever was lost exactly three months ago is no longer fresh."""
    after, until = lost_between(age, at=at)
    condition = Q(ended_at__lte=until)
    return condition & Q(ended_at__gt=after) if after is not None else condition


def rows(cell: Cell, *, at: datetime) -> QuerySet[Enquiry]:
    """The lost enquiries of a cell whose people are still known."""
    known = Q(person__erased_at=None, person__merged_into=None)
    return Enquiry.objects.filter(
        aged(cell.age, at=at),
        known,
        state=Enquiry.State.LOST,
        lost_reason=cell.reason,
        programme=cell.programme_id,
    )
