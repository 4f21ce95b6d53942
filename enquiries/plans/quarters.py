"""Quarters of a year, as days and as instants of the school's time zone. Pure."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from django.utils import timezone
from django.utils.translation import gettext as _


@dataclass(frozen=True, order=True)
class Quarter:
    """Three months; ``number`` from 1 to 4."""

    year: int
    number: int

    @property
    def first_day(self) -> date:
        return date(self.year, 3 * self.number - 2, 1)

    @property
    def last_day(self) -> date:
        return self.following.first_day - timedelta(days=1)

    @property
    def following(self) -> "Quarter":
        return Quarter(self.year + 1, 1) if self.number == 4 else Quarter(self.year, self.number + 1)

    @property
    def since(self) -> datetime:
        return _midnight(self.first_day)

    @property
    def until(self) -> datetime:
        """The instant at which it is over."""
        return _midnight(self.following.first_day)

    def is_closed(self, *, at: datetime) -> bool:
        return at >= self.until

    def __str__(self) -> str:
        return _("quarter %(number)d of %(year)d") % {"number": self.number, "year": self.year}


def of_year(year: int) -> list[Quarter]:
    return [Quarter(year, number) for number in (1, 2, 3, 4)]


def of_day(day: date) -> Quarter:
    return Quarter(day.year, (day.month + 2) // 3)


def _midnight(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time.min), timezone.get_default_timezone())
