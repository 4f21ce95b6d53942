"""Courses, quizzes and certificates."""

from datetime import UTC, datetime, timedelta

import pytest

from contact_centre import queue
from contact_centre.assignment import eligibility
from contact_centre.models import Certification, QuizAttempt, StaffNotice
from contact_centre.training import certificates, courses
from tests.factories.contact_centre import CaseFactory
from tests.factories.people import MONDAY_9AM, UserFactory
from tests.factories.programmes import ProgrammeFactory
from tests.factories.training import QUIZ, CertificationFactory, ProductCourseFactory

pytestmark = pytest.mark.django_db
TEN, ELEVEN = MONDAY_9AM + timedelta(hours=1), MONDAY_9AM + timedelta(hours=2)


@pytest.fixture
def adviser():
    return UserFactory(role="Adviser")


def answers(course, *, wrong=0):
    """An answer to each question, the first ``wrong`` of them wrong ones."""
    chosen = {}
    for place, (question, choices) in enumerate(courses.questions(course)):
        chosen[question.pk] = {next(one.pk for one in choices if one.is_right != (place < wrong))}
    return chosen


def test_passing_the_quiz_certifies_for_the_months_of_the_course(adviser):
    course = ProductCourseFactory(is_required=True, valid_months=12)
    case = CaseFactory(programme=course.programme)
    with pytest.raises(queue.NotCertified):
        queue.take(case, by=adviser, at=TEN)

    attempt = courses.submit(courses.begin(course, by=adviser, at=TEN), answers(course), at=TEN)

    held = Certification.objects.get(user=adviser)
    assert (attempt.percent, attempt.passed) == (100, True)
    assert held.until == TEN.replace(year=2027)
    assert queue.take(case, by=adviser, at=ELEVEN).adviser == adviser


def test_failing_shows_what_was_wrong_and_why_and_certifies_nobody(adviser):
    course = ProductCourseFactory()

    attempt = courses.submit(courses.begin(course, by=adviser, at=TEN), answers(course, wrong=1), at=TEN)

    assert (attempt.percent, attempt.passed) == (50, False)
    assert not Certification.objects.exists()
    first, second = courses.marked(attempt)
    assert (first.is_right, first.question.explanation) == (False, "Two years, with placements.")
    assert second.is_right
    assert courses.begin(course, by=adviser, at=ELEVEN) != attempt  # one may try again


def test_several_right_answers_must_all_be_chosen_and_no_other(adviser):
    asked = courses.Asked("Which days?", "", (("Monday", True), ("Tuesday", True), ("Sunday", False)))
    course = ProductCourseFactory(quiz=[asked])
    ((question, (monday, tuesday, sunday)),) = courses.questions(course)

    results = []
    for chosen in ({monday.pk}, {monday.pk, tuesday.pk, sunday.pk}, {monday.pk, tuesday.pk}):
        attempt = courses.begin(course, by=adviser, at=TEN)
        results.append(courses.submit(attempt, {question.pk: chosen}, at=TEN).percent)
    assert results == [0, 0, 100]


def test_two_windows_show_the_same_attempt_and_the_first_word_counts(adviser):
    course = ProductCourseFactory()
    first, second = (courses.begin(course, by=adviser, at=TEN) for _window in range(2))
    assert first == second

    courses.submit(first, answers(course, wrong=2), at=TEN)
    again = courses.submit(second, answers(course), at=ELEVEN)

    assert (again.percent, again.ended_at) == (0, TEN)
    assert not Certification.objects.exists()


def test_a_quiz_changed_meanwhile_marks_nothing(adviser):
    course = ProductCourseFactory()
    attempt, chosen = courses.begin(course, by=adviser, at=TEN), answers(course)
    courses.keep(course, quiz=QUIZ[:1], by=None, at=ELEVEN)

    with pytest.raises(courses.Changed):
        courses.submit(attempt, chosen, at=ELEVEN)

    assert QuizAttempt.objects.get().ended_at is None
    assert courses.begin(course, by=adviser, at=ELEVEN) != attempt


def test_saving_a_course_with_the_same_quiz_disturbs_nobody(adviser):
    course = ProductCourseFactory()
    attempt, chosen = courses.begin(course, by=adviser, at=TEN), answers(course)
    course.title = "Everything about it"
    courses.keep(course, quiz=courses.quiz_of(course), by=None, at=ELEVEN)

    assert courses.submit(attempt, chosen, at=ELEVEN).passed


def test_forged_answers_and_gaps_are_refused(adviser):
    course, other = ProductCourseFactory(), ProductCourseFactory()
    attempt, chosen = courses.begin(course, by=adviser, at=TEN), answers(course)
    first, second = chosen
    swapped = {first: chosen[second], second: chosen[first]}

    for forged in (swapped, {**chosen, **answers(other)}, {**chosen, first: {987654321}}):
        with pytest.raises(courses.Forged):
            courses.submit(attempt, forged, at=TEN)
    with pytest.raises(courses.Unanswered) as refused:
        courses.submit(attempt, {first: chosen[first]}, at=TEN)
    assert refused.value.ids == {second}
    assert QuizAttempt.objects.get(pk=attempt.pk).ended_at is None


def test_the_answers_stand_in_an_order_of_each_attempt(adviser):
    course = ProductCourseFactory(quiz=[courses.Asked("Which?", "", tuple((str(n), n == 0) for n in range(5)))])
    papers = []
    for _attempt in range(6):
        attempt = courses.begin(course, by=adviser, at=TEN)
        ((_question, choices),) = courses.paper(attempt)
        assert courses.paper(attempt)[0][1] == choices
        papers.append([one.text for one in choices])
        courses.submit(attempt, answers(course), at=TEN)

    assert len({tuple(paper) for paper in papers}) > 1
    assert {frozenset(paper) for paper in papers} == {frozenset("01234")}


def test_a_draft_has_no_quiz_to_take(adviser):
    with pytest.raises(courses.NotOpen):
        courses.begin(ProductCourseFactory(is_live=False), by=adviser, at=TEN)


def test_a_course_opens_only_with_a_sound_quiz():
    course = ProductCourseFactory(is_live=False, quiz=[])
    course.is_live = True
    with pytest.raises(courses.NoQuiz):
        courses.keep(course, quiz=[], by=None, at=TEN)
    for answers_given in ((("Yes", True),), (("Yes", False), ("No", False))):
        with pytest.raises(courses.BadQuestion):
            courses.keep(course, quiz=[courses.Asked("Is it?", "", answers_given)], by=None, at=TEN)


def test_passing_again_renews_the_certificate(adviser):
    course = ProductCourseFactory(valid_months=6)
    for at in (TEN, TEN + timedelta(days=90)):
        courses.submit(courses.begin(course, by=adviser, at=at), answers(course), at=at)

    assert Certification.objects.get().until == certificates.months_after(TEN + timedelta(days=90), 6)


def test_whoever_is_about_to_lose_a_certificate_is_reminded_once(adviser):
    course = ProductCourseFactory()
    held = CertificationFactory(user=adviser, programme=course.programme, until=TEN + timedelta(days=15))

    assert certificates.remind(at=TEN) == 0
    assert certificates.remind(at=TEN + timedelta(days=2)) == 1
    assert certificates.remind(at=TEN + timedelta(days=3)) == 0
    notice = StaffNotice.objects.get(user=adviser)
    assert str(course.programme) in notice.text
    assert notice.url.endswith(f"/courses/{course.pk}/")

    held.until = TEN + timedelta(days=380)  # renewed: its end is another one, and is told of in its turn
    held.save()
    assert certificates.remind(at=TEN + timedelta(days=370)) == 1


def test_an_expired_or_revoked_certificate_counts_no_more(adviser):
    lead, course = UserFactory(role="Contact-centre lead"), ProductCourseFactory(is_required=True)
    case = CaseFactory(programme=course.programme)
    held = certificates.vouch(adviser, course.programme, by=lead, at=MONDAY_9AM, why="Taught it", until=TEN)
    assert eligibility.is_certified(adviser, case, at=TEN - timedelta(minutes=1))
    assert not eligibility.is_certified(adviser, case, at=TEN)

    held = certificates.vouch(adviser, course.programme, by=lead, at=TEN, why="Still knows it")
    assert eligibility.is_certified(adviser, case, at=ELEVEN)
    certificates.revoke(held, by=lead, at=ELEVEN, why="The programme is a new one")
    assert not eligibility.is_certified(adviser, case, at=ELEVEN)
    assert "The programme is a new one" in StaffNotice.objects.get(user=adviser).text


def test_vouching_and_taking_back_ask_why(adviser):
    lead, programme = UserFactory(role="Contact-centre lead"), ProgrammeFactory()
    with pytest.raises(certificates.ReasonMissing):
        certificates.vouch(adviser, programme, by=lead, at=TEN, why=" ")
    with pytest.raises(certificates.ReasonMissing):
        certificates.revoke(CertificationFactory(), by=lead, at=TEN, why="")


@pytest.mark.parametrize(
    ("start", "months", "end"),
    [
        (datetime(2027, 8, 31, tzinfo=UTC), 6, datetime(2028, 2, 29, tzinfo=UTC)),
        (datetime(2028, 2, 29, tzinfo=UTC), 12, datetime(2029, 2, 28, tzinfo=UTC)),
        (datetime(2026, 12, 15, tzinfo=UTC), 1, datetime(2027, 1, 15, tzinfo=UTC)),
    ],
)
def test_months_end_on_a_day_that_exists(start, months, end):
    assert certificates.months_after(start, months) == end
