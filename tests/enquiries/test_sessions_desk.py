"""Sessions and appointments in the back office."""

from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.urls import reverse

from enquiries.models import Appointment, BookableHours, Session, SessionPlace
from enquiries.sessions import tickets
from people.models import OutgoingMessage
from tests.factories.people import PersonFactory, UserFactory
from tests.factories.programmes import ProgrammeFactory
from tests.factories.sessions import (
    COMING,
    NOW,
    AppointmentFactory,
    BookableHoursFactory,
    SessionFactory,
    SessionPlaceFactory,
)

pytestmark = pytest.mark.django_db
FORM = {
    "kind": "info",
    "title_ca": "Portes obertes",
    "language": "ca",
    "way": "on_site",
    "room": "Aula 1",
    "seats": "10",
    "starts_at": "2027-03-08 18:00",
    "ends_at": "2027-03-08 19:00",
    "reminders": "24, 2",
}


@pytest.fixture
def lead(client):
    user = UserFactory(role="Contact-centre lead")
    client.force_login(user)
    return user


@pytest.fixture
def adviser(client):
    user = UserFactory(role="Adviser")
    client.force_login(user)
    return user


@pytest.fixture(autouse=True)
def clock():
    with time_machine.travel(NOW, tick=False) as travelled:
        yield travelled


def page(client, name, *args, **asked):
    response = client.get(reverse(name, args=args), asked, HTTP_ACCEPT_LANGUAGE="en")
    assert response.status_code == 200
    return response.content.decode()


def test_session_is_added_as_a_draft_opened_and_changed(client, lead):
    assert client.post(reverse("sessions:add"), FORM).status_code == 302
    session = Session.objects.get()
    assert (session.state, session.reminders) == ("draft", [24, 2])
    client.post(reverse("enquiries_session_act", args=[session.uuid, "open"]))
    session.refresh_from_db()
    assert session.state == "open"
    place = SessionPlaceFactory(session=session)
    changed = FORM | {"starts_at": "2027-03-08 18:30"}
    assert client.post(reverse("sessions:edit", args=[session.pk]), changed).status_code == 302
    assert OutgoingMessage.objects.get(person=place.person).key.startswith("session:changed")


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"ends_at": "2027-03-08 17:00"}, "ends before it begins"),
        ({"closes_at": "2027-03-08 18:30"}, "cannot close after"),
        ({"reminders": "soon"}, "Hours before it begins"),
        ({"reminders": "9999"}, "Hours before it begins"),
        ({"seats": "1"}, "have a place already"),
    ],
)
def test_form_says_what_is_wrong(client, lead, wrong, words):
    session = SessionFactory(starts_at=COMING)
    SessionPlaceFactory.create_batch(2, session=session)
    address = reverse("sessions:edit", args=[session.pk])
    response = client.post(address, FORM | wrong, HTTP_ACCEPT_LANGUAGE="en")
    assert response.status_code == 200
    assert words in response.content.decode()


def test_draft_that_lacks_something_is_not_opened(client, lead):
    session = SessionFactory(state="draft", room="", seats=0)
    assert "how many places there are" in page(client, "enquiries_session", session.uuid)
    client.post(reverse("enquiries_session_act", args=[session.uuid, "open"]))
    assert Session.objects.get().state == "draft"


def test_list_takes_the_same_queries_for_one_and_for_three(client, lead, django_assert_max_num_queries):
    SessionPlaceFactory()
    page(client, "sessions:index")
    with django_assert_max_num_queries(60) as first:
        assert "1 / 2" in page(client, "sessions:index")
    SessionPlaceFactory.create_batch(2)
    with django_assert_max_num_queries(len(first)):
        page(client, "sessions:index")


def test_names_are_for_those_who_check_in(client):
    place = SessionPlaceFactory(person__given_name="Zoraida")
    for role, sees in (("Adviser", True), ("Director", False), ("Editor", False)):
        client.force_login(UserFactory(role=role))
        assert ("Zoraida" in page(client, "enquiries_session", place.session.uuid)) is sees


def test_door_finds_by_name_checks_in_and_takes_back(client, adviser, clock):
    clock.move_to(COMING)
    place = SessionPlaceFactory(person__given_name="Zoraida")
    other = SessionPlaceFactory(session=place.session, person__given_name="Bernat")
    door = page(client, "enquiries_session_door", place.session.uuid, q="zora")
    assert "Zoraida" in door
    assert "Bernat" not in door
    for _twice in range(2):
        client.post(reverse("enquiries_session_place_act", args=[place.uuid, "in"]))
    place.refresh_from_db()
    assert (place.state, place.checked_in_at, place.checked_in_by) == ("attended", COMING, adviser)
    client.post(reverse("enquiries_session_place_act", args=[place.uuid, "out"]))
    assert SessionPlace.objects.get(pk=place.pk).state == "booked"
    assert SessionPlace.objects.get(pk=other.pk).state == "booked"


def test_scanned_code_leads_staff_to_one_button(client, adviser, clock):
    clock.move_to(COMING)
    place = SessionPlaceFactory()
    path = "/sessions/" + tickets.door_url(place).partition("/sessions/")[2]
    address = client.get(path)["Location"]
    assert "Check in" in client.get(address).content.decode()
    assert SessionPlace.objects.get().state == "booked"  # looking is not coming
    client.post(address)
    assert SessionPlace.objects.get().state == "attended"
    assert "Is here" in client.get(address).content.decode()


def test_code_of_a_place_that_was_called_off_says_so(client, adviser):
    place = SessionPlaceFactory(state="off")
    address = reverse("enquiries_check_in", args=[tickets.door_url(place).rstrip("/").rpartition("/")[2]])
    assert "called off" in client.get(address).content.decode()
    client.post(address)
    assert SessionPlace.objects.get().state == "off"


def test_who_came_along_is_written_down_and_is_here(client, adviser, clock):
    clock.move_to(COMING)
    session = SessionFactory(seats=0)
    address = reverse("enquiries_session_walk_in", args=[session.uuid])
    for _twice in range(2):
        assert client.post(address, {"name": "Zoraida Vila", "contact": "600000001"}).status_code == 302
    place = SessionPlace.objects.get()
    assert (place.state, place.enquiry.channel) == ("attended", "in_person")
    assert client.post(address, {"name": "X", "contact": "12"}).status_code == 422


def test_calling_off_tells_and_frees(client, lead):
    place = SessionPlaceFactory()
    client.post(reverse("enquiries_session_act", args=[place.session.uuid, "off"]))
    assert SessionPlace.objects.get().state == "off"
    assert OutgoingMessage.objects.get().key.startswith("session:called-off")


def test_week_shows_what_is_booked_and_what_is_free(client, adviser):
    BookableHoursFactory(user=adviser)
    AppointmentFactory(adviser=adviser, person__given_name="Zoraida")
    html = page(client, "enquiries_appointments", week="2027-03-10")
    assert "Zoraida" in html
    assert html.count("sess-slot--free") == 3
    assert "sess-week" in page(client, "enquiries_appointments", week="the next")


def test_outcome_is_asked_for_and_noted(client, adviser, clock):
    made = AppointmentFactory(adviser=adviser)
    clock.move_to(COMING)
    assert "How did these go?" in page(client, "enquiries_appointments")
    client.post(reverse("enquiries_appointment_act", args=[made.uuid, "held"]))
    made.refresh_from_db()
    assert made.state == "held"


def hours(**row):
    said = {"weekday": "1", "from_time": "10:00", "until_time": "12:00", "minutes": "30", "ways": ["phone"]} | row
    head = {"form-TOTAL_FORMS": "1", "form-INITIAL_FORMS": "0"}
    return head | {f"form-0-{name}": value for name, value in said.items()}


def test_own_hours_are_kept_and_those_of_others_are_for_the_lead(client, adviser):
    address = reverse("enquiries_hours")
    assert client.post(address, hours()).status_code == 302
    assert BookableHours.objects.get().user == adviser
    other = UserFactory(role="Adviser")
    assert client.get(address, {"user": other.pk}).status_code == 302  # home, with a notice, as the back office does
    client.force_login(UserFactory(role="Contact-centre lead"))
    assert client.get(address, {"user": other.pk}).status_code == 200


@pytest.mark.parametrize("wrong", [{"until_time": "09:00"}, {"ways": ["online"]}, {"minutes": "1"}, {"ways": []}])
def test_hours_that_cannot_be_are_refused(client, adviser, wrong):
    assert client.post(reverse("enquiries_hours"), hours(**wrong)).status_code == 422
    assert not BookableHours.objects.exists()


def test_adviser_books_for_somebody(client, adviser):
    BookableHoursFactory(user=adviser)
    person = PersonFactory()
    address = reverse("enquiries_book_for", args=[person.uuid])
    said = {"starts_at": "2027-03-08T09:00:00+00:00", "note": "Grants", "phone": "600000001"}
    assert client.post(address, said).status_code == 302
    made = Appointment.objects.get()
    assert (made.adviser, made.booked_by, made.person) == (adviser, adviser, person)
    assert client.post(address, said | {"starts_at": "now"}).status_code == 422
    assert client.post(address, said | {"starts_at": "2027-03-08T09:10:00+00:00"}).status_code == 422


def test_person_page_and_my_day_show_what_is_coming(client, adviser):
    made = AppointmentFactory(adviser=adviser, starts_at=datetime(2027, 3, 1, 12, tzinfo=UTC))
    session = SessionFactory(title_en="Open evening", starts_at=NOW + timedelta(days=2))
    session.hosts.add(adviser)
    SessionPlaceFactory(session=session, person=made.person)
    day = client.get("/admin/", follow=True, HTTP_ACCEPT_LANGUAGE="en").content.decode()
    assert "My appointments" in day
    html = page(client, "contact_centre_person", made.person.uuid)
    assert "Sessions and appointments" in html


def test_my_day_takes_the_same_queries_for_one_hour_and_for_three(client, adviser, django_assert_max_num_queries):
    day = reverse("contact_centre_my_day")

    def meet(hour):
        AppointmentFactory(adviser=adviser, starts_at=datetime(2027, 3, 1, hour, tzinfo=UTC))

    meet(10)
    client.get(day)
    with django_assert_max_num_queries(200) as first:
        client.get(day)
    number = len(first)
    meet(11)
    meet(12)
    with django_assert_max_num_queries(number):
        client.get(day)


def test_product_sheet_shows_when_one_can_come_and_see(client):
    programme = ProgrammeFactory(page=True)
    SessionFactory(title_en="For this one", programme=programme)
    SessionFactory(title_en="For the whole school")
    SessionFactory(title_en="For another", programme=ProgrammeFactory())
    SessionFactory(title_en="Still a draft", state="draft")
    html = client.get(programme.sheet_in("en").url).content.decode()
    shown = [title for title in ("For this one", "the whole school", "For another", "a draft") if title in html]
    assert shown == ["For this one", "the whole school"]
