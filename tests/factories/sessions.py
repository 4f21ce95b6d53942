"""Sessions, places at them, bookable hours and appointments: the smallest valid row each."""

from datetime import UTC, datetime, time, timedelta

import factory
from factory.django import DjangoModelFactory

from enquiries.models import Appointment, BookableHours, Session, SessionPlace
from tests.factories.people import PersonFactory, UserFactory

NOW = datetime(2027, 3, 1, 9, 0, tzinfo=UTC)  # a Monday, ten o'clock at the school
COMING = datetime(2027, 3, 8, 17, 0, tzinfo=UTC)  # the Monday after, six in the evening at the school


class SessionFactory(DjangoModelFactory):
    """An open session in a room with two places."""

    class Meta:
        model = Session
        skip_postgeneration_save = True

    title_ca, title_es, title_en = "Coneix l’escola", "Conoce la escuela", "Meet the school"
    starts_at = COMING
    ends_at = factory.LazyAttribute(lambda session: session.starts_at + timedelta(hours=1))
    room = "Aula 1"
    seats = 2
    state = Session.State.OPEN
    changed_at = NOW
    reminders = factory.LazyFunction(lambda: [24, 2])


class SessionPlaceFactory(DjangoModelFactory):
    class Meta:
        model = SessionPlace

    session = factory.SubFactory(SessionFactory)
    person = factory.SubFactory(PersonFactory)
    language = "en"
    booked_at = NOW


class BookableHoursFactory(DjangoModelFactory):
    """Monday from ten to twelve, half an hour each, by telephone."""

    class Meta:
        model = BookableHours

    user = factory.SubFactory(UserFactory, role="Adviser")
    weekday = 0
    from_time, until_time = time(10), time(12)
    minutes = 30
    ways = factory.LazyFunction(lambda: ["phone"])


class AppointmentFactory(DjangoModelFactory):
    """Half an hour on the Monday after, at ten at the school."""

    class Meta:
        model = Appointment

    adviser = factory.SubFactory(UserFactory, role="Adviser")
    person = factory.SubFactory(PersonFactory)
    starts_at = datetime(2027, 3, 8, 9, 0, tzinfo=UTC)
    ends_at = factory.LazyAttribute(lambda one: one.starts_at + timedelta(minutes=30))
    way = "phone"
    phone = "+34600000001"
    language = "en"
    booked_at = NOW
