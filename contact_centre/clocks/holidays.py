"""The public holidays of Spain and Catalonia: those on a date, and those that move with Easter."""

from datetime import date, timedelta

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

FIXED = (
    # Real Decreto 2001/1983, art. 45; those of Catalonia as the Generalitat orders them each year.
    (1, 1, _("New Year’s Day")),
    (1, 6, _("Epiphany")),
    (5, 1, _("Labour Day")),
    (6, 24, _("Saint John’s Day (Catalonia)")),
    (8, 15, _("Assumption")),
    (9, 11, _("National Day of Catalonia")),
    (10, 12, _("National Day of Spain")),
    (11, 1, _("All Saints’ Day")),
    (12, 6, _("Constitution Day")),
    (12, 8, _("Immaculate Conception")),
    (12, 25, _("Christmas Day")),
    (12, 26, _("Saint Stephen’s Day (Catalonia)")),
)
MOVING = ((-2, _("Good Friday")), (1, _("Easter Monday (Catalonia)")))  # days from Easter Sunday


def of(year: int) -> list[tuple[date, str | Promise]]:
    """The holidays of a year, in order. Those of the town are for a person to add: they change every year."""
    sunday = easter(year)
    moving = [(sunday + timedelta(days=days), name) for days, name in MOVING]
    return sorted([*((date(year, month, day), name) for month, day, name in FIXED), *moving], key=lambda one: one[0])


def easter(year: int) -> date:
    """Easter Sunday of the Gregorian calendar (Meeus, Jones and Butcher)."""
    golden, (century, rest) = year % 19, divmod(year, 100)
    leaps, over = divmod(century, 4)
    drift = (century - (century + 8) // 25 + 1) // 3
    moon = (19 * golden + century - leaps - drift + 15) % 30
    quarters, left = divmod(rest, 4)
    weekday = (32 + 2 * over + 2 * quarters - moon - left) % 7
    late = (golden + 11 * moon + 22 * weekday) // 451
    month, day = divmod(moon + weekday - 7 * late + 114, 31)
    return date(year, month, day + 1)
