"""A reader of iCalendar files that forgives nothing: what RFC 5545 asks of every line, property and component."""

import re
from datetime import UTC, date, datetime

LINE = re.compile(r"^(?P<name>[A-Z-]+)(?P<params>(;[A-Z-]+=(\"[^\"]*\"|[^\";:,]*))*):(?P<value>.*)$", re.DOTALL)
UTC_INSTANT, DAY = re.compile(r"^\d{8}T\d{6}Z$"), re.compile(r"^\d{8}$")
TEXTS = {"UID", "SUMMARY", "DESCRIPTION", "LOCATION", "X-WR-CALNAME", "PRODID"}
ONCE = {"UID", "DTSTAMP", "DTSTART", "DTEND", "SEQUENCE", "STATUS", "SUMMARY", "DESCRIPTION", "LOCATION", "URL"}
CALENDAR_NEEDS, EVENT_NEEDS = {"VERSION", "PRODID"}, {"UID", "DTSTAMP", "DTSTART"}


class Invalid(Exception):
    """The file is no calendar."""


def parse(file: str) -> dict:
    """``{"METHOD": …, "events": [{"UID": …, "DTSTART": datetime or date, …}]}``; raises Invalid."""
    lines = _unfolded(file)
    if lines[0] != "BEGIN:VCALENDAR" or lines[-1] != "END:VCALENDAR":
        raise Invalid("no calendar around it")
    calendar: dict = {"events": [], "zones": 0}
    open_components: list[str] = []
    event: dict = {}
    for line in lines[1:-1]:
        name, params, value = _property(line)
        if name == "BEGIN":
            open_components.append(value)
            event = {}
        elif name == "END":
            if not open_components or open_components.pop() != value:
                raise Invalid(f"unbalanced {value}")
            if value == "VEVENT":
                calendar["events"].append(_checked(event))
            elif value == "VTIMEZONE":
                calendar["zones"] += 1
        elif open_components == ["VEVENT"]:
            if name in event and name in ONCE:
                raise Invalid(f"{name} twice")
            event[name] = _value(name, params, value)
        elif not open_components:
            calendar[name] = _value(name, params, value)
    if open_components or not calendar.keys() >= CALENDAR_NEEDS or not (calendar["events"] or calendar["zones"]):
        raise Invalid("incomplete")
    keys = [event["UID"] for event in calendar["events"]]
    if len(keys) != len(set(keys)):
        raise Invalid("one UID for two events")
    return calendar


def _unfolded(file: str) -> list[str]:
    if not file.endswith("\r\n") or "\n" in file.replace("\r\n", "") or "\r" in file.replace("\r\n", ""):
        raise Invalid("lines end in CRLF")
    lines: list[str] = []
    for line in file[:-2].split("\r\n"):
        if len(line.encode()) > 75 or not line:
            raise Invalid(f"a line of {len(line.encode())} octets")
        if line[0] in " \t":
            lines[-1] += line[1:]
        else:
            lines.append(line)
    return lines


def _property(line: str) -> tuple[str, dict[str, str], str]:
    if any(ord(sign) < 32 and sign != "\t" for sign in line) or not (found := LINE.match(line)):
        raise Invalid(f"no property: {line!r}")
    pairs = [pair.split("=", 1) for pair in found["params"].split(";")[1:]]
    return found["name"], {key: value.strip('"') for key, value in pairs}, found["value"]


def _value(name: str, params: dict[str, str], value: str):
    if name in ("DTSTAMP", "DTSTART", "DTEND"):
        if params.get("VALUE") == "DATE":
            if name == "DTSTAMP" or not DAY.match(value):
                raise Invalid(f"no day: {value}")
            return date(int(value[:4]), int(value[4:6]), int(value[6:]))
        if not UTC_INSTANT.match(value):
            raise Invalid(f"no instant: {value}")
        return datetime.strptime(value, "%Y%m%dT%H%M%SZ").replace(tzinfo=UTC)
    if name == "SEQUENCE":
        return int(value)
    if name in TEXTS:
        return _text(value)
    return value


def _text(value: str) -> str:
    if re.search(r"(?<!\\)(\\\\)*[,;]", value) or re.sub(r"\\[\\;,nN]", "", value).count("\\"):
        raise Invalid(f"not escaped: {value!r}")
    return re.sub(r"\\([\\;,nN])", lambda found: "\n" if found[1] in "nN" else found[1], value)


def _checked(event: dict) -> dict:
    if not event.keys() >= EVENT_NEEDS:
        raise Invalid(f"an event lacks {EVENT_NEEDS - event.keys()}")
    starts, ends = event["DTSTART"], event.get("DTEND")
    if ends is not None and (type(starts) is not type(ends) or ends < starts):
        raise Invalid("ends before it begins")
    if event.get("STATUS") not in (None, "TENTATIVE", "CONFIRMED", "CANCELLED"):
        raise Invalid("no status")
    return event
