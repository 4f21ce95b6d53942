"""One adviser in several windows, in processes of their own as in production."""

import pytest

from contact_centre.models import Certification, ProductCourse, QuizAttempt
from contact_centre.training import courses
from people.models import User
from tests.factories.people import MONDAY_9AM, UserFactory
from tests.factories.training import ProductCourseFactory
from tests.people import at_once

WINDOWS = 6


@pytest.mark.database
@pytest.mark.django_db(transaction=True)
def test_passing_in_six_windows_at_once_gives_one_certificate():
    course, user = ProductCourseFactory(), UserFactory()

    def take_five_times(_number):
        taker, taken, passed = User.objects.get(pk=user.pk), ProductCourse.objects.get(pk=course.pk), []
        for _try in range(5):
            attempt = courses.begin(taken, by=taker, at=MONDAY_9AM)
            chosen = {q.pk: {one.pk for one in choices if one.is_right} for q, choices in courses.questions(taken)}
            passed.append(courses.submit(attempt, chosen, at=MONDAY_9AM).passed)
        return passed

    passed = [one for window in at_once.run(take_five_times, processes=WINDOWS) for one in window]

    assert passed == [True] * 5 * WINDOWS
    assert Certification.objects.filter(user=user, revoked_at=None).count() == 1
    assert not QuizAttempt.objects.filter(ended_at=None).exists()
    assert courses.standings(user, at=MONDAY_9AM)[0].last_percent == 100
