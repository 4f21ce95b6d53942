"""The number by which a school knows a student."""

import pytest

from enrolment import enrolments, student_numbers
from people import sweeping
from people.identity import identities
from people.models import Identity
from tests.factories.enrolment import MONDAY_9AM, ApplicationFactory, EnrolmentFactory
from tests.factories.people import IdentityFactory
from tests.factories.programmes import IntakeFactory

pytestmark = [pytest.mark.database, pytest.mark.django_db]
NUMBER = Identity.Kind.STUDENT_NUMBER


def enrolled(**facts):
    application = ApplicationFactory(admitted=True, intake=IntakeFactory(price_minor=0), **facts)
    return enrolments.enrol(application, at=MONDAY_9AM)


def test_whoever_enrols_has_a_number_and_is_found_by_it():
    enrolment = enrolled()
    number = enrolment.person.identities.get(kind=NUMBER)
    assert number.value == f"{enrolment.intake.starts_on.year}-{enrolment.pk:05d}"
    assert number.verified_at == MONDAY_9AM
    assert identities.find(number.value) == [enrolment.person]


def test_a_student_keeps_the_number_in_the_next_programme():
    first = enrolled()
    number = first.person.identities.get(kind=NUMBER)
    enrolled(person=first.person)
    assert first.person.identities.get(kind=NUMBER) == number


def test_a_number_that_is_taken_is_not_given_twice():
    enrolment = EnrolmentFactory()
    value = f"{enrolment.intake.starts_on.year}-{enrolment.pk:05d}"
    IdentityFactory(kind=NUMBER, value=value)
    given = student_numbers.give(enrolment, at=MONDAY_9AM)
    assert given.person == enrolment.person
    assert given.value.startswith(f"{value}-")


def test_students_of_before_get_theirs_in_the_sweep_once():
    people = [EnrolmentFactory().person for _number in range(2)]
    assert sweeping.sweep(at=MONDAY_9AM)["student_numbers_given"] == 2
    assert sweeping.sweep(at=MONDAY_9AM)["student_numbers_given"] == 0
    assert [person.identities.filter(kind=NUMBER).count() for person in people] == [1, 1]
