from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import translation

from contact_centre import answering, queue
from contact_centre.clocks import calendars, dues, recomputing
from contact_centre.models import Case, CaseEvent, KindPromise, Team, WorkingCalendar
from tests.factories.contact_centre import CaseFactory
from tests.factories.people import PersonFactory, UserFactory

pytestmark = [pytest.mark.database, pytest.mark.django_db]
MADRID = ZoneInfo("Europe/Madrid")
OFFICE = [(day, *hours) for day in range(5) for hours in ((time(9), time(14)), (time(15), time(18)))]


def local(*parts):
    return datetime(*parts, tzinfo=MADRID)


MONDAY, FRIDAY = local(2026, 5, 4, 10), local(2026, 5, 8, 17)
TUESDAY = MONDAY + timedelta(days=1)


@pytest.fixture
def adviser():
    return UserFactory(role="Adviser")


def school_calendar(rows=OFFICE, **facts):
    calendar = WorkingCalendar(name="The school", is_default=True, **facts)
    return calendars.keep(calendar, rows=rows, by=None, at=MONDAY - timedelta(days=1))


def reread(case):
    return Case.objects.get(pk=case.pk)


# --- At opening


def test_a_case_opens_with_a_deadline_on_the_wall_and_one_in_working_time():
    case = queue.open_case(PersonFactory(), kind="enquiry", at=FRIDAY)

    assert case.answer_due_at == FRIDAY + timedelta(hours=24)
    assert case.work_due_at == local(2026, 5, 11, 17)
    assert case.unowned_due_at == FRIDAY + timedelta(minutes=15)
    assert case.resolution_due_at == local(2026, 5, 22, 17)


def test_a_kind_of_case_may_promise_something_else_and_go_to_a_team():
    team = Team.objects.create(
        name="Nights",
        calendar=calendars.keep(WorkingCalendar(name="Nights"), rows=[(4, time(20), time(23))], by=None, at=MONDAY),
    )
    KindPromise.objects.create(kind="complaint", wall_hours=4, work_hours=2, team=team)

    case = queue.open_case(PersonFactory(), kind="complaint", at=FRIDAY)
    other = queue.open_case(PersonFactory(), kind="enquiry", at=FRIDAY)

    assert (case.team, case.answer_due_at, case.work_due_at) == (
        team,
        FRIDAY + timedelta(hours=4),
        local(2026, 5, 8, 22),
    )
    assert (other.team, other.answer_due_at) == (None, FRIDAY + timedelta(hours=24))


def test_what_is_promised_costs_one_statement():
    school_calendar()
    dues.at_opening("enquiry", opened_at=FRIDAY)

    with CaptureQueriesContext(
        connection,
    ) as asked:
        dues.at_opening("enquiry", opened_at=FRIDAY)

    assert len(asked) == 1


def test_a_calendar_without_hours_still_promises_an_answer():
    school_calendar(rows=[])

    case = queue.open_case(PersonFactory(), kind="enquiry", at=FRIDAY)

    assert case.work_due_at == FRIDAY + timedelta(hours=8)


# --- The table of clocks: what each happening does to each of them

RUNS, PAUSED, STOPPED, OFF = "runs", "paused", "stopped", "off"


def clocks_of(case):
    """Which clocks run: the first, the next, and that of the settling."""
    over = case.state == Case.State.CLOSED
    first = STOPPED if case.answered_at or over else RUNS
    running = RUNS if case.next_due_at and not over else OFF
    following = PAUSED if case.waiting_for_them_since and not over else running
    return first, following, STOPPED if over else RUNS


STARTS = {
    "new": [],
    "answered": ["answer"],
    "their turn again": ["answer", "they_wrote"],
    "we wait": ["answer", "they_wrote", "wait"],
    "we wait, unanswered": ["wait"],
    "closed": ["answer", "close"],
}
ACTS = {
    "answer": lambda case, by, at: answering.answer(case, by=by, at=at, subject="Dates", body=f"On {at}."),
    "they_wrote": lambda case, by, at: dues.they_wrote(case, at=at),
    "wait": lambda case, by, at: dues.waiting_for_them(case, by=by, at=at),
    "resume": lambda case, by, at: dues.resumed(case, by=by, at=at),
    "close": lambda case, by, at: queue.close(case, by=by, at=at),
    "reopen": lambda case, by, at: queue.reopen(case, by=by, at=at),
}
OVER = queue.CaseClosed
TABLE = [
    ("new", "answer", (STOPPED, OFF, RUNS)),
    ("new", "they_wrote", (RUNS, OFF, RUNS)),
    ("new", "wait", (RUNS, PAUSED, RUNS)),
    ("new", "resume", (RUNS, OFF, RUNS)),
    ("new", "close", (STOPPED, OFF, STOPPED)),
    ("new", "reopen", (RUNS, OFF, RUNS)),
    ("answered", "answer", (STOPPED, OFF, RUNS)),
    ("answered", "they_wrote", (STOPPED, RUNS, RUNS)),
    ("answered", "wait", (STOPPED, PAUSED, RUNS)),
    ("answered", "resume", (STOPPED, OFF, RUNS)),
    ("answered", "close", (STOPPED, OFF, STOPPED)),
    ("answered", "reopen", (RUNS, OFF, RUNS)),
    ("their turn again", "answer", (STOPPED, OFF, RUNS)),
    ("their turn again", "they_wrote", (STOPPED, RUNS, RUNS)),
    ("their turn again", "wait", (STOPPED, PAUSED, RUNS)),
    ("their turn again", "resume", (STOPPED, RUNS, RUNS)),
    ("their turn again", "close", (STOPPED, OFF, STOPPED)),
    ("we wait", "answer", (STOPPED, PAUSED, RUNS)),
    ("we wait", "they_wrote", (STOPPED, RUNS, RUNS)),
    ("we wait", "wait", (STOPPED, PAUSED, RUNS)),
    ("we wait", "resume", (STOPPED, RUNS, RUNS)),
    ("we wait", "close", (STOPPED, OFF, STOPPED)),
    ("we wait, unanswered", "answer", (STOPPED, PAUSED, RUNS)),
    ("we wait, unanswered", "they_wrote", (RUNS, OFF, RUNS)),
    ("we wait, unanswered", "resume", (RUNS, OFF, RUNS)),
    ("closed", "answer", OVER),
    ("closed", "they_wrote", (RUNS, OFF, RUNS)),
    ("closed", "wait", OVER),
    ("closed", "resume", OVER),
    ("closed", "close", (STOPPED, OFF, STOPPED)),
    ("closed", "reopen", (RUNS, OFF, RUNS)),
]


@pytest.mark.parametrize(("start", "act", "outcome"), TABLE)
def test_every_happening_on_every_clock(start, act, outcome, adviser):
    case = queue.open_case(PersonFactory(), kind="enquiry", at=MONDAY, adviser=adviser)
    for number, before in enumerate(STARTS[start], 1):
        ACTS[before](case, adviser, MONDAY + timedelta(minutes=number))

    if outcome is OVER:
        with pytest.raises(OVER):
            ACTS[act](case, adviser, TUESDAY)
    else:
        ACTS[act](case, adviser, TUESDAY)
        assert clocks_of(reread(case)) == outcome


def test_waiting_pauses_the_next_clock_only(adviser):
    case = queue.open_case(PersonFactory(), kind="enquiry", at=MONDAY, adviser=adviser)
    answering.answer(case, by=adviser, at=MONDAY, subject="Dates", body="In May.")
    dues.they_wrote(case, at=MONDAY)  # eight working hours: due on Tuesday at ten
    before = reread(case)

    dues.waiting_for_them(case, by=adviser, at=local(2026, 5, 4, 12), note="Asked for the transcript")
    dues.resumed(case, by=adviser, at=local(2026, 5, 6, 12))

    after = reread(case)
    assert (before.next_due_at, after.next_due_at) == (local(2026, 5, 5, 10), local(2026, 5, 7, 10))
    assert (after.answer_due_at, after.resolution_due_at) == (before.answer_due_at, before.resolution_due_at)
    assert [event.kind for event in case.events.order_by("pk")][-2:] == ["waiting", "resumed"]


def test_an_answer_while_we_wait_leaves_nothing_owed(adviser):
    case = queue.open_case(PersonFactory(), kind="enquiry", at=MONDAY, adviser=adviser)
    for number, act in enumerate(["answer", "they_wrote", "wait", "answer", "resume"]):
        ACTS[act](case, adviser, MONDAY + timedelta(minutes=number))

    assert reread(case).next_due_at is None


def test_a_letter_brings_back_what_was_put_aside(adviser):
    case = CaseFactory(in_hand=True, adviser=adviser, snoozed_until=TUESDAY)

    dues.they_wrote(case, at=MONDAY)

    assert reread(case).snoozed_until is None
    assert [event.kind for event in case.events.order_by("pk")] == ["they_wrote", "woken"]


def test_a_second_letter_does_not_put_off_what_the_first_is_owed(adviser):
    case = queue.open_case(PersonFactory(), kind="enquiry", at=MONDAY, adviser=adviser)
    answering.answer(case, by=adviser, at=MONDAY, subject="Dates", body="In May.")

    dues.they_wrote(case, at=MONDAY)
    dues.they_wrote(case, at=local(2026, 5, 4, 17))

    assert reread(case).next_due_at == local(2026, 5, 5, 10)
    assert reread(case).they_wrote_at == local(2026, 5, 4, 17)


def test_a_letter_on_an_answered_case_whose_adviser_left_goes_to_the_queue(adviser):
    case = queue.open_case(PersonFactory(), kind="enquiry", at=MONDAY, adviser=adviser)
    answering.answer(case, by=adviser, at=MONDAY, subject="Dates", body="In May.")
    Case.objects.update(adviser=None)

    dues.they_wrote(case, at=TUESDAY)

    after = reread(case)
    assert (after.state, after.answered_at, after.answer_due_at) == ("waiting", None, TUESDAY + timedelta(hours=24))
    assert after in Case.objects.waiting()


def test_only_whoever_holds_a_case_says_that_it_waits(adviser):
    case = CaseFactory(in_hand=True)

    with pytest.raises(queue.NotYours):
        dues.waiting_for_them(case, by=adviser, at=MONDAY)


# --- A calendar that changes


def test_a_holiday_for_today_moves_what_is_due_and_says_so(adviser):
    calendar = school_calendar()
    person = PersonFactory()
    case = queue.open_case(person, kind="enquiry", at=MONDAY, adviser=adviser)
    answered = queue.open_case(person, kind="enquiry", at=MONDAY, adviser=adviser)
    answering.answer(answered, by=adviser, at=MONDAY, subject="Dates", body="In May.")
    dues.they_wrote(answered, at=MONDAY)
    wall = case.answer_due_at

    calendars.add_day(calendar, TUESDAY.date(), name="Holiday", by=adviser, at=MONDAY)
    recomputing.follow_changes(at=MONDAY)

    assert (reread(case).work_due_at, reread(case).answer_due_at) == (local(2026, 5, 6, 10), wall)
    assert reread(answered).next_due_at == local(2026, 5, 6, 10)
    event = case.events.get(kind=CaseEvent.Kind.DUE_CHANGED)
    assert event.data["dues"]["work_due_at"] == ["2026-05-05T08:00:00+00:00", "2026-05-06T08:00:00+00:00"]


def test_following_a_calendar_twice_changes_nothing_more(adviser):
    calendar = school_calendar()
    queue.open_case(PersonFactory(), kind="enquiry", at=MONDAY)
    calendars.add_day(calendar, TUESDAY.date(), name="Holiday", by=adviser, at=MONDAY)

    moved = [recomputing.follow_changes(at=MONDAY + timedelta(minutes=minutes)) for minutes in (0, 1, 5, 6)]

    assert moved[1:] == [0, 0, 0]
    assert CaseEvent.objects.filter(kind="due_changed").count() == 1
    assert WorkingCalendar.objects.get().recomputed_at == MONDAY + timedelta(minutes=5)


def test_only_cases_that_keep_the_calendar_move():
    school_calendar()
    nights = calendars.keep(WorkingCalendar(name="Nights"), rows=OFFICE, by=None, at=MONDAY)
    team = Team.objects.create(name="Nights", calendar=nights)
    KindPromise.objects.create(kind="complaint", team=team)
    ours = queue.open_case(PersonFactory(), kind="complaint", at=MONDAY)
    school = queue.open_case(PersonFactory(), kind="enquiry", at=MONDAY)
    closed = CaseFactory(closed=True, work_due_at=MONDAY, team=team)

    calendars.add_day(nights, TUESDAY.date(), name="Holiday", by=None, at=MONDAY)
    recomputing.follow_changes(at=MONDAY)

    assert reread(ours).work_due_at == local(2026, 5, 6, 10)
    assert reread(school).work_due_at == local(2026, 5, 5, 10)
    assert reread(closed).work_due_at == MONDAY


def test_moving_many_cases_costs_a_fixed_number_of_statements():
    calendar = school_calendar()

    def moving(count):
        for _case in range(count):
            queue.open_case(PersonFactory(), kind="enquiry", at=MONDAY)
        day = TUESDAY.date() + timedelta(days=WorkingCalendar.objects.get().special_days.count())
        calendars.add_day(calendar, day, name="Holiday", by=None, at=MONDAY)
        with CaptureQueriesContext(connection) as asked:
            assert recomputing.follow_changes(at=MONDAY) >= count
        return len(asked)

    assert moving(1) == moving(5)


def test_a_proposed_holiday_counts_once_it_is_confirmed(adviser):
    calendar = school_calendar()
    assert calendars.propose(calendar, 2026) == 14
    assert calendars.propose(calendar, 2026) == 0
    labour_day = calendar.special_days.get(day="2026-05-01")
    thursday = local(2026, 4, 30, 17)

    before = dues.at_opening("enquiry", opened_at=thursday).work_due_at
    calendars.confirm(calendar, [labour_day.pk], by=adviser, at=MONDAY)
    after = dues.at_opening("enquiry", opened_at=thursday).work_due_at

    assert (before, after) == (local(2026, 5, 1, 17), local(2026, 5, 4, 17))


# --- Why this due time


def test_the_steps_say_how_the_deadline_was_reached():
    school_calendar()
    calendar = WorkingCalendar.objects.get()
    calendars.add_day(calendar, local(2026, 5, 11).date(), name="Town holiday", by=None, at=MONDAY)
    case = queue.open_case(PersonFactory(), kind="enquiry", at=FRIDAY)

    with translation.override("en"):
        clocks = {clock.code: clock for clock in dues.explain(reread(case), at=FRIDAY)}

    assert list(clocks) == ["wall", "work", "resolution"]
    assert clocks["work"].steps == (
        "Asked on Fri 8 May, 17:00.",
        "8 h of working time are promised, counted in the calendar “The school” (Europe/Madrid).",
        "Fri 8 May: 17:00–18:00, 1 h",
        "Sat 9 May to Mon 11 May: closed, Town holiday",
        "Tue 12 May: 09:00–14:00, 15:00–17:00, 7 h",
        "So it is due by Tue 12 May, 17:00.",
    )
    assert clocks["wall"].steps[-1] == "So the answer is due by Sat 9 May, 17:00."
    assert {clock.state for clock in clocks.values()} == {"running"}


def test_a_deadline_that_moved_shows_what_it_was():
    calendar = school_calendar()
    case = queue.open_case(PersonFactory(), kind="enquiry", at=FRIDAY)
    calendars.add_day(calendar, local(2026, 5, 11).date(), name="Town holiday", by=None, at=FRIDAY)
    recomputing.follow_changes(at=FRIDAY)

    with translation.override("en"):
        work = next(clock for clock in dues.explain(reread(case), at=FRIDAY) if clock.code == "work")

    assert work.changes == ("Was Mon 11 May, 17:00, is Tue 12 May, 17:00: The school.",)
    assert work.due_at == local(2026, 5, 12, 17)


def test_a_promise_over_the_change_of_clocks_says_so():
    with translation.override("en"):
        case = queue.open_case(PersonFactory(), kind="enquiry", at=local(2026, 3, 28, 17))
        wall = dues.explain(case, at=local(2026, 3, 28, 17))[0]

    assert case.answer_due_at == local(2026, 3, 29, 18)  # twenty-four hours, all the same
    assert "The clocks change in between" in wall.steps[2]
