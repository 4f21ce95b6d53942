"""The preference centre: looking changes nothing, what is saved holds on the next send, forgery opens nothing."""

import re
from datetime import time, timedelta

import pytest
import time_machine
from django.core import mail
from django.core.cache import cache
from django.test import Client

from people.contact import outbox, policy, preferences
from people.models import Consent, LegalBasis, OutgoingMessage, Person, PersonScore, Touchpoint
from people.own_data import links
from tests.factories.people import MONDAY_9AM, ConsentFactory, IdentityFactory, PersonFactory, UserFactory

pytestmark = pytest.mark.django_db
PATH = "/preferences/{}/"
NOON = MONDAY_9AM + timedelta(hours=3)
TOPICS = {"design": "Design", "tourism": "Tourism"}


@pytest.fixture(autouse=True)
def _nothing_counted():
    cache.clear()


@pytest.fixture
def person():
    return PersonFactory(email="nuria@example.org", phone="+34612345678")


@pytest.fixture
def topics(monkeypatch):
    monkeypatch.setattr(policy, "topics", lambda: TOPICS)


def path_of(person, **changes):
    return PATH.format(links.sign_for(person, "preferences", **({"days": 5} | changes)))


def what_the_page_sends(client, path):
    """The form as a browser would send it back untouched."""
    text = client.get(path).content.decode()
    form = next(part for part in text.split("<form") if "Save my preferences" in part or 'name="shown"' in part)
    sent: dict[str, list] = {}
    for tag in re.findall(r"<input[^>]*>", form):
        given = dict(re.findall(r'(\w+)="([^"]*)"', tag))
        if given.get("type") != "checkbox" or "checked" in tag:
            sent.setdefault(given["name"], []).append(given.get("value", ""))
    for name, options in re.findall(r'<select name="(\w+)"[^>]*>(.*?)</select>', form, re.DOTALL):
        chosen = re.search(r'<option value="([^"]*)"[^>]*selected', options)
        sent[name] = [chosen[1] if chosen else ""]
    return sent


def send(person, purpose="commercial", *, key, at=NOON, **options):
    """Queue a message and deliver what is due then; its state afterwards."""
    person.refresh_from_db()
    message = outbox.queue(
        person, purpose=purpose, key=key, subject="News", body="News.", language="ca", at=at, **options
    )
    outbox.deliver_due(at=at)
    message.refresh_from_db()
    return message


def test_looking_changes_nothing(client, person):
    ConsentFactory(person=person)
    before = Person.objects.values().get()
    for method in (client.get, client.head):
        for path in ("", "revoke/"):
            assert method(path_of(person) + path).status_code == 200
        for path in ("stop/", "new/", "my-data/"):
            assert method(path_of(person) + path).status_code == 405
    assert Consent.objects.count() == 1
    assert Person.objects.values().get() == before
    assert not Touchpoint.objects.exists()
    assert mail.outbox == []


def test_page_is_kept_by_nobody_and_told_to_nobody(client, person):
    page = client.get(path_of(person))
    assert "no-store" in page["Cache-Control"]
    assert page["Referrer-Policy"] == "same-origin"
    assert page["X-Robots-Tag"] == "noindex, nofollow"


def test_page_shows_what_holds_and_the_person_masked(client, person):
    ConsentFactory(person=person)
    text = client.get(path_of(person)).content.decode()
    assert 'value="commercial_email" id="commercial_email" checked' in text
    assert 'value="commercial_phone" id="commercial_phone" checked' not in text
    assert 'id="survey_post"' in text
    assert 'id="photographs_web"' in text
    assert "n•••@example.org" in text
    assert "P•••" in text
    for whole in ("nuria@example.org", "612345678", "Puig", "Serra"):
        assert whole not in text


def test_one_click_withdraws_without_a_cookie_and_twice_is_once(person):
    ConsentFactory(person=person)
    mail_program = Client(enforce_csrf_checks=True)
    for _click in range(2):
        answer = mail_program.post(path_of(person), {"List-Unsubscribe": "One-Click"})
        assert answer.status_code == 200
    assert not policy.may_contact(person, channel="email", purpose="commercial", at=NOON).allowed
    assert Consent.objects.filter(decision="withdrawn").count() == 2  # news and surveys, once each


def test_one_click_works_with_the_cookies_of_somebody_else(client, person):
    ConsentFactory(person=person)
    client.force_login(UserFactory())
    client.post(path_of(person), {"List-Unsubscribe": "One-Click"})
    assert not policy.may_contact(person, channel="email", purpose="commercial", at=NOON).allowed


def test_saving_an_untouched_page_changes_nothing_but_what_must_not_tick_itself(client, person):
    ConsentFactory(person=person)
    before = Person.objects.values().get()
    for _press in range(2):
        assert client.post(path_of(person), what_the_page_sends(client, path_of(person))).status_code == 302
    assert Person.objects.values().get() == before
    said = Consent.objects.exclude(at=MONDAY_9AM)
    assert {(line.purpose, line.decision) for line in said} == {("survey", "denied"), ("commercial", "denied")}
    assert said.count() == 6  # five ways to be asked, and offers by text message, to a customer some day
    assert not Touchpoint.objects.exists()


def test_what_is_ticked_and_unticked_is_written_down_with_the_words_that_were_read(client, person):
    ConsentFactory(person=person)
    sent = what_the_page_sends(client, path_of(person))
    sent["wanted"] = ["commercial_phone", "photographs_web"]
    client.post(path_of(person), sent)
    said = Consent.objects.exclude(at=MONDAY_9AM).exclude(decision="denied")
    assert {(line.purpose, line.channel, line.decision) for line in said} == {
        ("commercial", "email", "withdrawn"),
        ("commercial", "phone", "granted"),
        ("photographs", "web", "granted"),
    }
    assert {(line.language, line.source) for line in said} == {("ca", "/preferences/")}
    client.post(path_of(person), sent)
    assert Consent.objects.filter(purpose="commercial", channel="phone").count() == 1
    assert Touchpoint.objects.get().kind == "people.preferences_changed"


@pytest.mark.parametrize(
    ("purpose", "phase", "customer"), [("survey", "student", False), ("commercial", "prospect", True)]
)
def test_box_never_ticks_itself_again(client, person, purpose, phase, customer):
    """Left off as a prospect, it stays off for the student and the customer."""
    client.post(path_of(person), what_the_page_sends(client, path_of(person)))
    Person.objects.update(phase=phase)
    if customer:
        LegalBasis.objects.create(person=person, topic="design", since=MONDAY_9AM)
    assert f'id="{purpose}_email" checked' not in client.get(path_of(person)).content.decode()
    message = send(person, purpose, key="1", topic="design" if customer else "")
    assert message.state == "refused"


@pytest.mark.parametrize("phase", ["prospect", "student"])
@pytest.mark.parametrize("customer", [True, False])
@pytest.mark.parametrize("decision", ["", "granted", "withdrawn", "requested"])
def test_box_is_on_exactly_when_the_policy_would_send(person, phase, customer, decision):
    Person.objects.update(phase=phase)
    person.refresh_from_db()
    if customer:
        LegalBasis.objects.create(person=person, topic="design", since=MONDAY_9AM)
    if decision:
        ConsentFactory(person=person, decision=decision)
        ConsentFactory(person=person, purpose="survey", decision=decision)
    for choice in preferences.choices(person, at=NOON):
        if choice.channel in ("email", "sms", "phone") and choice.purpose in ("commercial", "survey"):
            topic = "design" if choice.purpose == "commercial" else ""
            verdict = policy.may_contact(person, channel=choice.channel, purpose=choice.purpose, at=NOON, topic=topic)
            assert (choice.name, choice.is_on) == (choice.name, verdict.allowed)


def test_pause_is_obeyed_by_the_next_send_and_ends(client, person):
    ConsentFactory(person=person)
    with time_machine.travel(NOON, tick=False):
        client.post(path_of(person), what_the_page_sends(client, path_of(person)) | {"pause": "30"})
    assert send(person, key="1").state == "queued"
    assert mail.outbox == []
    later = NOON + timedelta(days=30, hours=1)
    assert outbox.deliver_due(at=later) == 1
    with time_machine.travel(later, tick=False):
        day = (later + timedelta(days=9)).date()
        client.post(path_of(person), what_the_page_sends(client, path_of(person)) | {"pause_until": day.isoformat()})
    assert send(person, key="2", at=later).state == "queued"
    with time_machine.travel(later, tick=False):
        client.post(path_of(person), what_the_page_sends(client, path_of(person)) | {"pause": "0"})
    assert send(person, key="3", at=later).state == "sent"
    assert send(person, "service", key="4", at=later).state == "sent"


def test_topic_switched_off_is_not_written_about(client, person, topics):
    ConsentFactory(person=person)
    client.post(path_of(person), what_the_page_sends(client, path_of(person)) | {"topics": ["design"]})
    assert send(person, key="1", topic="tourism").state == "refused"
    assert send(person, key="2", topic="design").state == "sent"
    client.post(path_of(person), what_the_page_sends(client, path_of(person)) | {"topics": ["design", "tourism"]})
    person.refresh_from_db()
    assert person.topics_off == []


def test_frequency_chosen_holds_on_the_next_send(client, person):
    ConsentFactory(person=person)
    client.post(path_of(person), what_the_page_sends(client, path_of(person)) | {"frequency": "monthly"})
    assert send(person, key="1").state == "sent"
    assert send(person, key="2", at=NOON + timedelta(days=20)).state == "queued"
    assert outbox.deliver_due(at=NOON + timedelta(days=31)) == 1


def test_hours_and_zone_chosen_hold_on_the_next_send(client, person):
    ConsentFactory(person=person)
    hours = {"preferred_from": "18:00", "preferred_until": "20:00", "time_zone": "Atlantic/Canary"}
    client.post(path_of(person), what_the_page_sends(client, path_of(person)) | hours)
    person.refresh_from_db()
    assert (person.preferred_from, person.time_zone) == (time(18), "Atlantic/Canary")
    message = send(person, key="1")
    assert message.state == "queued"
    assert message.due_at == NOON.replace(hour=18)


def test_language_and_first_channel_are_kept(client, person):
    client.post(
        path_of(person),
        what_the_page_sends(client, path_of(person)) | {"language": "en", "preferred_channel": "whatsapp"},
    )
    person.refresh_from_db()
    assert (person.language, person.preferred_channel) == ("en", "whatsapp")


def test_page_says_what_was_saved_and_since_when(client, person):
    with time_machine.travel(NOON, tick=False):
        path = path_of(person)
        client.post(path, what_the_page_sends(client, path) | {"language": "en", "frequency": "weekly"})
        text = client.get(path).content.decode()
    assert "Last changed on" in text
    assert "Language" in text
    assert "Amb quina freqüència" in text  # in the language in which it was chosen
    assert "2 March 2026" in text


def test_stop_ends_everything_commercial_on_every_channel_in_one_press(client, person):
    for channel in ("email", "phone", "sms"):
        ConsentFactory(person=person, channel=channel)
    ConsentFactory(person=person, purpose="survey")
    for _press in range(2):
        assert client.post(path_of(person) + "stop/").status_code == 302
    for channel in ("email", "phone", "sms", "whatsapp"):
        assert not policy.may_contact(person, channel=channel, purpose="commercial", at=NOON).allowed
    assert policy.may_contact(person, channel="email", purpose="survey", at=NOON).allowed
    assert Consent.objects.filter(decision="withdrawn").count() == 5
    assert Touchpoint.objects.count() == 1


def test_objecting_to_profiling_deletes_what_was_worked_out_at_once(client, person):
    PersonScore.objects.create(person=person, metric="conversion", value=0.4, as_of=MONDAY_9AM)
    ConsentFactory(person=person, purpose="profiling", channel="web")
    assert list(preferences.may_be_profiled(Person.objects.all())) == [person]
    client.post(path_of(person), what_the_page_sends(client, path_of(person)) | {"wanted": []})
    assert not PersonScore.objects.exists()
    assert not preferences.may_be_profiled(Person.objects.all()).exists()


@pytest.mark.parametrize(
    "forged",
    [
        {"wanted": ["nothing_such"]},
        {"wanted": ["commercial_email", "commercial_email\x00"]},
        {"shown": ["service_email"]},
        {"language": "x"},
        {"frequency": "hourly"},
        {"time_zone": "Mars/Olympus"},
        {"preferred_channel": "in_person"},
        {"pause": "-1"},
        {"pause": "99999999999"},
        {"pause": "٣"},
        {"pause_until": "1999-01-01"},
        {"pause_until": "2999-01-01"},
        {"preferred_from": "25:00"},
        {"preferred_from": "18:00", "preferred_until": ""},
        {"topics": ["tourism", "'; --"]},
        {"topics_shown": ["nothing_such"]},
    ],
)
def test_forged_value_changes_nothing_at_all(client, person, topics, forged):
    before = Person.objects.values().get()
    sent = what_the_page_sends(client, path_of(person)) | {"wanted": ["commercial_phone"], "language": "en"} | forged
    answer = client.post(path_of(person), sent)
    assert answer.status_code == 422
    assert Person.objects.values().get() == before
    assert not Consent.objects.exists()
    assert not Touchpoint.objects.exists()


def test_child_does_not_agree_alone(client, person):
    Person.objects.update(birth_date=(MONDAY_9AM - timedelta(days=12 * 366)).date())
    sent = what_the_page_sends(client, path_of(person))
    with time_machine.travel(NOON, tick=False):
        answer = client.post(path_of(person), sent | {"wanted": ["commercial_email"]})
    assert answer.status_code == 422
    assert not Consent.objects.exists()


def test_empty_post_of_a_scanner_changes_nothing(client, person):
    ConsentFactory(person=person)
    client.post(path_of(person))
    assert Consent.objects.count() == 1
    assert not Touchpoint.objects.exists()


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


def test_revoking_kills_every_earlier_link_and_offers_a_new_one_to_an_own_address(client, person):
    first, second = path_of(person), path_of(person, days=9)
    assert client.post(first + "revoke/").status_code == 200
    for dead in (first, second):
        answer = client.get(dead)
        assert answer.status_code == 410
        assert "n•••@example.org" in answer.content.decode()
    mailbox = person.identities.get(kind="email").pk
    assert client.post(second + "new/", {"to": mailbox}).status_code == 200
    (letter,) = mail.outbox
    assert letter.to == ["nuria@example.org"]
    fresh = re.search(r"/preferences/\S+/", letter.body)[0]
    assert client.get(fresh).status_code == 200


def test_new_link_goes_to_no_other_address(client, person):
    stranger = IdentityFactory(value="stranger@example.org")
    for to in (str(stranger.pk), "stranger@example.org", "", "٣", str(person.identities.get(kind="phone").pk)):
        assert client.post(path_of(person) + "my-data/", {"to": to}).status_code == 422
    assert mail.outbox == []


def test_new_link_goes_to_no_address_that_a_stranger_wrote_beside_the_number(client, person):
    written = IdentityFactory(person=person, value="stranger@example.org", may_sign_in=False)
    shaky = IdentityFactory(person=person, value="second@example.org")
    person.identities.filter(value="nuria@example.org").update(verified_at=MONDAY_9AM)
    for one in (written, shaky):
        assert client.post(path_of(person) + "my-data/", {"to": one.pk}).status_code == 422
    assert mail.outbox == []


def test_asking_for_links_is_limited_and_says_when_again(client, person):
    mailbox = person.identities.get(kind="email").pk
    for minute in range(5):
        with time_machine.travel(NOON + timedelta(minutes=2 * minute), tick=False):
            answer = client.post(path_of(person) + "my-data/", {"to": mailbox})
    assert answer.status_code == 429
    assert int(answer["Retry-After"]) > 0
    assert len(mail.outbox) == 3


def test_second_press_sends_no_second_link(client, person):
    mailbox = person.identities.get(kind="email").pk
    for _press in range(2):
        assert client.post(path_of(person) + "my-data/", {"to": mailbox}).status_code == 200
    assert len(mail.outbox) == 1


def test_saving_without_end_is_refused_in_the_sites_look(client, person):
    path, statuses = path_of(person), []
    for _press in range(25):
        statuses.append(client.post(path + "stop/").status_code)
    assert statuses[0] == 302
    assert statuses[-1] == 429
    assert client.get(path).status_code == 200


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
    path = path_of(person)
    Person.objects.update(erased_at=MONDAY_9AM)
    answer = client.get(path)
    assert answer.status_code == 410
    assert "@example.org" not in answer.content.decode()
    assert client.post(path + "new/", {"to": person.identities.get(kind="email").pk}).status_code == 410
    assert mail.outbox == []


def test_absorbed_persons_link_opens_the_preferences_of_whoever_speaks_for_them(client, person):
    path = path_of(person)
    survivor = PersonFactory(given_name="Nurieta", email="nurieta@example.org")
    Person.objects.filter(pk=person.pk).update(merged_into=survivor)
    assert "Nurieta" in client.get(path).content.decode()
    client.post(path + "stop/")
    assert set(Consent.objects.values_list("person", flat=True)) == {survivor.pk}


def test_message_that_waits_when_somebody_stops_never_leaves(client, person):
    ConsentFactory(person=person)
    message = outbox.queue(
        person,
        purpose="commercial",
        key="1",
        subject="News",
        body="News.",
        language="ca",
        at=NOON,
        due_at=NOON + timedelta(hours=1),
    )
    client.post(path_of(person) + "stop/")
    outbox.deliver_due(at=NOON + timedelta(hours=2))
    assert OutgoingMessage.objects.get(pk=message.pk).state == "refused"
    assert mail.outbox == []
