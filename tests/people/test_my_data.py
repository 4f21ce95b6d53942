"""My data without a password: who comes in, what they see, put right, take along, and how they are forgotten."""

import io
import json
import re
from datetime import timedelta

import pytest
import time_machine
from django.core import mail
from django.core.cache import cache
from django.test import Client
from django.utils import timezone
from django.utils.translation import override
from pypdf import PdfReader

from contact_centre.models import Case
from people.contact import consents
from people.models import Consent, Identity, Person, PersonScore, Touchpoint, User
from people.own_data import limits, links, my_data
from people.privacy import personal_data
from tests.factories.enrolment import ApplicationFactory, EnrolmentFactory, admitted_application
from tests.factories.people import MONDAY_9AM, ConsentFactory, IdentityFactory, PersonFactory, UserFactory

pytestmark = pytest.mark.django_db
ALL = "/my-data/"


@pytest.fixture(autouse=True)
def _nothing_counted():
    cache.clear()


@pytest.fixture
def person():
    person = PersonFactory(email="", language="en")
    IdentityFactory(person=person, value="nuria@example.org", verified_at=MONDAY_9AM)
    return person


@pytest.fixture
def opened(client, person):
    """A browser in which the person has pressed the button behind a mailed link."""
    client.post(path_of(person))
    return client


def path_of(person) -> str:
    return re.sub(r"^https?://[^/]+", "", links.my_data_url(person))


def test_link_opens_by_a_press_once_and_for_that_browser(client, person):
    path = path_of(person)
    for look in (client.get, client.head, Client().get):
        page = look(path)
        assert page.status_code == 200
        assert b"nuria@example.org" not in page.content
    assert client.post(path).url == ALL
    assert "nuria@example.org" in client.get(ALL).content.decode()
    assert client.post(path).url == ALL  # the second press of the same button
    thief = Client()
    answer = thief.post(path)
    assert answer.status_code == 410
    assert "nuria@example.org" not in answer.content.decode()
    assert "nuria@example.org" not in thief.get(ALL).content.decode()


def test_what_was_opened_closes_after_half_an_hour_by_hand_and_when_links_are_revoked(client, person):
    with time_machine.travel(MONDAY_9AM, tick=False):
        client.post(path_of(person))
        cookie = client.cookies["my_data"]
        assert (cookie["httponly"], cookie["samesite"], cookie["path"]) == (True, "Strict", ALL)
        assert "nuria@example.org" in client.get(ALL).content.decode()
    with time_machine.travel(MONDAY_9AM + timedelta(minutes=31), tick=False):
        assert "nuria@example.org" not in client.get(ALL).content.decode()
        client.post(path_of(person))
        assert "nuria@example.org" in client.get(ALL).content.decode()
        client.post(f"{ALL}close/")
        assert "nuria@example.org" not in client.get(ALL).content.decode()
        client.post(path_of(person))
        links.revoke_all(person, at=timezone.now())
        assert "nuria@example.org" not in client.get(ALL).content.decode()


def test_preferences_link_leads_there_by_a_mail_to_an_own_address(client, person):
    token = links.sign_for(person, "preferences", days=5)
    client.post(f"/preferences/{token}/my-data/", {"to": person.identities.get().pk})
    (letter,) = mail.outbox
    assert letter.to == ["nuria@example.org"]
    client.post(re.search(r"/my-data/open/\S+/", letter.body)[0])
    assert client.get(ALL).status_code == 200
    assert not person.messages.exists()  # nobody who reads the outbox can use it
    assert Touchpoint.objects.get().kind == "people.link_sent"


@pytest.mark.parametrize("token", ["x", "", "forged:link:token"])
def test_forged_cookie_and_link_open_nothing(client, person, token):
    client.cookies["my_data"] = token
    assert "nuria@example.org" not in client.get(ALL).content.decode()
    for address in ("correct/", "erase/", "my-data.json", "my-data.pdf"):
        assert "nuria" not in client.get(ALL + address).content.decode()
    for address in ("correct/", "addresses/", "addresses/remove/", "ask/", "profiling/", "erase/"):
        assert client.post(ALL + address, {"sure": "yes", "text": "x"}).status_code == 410
    assert Person.objects.get().erased_at is None
    if token:
        assert client.get(f"{ALL}open/{token}/").status_code == 404


def test_preferences_token_is_no_key_to_the_data(client, person):
    token = links.sign_for(person, "preferences", days=5)
    client.cookies["my_data"] = token
    assert "nuria@example.org" not in client.get(ALL).content.decode()
    assert client.post(f"{ALL}open/{token}/").status_code == 404


def test_signed_in_person_comes_in_and_others_see_their_own(client, person):
    Person.objects.update(user=UserFactory(email="nuria@example.org"))
    client.force_login(User.objects.get())
    assert "nuria@example.org" in client.get(ALL).content.decode()
    client.force_login(UserFactory(role="Data protection"))
    assert "nuria@example.org" not in client.get(ALL).content.decode()


def test_posts_need_our_own_page(person):
    strict = Client(enforce_csrf_checks=True)
    strict.cookies["my_data"] = links.sign_for(person, "my-data-visit", days=1)
    assert strict.post(f"{ALL}erase/", {"sure": "yes"}).status_code == 403
    assert Person.objects.get().erased_at is None


def test_page_says_why_how_long_and_what_was_read(opened, person):
    consents.keep_texts(at=MONDAY_9AM)
    ConsentFactory(person=person, language="en")
    text = opened.get(ALL).content.decode()
    with override("en"):
        held = personal_data.held_about(person)
    assert len(held) > 5
    for one in held:
        assert one.label in text
    assert "I can stop them at any time with one click." in text
    assert "GDPR art. 6.1.f" in text


def test_page_of_somebody_known_by_nothing_but_a_row_opens(client):
    nobody = PersonFactory(given_name="", family_name="", email="")
    client.cookies["my_data"] = links.sign_for(nobody, "my-data-visit", days=1)
    assert client.get(ALL).status_code == 200
    assert client.get(f"{ALL}erase/").status_code == 200


def test_details_are_put_right_noted_and_logged(opened, person):
    sent = {
        "given_name": "Núria\u202e\u200b Maria", "family_name": "Puig", "birth_date": "1990-05-01", "country": "ES",
        "language": "es", "time_zone": "Atlantic/Canary",
    }  # fmt: skip
    for _press in range(2):
        assert opened.post(f"{ALL}correct/", sent).status_code == 302
    person.refresh_from_db()
    assert (person.given_name, person.country, person.language) == ("Núria Maria", "ES", "es")
    assert person.birth_date.isoformat() == "1990-05-01"
    assert Touchpoint.objects.get().kind == "people.corrected"


@pytest.mark.parametrize(
    "forged",
    [{"birth_date": "2999-01-01"}, {"birth_date": "1800-01-01"}, {"birth_date": "x"}, {"country": "XX"},
     {"language": "x"}, {"time_zone": "x"}, {"given_name": "n" * 10_000}],
)  # fmt: skip
def test_impossible_details_are_refused_beside_the_field(opened, person, forged):
    before = Person.objects.values().get()
    sent = {"given_name": "A", "family_name": "B", "birth_date": "", "country": "", "language": "ca",
            "time_zone": "Europe/Madrid"}  # fmt: skip
    answer = opened.post(f"{ALL}correct/", sent | forged)
    assert answer.status_code == 422
    assert 'class="error"' in answer.content.decode()
    assert Person.objects.values().get() == before


def test_address_is_added_by_its_code_on_the_page(opened, person):
    page = opened.post(f"{ALL}addresses/", {"address": "new@example.org"})
    code = re.search(r"\b\d{6}\b", mail.outbox[0].body)[0]
    token = re.search(r'name="token" value="([^"]+)"', page.content.decode())[1]
    assert opened.post(f"{ALL}addresses/prove/", {"token": token, "code": "000000"}).status_code == 422
    assert opened.post(f"{ALL}addresses/prove/", {"token": token, "code": code}).status_code == 302
    assert person.identities.filter(value="new@example.org").exclude(verified_at=None).exists()


def test_codes_cannot_be_guessed_without_end(opened, person):
    page = opened.post(f"{ALL}addresses/", {"address": "new@example.org"})
    code = re.search(r"\b\d{6}\b", mail.outbox[0].body)[0]
    token = re.search(r'name="token" value="([^"]+)"', page.content.decode())[1]
    guesses = [f"{(int(code) + number) % 10**6:06}" for number in range(1, 6)]
    for guess in guesses:
        assert opened.post(f"{ALL}addresses/prove/", {"token": token, "code": guess}).status_code == 422
    assert opened.post(f"{ALL}addresses/prove/", {"token": token, "code": code}).status_code == 429
    assert not person.identities.filter(value="new@example.org").exists()


def test_known_and_unknown_address_get_the_same_answer(opened, person):
    PersonFactory(email="known@example.org")
    pages = []
    for address in ("known@example.org", "unknown@example.org"):
        text = opened.post(f"{ALL}addresses/", {"address": address}).content.decode()
        pages.append(re.sub(r'value="[^"]*"|(un)?known@', "", text))
    assert pages[0] == pages[1]


def test_address_is_removed_after_asking_once(opened, person):
    IdentityFactory(person=person, kind="phone", value="+34612345678")
    asked = opened.post(f"{ALL}addresses/remove/", {"address": "+34612345678"})
    assert asked.status_code == 200
    assert person.identities.count() == 2
    for _press in range(2):
        opened.post(f"{ALL}addresses/remove/", {"address": "+34612345678", "confirmed": "yes"})
    assert [one.value for one in person.identities.all()] == ["nuria@example.org"]
    page = opened.post(
        f"{ALL}addresses/remove/", {"address": "nuria@example.org", "confirmed": "yes"}, follow=True
    ).content.decode()
    assert "Add another one first" in page


def test_request_becomes_one_case_however_often_it_is_sent(opened, person):
    for _press in range(2):
        assert opened.post(f"{ALL}ask/", {"text": "Who told you about me?"}).status_code == 302
    case = Case.objects.get()
    assert (case.person, case.question) == (person, "Who told you about me?")
    assert opened.post(f"{ALL}ask/", {"text": "  "}).status_code == 422
    assert opened.post(f"{ALL}ask/", {"text": "x" * 4001}).status_code == 422
    assert Case.objects.count() == 1


def test_objecting_to_profiling_works_at_once(opened, person):
    PersonScore.objects.create(person=person, metric="conversion", value=0.4, as_of=MONDAY_9AM)
    for _press in range(2):
        opened.post(f"{ALL}profiling/")
    assert not PersonScore.objects.exists()
    assert Consent.objects.get().decision == "withdrawn"
    assert "we keep to it" in opened.get(ALL).content.decode()


def test_downloads_hold_the_same_as_the_page(opened, person):
    ConsentFactory(person=person)
    answer = opened.get(f"{ALL}my-data.json")
    assert "attachment" in answer["Content-Disposition"]
    assert "nuria@example.org" in json.dumps(answer.json())
    pdf = PdfReader(io.BytesIO(opened.get(f"{ALL}my-data.pdf").content))
    text = "\n".join(page.extract_text() for page in pdf.pages)
    assert "nuria@example.org" in text
    assert "What we hold about you" in text
    assert pdf.trailer["/Root"]["/MarkInfo"]["/Marked"]
    assert pdf.trailer["/Root"]["/Lang"] == "en"


def test_downloads_are_limited(opened):
    for _time in range(limits.LIMITS["download"].amount):
        assert opened.get(f"{ALL}my-data.json").status_code == 200
    answer = opened.get(f"{ALL}my-data.json")
    assert answer.status_code == 429
    assert int(answer["Retry-After"]) > 0


def test_erasing_asks_once_and_then_nothing_leads_back(opened, person):
    earlier, preferences = path_of(person), f"/preferences/{links.sign_for(person, 'preferences', days=5)}/"
    page = opened.get(f"{ALL}erase/").content.decode()
    assert "cannot be undone" in page
    assert opened.post(f"{ALL}erase/").status_code == 422
    assert Person.objects.get().erased_at is None
    for _press in range(2):
        answer = opened.post(f"{ALL}erase/", {"sure": "yes"}, follow=True)
        assert answer.status_code == 200
        assert "Your data is erased" in answer.content.decode()
    assert Person.objects.get().erased_at is not None
    assert not Identity.objects.exists()
    assert opened.get(earlier).status_code == 410
    assert opened.post(earlier).status_code == 410
    assert opened.get(preferences).status_code == 410
    assert "nuria" not in opened.get(ALL).content.decode().lower()


def test_erasing_signs_out(client, person):
    Person.objects.update(user=UserFactory(email="nuria@example.org"))
    client.force_login(User.objects.get())
    answer = client.post(f"{ALL}erase/", {"sure": "yes"}, follow=True)
    assert "Your data is erased" in answer.content.decode()
    assert "_auth_user_id" not in client.session


def test_whoever_has_something_under_way_is_told_why_and_a_person_sees_to_it(opened, person):
    application = admitted_application(person=person)
    page = opened.get(f"{ALL}erase/").content.decode()
    assert application.intake.programme.title_in("en") in page
    for _press in range(2):
        opened.post(f"{ALL}erase/", {"sure": "yes"})
    assert Person.objects.get(pk=person.pk).erased_at is None
    case = Case.objects.get(person=person, kind="follow_up")
    assert application.intake.programme.title_in("en") in case.question


def test_what_stands_against_being_forgotten(person):
    at = MONDAY_9AM
    with override("en"):
        assert my_data.erasure_objections(person, at) == []
        ApplicationFactory(person=person)  # a draft binds nobody
        assert my_data.erasure_objections(person, at) == []
        admitted_application(person=person)
        open_and_owed = my_data.erasure_objections(person, at)
        assert [sentence.partition(" ")[0] for sentence in open_and_owed] == ["Your", "You"]
        assert "owe" in open_and_owed[1]
        EnrolmentFactory(application__person=person, person=person)
        assert any("place in" in sentence for sentence in my_data.erasure_objections(person, at))


def test_campus_leads_to_my_data(client, person):
    Person.objects.update(user=UserFactory(email="nuria@example.org"))
    client.force_login(User.objects.get())
    assert 'href="/my-data/"' in client.get("/campus/").content.decode()
    assert client.get("/my-data/preferences/").url.startswith("http")
