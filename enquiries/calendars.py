"""Dates as calendars read them (RFC 5545): one module writes them, whoever sends or publishes them.

An event keeps its ``uid`` for life. Whoever changes one raises its ``sequence``; whoever calls it off gives the status
CANCELLED: calendars then replace what they hold. Times are written in UTC, so no time zone has to travel along.
"""

from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta
from email.utils import parseaddr
from typing import Literal

LINE_OCTETS = 75  # RFC 5545 §3.1, without the line break
PRODUCT = "-//Matricula//Enrolment//EN"
STATUSES = ("TENTATIVE", "CONFIRMED", "CANCELLED")

Method = Literal["PUBLISH", "REQUEST", "CANCEL"]


def event(
    uid: str,
    *,
    at: datetime,
    starts_at: datetime,
    ends_at: datetime,
    summary: str,
    description: str = "",
    place: str = "",
    url: str = "",
    sequence: int = 0,
    status: str = "CONFIRMED",
    organiser: str = "",
    attendee: str = "",
) -> str:
    """An event between two instants, as it stood ``at``.

    ``organiser`` and ``attendee`` are addresses, "name <address>" or bare: an invitation (REQUEST, CANCEL) needs both.
    Raises ValueError for an instant without a time zone, an end before the beginning or an unknown status.
    """
    when = [f"DTSTART:{_instant(starts_at)}", f"DTEND:{_instant(ends_at)}"]
    if ends_at < starts_at:
        raise ValueError("an event ends before it begins")
    if ends_at == starts_at:
        when.pop()  # an end must be later than the beginning; without one, an event is an instant
    who = [_address("ORGANIZER", organiser), _address("ATTENDEE", attendee)]
    return _event(uid, at, when, summary, description, place, url, sequence, status, who)


def day_event(
    uid: str,
    *,
    at: datetime,
    first_day: date,
    last_day: date,
    summary: str,
    description: str = "",
    place: str = "",
    url: str = "",
    sequence: int = 0,
    status: str = "CONFIRMED",
) -> str:
    """An event of whole days, the last one included; it does not make anybody busy."""
    if last_day < first_day:
        raise ValueError("an event ends before it begins")
    when = [
        f"DTSTART;VALUE=DATE:{first_day:%Y%m%d}",
        f"DTEND;VALUE=DATE:{last_day + timedelta(days=1):%Y%m%d}",  # the first day that is no longer part of it
        "TRANSP:TRANSPARENT",
    ]
    return _event(uid, at, when, summary, description, place, url, sequence, status, [])


def calendar(events: Iterable[str], *, name: str, method: Method = "PUBLISH") -> str:
    """The file with ``events``, as ``event`` and ``day_event`` write them, to publish or to send as an invitation."""
    lines = [
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        f"PRODID:{PRODUCT}",
        "CALSCALE:GREGORIAN",
        f"METHOD:{method}",
        f"X-WR-CALNAME:{_text(name)}",
    ]
    # A calendar must hold at least one component: one without events says which time zone it would be in.
    body = "".join(events) or _folded(NO_EVENTS)
    return _folded(lines) + body + "END:VCALENDAR\r\n"


NO_EVENTS = [
    "BEGIN:VTIMEZONE",
    "TZID:UTC",
    "BEGIN:STANDARD",
    "DTSTART:19700101T000000",
    "TZOFFSETFROM:+0000",
    "TZOFFSETTO:+0000",
    "END:STANDARD",
    "END:VTIMEZONE",
]


def _event(
    uid: str,
    at: datetime,
    when: list[str],
    summary: str,
    description: str,
    place: str,
    url: str,
    sequence: int,
    status: str,
    who: list[str],
) -> str:
    if status not in STATUSES:
        raise ValueError(f"no status of an event: {status}")
    lines = [
        "BEGIN:VEVENT",
        f"UID:{_text(uid)}",
        f"DTSTAMP:{_instant(at)}",
        *when,
        f"SEQUENCE:{sequence}",
        f"STATUS:{status}",
        f"SUMMARY:{_text(summary)}",
        f"DESCRIPTION:{_text(description)}" if description else "",
        f"LOCATION:{_text(place)}" if place else "",
        f"URL:{_bare(url)}" if url else "",
        *who,
        "END:VEVENT",
    ]
    return _folded(line for line in lines if line)


def _instant(at: datetime) -> str:
    if at.tzinfo is None:
        raise ValueError("an instant without a time zone")
    return f"{at.astimezone(UTC):%Y%m%dT%H%M%SZ}"


def _text(value: str) -> str:
    """A text value: RFC 5545 §3.3.11; what is neither tab nor printable has no place in it."""
    value = str(value).replace("\r\n", "\n").replace("\r", "\n")
    value = "".join(sign for sign in value if sign in "\n\t" or _is_printable(sign))
    return value.replace("\\", "\\\\").replace(";", "\\;").replace(",", "\\,").replace("\n", "\\n")


def _bare(value: str) -> str:
    """An address, which is not escaped: without anything that could begin another line."""
    return "".join(sign for sign in str(value) if sign > " " and _is_printable(sign))


def _is_printable(sign: str) -> bool:
    code = ord(sign)
    return code >= 32 and not 127 <= code < 160 and not 0xD800 <= code < 0xE000


def _address(what: str, said: str) -> str:
    name, address = parseaddr(said)
    if not address:
        return ""
    quoted = "".join(sign for sign in name if sign != '"' and _is_printable(sign))
    named = f';CN="{quoted}"' if quoted else ""
    asked = ";ROLE=REQ-PARTICIPANT;PARTSTAT=NEEDS-ACTION;RSVP=FALSE" if what == "ATTENDEE" else ""
    return f"{what}{named}{asked}:mailto:{_bare(address)}"


def _folded(lines: Iterable[str]) -> str:
    return "".join(_fold(line) for line in lines)


def _fold(line: str) -> str:
    """The line in pieces of at most 75 octets, never in the middle of a letter."""
    pieces, piece, octets = [], "", 0
    for sign in line:
        size = len(sign.encode())
        if octets + size > LINE_OCTETS:
            pieces.append(piece)
            piece, octets = " ", 1  # the blank that says that the line goes on counts too
        piece += sign
        octets += size
    return "\r\n".join([*pieces, piece]) + "\r\n"
