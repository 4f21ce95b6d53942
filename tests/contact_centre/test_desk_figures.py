"""The figures about answering: each definition against stories told in events."""

from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from contact_centre.clocks import calendars, working_time
from contact_centre.metrics import definitions, lateness
from contact_centre.metrics.lateness import Cause, Happened
from contact_centre.metrics.log import Hours, Period
from contact_centre.models import Case, CaseEvent
from tests.factories.assignment import AdviserFactory, TeamFactory
from tests.factories.contact_centre import CaseFactory
from tests.factories.people import MONDAY_9AM, PersonFactory, UserFactory

pytestmark = pytest.mark.django_db
Kind = CaseEvent.Kind
LATER = MONDAY_9AM + timedelta(days=7)


def story(*events, by=None, **facts):
    """A case with what happened to it: (kind, hours after Monday at nine[, who])."""
    case = CaseFactory(**facts)
    for kind, hours, *who in (("opened", 0), *events):
        is_ours = kind in ("answered", "replied")
        data = {"wall_minutes": 24 * 60} if kind == "opened" else None
        CaseEvent.objects.create(
            case=case,
            kind=kind,
            at=MONDAY_9AM + timedelta(hours=hours),
            by=who[0] if who else by if is_ours else None,
            data=data,
        )
    return case


def counted(code, *, at=LATER, **narrowed):
    since = MONDAY_9AM - timedelta(days=1)
    (figure,) = definitions.figures(Period(since=since, until=at, at=at, **narrowed), codes=[code])
    return figure


SHARES = [
    # name, events, answered within 24 h, kept, first answer in minutes
    ("answered in an hour", [("answered", 1)], True, True, 60),
    ("at the very end", [("answered", 24)], True, True, 1440),
    ("too late", [("answered", 25)], False, False, 1500),
    ("never answered", [], False, False, None),
    ("an acknowledgement is no answer", [("auto_replied", 0)], False, False, None),
    ("a note is no answer", [("noted", 1)], False, False, None),
    ("nobody picked up", [("called", 1)], False, False, None),
    ("a reply that leaves questions open", [("replied", 1)], False, False, None),
    ("half answered, then all of it", [("replied", 1), ("answered", 3)], True, True, 180),
    ("closed without a word", [("closed", 1)], False, False, None),
    ("after the machine one of us", [("auto_replied", 0), ("answered", 2)], True, True, 120),
    ("opening again changes nothing", [("answered", 2), ("reopened", 48), ("answered", 90)], True, True, 120),
    ("opening again mends nothing", [("closed", 1), ("reopened", 48), ("answered", 49)], False, False, 2940),
    ("a second letter is courtesy", [("answered", 2), ("answered", 3)], True, True, 120),
    ("handed over on the way", [("taken", 1), ("handed_over", 5), ("answered", 6)], True, True, 360),
]


@pytest.mark.parametrize(
    ("events", "within", "kept", "minutes"), [row[1:] for row in SHARES], ids=[r[0] for r in SHARES]
)
def test_the_first_answer_by_one_of_us_counts(events, within, kept, minutes):
    story(*events, by=UserFactory())

    assert [value for _row, value in counted("answered_24h").rows] == [within]
    assert [value for _row, value in counted("kept").rows] == [kept]
    assert [value for _row, value in counted("first_answer").rows] == ([minutes] if minutes is not None else [])


def test_what_is_not_due_yet_is_not_counted():
    story()
    at = MONDAY_9AM + timedelta(hours=23)

    assert counted("answered_24h", at=at).value is None
    assert counted("kept", at=at).value is None
    assert counted("kept", at=at + timedelta(hours=1)).value == 0


def test_the_promise_counts_that_was_made_when_the_case_was_opened():
    case = story(("answered", 30))
    case.events.filter(kind="opened").update(data={"wall_minutes": 48 * 60})
    Case.objects.update(answer_due_at=MONDAY_9AM + timedelta(hours=1))  # as after opening again

    assert counted("kept").value == 100
    assert counted("answered_24h").value == 0


def test_median_and_nine_in_ten():
    for hours in range(1, 11):
        story(("answered", hours))
    figure = counted("first_answer")
    assert (figure.value, figure.p90, figure.counted) == (330, 540, 10)


def test_working_time_counts_the_hours_of_the_desk():
    # Monday 10:00 in Madrid to Tuesday 10:00: four hours and three, and one on Tuesday.
    story(("answered", 24))
    assert counted("first_answer_work").value == 8 * 60


TURNS = [
    ("one reply", [("answered", 1), ("they_wrote", 5), ("answered", 7)], [120]),
    (
        "the first of several letters counts",
        [("answered", 1), ("they_wrote", 5), ("they_wrote", 6), ("replied", 7)],
        [120],
    ),
    ("before we wrote it is the first clock", [("they_wrote", 1), ("answered", 2)], []),
    ("a machine does not reply", [("answered", 1), ("they_wrote", 5), ("auto_replied", 5), ("answered", 9)], [240]),
    ("nobody has replied yet", [("answered", 1), ("they_wrote", 5)], []),
    (
        "twice",
        [("answered", 1), ("they_wrote", 5), ("answered", 6), ("they_wrote", 10), ("answered", 13)],
        [60, 180],
    ),
]


@pytest.mark.parametrize(("events", "minutes"), [row[1:] for row in TURNS], ids=[row[0] for row in TURNS])
def test_further_replies(events, minutes):
    story(*events, by=UserFactory())
    assert [value for _row, value in counted("next_reply").rows] == minutes


SETTLED = [
    ("closed", [("answered", 1), ("closed", 10)], [600]),
    ("opened again and not closed since", [("closed", 10), ("reopened", 12)], []),
    ("closed for good the second time", [("closed", 10), ("reopened", 12), ("closed", 20)], [1200]),
]


@pytest.mark.parametrize(("events", "minutes"), [row[1:] for row in SETTLED], ids=[row[0] for row in SETTLED])
def test_settled(events, minutes):
    story(*events)
    assert [value for _row, value in counted("resolution").rows] == minutes


@pytest.mark.parametrize(
    ("code", "event"), [("reopened", "reopened"), ("handed_over", "handed_over"), ("taken_over", "taken_over")]
)
def test_what_happens_twice_to_a_case_counts_once(code, event):
    story(("answered", 1), (event, 2), (event, 3))
    story(("answered", 1))

    figure = counted(code)
    assert (figure.value, figure.met, figure.counted) == (50, 1, 2)


def test_closed_without_an_answer():
    story(("closed", 1))
    story(("answered", 1), ("closed", 2))
    assert counted("unanswered").value == 50


def test_repeated_contacts_and_the_three_units_side_by_side():
    person = PersonFactory()
    story(("answered", 1), ("they_wrote", 3), person=person)
    again = CaseFactory(person=person, kind="message", opened_at=MONDAY_9AM + timedelta(days=3))
    CaseEvent.objects.create(case=again, kind="opened", at=again.opened_at)
    story()

    assert (counted("repeated").met, counted("repeated").counted) == (1, 3)
    period = Period(since=MONDAY_9AM, until=LATER, at=LATER)
    assert definitions.side_by_side(period.cases()) == definitions.SideBySide(contacts=4, cases=3, people=2)


def test_whoever_answered_first_has_the_credit():
    team = TeamFactory()
    first, second = (AdviserFactory(team=team).user for _adviser in range(2))
    story(("answered", 1, first), ("taken_over", 2, second), ("answered", 3, second), adviser=second)
    story(("answered", 30, second))
    story(adviser=first, state="in_hand")  # its time is over in the hands of the first

    period = Period(since=MONDAY_9AM, until=LATER, at=LATER)
    by_adviser = {one.of: (one.due, one.kept) for one in definitions.credits(period.cases(), period, by="adviser_id")}
    by_team = {one.of: (one.due, one.kept) for one in definitions.credits(period.cases(), period, by="team_id")}
    assert by_adviser == {first.pk: (2, 1), second.pk: (1, 0)}
    assert by_team == {team.pk: (3, 1)}
    assert counted("kept", adviser_id=first.pk).counted == 2
    assert counted("kept", team_id=team.pk + 1).counted == 0


def test_only_what_people_bring_counts_unless_kinds_are_named():
    story(("answered", 1), kind="payment")
    assert counted("answered_24h").counted == 0
    assert counted("answered_24h", kinds=("payment",)).counted == 1


def test_all_figures_cost_the_same_however_many_cases(django_assert_max_num_queries):
    for _case in range(5):
        story(("answered", 1), ("they_wrote", 5), ("answered", 7), by=UserFactory())
    with django_assert_max_num_queries(5):
        definitions.figures(Period(since=MONDAY_9AM, until=LATER, at=LATER))


DUE = MONDAY_9AM + timedelta(hours=24)


def happened(kind, hours, **data):
    return Happened(kind, MONDAY_9AM + timedelta(hours=hours), data)


CAUSES = [
    ([], True, Cause.NOBODY_TOOK_IT),
    ([], False, Cause.DESK_CLOSED),
    ([happened("taken", 1)], True, Cause.HELD),
    ([happened("taken", 1), happened("returned", 3)], True, Cause.NOBODY_TOOK_IT),
    ([happened("assigned", 1, why="unowned")], True, Cause.NOBODY_TOOK_IT),
    ([happened("assigned", 1)], True, Cause.HELD),
    ([happened("taken", 1), happened("handed_over", 3, to=None)], True, Cause.NOBODY_TOOK_IT),
    ([happened("taken", 1), happened("handed_over", 3, to=7)], True, Cause.HELD),
    ([happened("taken", 25)], True, Cause.NOBODY_TOOK_IT),
    ([happened("taken", 1), happened("waiting", 2)], True, Cause.THEIR_TURN),
    ([happened("taken", 1), happened("waiting", 2), happened("they_wrote", 9)], True, Cause.HELD),
    ([happened("taken", 1), happened("called", 2)], True, Cause.NOT_REACHED),
    ([happened("taken", 1), happened("called", 2), happened("reopened", 9)], True, Cause.HELD),
    ([happened("waiting", 2), happened("reopened", 9)], True, Cause.NOBODY_TOOK_IT),
    ([Happened("reopened", MONDAY_9AM, None, 7)], True, Cause.HELD),
    ([happened("taken", 1), happened("called", 2), happened("replied", 3)], True, Cause.HALF_ANSWERED),
    ([happened("snoozed", 1, until=(DUE - timedelta(hours=1)).isoformat())], True, Cause.ASIDE),
    (
        [happened("snoozed", 1, until=(DUE - timedelta(hours=1)).isoformat()), happened("woken", 2)],
        True,
        Cause.NOBODY_TOOK_IT,
    ),
    ([happened("snoozed", 1, until=(MONDAY_9AM + timedelta(hours=5)).isoformat())], True, Cause.NOBODY_TOOK_IT),
]


@pytest.mark.parametrize(("events", "was_open", "expected"), CAUSES)
def test_why_a_promise_was_broken(events, was_open, expected):
    assert lateness.cause(events, due_at=DUE, was_open=was_open) == expected


def test_causes_of_many_cases_take_one_query(django_assert_num_queries):
    held, nobody = story(("taken", 1)), story()
    hours = Hours(since=MONDAY_9AM, until=DUE)
    hours.between(MONDAY_9AM, DUE, None)
    late = {case.pk: (case.opened_at, DUE, None) for case in (held, nobody)}

    with django_assert_num_queries(1):
        found = lateness.causes(late, hours)

    assert found == {held.pk: Cause.HELD, nobody.pk: Cause.NOBODY_TOOK_IT}


class LookedUp(TestCase):
    """Working time looked up for many cases is the same as counted for one, also where the clocks change."""

    @settings(max_examples=60, deadline=None)
    @given(start=st.integers(0, 60 * 24 * 40), length=st.integers(0, 60 * 24 * 30))
    def test_it_is_the_working_time_that_the_clocks_count(self, start, length):
        opened = MONDAY_9AM + timedelta(minutes=start)
        ended = opened + timedelta(minutes=length)
        hours = Hours(since=MONDAY_9AM, until=MONDAY_9AM + timedelta(days=71))

        assert hours.between(opened, ended, None) == working_time.minutes_between(opened, ended, calendars.week_of())
