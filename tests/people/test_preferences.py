"""The preference centre: looking changes nothing, one click is enough, a forged link opens nothing."""

from datetime import timedelta

import pytest
import time_machine
from django.test import Client

from people import links, policy
from people.models import Consent, Person, Touchpoint
from tests.factories.people import MONDAY_9AM, ConsentFactory, PersonFactory, UserFactory

pytestmark = pytest.mark.django_db
PATH = "/preferences/{}/"


@pytest.fixture
def person():
    return PersonFactory(email="nuria@example.org", phone="+34612345678")


def path_of(person, **changes):
    return PATH.format(links.sign("preferences", str(person.uuid), **({"days": 5} | changes)))


def test_looking_changes_nothing(client, person):
    ConsentFactory(person=person)
    for method in (client.get, client.head):
        assert method(path_of(person)).status_code == 200
    assert Consent.objects.count() == 1
    assert not Touchpoint.objects.exists()


def test_page_shows_the_person_what_holds_without_giving_their_address_away(client, person):
    ConsentFactory(person=person)
    page = client.get(path_of(person))
    text = page.content.decode()
    assert 'value="commercial_email" id="commercial_email" checked' in text
    assert 'value="commercial_phone" id="commercial_phone" checked' not in text
    assert "Núria" in text
    assert "nuria@example.org" not in text
    assert "n•••@example.org" in text


def test_one_click_withdraws_without_a_cookie_and_twice_is_once(person):
    ConsentFactory(person=person)
    mail_program = Client(enforce_csrf_checks=True)
    for _click in range(2):
        answer = mail_program.post(path_of(person), {"List-Unsubscribe": "One-Click"})
        assert answer.status_code == 200
    assert not policy.may_contact(
        person, channel="email", purpose="commercial", at=MONDAY_9AM + timedelta(days=900)
    ).allowed
    assert Consent.objects.filter(decision="withdrawn").count() == 2  # news and surveys, once each


def test_saving_writes_only_what_changed_into_the_ledger(client, person):
    ConsentFactory(person=person)
    answer = client.post(path_of(person), {"wanted": ["commercial_phone"], "language": "en", "pause": "30"})
    assert answer.status_code == 302
    said = set(Consent.objects.exclude(at=MONDAY_9AM).values_list("purpose", "channel", "decision", "language"))
    assert said == {("commercial", "email", "withdrawn", "en"), ("commercial", "phone", "granted", "en")}
    person.refresh_from_db()
    assert person.language == "en"
    assert person.paused_until is not None
    client.post(path_of(person), {"wanted": ["commercial_phone"], "language": "en", "pause": "0"})
    person.refresh_from_db()
    assert person.paused_until is None
    assert Consent.objects.count() == 3


@pytest.mark.parametrize("nonsense", ["x", "-1", "99999999999", "٣", ""])
def test_nonsense_changes_nothing(client, person, nonsense):
    client.post(path_of(person), {"wanted": [nonsense, "nothing_such"], "language": nonsense, "pause": nonsense})
    person.refresh_from_db()
    assert (person.language, person.paused_until) == ("ca", None)
    assert not Consent.objects.exists()


def test_forged_link_is_no_page_and_expired_one_says_so(client, person):
    token = links.sign("preferences", str(person.uuid), days=5)
    assert client.get(PATH.format(token[:-2] + ("aa" if token[-2:] != "aa" else "bb"))).status_code == 404
    assert client.get(PATH.format(links.sign("promise", str(person.uuid), days=5))).status_code == 404
    assert client.get(PATH.format("nonsense"), follow=True).status_code == 404
    with time_machine.travel(MONDAY_9AM + timedelta(days=1000)):
        old = path_of(person)
    with time_machine.travel(MONDAY_9AM + timedelta(days=1006)):
        assert client.get(old).status_code == 410
        assert client.post(old, {"List-Unsubscribe": "One-Click"}).status_code == 410
    assert not Consent.objects.exists()


def test_everything_as_a_file_only_for_whoever_is_signed_in_as_that_person(client, person):
    path = f"{path_of(person)}data.json"
    assert client.get(path).url.startswith("/accounts/login/")
    client.force_login(UserFactory())
    assert client.get(path).status_code == 302
    person.user = UserFactory()
    person.save()
    client.force_login(person.user)
    data = client.get(path).json()
    assert data["person"]["given_name"] == "Núria"
    assert [one["value"] for one in data["identities"]] == ["nuria@example.org", "+34612345678"]


def test_erased_person_has_no_preference_centre(client, person):
    Person.objects.update(erased_at=MONDAY_9AM)
    assert client.get(path_of(person)).status_code == 410
