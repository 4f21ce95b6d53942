"""Which days of figures do not hold any more: a look through what was written since the last look.

Nothing is asked of whoever writes: the ledgers of moves and of touches only grow, and their numbers say what is new. A
number can be given before another and be seen after it, so every ``TURN`` the look goes back to where the turn before
began.
"""

from collections.abc import Callable, Iterable
from datetime import date, datetime, timedelta

from django.db import connection, transaction
from django.utils import timezone

from enquiries.models import Enquiry, EnquiryMove, OriginReading, StaleDay, Touch
from enquiries.origins import collected, credit

TURN = timedelta(minutes=10)
MONEY_BACK = timedelta(days=2)  # providers tell of a payment after it was made
DAY = "(%s AT TIME ZONE %%(zone)s)::date"


def mark(days: Iterable[date], *, at: datetime) -> None:
    """Have these days counted again."""
    rows = [StaleDay(on=day, since=at) for day in sorted(set(days))]
    # Not ignored where it is there: whoever counts that day right now deletes the row, and this one waits for it.
    StaleDay.objects.bulk_create(rows, update_conflicts=True, unique_fields=["on"], update_fields=["since"])


def mark_people(people: Iterable[int], *, at: datetime) -> None:
    """Have all days counted again on which one of ``people`` asked something."""
    mark(_days_of(people), at=at)


def mark_all(*, at: datetime) -> None:
    """Have every day counted again on which anybody asked or paid."""
    zone = timezone.get_default_timezone()
    asked = Enquiry.objects.datetimes("received_at", "day", tzinfo=zone)
    mark({instant.date() for instant in asked}, at=at)
    mark({timezone.localdate(row.at) for row in collected.rows()}, at=at)


@transaction.atomic
def look(*, at: datetime) -> int:
    """Mark the days that something new concerns; return how many ledgers had anything new.

    Of two who look at once the second finds nothing new.
    """
    readings = {one.name: one for one in OriginReading.objects.select_for_update().order_by("name")}
    if not readings:
        if not _begin(at):
            return 0
        mark_all(at=at)
        return 3
    found = _look_at(readings["moves"], EnquiryMove, _asked_by_moves, at=at)
    found += _look_at(readings["touches"], Touch, _asked_by_touches, at=at)
    return found + _look_at_money(readings["money"], at=at)


def _begin(at: datetime) -> bool:
    newest = {"moves": _newest(EnquiryMove), "touches": _newest(Touch), "money": 0}
    rows = [
        OriginReading(name=name, seen_id=seen, turn_id=seen, seen_at=at, turned_at=at) for name, seen in newest.items()
    ]
    return len(OriginReading.objects.bulk_create(rows, ignore_conflicts=True)) > 0


def _newest(model: type[EnquiryMove] | type[Touch]) -> int:
    return model.objects.order_by("-pk").values_list("pk", flat=True).first() or 0


def _look_at(
    reading: OriginReading,
    model: type[EnquiryMove] | type[Touch],
    days_after: Callable[[int], list[date]],
    *,
    at: datetime,
) -> int:
    newest, is_turn = _newest(model), at - reading.turned_at >= TURN
    if newest == reading.seen_id and not is_turn:
        return 0
    since = reading.turn_id if is_turn else reading.seen_id
    days = days_after(since) if newest != since else []
    mark(days, at=at)
    if is_turn:
        reading.turn_id, reading.turned_at = reading.seen_id, at
    reading.seen_id, reading.seen_at = newest, at
    reading.save()
    return bool(days)


def _look_at_money(reading: OriginReading, *, at: datetime) -> int:
    is_turn = at - reading.turned_at >= TURN
    since = reading.turned_at - MONEY_BACK if is_turn else reading.seen_at
    rows = list(collected.rows(since=since))
    mark({timezone.localdate(row.at) for row in rows}, at=at)
    mark_people({row.person_id for row in rows}, at=at)
    reading.seen_at = at
    if is_turn:
        reading.turned_at = at
    reading.save()
    return bool(rows)


def _asked_by_moves(since: int) -> list[date]:
    return _read(
        f"""
        SELECT DISTINCT {DAY % "enquiry.received_at"} FROM enquiries_enquirymove AS move
        JOIN enquiries_enquiry AS enquiry ON enquiry.id = move.enquiry_id WHERE move.id > %(since)s
        """,  # noqa: S608 -- only names of ours
        {"since": since},
    )


def _asked_by_touches(since: int) -> list[date]:
    return _read(
        f"""
        SELECT DISTINCT {DAY % "enquiry.received_at"} FROM enquiries_touch AS touch
        JOIN enquiries_enquiry AS enquiry ON enquiry.person_id = touch.person_id
        WHERE touch.id > %(since)s
          AND (enquiry.id = touch.enquiry_id
               OR enquiry.received_at >= touch.at AND enquiry.received_at < touch.at + %(back)s::interval)
        """,  # noqa: S608 -- likewise
        {"since": since, "back": f"{credit.LOOKS_BACK.days} days"},
    )


def _days_of(people: Iterable[int]) -> list[date]:
    return _read(
        f"SELECT DISTINCT {DAY % 'received_at'} FROM enquiries_enquiry WHERE person_id = ANY(%(people)s)",  # noqa: S608
        {"people": list(people)},
    )


def _read(statement: str, facts: dict) -> list[date]:
    with connection.cursor() as cursor:
        cursor.execute(statement, facts | {"zone": str(timezone.get_default_timezone())})
        return [day for (day,) in cursor.fetchall()]
