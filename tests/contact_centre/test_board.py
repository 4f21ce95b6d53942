"""The board and the coverage of the days ahead."""

from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest

from contact_centre.assignment import presence
from contact_centre.models import Case, CaseEvent
from contact_centre.running import board, coverage
from tests.factories.assignment import AbsenceFactory, AdviserFactory, ShiftFactory, TeamFactory
from tests.factories.contact_centre import CaseFactory
from tests.factories.people import MONDAY_9AM, UserFactory

pytestmark = pytest.mark.django_db
MADRID = ZoneInfo("Europe/Madrid")


def test_what_waits_is_due_is_late_and_is_aside():
    at = MONDAY_9AM + timedelta(hours=2)
    CaseFactory(opened_at=at - timedelta(hours=23, minutes=30))  # due within the hour
    CaseFactory(opened_at=at - timedelta(hours=21))
    CaseFactory(opened_at=at - timedelta(hours=25))
    CaseFactory(in_hand=True, opened_at=at)
    CaseFactory(opened_at=at, snoozed_until=at + timedelta(hours=1))
    CaseFactory(answered=True, opened_at=at - timedelta(days=3), next_due_at=at - timedelta(minutes=5))
    CaseFactory(closed=True, opened_at=at - timedelta(days=3))

    counts = board.board(at=at).counts

    assert (counts.waiting, counts.in_hand, counts.late, counts.aside, counts.replies_late) == (3, 1, 1, 1, 1)
    assert counts.due == ((1, 1), (4, 2), (24, 4))
    assert counts.waiting_since == at - timedelta(hours=25)


def test_who_is_free_at_a_case_full_or_away():
    team, at = TeamFactory(), MONDAY_9AM + timedelta(hours=2)
    free, busy, full, ill = (AdviserFactory(team=team, capacity=2).user for _adviser in range(4))
    case = CaseFactory(in_hand=True, adviser=busy, opened_at=at)
    presence.see(case, by=busy, doing="writing", at=at)
    CaseFactory.create_batch(2, in_hand=True, adviser=full, opened_at=at)
    AbsenceFactory(user=ill)

    now = board.board(at=at, team=team)

    assert {desk.user: desk.doing for desk in now.desks} == {free: "free", busy: "busy", full: "full", ill: "away"}
    assert now.desks[0].user == free
    loads = {desk.user: (desk.held, desk.load_percent) for desk in now.desks}
    assert (loads[busy], loads[full]) == ((1, 50), (2, 100))


def test_late_cases_stand_with_their_cause():
    at = MONDAY_9AM + timedelta(hours=30)
    held = CaseFactory(in_hand=True)
    CaseEvent.objects.create(case=held, kind="taken", at=MONDAY_9AM, by=held.adviser)
    CaseFactory()

    now = board.board(at=at)

    assert dict(now.causes) == {"held": 1, "nobody_took_it": 1}
    assert {case.pk: cause for case, cause in now.late}[held.pk] == "held"


def test_the_board_costs_the_same_however_busy_the_desk_is(django_assert_num_queries, django_assert_max_num_queries):
    at = MONDAY_9AM + timedelta(hours=30)
    for _adviser in range(2):
        CaseFactory(in_hand=True, adviser=AdviserFactory(team=TeamFactory()).user)
    with django_assert_max_num_queries(20) as first:
        board.board(at=at)
    for _adviser in range(6):
        CaseFactory(in_hand=True, adviser=AdviserFactory(team=TeamFactory()).user)
    with django_assert_num_queries(len(first)):
        board.board(at=at)


# --- Coverage. Monday 2 March 2026, 10:00 in Madrid.


def came(at, count):
    for _case in range(count):
        CaseEvent.objects.create(case=CaseFactory(opened_at=at), kind="opened", at=at)


def hour_of(plan, on, clock):
    return next(hour for day in plan.days if day.on == on for hour in day.hours if hour.at.hour == clock)


def test_expected_is_the_mean_of_the_same_weekday_and_hour():
    for weeks in range(1, 9):
        came(datetime(2026, 3, 3, 11, 20, tzinfo=MADRID) - timedelta(weeks=weeks), 2 if weeks % 2 else 4)
    AdviserFactory()

    plan = coverage.plan(at=MONDAY_9AM)

    assert plan.weeks == 8
    assert hour_of(plan, date(2026, 3, 3), 11).expected == 3
    assert hour_of(plan, date(2026, 3, 10), 11).expected == 3
    assert hour_of(plan, date(2026, 3, 4), 11).expected == 0


def test_an_hour_with_too_few_people_is_marked_and_its_rest_waits():
    came(datetime(2026, 2, 24, 11, 20, tzinfo=MADRID), 6)  # one week of log: expected is what came in it
    user = ShiftFactory(weekday=1, from_time=time(9), until_time=time(13)).user
    AdviserFactory(user=user)
    for minutes in (5, 10, 15):  # in an hour at work they answered three
        CaseEvent.objects.create(
            case=CaseFactory(answered=True, adviser=user, opened_at=MONDAY_9AM - timedelta(days=2)),
            kind="answered",
            by=user,
            at=MONDAY_9AM - timedelta(days=2) + timedelta(minutes=minutes),
        )
    Case.objects.filter(answered_at=None).update(answered_at=MONDAY_9AM, state="answered")

    plan = coverage.plan(at=MONDAY_9AM)

    assert (plan.rate, plan.is_rate_measured) == (3, True)
    eleven, twelve, four = (hour_of(plan, date(2026, 3, 3), clock) for clock in (11, 12, 16))
    assert (eleven.on_shift, eleven.expected, eleven.needed, eleven.left, eleven.is_short) == (1, 6, 2, 3, True)
    assert (twelve.left, twelve.is_short) == (0, False)
    assert (four.on_shift, four.is_short) == (0, True)  # the desk is open and nobody is there


def test_what_cannot_be_answered_within_a_day_puts_the_promise_at_risk():
    came(datetime(2026, 2, 25, 17, 20, tzinfo=MADRID), 30)
    user = AdviserFactory().user
    ShiftFactory(user=user, weekday=4, from_time=time(9), until_time=time(13))

    plan = coverage.plan(at=MONDAY_9AM)

    assert hour_of(plan, date(2026, 3, 4), 17).is_at_risk
    assert not plan.is_rate_measured


def test_a_day_on_which_the_clocks_change_has_23_hours():
    AdviserFactory()
    plan = coverage.plan(at=datetime(2026, 3, 25, 9, tzinfo=MADRID))
    lengths = {day.on: len(day.hours) for day in plan.days}
    assert (lengths[date(2026, 3, 28)], lengths[date(2026, 3, 29)]) == (24, 23)
    assert len(plan.days) == 14


def test_absences_are_taken_off():
    user = AdviserFactory().user
    AbsenceFactory(user=user, starts_at=MONDAY_9AM + timedelta(days=1), ends_at=MONDAY_9AM + timedelta(days=2))
    plan = coverage.plan(at=MONDAY_9AM)
    assert hour_of(plan, date(2026, 3, 2), 11).on_shift == 1
    assert hour_of(plan, date(2026, 3, 3), 11).on_shift == 0


def test_coverage_costs_the_same_however_many_work_there(django_assert_num_queries, django_assert_max_num_queries):
    AdviserFactory(team=TeamFactory())
    with django_assert_max_num_queries(12) as first:
        coverage.plan(at=MONDAY_9AM)
    for _adviser in range(5):
        AdviserFactory(team=TeamFactory())
    UserFactory(role="Adviser")
    with django_assert_num_queries(len(first)):
        coverage.plan(at=MONDAY_9AM)
