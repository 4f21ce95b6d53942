"""The page of one person, with everything that hangs on it."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from enrolment.models import Enrolment
from people.models import PersonScore, Relationship, Touchpoint
from tests.factories.community import PostFactory
from tests.factories.contact_centre import CaseFactory
from tests.factories.enquiries import EnquiryFactory
from tests.factories.enrolment import ApplicationFactory, EnrolmentFactory, PaymentFactory
from tests.factories.people import ConsentFactory, PersonFactory, UserFactory
from tests.factories.sessions import AppointmentFactory
from tests.factories.tutoring import StudentFactory

pytestmark = pytest.mark.django_db
MOST_QUERIES = 20


@pytest.fixture
def sign_in(client):
    def as_role(role):
        client.force_login(UserFactory(role=role), backend="allauth.account.auth_backends.AuthenticationBackend")
        return client

    return as_role


@pytest.fixture
def somebody():
    """A person of whom every floor knows something."""
    now = timezone.now()
    person = PersonFactory(phone="+34612345678", given_name="Berta", family_name="Camps")
    for number in range(200):
        Touchpoint.objects.create(
            person=person,
            at=now - timedelta(hours=number),
            channel="email",
            direction="in" if number % 2 else "out",
            kind="contact_centre.answered",
            summary=f"Line {number}",
        )
    for number in range(3):
        case = CaseFactory(person=person, opened_at=now - timedelta(hours=number + 1))
        EnquiryFactory(person=person, case=case)
    ConsentFactory(person=person)
    rosa = PersonFactory(given_name="Rosa")
    Relationship.objects.create(person=person, relative=rosa, kind="mother", since=now - timedelta(days=1))
    PersonScore.objects.create(person=person, metric="conversion", value=0.7, label="7 in 10", as_of=now)
    PersonScore.objects.create(person=person, metric="dropout", value=0.2, label="Low", as_of=now)
    for _number in range(2):
        application = ApplicationFactory(person=person, enrolled=True)
        PaymentFactory(application=application)
        StudentFactory(enrolment=EnrolmentFactory(application=application))
    PostFactory(author=person)
    assert Enrolment.objects.count() == 2
    return person


@pytest.mark.parametrize("role", ["Adviser", "Contact-centre lead", "Director", "Tutor", "Finance"])
def test_the_whole_page_costs_twenty_queries_at_most(sign_in, somebody, role, django_assert_max_num_queries):
    client = sign_in(role)
    address = reverse("contact_centre_person", args=[somebody.uuid])
    client.get(address)

    with django_assert_max_num_queries(MOST_QUERIES):
        page = client.get(address)

    assert page.status_code == 200


def test_the_figures_say_how_they_were_served(sign_in, settings):
    settings.LANGUAGE_CODE = "en"
    now, person = timezone.now(), PersonFactory()
    asked = now - timedelta(days=9)
    due = {"opened_at": asked, "answer_due_at": asked + timedelta(hours=24)}
    for hours in (2, 4, 30):
        CaseFactory(person=person, state="closed", answered_at=asked + timedelta(hours=hours), **due)
    CaseFactory(person=person, opened_at=now - timedelta(hours=1), nudged_at=now)
    score = {"value": 0.7, "label": "7 in 10", "reasons": ["Asked about the price"], "as_of": now}
    PersonScore.objects.create(person=person, metric="conversion", **score)

    page = sign_in("Adviser").get(reverse("contact_centre_person", args=[person.uuid]))

    service = page.context["service"]
    assert (service.cases, service.answered, service.in_time, service.waiting) == (4, 3, 2, 1)
    assert (service.asked_again, page.context["usual_answer"]) == (1, "4 h")
    text = page.content.decode()
    assert "Chance to enrol" in text
    assert "Asked about the price" in text


def test_open_cases_stand_before_those_that_are_over(sign_in):
    now, person = timezone.now(), PersonFactory()
    over = CaseFactory(person=person, closed=True, opened_at=now - timedelta(days=1))
    later = CaseFactory(person=person, opened_at=now - timedelta(hours=1))
    first = CaseFactory(person=person, opened_at=now - timedelta(hours=5))

    page = sign_in("Adviser").get(reverse("contact_centre_person", args=[person.uuid]))

    assert [case for case, _due in page.context["cases"]] == [first, later]
    assert over not in page.context["cases"]


def test_what_is_read_seldom_comes_when_the_reader_gets_there(sign_in, settings):
    settings.LANGUAGE_CODE = "en"
    person, client = PersonFactory(), sign_in("Adviser")
    address = reverse("contact_centre_person", args=[person.uuid])
    nothing = "No session and no appointment yet."

    page = client.get(address).content.decode()
    assert "Sessions and appointments" in page and nothing not in page
    assert f'hx-get="{address}?panel=meetings"' in page

    part = client.get(f"{address}?panel=meetings", headers={"hx-request": "true"}).content.decode()
    assert nothing in part and "<html" not in part

    whole = client.get(f"{address}?panel=meetings").content.decode()  # where no script runs
    assert nothing in whole and "<html" in whole


def test_a_part_that_is_not_theirs_is_not_fetched_either(sign_in):
    address = reverse("contact_centre_person", args=[PersonFactory().uuid])

    part = sign_in("Finance").get(f"{address}?panel=origins", headers={"hx-request": "true"})

    assert (part.status_code, part.content) == (200, b"")


def test_forms_on_panels_carry_the_token_without_which_they_are_refused(sign_in):
    person = PersonFactory()
    appointment = AppointmentFactory(person=person, starts_at=timezone.now() + timedelta(days=1))
    address = reverse("contact_centre_person", args=[person.uuid])

    part = sign_in("Adviser").get(f"{address}?panel=meetings", headers={"hx-request": "true"}).content.decode()

    form = part[part.index(str(appointment.uuid)) :]
    assert 'name="csrfmiddlewaretoken"' in form[: form.index("</form>")]
