"""Sessions and appointments on the website, and the letters about them."""

from datetime import timedelta

import pytest
import time_machine
from django.core import mail
from django.urls import reverse

from enquiries.intake import form_tokens
from enquiries.models import Appointment, Enquiry, Session, SessionPlace, Submission
from enquiries.sessions import booking, invitations, places, reminding, tickets
from people.contact import outbox, policy
from people.models import OutgoingMessage, Person
from tests.factories.people import PersonFactory, UserFactory
from tests.factories.sessions import (
    COMING,
    NOW,
    AppointmentFactory,
    BookableHoursFactory,
    SessionFactory,
    SessionPlaceFactory,
)

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def clock():
    with time_machine.travel(NOW, tick=False) as travelled:
        yield travelled


def token():
    """As somebody has who did not fill the form in within a second."""
    with time_machine.travel(NOW - timedelta(minutes=2), tick=False):
        return form_tokens.make()


def ask(client, session, **fields):
    said = {"contact": "laia@example.org", "name": "Laia Serra", "t": token()} | fields
    return client.post(reverse("enquiries:session", args=[session.uuid]), said, HTTP_ACCEPT_LANGUAGE="en")


def hour(client, url="/appointments/", **fields):
    said = {"starts_at": "2027-03-08T09:00:00+00:00", "phone": "600 000 001", "t": token()} | fields
    return client.post(url, said, HTTP_ACCEPT_LANGUAGE="en")


def test_list_shows_what_can_be_booked_and_nothing_else(client):
    SessionFactory(title_en="Open evening")
    for hidden in ({"state": "draft"}, {"state": "off"}, {"closes_at": NOW}, {"starts_at": NOW - timedelta(hours=3)}):
        SessionFactory(title_en="Hidden", **hidden)
    html = client.get("/sessions/", HTTP_ACCEPT_LANGUAGE="en").content.decode()
    assert "Open evening" in html
    assert "Hidden" not in html
    assert not client.cookies


def test_list_takes_the_same_queries_for_one_and_for_three(client, django_assert_max_num_queries):
    SessionFactory()
    client.get("/sessions/")
    with django_assert_max_num_queries(20) as first:
        client.get("/sessions/")
    SessionFactory.create_batch(2)
    with django_assert_max_num_queries(len(first)):
        client.get("/sessions/")


def test_a_contact_is_enough_for_a_place_with_its_enquiry_and_its_case(client):
    session = SessionFactory()
    html = client.get(f"/sessions/{session.uuid}/?utm_campaign=autumn").content.decode()
    assert 'name="utm_campaign" value="autumn"' in html
    response = ask(client, session, name="")
    assert response.status_code == 303
    place = SessionPlace.objects.get()
    assert (place.state, place.language, place.session) == ("booked", "en", session)
    assert place.enquiry.case is not None
    assert place.enquiry.answers == {"Session": "Meet the school"}
    html = client.get(response["Location"]).content.decode()
    assert "You have a place" in html
    assert "<svg" in html
    assert not client.cookies


def test_double_click_is_one_place_and_one_enquiry(client):
    session, same = SessionFactory(), token()
    for _click in range(2):
        assert ask(client, session, t=same).status_code == 303
    assert (SessionPlace.objects.count(), Enquiry.objects.count(), Person.objects.count()) == (1, 1, 1)


@pytest.mark.parametrize("fields", [{"contact": ""}, {"contact": "laia@nowhere"}, {"t": "forged"}, {"name": "x" * 300}])
def test_what_is_wrong_is_said_and_nothing_is_kept(client, fields):
    response = ask(client, SessionFactory(), **fields)
    assert response.status_code == 422
    assert 'role="alert"' in response.content.decode()
    assert not Person.objects.exists()
    assert not SessionPlace.objects.exists()


def test_machines_get_no_place_and_are_not_told_so(client):
    assert ask(client, SessionFactory(), website="http://spam.example").status_code == 303
    assert not SessionPlace.objects.exists()
    assert Submission.objects.get().outcome == "suspect"


@pytest.mark.parametrize(
    ("meanwhile", "state", "says"),
    [
        ({}, "booked", "What they asked for is booked"),
        ({"seats": 1}, "waiting", "they are on the waiting list"),
        ({"seats": 1, "has_waiting_list": False}, None, "The session is full by now"),
        ({"state": "off"}, None, "The session is over, called off or closed"),
        ({"closes_at": NOW + timedelta(hours=1)}, "booked", "What they asked for is booked"),
    ],
)
def test_who_was_taken_for_a_machine_gets_the_place_as_of_when_they_asked(client, clock, meanwhile, state, says):
    session = SessionFactory()
    ask(client, session, website="http://spam.example")
    sent = Submission.objects.get()
    clock.shift(timedelta(hours=2))
    later = SessionPlaceFactory(session=session, booked_at=NOW + timedelta(hours=1))
    Session.objects.filter(pk=session.pk).update(**meanwhile)
    client.force_login(UserFactory(role="Adviser"))
    assert "Meet the school" in client.get("/admin/suspects/", HTTP_ACCEPT_LANGUAGE="en").content.decode()
    page = client.post(f"/admin/suspects/{sent.uuid}/real/", follow=True, HTTP_ACCEPT_LANGUAGE="en").content.decode()
    assert says in page
    place = SessionPlace.objects.exclude(pk=later.pk).first()
    assert Enquiry.objects.get().answers == {"Session": "Meet the school"}
    assert (place and place.state) == state
    if place:
        assert (place.booked_at, place.enquiry) == (NOW, Enquiry.objects.get())
        assert OutgoingMessage.objects.filter(about_kind="enquiries.sessionplace", about_id=place.pk).count() == 1


def test_full_without_waiting_list_is_said_and_nobody_is_made(client):
    session = SessionFactory(seats=1, has_waiting_list=False)
    SessionPlaceFactory(session=session)
    response = ask(client, session)
    assert response.status_code == 422
    assert "Choose another date" in response.content.decode()
    assert not Enquiry.objects.exists()


def test_address_of_the_meeting_is_for_those_who_have_a_place(client):
    session = SessionFactory(way="online", online_address="https://meet.example.org/secret")
    page = client.get(reverse("enquiries:session", args=[session.uuid])).content.decode()
    assert "secret" not in page
    mine = SessionPlaceFactory(session=session, is_online=True)
    waits = SessionPlaceFactory(session=session, is_online=True, state="waiting")
    assert "secret" in client.get(tickets.place_url(mine)).content.decode()
    assert "secret" not in client.get(tickets.place_url(waits)).content.decode()


def test_drafts_are_not_found_and_called_off_ones_say_so(client):
    draft, off = SessionFactory(state="draft"), SessionFactory(state="off")
    assert client.get(reverse("enquiries:session", args=[draft.uuid]), follow=True).status_code == 404
    html = client.get(reverse("enquiries:session", args=[off.uuid]), HTTP_ACCEPT_LANGUAGE="en").content.decode()
    assert "does not take place" in html


def test_own_page_calls_off_moves_and_switches(client):
    session = SessionFactory(way="both", online_address="https://meet.example.org/a")
    other = SessionFactory(starts_at=COMING + timedelta(days=7))
    place = places.book(session, PersonFactory(), at=NOW, language="en")
    link = tickets.place_url(place)
    assert client.post(f"{link}switch/").status_code == 303
    place.refresh_from_db()
    assert place.is_online
    moved = client.post(f"{link}move/", {"to": str(other.uuid)})["Location"]
    assert SessionPlace.objects.exclude(state="off").get().session == other
    assert client.post(f"{moved}cancel/").status_code == 303
    assert not SessionPlace.objects.exclude(state="off").exists()
    assert "called off" in client.get(moved).content.decode()


@pytest.mark.parametrize("to", ["", "x", "00000000-0000-0000-0000-000000000000"])
def test_moving_to_nowhere_is_refused_in_words(client, to):
    place = SessionPlaceFactory()
    response = client.post(f"{tickets.place_url(place)}move/", {"to": to})
    assert response.status_code == 409
    assert "cannot be changed" in response.content.decode()


def test_forged_links_are_not_found_and_erased_people_are_gone(client):
    place = SessionPlaceFactory()
    link = tickets.place_url(place)
    assert client.get("/sessions/place/forged/", follow=True).status_code == 404
    assert client.get("/appointments/forged/", follow=True).status_code == 404
    assert client.get("/appointments/with/forged/", follow=True).status_code == 404
    Person.objects.filter(pk=place.person_id).update(erased_at=NOW)
    assert client.get(link).status_code == 410


def test_own_page_is_not_indexed_nor_passed_on(client):
    response = client.get(tickets.place_url(SessionPlaceFactory()))
    assert response["X-Robots-Tag"] == "noindex, nofollow"
    assert response["Referrer-Policy"] == "same-origin"


def test_code_at_the_door_tells_a_stranger_nothing(client):
    place = SessionPlaceFactory()
    path = tickets.door_url(place).partition("/sessions/")[2]
    html = client.get(f"/sessions/{path}", HTTP_ACCEPT_LANGUAGE="en").content.decode()
    assert "This is a ticket" in html
    assert str(place.person) not in html
    assert client.get("/sessions/door/forged/", follow=True).status_code == 404


# --- letters and calendars


def lines(text):
    assert all(len(line.encode()) <= 75 for line in text.split("\r\n"))
    return text.replace("\r\n ", "").split("\r\n")


def test_letter_carries_the_entry_and_each_change_replaces_it():
    place = places.book(SessionFactory(), PersonFactory(), at=NOW, language="en")
    outbox.deliver_due(at=NOW)
    places.cancel(place, at=NOW)
    outbox.deliver_due(at=NOW)
    booked, off = (list(letter.attachments) for letter in mail.outbox)
    assert [part.get_param("method") for part in (booked[0], off[0])] == ["REQUEST", "CANCEL"]
    first, last = (lines(part.get_payload(decode=True).decode()) for part in (booked[0], off[0]))
    assert {f"UID:place-{place.uuid}@matricula", "SEQUENCE:0", "STATUS:CONFIRMED"} <= set(first)
    assert {f"UID:place-{place.uuid}@matricula", "SEQUENCE:1", "STATUS:CANCELLED"} <= set(last)
    assert "DTSTART:20270308T170000Z" in first


def test_who_moves_gets_the_new_entry_and_loses_the_old():
    place = places.book(SessionFactory(), PersonFactory(), at=NOW, language="en")
    later = NOW + timedelta(minutes=1)
    new = places.move(place, to=SessionFactory(starts_at=COMING + timedelta(days=7)), at=later)
    message = OutgoingMessage.objects.get(about_id=new.pk, about_kind="enquiries.sessionplace")
    message.to = "nuria@example.org"  # where it leaves for is known when it leaves
    assert [one.method for one in invitations.of_message(message, at=later)] == ["REQUEST", "CANCEL"]


def test_who_waits_has_no_entry_and_calendars_of_appointments_can_be_kept(client):
    assert client.get(f"{tickets.place_url(SessionPlaceFactory(state='waiting'))}calendar.ics").status_code == 404
    response = client.get(f"{tickets.appointment_url(AppointmentFactory())}calendar.ics")
    assert response["Content-Type"] == "text/calendar; charset=utf-8"
    assert "DTSTART:20270308T090000Z" in lines(response.content.decode())


def test_reminders_leave_once_each_and_not_for_who_booked_after_them():
    session = SessionFactory()  # at six in the evening
    early = SessionPlaceFactory(session=session)
    late = SessionPlaceFactory(session=session, booked_at=COMING - timedelta(hours=3))
    for at in (COMING - timedelta(hours=24), COMING - timedelta(hours=23)):
        reminding.remind_due(at=at)
    assert OutgoingMessage.objects.filter(person=early.person).count() == 1
    for _twice in range(2):
        reminding.remind_due(at=COMING - timedelta(hours=2))
    assert OutgoingMessage.objects.filter(person=early.person).count() == 2
    assert OutgoingMessage.objects.filter(person=late.person).count() == 1


def test_reminder_that_would_come_in_the_night_comes_before_it():
    nine = COMING.replace(hour=8)  # nine at the school
    due = reminding.moment(nine, 2, zone="Europe/Madrid", rules=policy.rules_of_school())
    assert (nine - due) == timedelta(hours=12, minutes=15)  # a quarter to nine in the evening


def test_sweep_after_a_long_silence_sends_the_last_reminder_only():
    place = SessionPlaceFactory()
    reminding.remind_due(at=COMING - timedelta(hours=1))
    message = OutgoingMessage.objects.get(person=place.person)
    assert "soon-2" in message.key
    place.refresh_from_db()
    assert place.reminded == [24, 2]


# --- appointments


def test_hour_is_booked_with_a_number_alone(client):
    adviser = BookableHoursFactory().user
    response = hour(client)
    assert response.status_code == 303
    made = Appointment.objects.get()
    assert (made.adviser, made.phone) == (adviser, "+34600000001")
    assert made.case is not None
    assert made.enquiry.case == made.case
    html = client.get(response["Location"]).content.decode()
    assert "We talk on" in html
    assert not client.cookies


def test_hour_that_somebody_else_has_taken_is_said_and_nothing_is_kept(client):
    AppointmentFactory(adviser=BookableHoursFactory().user)
    response = hour(client)
    assert response.status_code == 422
    assert "no longer free" in response.content.decode()
    assert not Enquiry.objects.exists()


@pytest.mark.parametrize(
    ("is_taken", "says"), [(False, "What they asked for is booked"), (True, "is not free any more")]
)
def test_who_was_taken_for_a_machine_gets_the_hour_if_it_is_still_free(client, is_taken, says):
    adviser = BookableHoursFactory().user
    assert hour(client, website="http://spam.example").status_code == 303
    taken = [AppointmentFactory(adviser=adviser)] if is_taken else []
    client.force_login(UserFactory(role="Adviser"))
    sent = Submission.objects.get()
    page = client.post(f"/admin/suspects/{sent.uuid}/real/", follow=True, HTTP_ACCEPT_LANGUAGE="en").content.decode()
    assert says in page
    theirs = Appointment.objects.exclude(pk__in=[one.pk for one in taken])
    assert [one.phone for one in theirs] == ([] if is_taken else ["+34600000001"])
    assert Enquiry.objects.exclude(pk__in=[one.enquiry_id for one in taken if one.enquiry_id]).count() == 1


@pytest.mark.parametrize("fields", [{"starts_at": ""}, {"starts_at": "soon"}, {"phone": ""}, {"phone": "12"}])
def test_what_is_missing_for_an_hour_is_said(client, fields):
    BookableHoursFactory()
    assert hour(client, **fields).status_code == 422
    assert not Appointment.objects.exists()


def test_who_came_by_a_link_of_ours_is_asked_for_nothing_we_know(client):
    adviser = BookableHoursFactory().user
    BookableHoursFactory()
    person = PersonFactory(language="en", phone="+34600000009")
    url = tickets.booking_url(person, user_id=adviser.pk)
    html = client.get(url).content.decode()
    assert "Book an hour with Marta" in html
    assert 'name="contact"' not in html
    assert hour(client, url, phone="").status_code == 303
    made = Appointment.objects.get()
    assert (made.person, made.adviser, made.phone) == (person, adviser, "+34600000009")


def test_own_page_moves_and_calls_off_an_appointment(client):
    BookableHoursFactory()
    made = booking.book_appointment(
        person=PersonFactory(language="en"), starts_at=COMING.replace(hour=9), way="phone", phone="+34600000001", at=NOW
    )
    link = tickets.appointment_url(made)
    assert client.post(f"{link}move/", {"starts_at": "2027-03-08T09:30:00+00:00"}).status_code == 303
    made.refresh_from_db()
    assert (made.starts_at.minute, made.sequence) == (30, 1)
    assert client.post(f"{link}move/", {"starts_at": "yesterday"}).status_code == 422
    assert client.post(f"{link}cancel/").status_code == 303
    assert client.post(f"{link}cancel/").status_code == 303
    assert "called off" in client.get(link).content.decode()


def test_nobody_free_leads_to_the_form(client):
    html = client.get("/appointments/", HTTP_ACCEPT_LANGUAGE="en").content.decode()
    assert "No hour is free" in html
    assert 'href="/enquire/"' in html
