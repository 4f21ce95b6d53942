"""Countries and time zones as people call them, to choose one's own from."""

from functools import cache
from unicodedata import normalize
from zoneinfo import available_timezones

from babel import Locale
from babel.dates import get_timezone_location

_AREAS = ("Africa", "America", "Asia", "Atlantic", "Australia", "Europe", "Indian", "Pacific")
_NO_COUNTRIES = {
    "AC",
    "CP",
    "CQ",
    "DG",
    "EA",
    "EU",
    "EZ",
    "IC",
    "QO",
    "TA",
    "UN",
    "XA",
    "XB",
    "ZZ",
}  # ISO 3166 reserves


@cache
def countries(language: str) -> tuple[tuple[str, str], ...]:
    """ISO 3166-1 codes with their names in ``language``, in its order."""
    names = Locale(language).territories.items()
    known = [(code, name) for code, name in names if len(code) == 2 and code.isalpha() and code not in _NO_COUNTRIES]
    return tuple(sorted(known, key=lambda one: _sortable(one[1])))


@cache
def time_zones(language: str) -> tuple[tuple[str, tuple[tuple[str, str], ...]], ...]:
    """IANA time zones by continent, each called by its city in ``language``."""
    groups: dict[str, list[tuple[str, str]]] = {area: [] for area in _AREAS}
    for zone in available_timezones():
        area = zone.partition("/")[0]
        if area in groups:
            groups[area].append((zone, get_timezone_location(zone, locale=language, return_city=True)))
    return tuple(
        (area, tuple(sorted(zones, key=lambda one: (_sortable(one[1]), one[0])))) for area, zones in groups.items()
    )


def _sortable(name: str) -> str:
    """Accents and capitals do not decide where a name stands."""
    return "".join(mark for mark in normalize("NFD", name) if mark.isalnum() or mark == " ").casefold()
