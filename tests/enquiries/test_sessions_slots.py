"""When advisers can be booked."""

from datetime import UTC, date, datetime, time, timedelta

import pytest

from contact_centre.models import SpecialDay
from enquiries.sessions import slots
from tests.factories.assignment import AbsenceFactory
from tests.factories.contact_centre import WorkingCalendarFactory
from tests.factories.sessions import NOW, AppointmentFactory, BookableHoursFactory, SessionFactory

pytestmark = pytest.mark.django_db
MONDAY = date(2027, 3, 8)


def hours(found):
    return [f"{slot.starts_at:%d %H:%M}" for slot in found]


def free(first_day=MONDAY, days=1, at=NOW, **asked):
    return slots.free(first_day=first_day, days=days, at=at, **asked)


def test_hours_are_cut_in_pieces():
    adviser = BookableHoursFactory().user
    found = free()
    assert hours(found) == ["08 09:00", "08 09:30", "08 10:00", "08 10:30"]
    assert {slot.user_id for slot in found} == {adviser.pk}
    assert all(slot.ends_at - slot.starts_at == timedelta(minutes=30) for slot in found)


def test_other_days_and_other_ways_have_none():
    BookableHoursFactory()
    assert free(MONDAY + timedelta(days=1), days=5) == []
    assert free(way="online") == []


def test_what_is_booked_is_not_offered_whatever_its_length():
    adviser = BookableHoursFactory().user
    start = datetime(2027, 3, 8, 9, 15, tzinfo=UTC)
    AppointmentFactory(adviser=adviser, starts_at=start, ends_at=start + timedelta(minutes=20))
    assert hours(free()) == ["08 10:00", "08 10:30"]


def test_called_off_is_free_again():
    AppointmentFactory(adviser=BookableHoursFactory().user, state="off")
    assert len(free()) == 4


def test_absence_and_hosted_session_take_their_time():
    adviser = BookableHoursFactory().user
    AbsenceFactory(
        user=adviser, starts_at=datetime(2027, 3, 8, 8, tzinfo=UTC), ends_at=datetime(2027, 3, 8, 9, 10, tzinfo=UTC)
    )
    session = SessionFactory(starts_at=datetime(2027, 3, 8, 10, 30, tzinfo=UTC))
    session.hosts.add(adviser)
    assert hours(free()) == ["08 09:30", "08 10:00"]


def test_nothing_on_a_holiday_and_only_open_hours_on_a_short_day():
    BookableHoursFactory()
    calendar = WorkingCalendarFactory(is_default=True, changed_at=NOW)
    SpecialDay.objects.create(calendar=calendar, day=MONDAY, name="Founders’ day", confirmed_at=NOW)
    short = MONDAY + timedelta(days=7)
    SpecialDay.objects.create(
        calendar=calendar, day=short, name="Eve", from_time=time(9), until_time=time(11), confirmed_at=NOW
    )
    assert free() == []
    assert hours(free(short)) == ["15 09:00", "15 09:30"]


def test_two_hours_notice_unless_staff_book():
    BookableHoursFactory()
    at = datetime(2027, 3, 8, 8, 10, tzinfo=UTC)
    assert hours(free(at=at)) == ["08 10:30"]
    assert len(free(at=at, notice=slots.NOBODY_WAITS)) == 4


def test_clocks_that_go_forward_keep_the_hour_on_the_wall():
    BookableHoursFactory(until_time=time(11))
    before, after = date(2027, 3, 22), date(2027, 3, 29)  # summer time begins on the 28th
    assert hours(free(before)) == ["22 09:00", "22 09:30"]
    assert hours(free(after)) == ["29 08:00", "29 08:30"]


def test_hour_that_the_clocks_leap_over_is_not_offered():
    BookableHoursFactory(weekday=6, from_time=time(1), until_time=time(4), minutes=60)
    assert hours(free(date(2027, 3, 28))) == ["28 00:00", "28 01:00"]


def test_hours_hold_between_their_days():
    BookableHoursFactory(valid_until=date(2027, 3, 7))
    BookableHoursFactory(valid_from=date(2027, 3, 9))
    assert free(days=7) == []


def test_who_has_left_is_not_offered():
    adviser = BookableHoursFactory().user
    adviser.is_active = False
    adviser.save()
    assert free() == []


def test_same_number_of_queries_for_one_adviser_and_for_three(django_assert_max_num_queries):
    BookableHoursFactory()
    with django_assert_max_num_queries(12) as first:
        free(days=14)
    BookableHoursFactory.create_batch(2)
    with django_assert_max_num_queries(len(first)):
        assert len(free(days=14)) == 24
