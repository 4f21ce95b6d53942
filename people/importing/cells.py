"""What stands in one cell of somebody else's table, read as what it is meant to be."""

import re
import unicodedata
from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _

EXCEL = "excel"  # among date formats: the number of days by which spreadsheets count
_EXCEL_DAY_0 = date(1899, 12, 30)
_FIGURES = re.compile(r"(\d{1,2})[/.-](\d{1,2})[/.-](\d{4})(?: (\d{1,2}):(\d{2}))?(?::\d{2})?")
_FORMULA = re.compile(r"'+[=+\-@]")


class BadCell(Exception):
    """Why a cell, and so its row, is not taken."""


def visible(text: str, *, keep_lines: bool = False) -> str:
    """The text without control characters, direction marks and characters of no width.

    They make two names look alike that are not, or turn a line round in a list.
    """
    if text.isascii() and text.isprintable():
        return text.strip() if keep_lines else " ".join(text.split())
    kept = []
    for sign in unicodedata.normalize("NFC", text):
        if sign in "\n\t\r":
            kept.append(sign if keep_lines else " ")
        elif unicodedata.category(sign) not in ("Cc", "Cf", "Cs", "Co", "Cn"):
            kept.append(sign)
    whole = "".join(kept)
    return whole.strip() if keep_lines else " ".join(whole.split())


def unguarded(text: str) -> str:
    """The text without the apostrophe that exports put before whatever a spreadsheet would take for a formula."""
    return text[1:] if text[:1] == "'" and _FORMULA.match(text) else text


def several(text: str) -> list[str]:
    """The addresses or numbers in one cell, whichever way they are kept apart."""
    return [part for piece in re.split(r"[;,|\n\t]|\s/\s", text) if (part := piece.strip())]


def instant(text: str, *, formats: Sequence[str] = (), zone: str = "Europe/Madrid") -> datetime | None:
    """An aware instant; without an offset it is the local time of ``zone``. 31/12/2026 is day first.

    ``formats`` as in strptime. Where some are stated, other ways of writing are read only if they are ISO 8601, which
    is how the cells of a workbook come. Raises BadCell.
    """
    if not text:
        return None
    read = _read_instant(text, formats)
    if read is None or not 1990 <= read.year <= 2100:
        raise BadCell(_("“%(date)s” is not a date.") % {"date": text[:40]})
    return (read if read.tzinfo else read.replace(tzinfo=ZoneInfo(zone))).astimezone(UTC)


def birth_date(text: str, *, on: date, formats: Sequence[str] = ()) -> date | None:
    """A day between 1900 and ``on``, written as in ``instant``. Two figures of a year are of the last hundred years."""
    if not text:
        return None
    read = _read_instant(text, formats)
    if read is not None:
        day = read.date()
        if day > on and any("%y" in one for one in formats):
            day = _years_before(day, 100)
        if date(1900, 1, 1) <= day <= on:
            return day
    raise BadCell(_("“%(date)s” is not a date of birth.") % {"date": text[:40]})


def _read_instant(text: str, formats: Sequence[str]) -> datetime | None:
    for one in formats:
        try:
            if one == EXCEL:
                return datetime.combine(_EXCEL_DAY_0, datetime.min.time()) + timedelta(days=float(text))
            return datetime.strptime(text, one)  # noqa: DTZ007 -- made aware by the caller
        except (ValueError, OverflowError):
            continue
    try:
        if figures := None if formats else _FIGURES.fullmatch(text):
            day, month, year, hour, minute = (int(part or 0) for part in figures.groups())
            return datetime(year, month, day, hour, minute)  # noqa: DTZ001 -- made aware by the caller
        return datetime.fromisoformat(text)
    except ValueError:
        return None


def _years_before(day: date, years: int) -> date:
    try:
        return day.replace(year=day.year - years)
    except ValueError:  # 29 February
        return day.replace(year=day.year - years, day=28)
