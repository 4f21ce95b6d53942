"""The form and the promise page, as a visitor meets them."""

import re
import threading
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.urls import reverse

from contact_centre import queue
from contact_centre.models import Case
from enquiries.intake import arrivals, form_tokens, promises
from enquiries.models import Enquiry, Submission
from people.models import Consent, OutgoingMessage, Person
from tests.factories.people import PersonFactory, UserFactory
from tests.factories.programmes import IntakeFactory, ProgrammeFactory

AT = datetime(2026, 3, 2, 8, 0, tzinfo=UTC)  # a Monday, nine o'clock in Barcelona
pytestmark = pytest.mark.django_db


def ask(client, **fields):
    return client.post("/enquire/", fields)


def token_of_a_minute_ago():
    """As on the page of somebody who has read it."""
    with time_machine.travel(datetime.now(UTC) - timedelta(minutes=1), tick=False):
        return form_tokens.make()


def test_email_alone_is_enough_and_leads_to_the_promise(client):
    response = ask(client, email="laia@example.org")
    assert response.status_code == 303
    assert re.fullmatch(r"/promise/[^/]+/", response["Location"])
    assert client.get(response["Location"]).status_code == 200
    assert not client.cookies


@pytest.mark.parametrize(
    ("fields", "identity"),
    [
        ({"contact": " Laia@Example.org"}, "laia@example.org"),
        ({"contact": "612 34 56 78"}, "+34612345678"),
        ({"contact": "+44 20 7946 0958"}, "+442079460958"),
        ({"phone": "612345678"}, "+34612345678"),
    ],
)
def test_one_field_takes_an_email_or_a_telephone(client, fields, identity):
    assert ask(client, **fields).status_code == 303
    assert Person.objects.get().identities.get().value == identity


@pytest.mark.parametrize(
    ("language", "due"),
    [
        ("ca", "dimarts, 3 de març del 2026, 9:00"),
        ("es", "martes, 3 de marzo de 2026, 9:00"),
        ("en", "Tuesday, 3 March 2026, 09:00"),
    ],
)
def test_promise_names_the_day_and_hour_in_the_language_of_the_form(client, language, due):
    with time_machine.travel(AT, tick=False):
        response = ask(client, email="laia@example.org", language=language, message="<b>?</b>")
        page = client.get(response["Location"])
    html = page.content.decode()
    assert f'<html lang="{language}"' in html
    assert due in html
    assert "&lt;b&gt;?&lt;/b&gt;" in html
    assert "noindex" in page["X-Robots-Tag"]
    message = OutgoingMessage.objects.get()
    assert message.language == language
    assert due in message.body
    assert due in message.subject


def test_form_with_a_mistake_keeps_what_was_typed(client):
    programme = ProgrammeFactory()
    intake = IntakeFactory(programme=programme)
    response = ask(
        client,
        contact="laia@nowhere",
        name="Laia",
        message="Is there a grant?",
        programme=programme.code,
        intake=str(intake.pk),
        consent_commercial="on",
        utm_source="radio",
        language="en",
        page="/en/programmes/x/",
    )
    html = response.content.decode()
    assert response.status_code == 422
    assert 'role="alert"' in html
    assert html.index('role="alert"') < html.index('id="ask_contact"')
    for kept in ('value="laia@nowhere"', 'value="Laia"', "Is there a grant?", 'value="radio"', "checked"):
        assert kept in html
    assert f'name="programme" value="{programme.code}"' in html
    assert 'href="/en/programmes/x/"' in html
    assert not Person.objects.exists()


@pytest.mark.parametrize("fields", [{}, {"email": ""}, {"contact": "   ", "message": "Hello"}])
def test_no_contact_is_refused(client, fields):
    assert ask(client, **fields).status_code == 422
    assert not Enquiry.objects.exists()


def test_too_long_a_message_is_refused_and_kept(client):
    message = "a" * (arrivals.MESSAGE_LIMIT + 1)
    response = ask(client, email="a@example.org", message=message)
    assert response.status_code == 422
    assert message in response.content.decode()


@pytest.mark.parametrize("token", ["forged", "a:b:c", "x" * 5000, "\x00"])
def test_forged_token_is_refused(client, token):
    assert ask(client, email="a@example.org", t=token).status_code == 422
    assert not Enquiry.objects.exists()


def test_token_of_another_signer_or_altered_is_refused(client):
    token = form_tokens.make()
    number, rest = token.split(":", 1)
    assert ask(client, email="a@example.org", t=f"{number[:-1]}_:{rest}").status_code == 422


def test_old_page_is_refused_once_with_a_fresh_token(client):
    with time_machine.travel(AT, tick=False):
        token = form_tokens.make()
    with time_machine.travel(AT + form_tokens.GOOD_FOR + timedelta(days=1), tick=False):
        response = ask(client, email="a@example.org", t=token)
        fresh = re.search(r'name="t" value="([^"]+)"', response.content.decode())[1]
        assert response.status_code == 422
        assert ask(client, email="a@example.org", t=fresh).status_code == 303


def test_double_click_makes_one_enquiry(client):
    token = token_of_a_minute_ago()
    fields = {"contact": "a@example.org", "message": "When?", "t": token}
    for _click in range(2):
        assert ask(client, **fields).status_code == 303
    assert Enquiry.objects.count() == 1


def test_visitors_of_a_cached_page_do_not_take_each_others_place(client):
    token = token_of_a_minute_ago()
    ask(client, contact="a@example.org", t=token)
    ask(client, contact="b@example.org", t=token)
    ask(client, contact="a@example.org", message="One more thing", t=token)
    assert Enquiry.objects.count() == 3


@pytest.mark.django_db(transaction=True)
def test_double_click_in_two_processes_makes_one_enquiry():
    fields = {"contact": "a@example.org", "message": "When?", "t": token_of_a_minute_ago()}
    barrier, statuses = threading.Barrier(2), []

    def click():
        try:
            barrier.wait()
            statuses.append(Client().post("/enquire/", fields).status_code)
        finally:
            connection.close()

    clicks = [threading.Thread(target=click) for _number in range(2)]
    for one in clicks:
        one.start()
    for one in clicks:
        one.join()
    assert statuses == [303, 303]
    assert Enquiry.objects.count() == Person.objects.count() == 1


def test_machine_that_fills_the_hidden_field_is_thanked_and_set_aside(client):
    response = ask(client, email="bot@example.org", website="https://spam.example", consent_commercial="on")
    assert response.status_code == 303
    assert client.get(response["Location"]).status_code == 200
    sent = Submission.objects.get()
    assert (sent.outcome, sent.reasons, sent.payload["email"]) == ("suspect", ["trap"], "bot@example.org")
    for model in (Person, Enquiry, Case, OutgoingMessage, Consent):
        assert not model.objects.exists()


def test_consent_is_asked_unticked_and_recorded_only_if_ticked(client):
    form = client.get("/enquire/?language=es").content.decode()
    assert 'name="consent_commercial"' in form
    assert "checked" not in form
    ask(client, email="a@example.org")
    assert not Consent.objects.exists()
    ask(client, email="b@example.org", consent_commercial="on", consent_survey_whatsapp="1", consent_service="on")
    said = set(Consent.objects.values_list("purpose", "channel", "decision"))
    assert said == {("commercial", "email", "granted"), ("survey", "whatsapp", "granted")}


@pytest.mark.parametrize("page", ["https://evil.example/", "//evil.example/", "/\\evil.example", "javascript:alert(1)"])
def test_form_never_leads_away_from_the_site(client, page):
    response = ask(client, email="no", page=page, next=page)
    assert "evil.example" not in re.sub(r'name="page" value="[^"]*"', "", response.content.decode())
    assert 'href="javascript' not in response.content.decode()
    assert ask(client, email="a@example.org", page=page, next=page)["Location"].startswith("/promise/")


def test_programme_is_found_by_code_sheet_or_uuid_and_an_unknown_one_loses_nothing(client):
    programme = ProgrammeFactory(page=True)
    wanted = [programme.code, programme.pages.first().slug, str(programme.uuid)]
    for number, name in enumerate(wanted):
        ask(client, email=f"a{number}@example.org", programme=name)
    assert set(Enquiry.objects.values_list("programme", flat=True)) == {programme.pk}
    assert ask(client, email="b@example.org", programme="gone", intake="999999").status_code == 303
    assert Enquiry.objects.order_by("-pk")[0].answers == {"programme": "gone", "intake": "999999"}


def test_where_the_visitor_came_from_travels_in_the_form(client):
    page = client.get(
        "/enquire/", {"utm_source": "radio", "utm_campaign": "spring"}, headers={"referer": "https://news.example/a"}
    )
    html = page.content.decode()
    assert 'name="utm_source" value="radio"' in html
    assert 'name="referrer" value="https://news.example/a"' in html
    followed = client.get("/enquire/", headers={"referer": "http://testserver/ca/?utm_source=mail"})
    assert 'name="utm_source" value="mail"' in followed.content.decode()
    assert not client.cookies


def test_signed_in_person_is_not_asked_again(client):
    person = PersonFactory(user=UserFactory(), email="nuria@example.org")
    client.force_login(person.user)
    html = client.get("/enquire/?language=en").content.decode()
    assert 'name="contact"' not in html
    assert 'name="name"' not in html
    token = re.search(r'name="t" value="([^"]+)"', html)[1]
    assert ask(client, message="And the timetable?", t=token).status_code == 303
    assert Enquiry.objects.get().person == person
    # Another site can make the browser send a form, but has no token of ours.
    assert ask(client, message="Forged").status_code == 422


def test_htmx_gets_the_form_alone_or_the_way_on(client):
    refused = client.post("/enquire/", {"email": "no"}, headers={"hx-request": "true"})
    assert refused.status_code == 422
    assert "<html" not in refused.content.decode()
    taken = client.post("/enquire/", {"email": "a@example.org"}, headers={"hx-request": "true"})
    assert taken["HX-Redirect"].startswith("/promise/")


def test_other_methods_are_refused(client):
    assert client.put("/enquire/").status_code == 405


# --- the promise page


def test_forged_promise_is_not_found(client):
    assert client.get("/promise/forged/", follow=True).status_code == 404
    assert client.post("/promise/forged/nudge/", follow=True).status_code == 404


def test_promise_of_years_ago_leads_to_the_form(client):
    url = promises.promise_url(arrivals.receive(at=AT, email="a@example.org"))
    with time_machine.travel(datetime.now(UTC) + timedelta(days=2 * promises.PROMISE_DAYS)):
        page = client.get(url)
    assert page.status_code == 410
    assert reverse("enquiries:enquire") in page.content.decode()


def test_late_answer_can_be_nudged_once_and_reading_changes_nothing(client):
    enquiry = arrivals.receive(at=AT, email="a@example.org", language="en", message="When?")
    url = promises.promise_url(enquiry)
    nudge = f"{url}nudge/"
    with time_machine.travel(AT + timedelta(hours=1), tick=False):
        assert nudge not in client.get(url).content.decode()
        client.post(nudge)
        assert not enquiry.case.events.filter(kind="nudged").exists()
    with time_machine.travel(AT + timedelta(hours=25), tick=False):
        assert nudge in client.get(url).content.decode()
        assert client.get(nudge).status_code == 405
        assert client.post(nudge).status_code == 303
        client.post(nudge)
        assert enquiry.case.events.filter(kind="nudged").count() == 1
        assert nudge not in client.get(url).content.decode()


def test_addition_to_a_waiting_question_joins_it(client):
    enquiry = arrivals.receive(at=AT, email="a@example.org", message="When?")
    with time_machine.travel(AT + timedelta(hours=1), tick=False):
        response = client.post(f"{promises.promise_url(enquiry)}add/", {"message": "And where?"})
    assert response.status_code == 303
    enquiry.refresh_from_db()
    assert enquiry.message == "When?\n\nAnd where?"


def test_empty_addition_is_refused_on_the_page(client):
    enquiry = arrivals.receive(at=AT, email="a@example.org", language="en")
    response = client.post(f"{promises.promise_url(enquiry)}add/", {"message": " "})
    assert response.status_code == 422
    assert 'role="alert"' in response.content.decode()


def test_addition_to_an_answered_question_is_a_new_one_and_only_one(client):
    enquiry = arrivals.receive(at=AT, email="a@example.org", message="When?")
    queue.close(enquiry.case, by=None, at=AT + timedelta(hours=1))
    with time_machine.travel(AT + timedelta(hours=2), tick=False):
        for _click in range(2):
            client.post(f"{promises.promise_url(enquiry)}add/", {"message": "And where?"})
    new = Enquiry.objects.exclude(pk=enquiry.pk).get()
    assert (new.person, new.message, new.case.state) == (enquiry.person, "And where?", "waiting")


def test_promise_says_nothing_about_the_person_behind_a_known_address(client):
    PersonFactory(given_name="Núria", family_name="Puig", email="nuria@example.org")
    response = ask(client, email="nuria@example.org", name="Somebody")
    html = client.get(response["Location"]).content.decode()
    assert "Núria" not in html
    assert "Puig" not in html


def test_form_hangs_on_the_product_sheet(client):
    programme = ProgrammeFactory(page=True)
    html = client.get(programme.sheet_in("ca").url).content.decode()
    assert f'action="{reverse("enquiries:enquire")}"' in html
    assert f'name="programme" value="{programme.code}"' in html
    assert client.cookies.keys() <= {"django_language"}
