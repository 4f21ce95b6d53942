from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from contact_centre.clocks.working_time import (
    Special,
    Week,
    add,
    is_open,
    minutes_between,
    next_opening,
    week_of_rows,
)

MADRID = ZoneInfo("Europe/Madrid")
OFFICE = [(day, *hours) for day in range(5) for hours in ((time(9), time(14)), (time(15), time(18)))]
SCHOOL = week_of_rows("Europe/Madrid", OFFICE, {})
NEVER = week_of_rows("Europe/Madrid", [], {})


def local(*parts):
    return datetime(*parts, tzinfo=MADRID)


def with_days(**days):
    return week_of_rows(
        "Europe/Madrid", OFFICE, {date.fromisoformat(key[1:].replace("_", "-")): day for key, day in days.items()}
    )


@pytest.mark.parametrize(
    ("start", "minutes", "due"),
    [
        (local(2026, 5, 4, 9), 480, local(2026, 5, 4, 18)),  # a whole day ends with it, not on the morrow
        (local(2026, 5, 4, 14), 60, local(2026, 5, 4, 16)),  # over lunch
        (local(2026, 5, 8, 17), 120, local(2026, 5, 11, 10)),  # over the weekend
        (local(2026, 5, 9, 3), 1, local(2026, 5, 11, 9, 1)),  # asked at night
        (local(2026, 5, 4, 13, 59, 30), 1, local(2026, 5, 4, 15, 0, 30)),  # seconds are kept
        (local(2028, 2, 28, 17), 480, local(2028, 2, 29, 17)),  # a leap day is a day
        (local(2026, 5, 4, 9), 0, local(2026, 5, 4, 9)),
    ],
)
def test_working_time_is_added(start, minutes, due):
    assert add(start, minutes, SCHOOL).at == due


def test_a_holiday_for_today_moves_the_deadline_to_the_next_day():
    week = with_days(d2026_05_04=Special("Saint Nobody"))

    due = add(local(2026, 5, 4, 10), 60, week)

    assert due.at == local(2026, 5, 5, 10)
    assert [(step.day.day, step.minutes, step.name) for step in due.steps] == [(4, 0, "Saint Nobody"), (5, 60, "")]


def test_a_special_day_may_open_a_sunday_and_shorten_a_monday():
    week = with_days(
        d2026_05_03=Special("Open doors", ((time(10), time(12)),)), d2026_05_04=Special("Fair", ((time(9), time(10)),))
    )

    assert add(local(2026, 5, 2, 12), 240, week).at == local(2026, 5, 5, 10)


def test_steps_say_what_each_day_gave():
    due = add(local(2026, 5, 8, 13), 300, SCHOOL)

    assert [(step.day, step.minutes) for step in due.steps] == [
        (date(2026, 5, 8), 240),
        (date(2026, 5, 9), 0),
        (date(2026, 5, 10), 0),
        (date(2026, 5, 11), 60),
    ]
    assert due.steps[0].spans == (
        (local(2026, 5, 8, 13), local(2026, 5, 8, 14)),
        (local(2026, 5, 8, 15), local(2026, 5, 8, 18)),
    )


def test_the_night_the_clocks_go_forward_has_an_hour_less():
    nights = week_of_rows("Europe/Madrid", [(6, time(1), time(4))], {})

    assert minutes_between(local(2026, 3, 29, 0), local(2026, 3, 29, 12), nights) == 120
    assert add(local(2026, 3, 29, 0), 90, nights).at == local(2026, 3, 29, 3, 30)


def test_the_night_the_clocks_go_back_has_an_hour_more():
    nights = week_of_rows("Europe/Madrid", [(6, time(1), time(4))], {})

    assert minutes_between(local(2026, 10, 25, 0), local(2026, 10, 25, 12), nights) == 240
    assert add(local(2026, 10, 25, 0), 120, nights).at == datetime(2026, 10, 25, 1, tzinfo=UTC)  # two o’clock, again


@pytest.mark.parametrize(
    ("opens", "closes", "minutes"),
    [(time(1), time(2, 30), 60), (time(2, 15), time(2, 45), 0), (time(2, 30), time(4), 60)],
)
def test_hours_that_the_clock_leaps_over_are_not_worked(opens, closes, minutes):
    week = week_of_rows("Europe/Madrid", [(6, opens, closes)], {})

    assert minutes_between(local(2026, 3, 29, 0), local(2026, 3, 29, 12), week) == minutes


def test_until_a_minute_to_midnight_means_until_midnight():
    always = week_of_rows("Europe/Madrid", [(day, time(), time(23, 59)) for day in range(7)], {})

    assert add(local(2026, 5, 4, 23), 24 * 60, always).at == local(2026, 5, 5, 23)


def test_hours_that_overlap_count_once():
    week = week_of_rows("Europe/Madrid", [(0, time(9), time(12)), (0, time(11), time(13))], {})

    assert minutes_between(local(2026, 5, 4, 0), local(2026, 5, 5, 0), week) == 240


def test_a_week_that_never_opens_counts_as_the_clock_on_the_wall():
    due = add(local(2026, 5, 4, 9), 60, NEVER)

    assert (due.at, due.is_counted, due.steps) == (local(2026, 5, 4, 10), False, ())
    assert next_opening(local(2026, 5, 4, 9), NEVER) is None
    assert not is_open(local(2026, 5, 4, 9), NEVER)
    assert minutes_between(local(2026, 5, 4, 9), local(2027, 5, 4, 9), NEVER) == 0


def test_a_week_with_one_open_day_in_all_ends():
    once = Week("Europe/Madrid", ((),) * 7, {date(2026, 5, 6): Special("Once", ((time(9), time(10)),))})

    assert add(local(2026, 5, 4, 9), 60, once).at == local(2026, 5, 6, 10)
    assert not add(local(2026, 5, 4, 9), 61, once).is_counted
    assert next_opening(local(2026, 5, 7, 9), once) is None


@pytest.mark.parametrize(
    ("at", "opens"),
    [
        (local(2026, 5, 4, 10), local(2026, 5, 4, 10)),
        (local(2026, 5, 4, 14), local(2026, 5, 4, 15)),  # closing time is closed
        (local(2026, 5, 8, 18), local(2026, 5, 11, 9)),
    ],
)
def test_the_next_opening(at, opens):
    assert next_opening(at, SCHOOL) == opens
    assert is_open(at, SCHOOL) == (opens == at)


# --- What holds for any week

CLOCK = st.times().map(lambda one: one.replace(second=0, microsecond=0))
INTERVAL = st.tuples(CLOCK, CLOCK).filter(lambda one: one[0] < one[1])
ROW = st.builds(lambda day, hours: (day, *hours), st.integers(0, 6), INTERVAL)
DAYS = st.dates(date(2026, 1, 1), date(2028, 12, 31))
WEEKS = st.builds(
    week_of_rows,
    st.sampled_from(["Europe/Madrid", "Atlantic/Canary", "America/Bogota", "Australia/Lord_Howe", "UTC"]),
    st.lists(ROW, max_size=12),
    st.dictionaries(DAYS, st.builds(Special, st.just("A day"), st.lists(INTERVAL, max_size=2).map(tuple)), max_size=8),
)
INSTANTS = st.datetimes(datetime(2026, 1, 1), datetime(2028, 12, 31), timezones=st.just(UTC)).map(
    lambda one: one.replace(microsecond=0)
)
MINUTES = st.integers(1, 3_000)


@settings(max_examples=150, deadline=None)
@given(WEEKS, INSTANTS, MINUTES)
def test_what_is_added_lies_between(week, start, minutes):
    due = add(start, minutes, week)

    assert due.at > start
    if due.is_counted:
        assert minutes_between(start, due.at, week) == minutes
        assert minutes_between(start, due.at - timedelta(seconds=60), week) == minutes - 1
        assert sum((b - a for step in due.steps for a, b in step.spans), timedelta()) == timedelta(minutes=minutes)


@settings(max_examples=100, deadline=None)
@given(WEEKS, INSTANTS, MINUTES, MINUTES)
def test_adding_twice_is_adding_the_sum(week, start, first, second):
    whole, part = add(start, first + second, week), add(start, first, week)

    if whole.is_counted and part.is_counted:
        assert add(part.at, second, week).at == whole.at


@settings(max_examples=100, deadline=None)
@given(WEEKS, INSTANTS, INSTANTS, MINUTES)
def test_who_asks_later_is_not_due_earlier(week, one, other, minutes):
    earlier, later = sorted([one, other])
    first, second = add(earlier, minutes, week), add(later, minutes, week)

    if first.is_counted and second.is_counted:
        assert first.at <= second.at


@settings(max_examples=100, deadline=None)
@given(WEEKS, DAYS)
def test_the_stretches_of_a_day_do_not_touch(week, day):
    spans = week.spans(day)

    assert all(opens < closes for opens, closes in spans)
    assert all(before[1] < after[0] for before, after in pairwise(spans))


@settings(max_examples=100, deadline=None)
@given(WEEKS, INSTANTS)
def test_at_the_next_opening_somebody_works(week, at):
    opens = next_opening(at, week)

    if opens is not None:
        assert opens >= at
        assert is_open(opens, week)
        assert minutes_between(at, opens, week) == 0
