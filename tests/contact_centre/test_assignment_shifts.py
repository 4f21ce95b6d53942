from datetime import UTC, date, datetime, time, timedelta

import pytest

from contact_centre.assignment import shifts
from contact_centre.models import SpecialDay, WorkingCalendar, WorkingInterval
from tests.factories.assignment import AbsenceFactory, AdviserFactory, ShiftFactory, TeamFactory
from tests.factories.people import MONDAY_9AM, UserFactory

pytestmark = [pytest.mark.database, pytest.mark.django_db]
NIGHT = MONDAY_9AM.replace(hour=22)
TUESDAY = datetime(2026, 3, 3, 8, tzinfo=UTC)  # nine o'clock in Barcelona


def test_without_a_shift_the_hours_of_the_school_hold():
    user = UserFactory()

    assert shifts.is_on_shift(user, MONDAY_9AM)
    assert not shifts.is_on_shift(user, NIGHT)
    assert shifts.next_start(user, NIGHT) == TUESDAY
    assert shifts.next_start(user, MONDAY_9AM) == MONDAY_9AM


def test_a_shift_takes_the_place_of_the_school_s_hours():
    user = ShiftFactory(weekday=0, from_time=time(20), until_time=time(23, 59)).user

    assert shifts.is_on_shift(user, NIGHT)
    assert not shifts.is_on_shift(user, MONDAY_9AM)
    assert shifts.next_start(user, TUESDAY) == datetime(2026, 3, 9, 19, tzinfo=UTC)


def test_a_shift_with_dates_holds_between_them():
    user = ShiftFactory(weekday=1, valid_from=date(2026, 3, 9), valid_until=date(2026, 3, 15)).user

    assert shifts.is_on_shift(user, MONDAY_9AM)  # before it, the school's hours
    assert not shifts.is_on_shift(user, MONDAY_9AM + timedelta(days=7))
    assert shifts.is_on_shift(user, TUESDAY + timedelta(days=7))


def test_whoever_is_absent_is_not_there_and_comes_back_when_it_ends():
    user = AbsenceFactory(starts_at=MONDAY_9AM, ends_at=TUESDAY + timedelta(hours=2)).user

    assert not shifts.is_on_shift(user, MONDAY_9AM)
    assert shifts.next_start(user, MONDAY_9AM) == TUESDAY + timedelta(hours=2)
    assert shifts.next_start(AbsenceFactory().user, MONDAY_9AM) is None


def test_a_closed_login_is_never_there():
    user = UserFactory(is_active=False)

    assert (shifts.is_on_shift(user, MONDAY_9AM), shifts.next_start(user, MONDAY_9AM)) == (False, None)


def test_nobody_works_on_a_holiday_whatever_their_shift_says():
    calendar = WorkingCalendar.objects.create(name="School", is_default=True, changed_at=MONDAY_9AM)
    WorkingInterval.objects.create(calendar=calendar, weekday=0, from_time=time(8), until_time=time(20))
    SpecialDay.objects.create(calendar=calendar, day=date(2026, 3, 2), name="Holiday", confirmed_at=MONDAY_9AM)
    user = ShiftFactory(weekday=0, from_time=time(8), until_time=time(20)).user

    assert not shifts.is_on_shift(user, MONDAY_9AM)
    assert shifts.is_on_shift(user, MONDAY_9AM + timedelta(days=7))


def test_who_is_at_the_desk_is_asked_in_a_constant_number_of_queries(django_assert_max_num_queries):
    team = TeamFactory()
    few = [AdviserFactory(team=team).user for _one in range(2)]
    many = [AdviserFactory(team=team).user for _one in range(8)]

    with django_assert_max_num_queries(5):
        assert shifts.on_shift(few, MONDAY_9AM) == few
    with django_assert_max_num_queries(5):
        assert shifts.on_shift(many, MONDAY_9AM) == many


def test_the_usual_week_is_replaced_and_shifts_with_dates_stay():
    user = ShiftFactory(valid_from=date(2026, 7, 1)).user
    ShiftFactory(user=user, weekday=4)

    shifts.keep_usual_week(user, {0: [(time(9), time(14)), (time(15), time(18))]})

    assert shifts.usual_week(user) == {0: [(time(9), time(14)), (time(15), time(18))]}
    assert user.shifts.count() == 3
