"""Courses with a quiz of two questions, the first answer of each being right."""

import factory
from factory.django import DjangoModelFactory

from contact_centre.models import Certification, CoachingNote, Objective, ProductCourse, QuizAttempt
from contact_centre.training import courses
from tests.factories.people import MONDAY_9AM, UserFactory
from tests.factories.programmes import ProgrammeFactory

QUIZ = [
    courses.Asked("How long does it take?", "Two years, with placements.", (("Two years", True), ("One", False))),
    courses.Asked("Where is it taught?", "In Sants only.", (("Sants", True), ("Gràcia", False), ("Online", False))),
]


class ProductCourseFactory(DjangoModelFactory):
    """Open to advisers."""

    class Meta:
        model = ProductCourse
        skip_postgeneration_save = True

    programme = factory.SubFactory(ProgrammeFactory)
    title = "What to know about it"
    body = "<p>Two years, in Sants.</p>"
    is_live = True
    changed_at = MONDAY_9AM

    @factory.post_generation
    def quiz(self, create, quiz, **_rest):
        if create:
            courses.keep(self, quiz=QUIZ if quiz is None else quiz, by=None, at=MONDAY_9AM)


class CertificationFactory(DjangoModelFactory):
    """Somebody a manager vouches for, until further notice."""

    class Meta:
        model = Certification

    user = factory.SubFactory(UserFactory, role="Adviser")
    programme = factory.SubFactory(ProgrammeFactory)
    granted_at = MONDAY_9AM
    why = "Taught it for years"


class CoachingNoteFactory(DjangoModelFactory):
    class Meta:
        model = CoachingNote

    user = factory.SubFactory(UserFactory, role="Adviser")
    written_at = MONDAY_9AM
    text = "Calls are warm; letters could be shorter."


class ObjectiveFactory(DjangoModelFactory):
    class Meta:
        model = Objective

    user = factory.SubFactory(UserFactory, role="Adviser")
    metric = Objective.Metric.ANSWERS_A_DAY
    target = 25
    valid_from = MONDAY_9AM.date()


class QuizAttemptFactory(DjangoModelFactory):
    """Under way."""

    class Meta:
        model = QuizAttempt

    course = factory.SubFactory(ProductCourseFactory)
    user = factory.SubFactory(UserFactory, role="Adviser")
    started_at = MONDAY_9AM
