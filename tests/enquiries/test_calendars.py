"""What we write as a calendar, every calendar reads: the same words and instants, whatever stands in them."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from enquiries import calendars
from tests.enquiries.calendar_parser import Invalid, parse

AT = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)


def one(**values) -> dict:
    said = {"at": AT, "starts_at": AT, "ends_at": AT + timedelta(hours=1), "summary": "Open day"} | values
    [event] = parse(calendars.calendar([calendars.event("a@school", **said)], name="School"))["events"]
    return event


def test_event_says_when_where_and_what_in_utc():
    summer = datetime(2026, 7, 1, 18, 30, tzinfo=ZoneInfo("Europe/Madrid"))
    event = one(starts_at=summer, ends_at=summer + timedelta(minutes=45), place="Aula 2, Barcelona", sequence=3)
    assert event["DTSTART"] == datetime(2026, 7, 1, 16, 30, tzinfo=UTC)
    assert event["DTEND"] == datetime(2026, 7, 1, 17, 15, tzinfo=UTC)
    assert (event["LOCATION"], event["SEQUENCE"], event["STATUS"]) == ("Aula 2, Barcelona", 3, "CONFIRMED")
    assert event["DTSTAMP"] == AT


def test_invitation_names_who_invites_and_who_is_invited():
    event = one(organiser='Escola "Llevant" <hola@llevant.example>', attendee="ada@example.org")
    assert event["ORGANIZER"] == "mailto:hola@llevant.example"
    assert event["ATTENDEE"] == "mailto:ada@example.org"


def test_called_off_event_is_cancelled_with_its_own_number():
    event = calendars.event("a@school", at=AT, starts_at=AT, ends_at=AT, summary="Off", sequence=2, status="CANCELLED")
    calendar = parse(calendars.calendar([event], name="School", method="CANCEL"))
    assert calendar["METHOD"] == "CANCEL"
    assert calendar["events"][0]["STATUS"] == "CANCELLED"


def test_whole_days_include_the_last_one():
    days = calendars.day_event(
        "b@school", at=AT, first_day=date(2026, 2, 27), last_day=date(2026, 2, 28), summary="Fair"
    )
    [event] = parse(calendars.calendar([days], name="School"))["events"]
    assert (event["DTSTART"], event["DTEND"]) == (date(2026, 2, 27), date(2026, 3, 1))


def test_calendar_without_events_is_still_valid():
    assert parse(calendars.calendar([], name="School"))["events"] == []


@pytest.mark.parametrize(
    "wrong",
    [
        {"ends_at": AT - timedelta(seconds=1)},
        {"starts_at": datetime(2026, 3, 2, 9, 0)},
        {"status": "MAYBE"},
    ],
)
def test_what_no_calendar_understands_is_refused(wrong):
    with pytest.raises(ValueError):
        one(**wrong)


def test_address_cannot_begin_a_line_of_its_own():
    event = one(url="https://llevant.example/a\r\nATTENDEE:mailto:x@example.org")
    assert "ATTENDEE" not in event


WORDS = st.text(st.characters(codec="utf-8"), max_size=300)


@given(summary=WORDS, description=WORDS, place=WORDS, name=WORDS)
def test_any_words_come_back_as_they_were_but_for_what_is_not_printable(summary, description, place, name):
    event = calendars.event(
        "c@school", at=AT, starts_at=AT, ends_at=AT, summary=summary, description=description, place=place
    )
    calendar = parse(calendars.calendar([event], name=name))
    [read] = calendar["events"]
    assert read["SUMMARY"] == _printable(summary)
    assert read.get("DESCRIPTION", "") == _printable(description)
    assert read.get("LOCATION", "") == _printable(place)


def _printable(words: str) -> str:
    words = words.replace("\r\n", "\n").replace("\r", "\n")
    return "".join(sign for sign in words if sign in "\n\t" or (ord(sign) >= 32 and not 127 <= ord(sign) < 160))


def test_the_reader_of_these_tests_forgives_nothing():
    good = calendars.calendar([], name="School")
    for wrong in (good.replace("\r\n", "\n"), good.replace("VERSION:2.0\r\n", ""), good.replace("School", "a,b")):
        with pytest.raises(Invalid):
            parse(wrong)
