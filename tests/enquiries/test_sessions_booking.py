"""Appointments: no double booking, moved, called off, and how they went."""

from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest

from contact_centre.models import FollowUp, StaffNotice
from contact_centre.wording.words import Letter
from enquiries.models import Appointment
from enquiries.sessions import booking, letter_words, tickets
from people.identity.identities import BadIdentity
from people.models import OutgoingMessage, Person, Touchpoint, User
from tests.factories.people import PersonFactory, UserFactory
from tests.factories.sessions import NOW, AppointmentFactory, BookableHoursFactory
from tests.people import at_once

TEN = datetime(2027, 3, 8, 9, 0, tzinfo=UTC)  # ten at the school
HALF_PAST = TEN + timedelta(minutes=30)


def book(person=None, starts_at=TEN, **asked):
    asked = {"way": "phone", "phone": "+34600000001", "at": NOW} | asked
    return booking.book_appointment(person=person or PersonFactory(), starts_at=starts_at, **asked)


@pytest.mark.django_db
def test_booked_hour_is_mailed_told_and_stands_among_the_follow_ups():
    adviser = BookableHoursFactory().user
    person = PersonFactory(language="en")
    made = book(person, note="  About   the\ngrant ")
    assert (made.adviser, made.starts_at, made.ends_at) == (adviser, TEN, HALF_PAST)
    assert made.note == "About the grant"
    mail = OutgoingMessage.objects.get(person=person)
    assert "8 March 2027" in mail.subject
    assert "+34600000001" in mail.body
    assert FollowUp.objects.get(owner=adviser, done_at=None).due_at == TEN
    assert StaffNotice.objects.filter(user=adviser).count() == 1
    assert Touchpoint.objects.filter(person=person, kind="enquiries.appointment_booked").count() == 1


@pytest.mark.django_db
def test_taken_hour_cannot_be_booked_and_again_is_the_same():
    BookableHoursFactory()
    person = PersonFactory()
    made = book(person)
    assert book(person) == made
    with pytest.raises(booking.Taken):
        book()
    assert Appointment.objects.count() == 1


@pytest.mark.django_db
@pytest.mark.parametrize("starts_at", [TEN + timedelta(minutes=10), TEN - timedelta(days=7), TEN + timedelta(days=1)])
def test_hour_that_nobody_offers_cannot_be_booked(starts_at):
    BookableHoursFactory()
    with pytest.raises(booking.Taken):
        book(starts_at=starts_at)


@pytest.mark.django_db
def test_whoever_has_least_to_do_that_day_is_given_the_next():
    first, second = BookableHoursFactory().user, BookableHoursFactory().user
    AppointmentFactory(adviser=first, starts_at=HALF_PAST)
    assert book().adviser == second


@pytest.mark.django_db
def test_somebody_to_call_needs_a_number():
    BookableHoursFactory()
    with pytest.raises(booking.NoNumber):
        book(phone="")
    with pytest.raises(BadIdentity):
        book(phone="12")
    assert book(PersonFactory(phone="+34600000009"), phone="").phone == "+34600000009"


@pytest.mark.django_db
def test_moving_keeps_the_adviser_and_raises_the_sequence():
    adviser = BookableHoursFactory().user
    BookableHoursFactory()
    made = book(user_id=adviser.pk)
    moved = booking.move(made, starts_at=HALF_PAST, at=NOW)
    assert (moved.adviser, moved.starts_at, moved.sequence) == (adviser, HALF_PAST, 1)
    assert list(FollowUp.objects.filter(done_at=None, dropped_at=None).values_list("due_at", flat=True)) == [HALF_PAST]
    assert OutgoingMessage.objects.filter(key__startswith="appointment:moved-1").count() == 1


@pytest.mark.django_db
def test_moving_to_an_hour_the_adviser_has_not_goes_to_whoever_has():
    first = BookableHoursFactory().user
    made = book(user_id=first.pk)
    AppointmentFactory(adviser=first, starts_at=HALF_PAST)
    with pytest.raises(booking.Taken):
        booking.move(made, starts_at=HALF_PAST, at=NOW)
    second = BookableHoursFactory().user
    assert booking.move(made, starts_at=HALF_PAST, at=NOW).adviser == second


@pytest.mark.django_db
def test_called_off_is_free_again_and_told_once():
    BookableHoursFactory()
    made = book()
    booking.cancel(made, at=NOW)
    booking.cancel(made, at=NOW)
    assert OutgoingMessage.objects.filter(key__startswith="appointment:off").count() == 1
    assert not FollowUp.objects.filter(dropped_at=None).exists()
    assert book().state == "booked"


@pytest.mark.django_db
def test_what_has_begun_is_neither_moved_nor_called_off():
    made = AppointmentFactory()
    for act in (booking.cancel, lambda one, at: booking.move(one, starts_at=HALF_PAST, at=at)):
        with pytest.raises(booking.Over):
            act(made, at=TEN)


@pytest.mark.django_db
def test_outcome_is_noted_when_it_is_over_and_may_be_put_right():
    made, by = AppointmentFactory(), UserFactory()
    with pytest.raises(booking.Over):
        booking.note_outcome(made, came=True, by=by, at=NOW)
    after = TEN + timedelta(hours=1)
    assert booking.note_outcome(made, came=False, by=by, at=after).state == "no_show"
    assert booking.note_outcome(made, came=True, by=by, at=after).state == "held"


@pytest.mark.django_db
def test_letter_leads_to_whoever_signs_if_they_can_be_booked(client):
    adviser = BookableHoursFactory().user
    person = PersonFactory()
    letters = [
        Letter(person=person, language="en", at=NOW, by=adviser),
        Letter(person=person, language="en", at=NOW, by=UserFactory(first_name="Olga")),
    ]
    said = [known["appointment.url"].text for known in letter_words.SOURCE.fill(letters, {"appointment.url"})]
    tokens = [url.rstrip("/").rpartition("/")[2] for url in said]
    assert [tickets.read_booking(token)[:2] for token in tokens] == [(person, adviser.pk), (person, None)]


@pytest.mark.database
@pytest.mark.django_db(transaction=True)
def test_one_hour_is_booked_once_however_many_ask_at_once():
    adviser = UserFactory(role="Adviser")
    BookableHoursFactory(user=adviser)
    BookableHoursFactory(user=adviser, minutes=45)  # overlaps, with another length
    people = [PersonFactory() for _process in range(8)]

    def ask(number):
        person, made = Person.objects.get(pk=people[number].pk), []
        for starts_at in (TEN, TEN + timedelta(minutes=45), HALF_PAST):
            try:
                made.append(book(person, starts_at).pk)
            except booking.Taken:
                continue
        return made

    at_once.run(ask, processes=8)

    booked = list(Appointment.objects.filter(adviser=adviser).order_by("starts_at"))
    assert booked
    assert all(first.ends_at <= second.starts_at for first, second in pairwise(booked))
    assert User.objects.filter(appointments__isnull=False).distinct().count() == 1
