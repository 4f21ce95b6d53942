"""When somebody wants to be called: free times of the advisers where there are any, else a part of a day."""

from datetime import date, datetime, time, timedelta

from babel.dates import format_date, format_time
from django.utils import timezone
from django.utils.translation import get_language, pgettext

from enquiries.models import Appointment, Enquiry
from programmes.dates import READERS

DAYS = 7
MOST = 40
SLOT, WISH = "at:", "wish:"
PARTS = {"morning": time(10), "midday": time(13), "afternoon": time(17)}


def choices(*, at: datetime) -> list:
    """What can be chosen, by day: the free times of the next week, each once however many advisers have it."""
    from enquiries.sessions import slots  # noqa: PLC0415 -- the sessions ask with forms themselves

    free = slots.free(first_day=timezone.localdate(at), days=DAYS, way="phone", at=at)
    starts = sorted({slot.starts_at for slot in free})[:MOST]
    if not starts:
        return [(_day(day), [(f"{WISH}{day}:{code}", _part(code)) for code in PARTS]) for day in _working_days(at)]
    days: dict[date, list] = {}
    for start in starts:
        days.setdefault(timezone.localdate(start), []).append((f"{SLOT}{start.isoformat()}", _hour(start)))
    return [(_day(day), options) for day, options in days.items()]


def first_change(offered: list) -> datetime | None:
    """When the first of ``offered`` is over, so that nobody is shown it any longer."""
    values = [value for _label, options in offered for value, _words in options if value.startswith(SLOT)]
    return datetime.fromisoformat(values[0].removeprefix(SLOT)) if values else None


def in_words(value: str) -> str:
    """A choice as it is read back; what nobody offered as it was written."""
    if value.startswith(SLOT) and (start := _instant(value)):
        return f"{_day(timezone.localdate(start))}, {_hour(start)}"
    if value.startswith(WISH):
        day, _colon, part = value.removeprefix(WISH).partition(":")
        try:
            return f"{_day(date.fromisoformat(day))}, {_part(part)}" if part in PARTS else value
        except ValueError:
            return value
    return value


def book(value: str, enquiry: Enquiry, *, phone: str, at: datetime) -> Appointment | None:
    """The appointment for a time that was chosen; None for a wish. Raises booking.Taken if it is no longer free."""
    from enquiries.sessions import booking  # noqa: PLC0415 -- as above

    start = _instant(value) if value.startswith(SLOT) else None
    if start is None:
        return None
    return booking.book_appointment(
        starts_at=start, way="phone", person=enquiry.person, at=at, enquiry=enquiry, phone=phone
    )


def _instant(value: str) -> datetime | None:
    try:
        start = datetime.fromisoformat(value.removeprefix(SLOT))
    except ValueError:
        return None
    return start if timezone.is_aware(start) else None


def _working_days(at: datetime) -> list[date]:
    today = timezone.localdate(at)
    days = (today + timedelta(days=number) for number in range(1, 8))
    return [day for day in days if day.weekday() < 5][:4]


def _reader() -> str:
    return READERS.get((get_language() or "ca")[:2], "en_GB")


def _day(day: date) -> str:
    return format_date(day, "EEEE d MMMM", locale=_reader())


def _hour(start: datetime) -> str:
    return format_time(timezone.localtime(start), "short", locale=_reader())


def _part(code: str) -> str:
    return {
        "morning": pgettext("part of a day", "Morning"),
        "midday": pgettext("part of a day", "Around noon"),
        "afternoon": pgettext("part of a day", "Afternoon"),
    }[code]
