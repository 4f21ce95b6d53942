from datetime import timedelta

import pytest

from contact_centre import queue
from contact_centre.assignment import eligibility
from contact_centre.models import Case, Certification, ProductCourse
from tests.factories.assignment import AbsenceFactory, AdviserFactory, TeamFactory
from tests.factories.contact_centre import CaseFactory
from tests.factories.people import MONDAY_9AM, PersonFactory, UserFactory
from tests.factories.programmes import ProgrammeFactory

pytestmark = [pytest.mark.database, pytest.mark.django_db]
TEN = MONDAY_9AM + timedelta(hours=1)


def course(**facts):
    programme = ProgrammeFactory()
    ProductCourse.objects.create(programme=programme, title="Know it", is_required=True, is_live=True, **facts)
    return programme


def test_whoever_has_no_profile_takes_everything():
    case = CaseFactory(language="en", kind="complaint")

    assert queue.claim_next(by=UserFactory(role="Adviser"), at=TEN) == case


@pytest.mark.parametrize(
    ("facts", "case", "why"),
    [
        ({"languages": ["ca", "es"]}, {"language": "en"}, "What waits is in languages you do not answer in."),
        ({"team_kinds": ["payment"]}, {"kind": "enquiry"}, "What waits is for other teams."),
        ({}, {"snoozed_until": TEN + timedelta(hours=1)}, "All that waits has been put aside until later."),
        ({"capacity": 0}, {}, "You hold 0 cases, as many as you can. Answer one first."),
    ],
    ids=["language", "kind", "aside", "capacity"],
)
def test_what_one_cannot_take_is_passed_over_and_the_reason_said(facts, case, why):
    kinds = facts.pop("team_kinds", [])
    adviser = AdviserFactory(team=TeamFactory(kinds=kinds), **facts).user
    CaseFactory(**case)

    assert queue.claim_next(by=adviser, at=TEN) is None
    assert eligibility.why_nothing(adviser, at=TEN) == why


def test_an_empty_queue_says_so():
    assert eligibility.why_nothing(UserFactory(), at=TEN) == "Nothing is waiting: the queue is empty."


def test_a_case_of_another_team_is_left_to_it():
    adviser, of_team = AdviserFactory(team=TeamFactory()), AdviserFactory(team=TeamFactory())
    case = CaseFactory(team=of_team.team)

    assert queue.claim_next(by=adviser.user, at=TEN) is None
    assert queue.claim_next(by=of_team.user, at=TEN) == case


def test_the_second_urgent_case_comes_when_the_first_is_not_for_them():
    adviser = AdviserFactory(languages=["ca"]).user
    CaseFactory(language="en", opened_at=MONDAY_9AM - timedelta(days=1))
    mine = CaseFactory(language="ca")

    assert queue.claim_next(by=adviser, at=TEN) == mine


def test_a_programme_with_a_required_course_is_for_the_certified():
    programme, adviser, other = course(), UserFactory(role="Adviser"), UserFactory(role="Adviser")
    case = CaseFactory(programme=programme)
    Certification.objects.create(user=other, programme=programme, granted_at=MONDAY_9AM)

    assert queue.claim_next(by=adviser, at=TEN) is None
    assert "certified" in eligibility.why_nothing(adviser, at=TEN)
    with pytest.raises(queue.NotCertified):
        queue.take(case, by=adviser, at=TEN)
    assert queue.claim_next(by=other, at=TEN) == case
    assert eligibility.share_certified(since=MONDAY_9AM, at=TEN) == (1, 1)


@pytest.mark.parametrize("ended", [{"until": TEN}, {"revoked_at": MONDAY_9AM}], ids=["run out", "revoked"])
def test_a_certificate_that_ended_certifies_nothing(ended):
    programme, adviser = course(), UserFactory(role="Adviser")
    Certification.objects.create(user=adviser, programme=programme, granted_at=MONDAY_9AM, **ended)

    assert not eligibility.may_and_can(adviser, TEN).takes(CaseFactory(programme=programme))


def test_a_full_desk_takes_one_more_after_an_answer():
    adviser = AdviserFactory(capacity=1).user
    first, second = CaseFactory(), CaseFactory(opened_at=TEN)

    assert queue.claim_next(by=adviser, at=TEN) == first
    assert queue.claim_next(by=adviser, at=TEN) is None
    Case.objects.filter(pk=first.pk).update(state="answered", answered_at=TEN)
    assert queue.claim_next(by=adviser, at=TEN) == second


def test_no_more_new_cases_a_day_than_agreed():
    adviser = AdviserFactory(per_day=1).user
    CaseFactory(), CaseFactory()

    assert queue.claim_next(by=adviser, at=TEN) is not None
    assert queue.claim_next(by=adviser, at=TEN) is None
    assert "new case today" in eligibility.why_nothing(adviser, at=TEN)
    assert queue.claim_next(by=adviser, at=TEN + timedelta(days=1)) is not None


def test_a_person_comes_back_to_whoever_they_spoke_with():
    person, knows_them, other = PersonFactory(), UserFactory(role="Adviser"), UserFactory(role="Adviser")
    CaseFactory(person=person, answered=True, adviser=knows_them)

    case = queue.open_case(person, kind="enquiry", at=TEN)

    assert (case.meant_for, case.meant_until) == (knows_them, TEN + timedelta(minutes=30))
    assert queue.claim_next(by=other, at=TEN) is None
    assert "kept for the adviser" in eligibility.why_nothing(other, at=TEN)
    assert queue.claim_next(by=other, at=TEN + timedelta(minutes=31)) == case


def test_nothing_is_kept_for_somebody_who_is_away():
    person, away = PersonFactory(), UserFactory(role="Adviser")
    CaseFactory(person=person, answered=True, adviser=away)
    AbsenceFactory(user=away)

    assert queue.open_case(person, kind="enquiry", at=TEN).meant_for is None


def test_claiming_asks_the_database_twice(django_assert_num_queries):
    adviser = AdviserFactory(languages=["ca"]).user
    CaseFactory()

    with django_assert_num_queries(2):
        assert queue.claim_next(by=adviser, at=TEN) is not None
