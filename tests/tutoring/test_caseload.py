from datetime import date, timedelta

import pytest

from people.models import OutgoingMessage
from tests.factories.enrolment import EnrolmentFactory
from tests.factories.tutoring import MONDAY_9AM, StudentFactory, tutor
from tutoring import caseload
from tutoring.models import Student

pytestmark = pytest.mark.django_db


def test_new_student_goes_to_the_tutor_with_the_fewest_in_progress():
    busy, free = tutor(), tutor()
    StudentFactory(tutor=busy)
    StudentFactory.create_batch(2, tutor=free, state=Student.State.FINISHED)
    student = caseload.start_student(EnrolmentFactory(), at=MONDAY_9AM)
    assert student.tutor == free
    assert student.next_contact_on == date(2027, 3, 10)


def test_starting_twice_makes_one_student_and_one_welcome():
    tutor()
    enrolment = EnrolmentFactory()
    first = caseload.start_student(enrolment, at=MONDAY_9AM)
    again = caseload.start_student(enrolment, at=MONDAY_9AM + timedelta(days=1))
    assert first == again
    assert [message.key for message in OutgoingMessage.objects.all()] == [f"tutoring.welcome:{first.pk}"]
