"""The applicant's pages, as a browser sees them: apply, wait, pay, come back."""

import re
from datetime import date

import pytest
from django.utils import timezone

from enrolment.models import Application, Payment
from tests.config.sandbox_process import DECLINED
from tests.factories.enrolment import ApplicationFactory, EnrolmentFactory, ReceiptFactory, admitted_application
from tests.factories.people import PersonFactory, UserFactory
from tests.factories.programmes import IntakeFactory, ProgrammeFactory

pytestmark = pytest.mark.django_db
ANSWERS = {"motivation": "To work nearby.", "education": "Nursing", "weekly_hours": "8"}


@pytest.fixture
def person(client):
    person = PersonFactory(user=UserFactory(), language="en", birth_date=date(1990, 5, 20))
    client.force_login(person.user)
    client.cookies["django_language"] = "en"
    return person


def words(response):
    """What a reader sees."""
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", response.content.decode()))


def test_stranger_signs_in_first_and_comes_back(client, db):
    intake = IntakeFactory()
    answer = client.get(f"/apply/{intake.pk}/")
    assert answer.status_code == 302
    assert answer["Location"].endswith(f"?next=/apply/{intake.pk}/")


def test_looking_at_the_form_stores_nothing(client, person):
    intake = IntakeFactory()
    assert "Send my application" in words(client.get(f"/apply/{intake.pk}/"))
    assert not Application.objects.exists()


def test_draft_is_kept_and_handed_in_later(client, person):
    intake = IntakeFactory()
    answer = client.post(f"/apply/{intake.pk}/", {"motivation": "To work", "save": "1"}, follow=True)
    assert "Saved." in words(answer)
    draft = Application.objects.get()
    assert (draft.state, draft.motivation) == ("draft", "To work")

    answer = client.post(f"/apply/{draft.uuid}/", {**ANSWERS, "submit": "1"}, follow=True)
    assert "We have your application" in words(answer)
    draft.refresh_from_db()
    assert (draft.state, draft.weekly_hours) == ("submitted", 8)


def test_incomplete_application_says_what_is_missing_and_loses_nothing(client, person):
    intake = IntakeFactory()
    answer = client.post(f"/apply/{intake.pk}/", {"motivation": "To work", "submit": "1"})
    assert answer.status_code == 422
    assert "2 things need another look" in words(answer)
    assert Application.objects.get().motivation == "To work"


def test_known_name_is_not_asked_again(client, person):
    intake = IntakeFactory()
    assert "Given name" not in words(client.get(f"/apply/{intake.pk}/"))
    person.given_name = ""
    person.save()
    assert "Given name" in words(client.get(f"/apply/{intake.pk}/"))
    client.post(f"/apply/{intake.pk}/", {**ANSWERS, "given_name": "Aina", "submit": "1"})
    person.refresh_from_db()
    assert person.given_name == "Aina"


def test_closed_intake_says_so(client, person):
    assert client.get(f"/apply/{IntakeFactory(is_open=False).pk}/").status_code == 410


@pytest.mark.parametrize("page", ["", "paid/", "cancelled/"])
def test_application_of_another_person_does_not_exist(client, person, page):
    other = ApplicationFactory(admitted=True)
    assert client.get(f"/apply/{other.uuid}/{page}", follow=True).status_code == 404


@pytest.mark.parametrize("act", ["pay/", "withdraw/"])
def test_nobody_acts_on_the_application_of_another(client, person, act):
    other = admitted_application()
    assert client.post(f"/apply/{other.uuid}/{act}", follow=True).status_code == 404
    assert client.get(f"/apply/{other.uuid}/{act}").status_code == 405


def test_total_is_shown_then_paid_on_the_hosted_page(client, person, sandbox, private_files):
    application = admitted_application(person=person, created_at=timezone.now())
    page = f"/apply/{application.uuid}/"
    assert "Pay £" not in words(client.get(page)) and "Pay €1,250" in words(client.get(page))

    answer = client.post(f"{page}pay/")
    assert answer.status_code == 303 and answer["Location"].startswith(f"{sandbox.url}/pay/")

    waiting = client.get(f"{page}paid/")
    assert "not confirmed yet" in words(waiting) and 'http-equiv="refresh"' in waiting.content.decode()

    sandbox.pay(answer["Location"], DECLINED)
    assert "The card was declined." in words(client.get(f"{page}cancelled/", follow=True))

    sandbox.pay(answer["Location"])
    done = client.get(f"{page}paid/")
    assert "Your place is confirmed" in words(done) and "refresh" not in done.content.decode()
    assert Payment.objects.get().state == "settled"
    assert "You are enrolled" in words(client.get(page))


def test_provider_that_is_down_is_an_apology_not_an_error(client, person, sandbox, settings):
    settings.STRIPE_API_BASE = "http://127.0.0.1:9"
    application = admitted_application(person=person, created_at=timezone.now())
    answer = client.post(f"/apply/{application.uuid}/pay/", follow=True)
    assert "Payment is not possible right now" in words(answer)
    assert client.get(f"/apply/{application.uuid}/paid/").status_code == 200


def test_last_place_gone_is_said(client, person, sandbox):
    intake = IntakeFactory(seats=1)
    EnrolmentFactory(application__intake=intake)
    application = admitted_application(person=person, intake=intake)
    answer = client.post(f"/apply/{application.uuid}/pay/", follow=True)
    assert "The last places are taken" in words(answer)


@pytest.mark.parametrize("state", Application.State.values)
def test_every_state_has_a_page(client, person, state):
    application = ApplicationFactory(person=person, state=state, price_minor=125_000)
    assert client.get(f"/apply/{application.uuid}/").status_code == 200
    assert client.get("/apply/").status_code == 200
    assert client.get("/campus/").status_code == 200


def test_campus_of_somebody_new_leads_to_the_catalogue(client, person):
    assert "See the programmes" in words(client.get("/campus/"))


def test_campus_shows_programmes_applications_and_receipts_of_oneself_only(client, person):
    enrolment = EnrolmentFactory(application__person=person)
    waiting = ApplicationFactory(person=person, submitted=True)
    receipt = ReceiptFactory(payment__application=enrolment.application)
    others = [EnrolmentFactory(), ApplicationFactory(submitted=True), ReceiptFactory()]
    shown = words(client.get("/campus/"))
    assert enrolment.intake.programme.title in shown and waiting.intake.programme.title in shown
    assert receipt.number in shown
    assert others[0].intake.programme.title not in shown and others[2].number not in shown


def test_campus_of_a_login_without_a_person_says_where_to_go(client, db):
    client.force_login(UserFactory(role="Tutor"))
    assert client.get("/campus/").status_code == 403


@pytest.mark.parametrize("address", ["/apply/", "/campus/"])
def test_lists_cost_the_same_with_more_rows(client, person, address, django_assert_num_queries):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    def queries():
        with CaptureQueriesContext(connection) as counted:
            client.get(address)
        return len(counted)

    EnrolmentFactory(application__person=person)
    ApplicationFactory(person=person, submitted=True)
    queries()
    few = queries()
    for _more in range(3):
        EnrolmentFactory(application__person=person)
        ApplicationFactory(person=person, submitted=True)
    assert queries() == few


def test_sheet_offers_to_apply(client, db):
    programme = ProgrammeFactory(page=True)
    full = IntakeFactory(programme=programme, seats=1)
    EnrolmentFactory(application__intake=full)
    free = IntakeFactory(programme=programme, seats=20)
    page = client.get(programme.sheet_in("en").url).content.decode()
    assert f"/apply/{free.pk}/" in page
    assert f"/apply/{full.pk}/" not in page
