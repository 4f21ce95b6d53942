"""Who visits the forums in these tests."""

from tests.factories.enrolment import ApplicationFactory, EnrolmentFactory
from tests.factories.people import PersonFactory, UserFactory
from tests.factories.programmes import IntakeFactory


def member_of(programme, *, state="active", **facts):
    """A person with a login and a place in ``programme``."""
    person = PersonFactory(user=UserFactory(), **facts)
    intake = IntakeFactory(programme=programme)
    EnrolmentFactory(application=ApplicationFactory(person=person, intake=intake, enrolled=True), state=state)
    return person
