"""Students, their tutors and surveys: the smallest valid rows."""

from datetime import UTC, datetime

import factory
from factory.django import DjangoModelFactory

from tests.factories.enrolment import EnrolmentFactory
from tests.factories.people import UserFactory
from tutoring.models import Student, Survey, SurveyInvitation

MONDAY_9AM = datetime(2027, 3, 8, 8, 0, tzinfo=UTC)  # nine o'clock in Barcelona, a week after the intake's start


def tutor(**fields):
    """A user who may see their own students."""
    return UserFactory(role="Tutor", **fields)


class StudentFactory(DjangoModelFactory):
    """Somebody in progress without a tutor; ``caseload.start_student`` gives one."""

    class Meta:
        model = Student

    enrolment = factory.SubFactory(EnrolmentFactory)
    person = factory.SelfAttribute("enrolment.person")
    intake = factory.SelfAttribute("enrolment.intake")
    started_at = MONDAY_9AM


class SurveyFactory(DjangoModelFactory):
    class Meta:
        model = Survey
        django_get_or_create = ("slug",)

    slug = "first-week"
    title_ca, title_es, title_en = "La primera setmana", "La primera semana", "Your first week"
    question_ca = "Ens recomanaries a un amic?"
    question_es = "¿Nos recomendarías a un amigo?"
    question_en = "Would you recommend us to a friend?"


class SurveyInvitationFactory(DjangoModelFactory):
    class Meta:
        model = SurveyInvitation

    survey = factory.SubFactory(SurveyFactory)
    student = factory.SubFactory(StudentFactory)
    invited_at = MONDAY_9AM
