"""The ledger: what was said, in which words, by whom; and what staff may write down."""

from datetime import date, timedelta
from hashlib import sha256

import pytest
from django.urls import reverse

from people.contact import consents, policy
from people.contact.consent_texts import TEXTS
from people.models import AuditEntry, Consent, ConsentText, Purpose, Relationship
from tests.factories.people import MONDAY_9AM, ConsentFactory, PersonFactory, UserFactory

pytestmark = pytest.mark.django_db
NOON = MONDAY_9AM + timedelta(hours=3)
# Whoever changes a text gives it a new version, and adds its line here. A line is never changed.
KEPT = {
    ("enquiry-2026-1", "ca"): "c099646521ee3249",
    ("enquiry-2026-1", "es"): "ef3a05c37856fb63",
    ("enquiry-2026-1", "en"): "85c526513111fcc4",
    ("commercial-2026-1", "ca"): "7b592c9ea8052897",
    ("commercial-2026-1", "es"): "807a2b0347a36cd0",
    ("commercial-2026-1", "en"): "05110bbbbed38edd",
    ("service-2026-1", "ca"): "0b6954570a2210bc",
    ("service-2026-1", "es"): "4fb999b14b26d2b0",
    ("service-2026-1", "en"): "ac203a29054e98b2",
    ("survey-2026-1", "ca"): "e99f4e59b2858b11",
    ("survey-2026-1", "es"): "6a06974569b5f97b",
    ("survey-2026-1", "en"): "f58b18bf4ff5d8a5",
    ("profiling-2026-1", "ca"): "431bfd354a6b4ef4",
    ("profiling-2026-1", "es"): "61aae141d667c10c",
    ("profiling-2026-1", "en"): "eb2c563a2caea64f",
    ("photographs-2026-1", "ca"): "3bdb25ba0feaa53b",
    ("photographs-2026-1", "es"): "05f11e2ae8cae5a9",
    ("photographs-2026-1", "en"): "4672247197388b43",
}


def said(person, **changes):
    given = {
        "purpose": "photographs", "channel": "web", "decision": "granted", "at": NOON, "source": "/x/",
        "wording_version": "photographs-2026-1", "language": "ca",
    }  # fmt: skip
    return consents.record(person, **(given | changes))


@pytest.fixture
def child():
    return PersonFactory(birth_date=date(2015, 5, 1))


@pytest.fixture
def guardian(child):
    parent = PersonFactory(birth_date=date(1980, 5, 1))
    Relationship.objects.create(
        person=child, relative=parent, kind="mother", is_guardian=True, since=MONDAY_9AM, source="paper"
    )
    return parent


def test_no_text_changes_under_its_version():
    for version, texts in TEXTS.values():
        for language, text in texts.items():
            assert KEPT.get((version, language)) == sha256(text.encode()).hexdigest()[:16], (
                f"The words of {version} ({language}) changed: give them a new version."
            )


def test_every_purpose_has_words_in_every_language_and_they_are_kept():
    assert set(TEXTS) == set(Purpose)
    consents.keep_texts(at=NOON)
    kept = {(text.version, text.language): text.text for text in ConsentText.objects.all()}
    for purpose in Purpose:
        for language in ("ca", "es", "en"):
            wording = consents.current_wording(purpose, language)
            assert kept[wording.version, language] == wording.text
    assert consents.keep_texts(at=NOON) == 0


def test_words_somebody_read_are_shown_even_after_they_changed():
    ConsentText.objects.create(
        purpose="commercial", version="commercial-2019-1", language="es", text="Las viejas", since=NOON
    )
    line = ConsentFactory(wording_version="commercial-2019-1", language="es")
    assert consents.text_read(line) == "Las viejas"


def test_childs_own_yes_waits_for_a_guardian(child, guardian):
    asked = {"channel": "web", "purpose": "photographs", "at": NOON}
    assert said(child).decision == "requested"
    assert policy.may_contact(child, **asked).reason == "minor"
    assert said(child, said_by=PersonFactory()).decision == "requested"
    line = said(child, said_by=guardian, at=NOON)
    assert (line.decision, line.said_by) == ("granted", guardian)
    assert policy.may_contact(child, **asked).allowed


def test_childs_no_counts(child, guardian):
    said(child, said_by=guardian)
    assert said(child, decision="withdrawn", at=NOON + timedelta(hours=1)).decision == "withdrawn"
    assert policy.may_contact(child, channel="web", purpose="photographs", at=NOON).reason == "refused"


def test_share_of_contacts_by_the_preferred_channel_is_counted():
    liker = PersonFactory(preferred_channel="whatsapp")
    indifferent = PersonFactory()
    for person, channel, at, direction in [
        (liker, "whatsapp", NOON, "out"),
        (liker, "email", NOON, "out"),
        (liker, "email", NOON, "in"),
        (liker, "whatsapp", NOON + timedelta(days=9), "out"),
        (indifferent, "email", NOON, "out"),
    ]:
        person.touchpoints.create(at=at, channel=channel, direction=direction, kind="people.message_sent")
    assert consents.channel_respect(MONDAY_9AM, NOON + timedelta(days=1)) == (1, 2)


# --- What staff write down


@pytest.fixture
def adviser(client, settings):
    settings.LANGUAGE_CODE = "en"
    user = UserFactory(role="Adviser")
    client.force_login(user, backend="allauth.account.auth_backends.AuthenticationBackend")
    client.user = user
    return client


def note(client, person, **changes):
    given = {"purpose": "commercial", "channel": "phone", "decision": "granted", "how": "call", "proof": "Recording 12"}
    return client.post(reverse("people_note_consent", args=[person.uuid]), given | changes)


def test_spoken_yes_enters_the_ledger_with_who_heard_it_and_its_proof(adviser):
    person = PersonFactory(phone="+34612345678", language="es")
    assert note(adviser, person).url == reverse("contact_centre_person", args=[person.uuid])
    line = Consent.objects.get()
    assert (line.purpose, line.channel, line.decision, line.by, line.source, line.proof, line.language) == (
        "commercial", "phone", "granted", adviser.user, "staff:call", "Recording 12", "es"
    )  # fmt: skip
    entry = AuditEntry.objects.get(what="people.note_consent")
    assert (entry.person, entry.by) == (person, adviser.user)
    note(adviser, person, purpose="photographs", channel="email")
    assert Consent.objects.filter(purpose="photographs").get().channel == "web"


def test_nothing_is_written_without_proof_or_for_a_child_alone(adviser, child, guardian):
    assert note(adviser, PersonFactory(), proof=" ").status_code == 200
    page = note(adviser, child)
    assert "too young to agree alone" in page.content.decode()
    assert not Consent.objects.exists()
    note(adviser, child, said_by=guardian.pk)
    assert Consent.objects.get().said_by == guardian


def test_proof_of_a_button_says_what_was_read_when_where_and_by_whom(adviser):
    consents.keep_texts(at=MONDAY_9AM)
    person = PersonFactory(phone="+34612345678", preferred_channel="phone")
    ConsentFactory(person=person, channel="phone", by=UserFactory(first_name="Quim"), source="staff:call")
    ConsentFactory(person=person, decision="withdrawn", language="en")
    page = adviser.get(reverse("contact_centre_person", args=[person.uuid])).content.decode()
    assert "Envieu-me notícies i ofertes" in page
    for words in ("commercial-2026-1 (Català)", "staff:call", "Quim Vidal", "their preference", "They said no on"):
        assert words in page, words


def test_ledger_shows_the_words_and_exports_the_proof(client, settings):
    settings.LANGUAGE_CODE = "en"
    consents.keep_texts(at=MONDAY_9AM)
    line = ConsentFactory(language="en", proof="Form 7")
    ConsentFactory(language="es")
    client.force_login(
        UserFactory(role="Data protection"), backend="allauth.account.auth_backends.AuthenticationBackend"
    )
    page = client.get(reverse("people_consents:inspect", args=[line.pk])).content.decode()
    assert "Send me news and offers about programmes" in page
    address = reverse("people_consents:index")
    file = b"".join(client.get(address, {"export": "csv", "language": "en"}).streaming_content).decode()
    assert ("Form 7" in file, file.count("commercial-2026-1")) == (True, 1)
