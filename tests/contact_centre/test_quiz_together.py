"""One adviser in several windows, in processes of their own as in production."""

import os
import subprocess
import sys

import pytest
from django.db import connection

from contact_centre.models import Certification, QuizAttempt
from contact_centre.training import courses
from tests.factories.people import MONDAY_9AM, UserFactory
from tests.factories.training import ProductCourseFactory

WINDOWS = 6
TAKE = """
import sys, django
django.setup()
from datetime import datetime
from django.db import connections
connections["default"].settings_dict["NAME"] = sys.argv[1]
from contact_centre.models import ProductCourse
from contact_centre.training import courses
from people.models import User
user, course = User.objects.get(pk=sys.argv[2]), ProductCourse.objects.get(pk=sys.argv[3])
at = datetime.fromisoformat(sys.argv[4])
for _try in range(5):
    attempt = courses.begin(course, by=user, at=at)
    chosen = {q.pk: {one.pk for one in choices if one.is_right} for q, choices in courses.questions(course)}
    print(courses.submit(attempt, chosen, at=at).passed)
"""


@pytest.mark.database
@pytest.mark.django_db(transaction=True)
def test_passing_in_six_windows_at_once_gives_one_certificate():
    course, user = ProductCourseFactory(), UserFactory()
    arguments = [connection.settings_dict["NAME"], str(user.pk), str(course.pk), MONDAY_9AM.isoformat()]
    environment = {**os.environ, "DJANGO_SETTINGS_MODULE": "config.settings.test"}

    windows = [
        subprocess.Popen([sys.executable, "-c", TAKE, *arguments], env=environment, stdout=subprocess.PIPE, text=True)
        for _window in range(WINDOWS)
    ]
    passed = [line for window in windows for line in window.communicate(timeout=300)[0].split()]

    assert [window.returncode for window in windows] == [0] * WINDOWS
    assert passed == ["True"] * 5 * WINDOWS
    assert Certification.objects.filter(user=user, revoked_at=None).count() == 1
    assert not QuizAttempt.objects.filter(ended_at=None).exists()
    assert courses.standings(user, at=MONDAY_9AM)[0].last_percent == 100
