from datetime import UTC, datetime, timedelta

import pytest

from contact_centre.models import Case
from people.models import OutgoingMessage, Person
from tests.factories.tutoring import MONDAY_9AM, StudentFactory, SurveyFactory, SurveyInvitationFactory
from tutoring import satisfaction, surveys
from tutoring.models import Student, Survey, SurveyInvitation

pytestmark = pytest.mark.django_db
BEFORE_THE_START = datetime(2027, 2, 1, 8, tzinfo=UTC)


@pytest.fixture
def student():
    """Enrolled a month before the intake of the 1st of March."""
    student = StudentFactory(started_at=BEFORE_THE_START)
    Person.objects.filter(pk=student.person_id).update(phase=Person.Phase.STUDENT)
    return student


def test_student_is_asked_a_week_after_the_later_start_and_once(student):
    SurveyFactory(after_days=7)
    assert surveys.invite_due(at=datetime(2027, 3, 7, 22, tzinfo=UTC)) == 0
    assert surveys.invite_due(at=datetime(2027, 3, 8, 8, tzinfo=UTC)) == 1
    assert surveys.invite_due(at=datetime(2027, 3, 9, 8, tzinfo=UTC)) == 0
    message = OutgoingMessage.objects.get()
    assert (message.purpose, message.state) == ("survey", "queued")
    assert "/survey/" in message.action_url


def test_new_survey_does_not_ask_who_began_long_ago(student):
    SurveyFactory(after_days=7)
    assert surveys.invite_due(at=MONDAY_9AM + timedelta(days=60)) == 0


def test_end_survey_is_for_those_who_finished(student):
    SurveyFactory(slug="end", milestone=Survey.Milestone.END, after_days=3)
    ended = datetime(2027, 5, 28, 8, tzinfo=UTC)
    left = StudentFactory(state=Student.State.LEFT)
    for one, state in ((student, "completed"), (left, "withdrawn")):
        one.enrolment.state, one.enrolment.ended_at = state, ended
        one.enrolment.save()
    student.state = Student.State.FINISHED
    student.save()
    assert surveys.invite_due(at=ended + timedelta(days=2)) == 0
    assert surveys.invite_due(at=ended + timedelta(days=3)) == 1
    assert SurveyInvitation.objects.get().student == student


def test_inactive_survey_asks_nobody(student):
    SurveyFactory(is_active=False)
    assert surveys.invite_due(at=MONDAY_9AM) == 0


@pytest.mark.parametrize(("score", "cases"), [(0, 1), (6, 1), (7, 0), (10, 0)])
def test_low_score_opens_exactly_one_case(score, cases):
    invitation = SurveyInvitationFactory()
    for _twice in range(2):
        surveys.answer(invitation, score=score, comment="Too fast", language="en", at=MONDAY_9AM)
    assert Case.objects.filter(kind="survey").count() == cases
    if cases:
        case = Case.objects.get()
        assert case.question.startswith("Too fast")
        assert case.programme == invitation.student.intake.programme


def test_second_answer_changes_nothing():
    invitation = SurveyInvitationFactory()
    surveys.answer(invitation, score=9, comment="Good", language="en", at=MONDAY_9AM)
    again = surveys.answer(invitation, score=2, comment="Bad", language="en", at=MONDAY_9AM + timedelta(days=1))
    assert (again.score, again.comment) == (9, "Good")


@pytest.mark.parametrize("score", [-1, 11])
def test_score_outside_the_scale_is_refused(score):
    with pytest.raises(surveys.BadScore):
        surveys.answer(SurveyInvitationFactory(), score=score, comment="", language="en", at=MONDAY_9AM)


def test_programme_has_a_score_from_five_answers_on():
    first = SurveyInvitationFactory(score=10, answered_at=MONDAY_9AM)
    programme = first.student.intake.programme
    for score in (10, 8, 6):
        student = StudentFactory(enrolment__application__intake=first.student.intake)
        SurveyInvitationFactory(student=student, score=score, answered_at=MONDAY_9AM)
    assert satisfaction.of_programme(programme) is None
    student = StudentFactory(enrolment__application__intake=first.student.intake)
    SurveyInvitationFactory(student=student, score=6, answered_at=MONDAY_9AM)
    found = satisfaction.of_programme(programme)
    assert (found.answers, found.mean, found.bands, found.shares) == (5, 8.0, (2, 1, 2), (40, 20, 40))
    assert round(found.spread, 2) == 1.79


def test_figures_of_a_survey():
    for score in (10, 9, 5, None):
        SurveyInvitationFactory(score=score, answered_at=MONDAY_9AM if score else None)
    survey = satisfaction.with_figures(Survey.objects.all()).get()
    assert (survey.asked, survey.answered, survey.response_percent, survey.mean) == (4, 3, 75.0, 8.0)
    assert round(survey.nps, 1) == 33.3


def test_survey_nobody_was_asked_has_no_figures():
    SurveyFactory()
    survey = satisfaction.with_figures(Survey.objects.all()).get()
    assert (survey.asked, survey.response_percent, survey.nps) == (0, None, None)
