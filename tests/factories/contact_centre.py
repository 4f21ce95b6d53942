"""Cases, smallest valid row first; traits name the states."""

from datetime import timedelta

import factory
from factory.django import DjangoModelFactory

from contact_centre.models import Case, MessageTemplate, Promise, TemplateVersion, WorkingCalendar
from tests.factories.people import MONDAY_9AM, PersonFactory, UserFactory


class CaseFactory(DjangoModelFactory):
    """A question that nobody has taken yet, asked on Monday at nine."""

    class Meta:
        model = Case

    person = factory.SubFactory(PersonFactory)
    question = "When does the course start?"
    opened_at = MONDAY_9AM
    answer_due_at = factory.LazyAttribute(lambda case: case.opened_at + timedelta(hours=24))
    rank_at = factory.LazyAttribute(lambda case: case.answer_due_at)

    class Params:
        in_hand = factory.Trait(
            state=Case.State.IN_HAND,
            adviser=factory.SubFactory(UserFactory, role="Adviser"),
            taken_at=factory.SelfAttribute("opened_at"),
        )
        answered = factory.Trait(
            state=Case.State.ANSWERED,
            adviser=factory.SubFactory(UserFactory, role="Adviser"),
            taken_at=factory.SelfAttribute("opened_at"),
            answered_at=factory.LazyAttribute(lambda case: case.opened_at + timedelta(hours=1)),
        )
        closed = factory.Trait(
            state=Case.State.CLOSED, closed_at=factory.LazyAttribute(lambda case: case.opened_at + timedelta(hours=2))
        )


class MessageTemplateFactory(DjangoModelFactory):
    class Meta:
        model = MessageTemplate

    code = factory.Sequence(lambda n: f"dates-and-prices-{n}")
    title = "Dates and prices"
    language = "ca"
    subject = "La teva pregunta sobre {programme}"
    body = "Hola {person},\n\ngràcies per escriure.\n\n{adviser}"


class TemplateVersionFactory(DjangoModelFactory):
    """The version that is in use."""

    class Meta:
        model = TemplateVersion

    template = factory.SubFactory(MessageTemplateFactory)
    number = 1
    subject = factory.SelfAttribute("template.subject")
    body = factory.SelfAttribute("template.body")
    state = TemplateVersion.State.APPROVED
    written_at = MONDAY_9AM


class PromiseFactory(DjangoModelFactory):
    """Made on Monday at nine, due a week later."""

    class Meta:
        model = Promise

    person = factory.SubFactory(PersonFactory)
    words = factory.Sequence(lambda n: f"Answer about the grant, {n}")
    made_at = MONDAY_9AM
    due_at = factory.LazyAttribute(lambda promise: promise.made_at + timedelta(days=7))


class WorkingCalendarFactory(DjangoModelFactory):
    """A calendar without hours; ``calendars.keep`` gives it some."""

    class Meta:
        model = WorkingCalendar

    name = factory.Sequence(lambda n: f"Calendar {n}")
