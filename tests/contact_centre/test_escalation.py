from datetime import timedelta

import pytest

from contact_centre import queue
from contact_centre.assignment import escalation
from contact_centre.models import Case, StaffNotice
from tests.factories.assignment import AbsenceFactory, AdviserFactory, TeamFactory
from tests.factories.contact_centre import CaseFactory
from tests.factories.people import MONDAY_9AM, PersonFactory, UserFactory

pytestmark = [pytest.mark.database, pytest.mark.django_db]
LATER = MONDAY_9AM + timedelta(minutes=20)


@pytest.fixture(autouse=True)
def readers_of_english(settings):
    settings.LANGUAGE_CODE = "en"


def reread(case):
    return Case.objects.get(pk=case.pk)


def told(user):
    return list(StaffNotice.objects.filter(user=user).order_by("pk").values_list("text", flat=True))


@pytest.fixture
def lead():
    return UserFactory(role="Contact-centre lead")


# --- Nothing stays unowned


def test_after_fifteen_working_minutes_a_supervisor_answers_for_a_case(lead):
    case = queue.open_case(PersonFactory(), kind="enquiry", at=MONDAY_9AM)

    owned = [escalation.own_the_unowned(at=at) for at in (MONDAY_9AM + timedelta(minutes=14), LATER, LATER)]

    assert owned == [0, 1, 0]
    assert (reread(case).adviser, reread(case).taken_at) == (lead, None)
    assert told(lead) == ["1 case that nobody took in time is yours to answer for."]


def test_what_a_supervisor_answers_for_can_still_be_taken(lead):
    case, adviser = queue.open_case(PersonFactory(), kind="enquiry", at=MONDAY_9AM), UserFactory(role="Adviser")
    escalation.own_the_unowned(at=LATER)

    assert queue.claim_next(by=adviser, at=LATER) == case

    assert (reread(case).adviser, reread(case).taken_at) == (adviser, LATER)
    with pytest.raises(queue.CaseAlreadyTaken):
        queue.take(case, by=lead, at=LATER)


def test_the_supervisor_of_the_team_comes_first(lead):
    of_team = UserFactory(role="Contact-centre lead")
    case = CaseFactory(team=TeamFactory(supervisor=of_team), unowned_due_at=MONDAY_9AM)

    escalation.own_the_unowned(at=LATER)

    assert reread(case).adviser == of_team


def test_a_supervisor_who_is_away_is_passed_over(lead):
    away = UserFactory(role="Contact-centre lead")
    AbsenceFactory(user=away)
    case = CaseFactory(team=TeamFactory(supervisor=away), unowned_due_at=MONDAY_9AM)

    escalation.own_the_unowned(at=LATER)

    assert reread(case).adviser == lead


def test_a_case_kept_for_somebody_goes_to_them(lead):
    adviser = UserFactory(role="Adviser")
    case = CaseFactory(meant_for=adviser, meant_until=LATER + timedelta(minutes=9), unowned_due_at=MONDAY_9AM)

    escalation.own_the_unowned(at=LATER)

    assert reread(case).adviser == adviser


def test_without_a_supervisor_a_case_waits_on():
    case = CaseFactory(unowned_due_at=MONDAY_9AM)

    assert escalation.own_the_unowned(at=LATER) == 0
    assert reread(case).state == Case.State.WAITING


def test_what_is_put_aside_is_not_given_to_anybody(lead):
    CaseFactory(unowned_due_at=MONDAY_9AM, snoozed_until=LATER + timedelta(hours=1))

    assert escalation.own_the_unowned(at=LATER) == 0


# --- Half, three quarters, all of the promise


def test_each_level_reaches_the_right_person_once(lead):
    director, adviser = UserFactory(role="Director"), UserFactory(role="Adviser")
    case = CaseFactory(in_hand=True, adviser=adviser, answer_due_at=MONDAY_9AM + timedelta(hours=2))
    hours = (0.9, 1, 1.2, 1.5, 1.8, 2, 3)

    risen = [escalation.escalate(at=MONDAY_9AM + timedelta(hours=hour)) for hour in hours]

    assert risen == [0, 1, 0, 1, 0, 1, 0]
    number = f"Enquiry {case.pk}."
    assert told(adviser) == [f"Half of the promised time has gone: {number}"]
    assert told(lead) == [
        f"Three quarters of the promised time have gone: {number}",
        f"A promise is broken, nobody answered in time: {number}",
    ]
    assert told(director) == [f"A promise is broken, nobody answered in time: {number}"]
    assert (reread(case).priority, reread(case).escalation_level) == (queue.AT_ONCE, 3)


def test_levels_that_were_missed_are_not_told_one_after_the_other(lead):
    case = CaseFactory()

    assert escalation.escalate(at=MONDAY_9AM + timedelta(hours=25)) == 1

    assert [event.data for event in case.events.all()] == [{"level": 3}]


def test_half_of_the_time_of_what_nobody_has_is_told_to_the_team_at_the_desk(lead):
    team = TeamFactory()
    of_team, of_another = AdviserFactory(team=team).user, AdviserFactory(team=TeamFactory()).user
    CaseFactory(team=team, answer_due_at=MONDAY_9AM + timedelta(hours=2))

    escalation.escalate(at=MONDAY_9AM + timedelta(hours=1))

    assert (len(told(of_team)), told(of_another)) == (1, [])


def test_at_night_the_notice_waits_for_the_next_shift(lead):
    CaseFactory(opened_at=MONDAY_9AM.replace(hour=2), answer_due_at=MONDAY_9AM.replace(hour=4))

    escalation.escalate(at=MONDAY_9AM.replace(hour=5))

    assert StaffNotice.objects.get(user=lead).due_at == MONDAY_9AM.replace(hour=8)


def test_many_at_once_make_one_notice(lead):
    person = PersonFactory()
    Case.objects.bulk_create(CaseFactory.build_batch(30, person=person))

    assert escalation.escalate(at=MONDAY_9AM + timedelta(hours=25)) == 30

    assert told(lead) == ["30 promises are broken: nobody answered in time."]


@pytest.mark.parametrize("state", ["answered", "closed"])
def test_what_is_over_is_not_escalated(state, lead):
    CaseFactory(**{state: True})

    assert escalation.escalate(at=MONDAY_9AM + timedelta(days=2)) == 0


# --- What fell out of everybody's hands


def test_the_cases_of_a_deleted_login_come_back_to_the_queue(lead):
    case = CaseFactory(in_hand=True)
    case.adviser.delete()

    assert escalation.repair(at=LATER) == 1

    assert (reread(case).state, reread(case).taken_at) == (Case.State.WAITING, None)
    assert reread(case).unowned_due_at == LATER + timedelta(minutes=15)
    assert escalation.repair(at=LATER) == 0
