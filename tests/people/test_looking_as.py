"""Looking as somebody else: read-only, witnessed, for half an hour, and never upwards."""

from datetime import timedelta

import pytest
import time_machine
from django.contrib.sessions.backends.db import SessionStore
from django.urls import reverse
from django.utils import timezone

from people.access import looking_as, roles
from people.models import AuditEntry, Person, User
from tests.factories.contact_centre import CaseFactory
from tests.factories.people import PersonFactory, UserFactory

pytestmark = pytest.mark.django_db
START, STOP = "/admin/look-as/start/", "/admin/look-as/stop/"


@pytest.fixture
def director(client):
    user = UserFactory(role="Director", first_name="Mercè")
    client.force_login(user)
    return user


def look(client, target):
    return client.post(START, {"login": target.pk})


def student():
    user = UserFactory(first_name="Berta")
    return PersonFactory(user=user, given_name="Berta").user


def test_a_director_sees_what_an_adviser_sees_with_a_banner_on_every_page(client, director):
    CaseFactory(person=PersonFactory(given_name="Quirze"))
    adviser = UserFactory(role="Adviser", first_name="Laia", last_name="Puig")

    assert look(client, adviser).url == "/admin/"

    for address in ("/admin/my-day/", "/admin/queue/", "/admin/people/"):
        page = client.get(address)
        text = page.content.decode()
        assert page.wsgi_request.user == adviser
        assert "You see this as <strong>Laia Puig</strong>" in text, address
        assert f'action="{STOP}"' in text
    assert "/admin/audit/" not in text  # the director's own entries are not in an adviser's menu


def test_a_student_is_seen_on_the_website_and_the_back_office_stays_closed(client, director):
    target = student()

    assert look(client, target).url == "/campus/"

    assert "You see this as <strong>" in client.get("/campus/").content.decode()
    assert client.get("/admin/my-day/").status_code == 302


def test_pages_without_anybodys_rights_carry_the_banner_too(client, director):
    look(client, student())

    missing = client.get("/campus/receipts/none.pdf")

    assert missing.status_code == 404
    assert "You see this as" in missing.content.decode()


def test_stop_gives_the_own_eyes_back(client, director):
    look(client, UserFactory(role="Adviser"))
    client.post(STOP)

    page = client.get("/admin/audit/")

    assert (page.status_code, page.wsgi_request.user) == (200, director)
    assert "You see this as" not in page.content.decode()


def test_it_ends_by_itself_after_half_an_hour(client, director):
    adviser = UserFactory(role="Adviser")
    look(client, adviser)
    with time_machine.travel(timezone.now() + timedelta(minutes=29)):
        assert client.get("/admin/my-day/").wsgi_request.user == adviser
    with time_machine.travel(timezone.now() + timedelta(minutes=30, seconds=1)):
        assert client.get("/admin/my-day/").wsgi_request.user == director

    assert looking_as.KEY not in client.session


@pytest.mark.parametrize("method", ["post", "put", "patch", "delete"])
def test_whatever_could_change_something_is_refused_with_words(client, director, method):
    case = CaseFactory()
    look(client, UserFactory(role="Adviser"))

    answer = getattr(client, method)(reverse("contact_centre_take", args=[case.uuid]))

    case.refresh_from_db()
    assert (answer.status_code, case.adviser) == (403, None)
    assert "Nothing can be changed while you look." in answer.content.decode()


def test_the_api_is_refused_in_its_own_words(client, director):
    look(client, UserFactory(role="Adviser"))

    answer = client.post("/api/v1/enquiries", {}, content_type="application/json")

    assert (answer.status_code, answer.json()) == (403, {"detail": "Nothing can be changed while you look."})


def test_a_page_that_writes_when_it_opens_stays_closed_and_writes_nothing(client, director, monkeypatch):
    from contact_centre.views import my_day

    def write_something(self, **_kwargs):
        Person.objects.create(given_name="Written", created_at=timezone.now())

    monkeypatch.setattr(my_day.MyDayView, "get_context_data", write_something)
    look(client, UserFactory(role="Adviser"))

    answer = client.get("/admin/my-day/")

    assert answer.status_code == 403
    assert "This page writes something down" in answer.content.decode()
    assert not Person.objects.filter(given_name="Written").exists()


@pytest.mark.parametrize(
    "address",
    ["/accounts/2fa/", "/accounts/password/change/", "/accounts/email/", "/admin/account/", "/admin/look-as/"],
)
def test_ones_own_way_in_is_nobody_elses_to_see(client, director, address):
    look(client, UserFactory(role="Adviser"))

    assert client.get(address).status_code == 403


def test_nobody_looks_through_the_eyes_of_the_one_they_look_as(client, director):
    other_director = UserFactory(role="Marketing")
    look(client, other_director)

    assert look(client, UserFactory(role="Adviser")).status_code == 403
    assert client.get("/admin/my-day/").wsgi_request.user == other_director
    with pytest.raises(looking_as.CannotLook):
        looking_as.start(client.session, UserFactory(), by=director, at=timezone.now())


@pytest.mark.parametrize("role", ["Data protection", "Administrator", "Finance"])
def test_nobody_looks_as_somebody_with_more_rights(client, director, role):
    answer = client.post(START, {"login": UserFactory(role=role).pk}, follow=True)

    assert "They may see or decide more than you." in answer.content.decode()
    assert looking_as.KEY not in client.session


def test_an_administrator_who_does_not_see_cases_does_not_borrow_the_eyes_of_who_does(client):
    client.force_login(UserFactory(role="Administrator"))
    look(client, UserFactory(role="Adviser"))
    assert looking_as.KEY not in client.session
    look(client, UserFactory(role="Moderator"))
    assert looking_as.KEY in client.session


def test_nobody_looks_as_a_superuser_or_as_who_is_gone_or_as_themselves(director):
    for target in (
        User.objects.create_superuser("root@llevant.example", "matricula-demo"),
        UserFactory(is_active=False),
        director,
    ):
        assert looking_as.refusal(target, by=director)


@pytest.mark.parametrize("role", [role for role in roles.ALL if role not in ("Director", "Administrator")])
def test_only_directors_and_administrators_look(client, role):
    client.force_login(UserFactory(role=role))

    assert look(client, student()).status_code in (302, 403)
    assert looking_as.KEY not in client.session


@pytest.mark.parametrize(
    # Finance opens the receipts that are kept of people who were erased, which a director does not.
    "role",
    [role for role in roles.ALL if role not in ("Director", "Finance", "Data protection", "Administrator")],
)
def test_a_director_may_look_as_any_role_that_does_not_rule_over_others(director, role):
    assert looking_as.refusal(UserFactory(role=role), by=director) == ""


def test_every_page_is_in_the_trail_under_both_names_and_about_the_one_looked_at(client, director):
    target = student()
    look(client, target)
    client.get("/campus/", {"q": "a name"})
    client.post(STOP)

    told = [
        (entry.what, entry.by, entry.really_by, entry.person)
        for entry in AuditEntry.objects.filter(act="looked_as").order_by("pk")
    ]
    assert told == [
        ("people.look_started", director, None, target.person),
        ("people.look_page", target, director, target.person),
        ("people.look_ended", director, None, target.person),
    ]
    assert AuditEntry.objects.get(what="people.look_page").detail == {"path": "/campus/", "status": 200}


def test_what_is_read_while_looking_is_noted_with_who_really_read_it(client, director):
    adviser, person = UserFactory(role="Adviser"), PersonFactory()
    look(client, adviser)

    assert client.get(reverse("contact_centre_person", args=[person.uuid])).status_code == 200

    read = AuditEntry.objects.get(what="people.person_page")
    assert (read.act, read.by, read.really_by, read.person) == ("read", adviser, director, person)


def test_whoever_knew_the_session_before_does_not_look_along(client, director):
    known = client.session.session_key
    look(client, UserFactory(role="Adviser"))

    assert client.session.session_key != known
    assert not SessionStore().exists(known)


def test_a_session_of_somebody_else_with_the_mark_in_it_opens_nothing(client, director):
    adviser = UserFactory(role="Adviser")
    look(client, adviser)
    mark = client.session[looking_as.KEY]
    stranger = UserFactory()
    client.force_login(stranger)
    session = client.session
    session[looking_as.KEY] = mark
    session.save()

    assert client.get("/campus/").wsgi_request.user == stranger


def test_a_right_taken_away_ends_the_look(client, director):
    look(client, UserFactory(role="Adviser"))
    director.groups.clear()

    assert client.get("/campus/").wsgi_request.user == director
    assert looking_as.KEY not in client.session


def test_signing_out_while_looking_signs_the_real_one_out(client, director):
    look(client, UserFactory(role="Adviser"))
    client.post("/accounts/logout/")

    assert not client.get("/campus/", follow=True).wsgi_request.user.is_authenticated


def test_the_list_offers_staff_and_finds_students_and_says_why_not(client, director):
    student()
    UserFactory(role="Data protection", first_name="Irene", last_name="Pla")

    page = client.get("/admin/look-as/").content.decode()
    assert "Irene Pla" in page
    assert "They may see or decide more than you." in page
    assert "Berta" in client.get("/admin/look-as/", {"q": "Berta"}).content.decode()
