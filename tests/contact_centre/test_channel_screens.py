"""What an adviser sees of letters and texts: in the case, on the list of held ones, and when answering."""

from pathlib import Path

import pytest
from django.urls import reverse
from django.utils import timezone
from wagtail.users.models import UserProfile

from contact_centre.inbound import filing
from contact_centre.models import Case, InboundMessage
from people.access import roles
from people.contact import carriers
from people.models import AuditEntry, OutgoingMessage, Touchpoint
from people.privacy import erasure
from tests.factories.contact_centre import CaseFactory
from tests.factories.inbound import InboundAttachmentFactory, InboundMessageFactory
from tests.factories.people import MONDAY_9AM, OutgoingMessageFactory, PersonFactory, UserFactory

pytestmark = pytest.mark.django_db
NUMBER = "+34612345678"


@pytest.fixture(autouse=True)
def private(settings, tmp_path):
    storage = {"BACKEND": "django.core.files.storage.FileSystemStorage", "OPTIONS": {"location": tmp_path / "private"}}
    settings.STORAGES = {**settings.STORAGES, "private": storage}
    settings.TEXTS_FILE_PATH = tmp_path / "texts"
    local = {"class": "people.contact.carriers.local.Local", "options": {}}
    settings.CARRIERS = {"sms": local, "whatsapp": local}


@pytest.fixture
def in_the_morning(time_machine):
    """At night nobody is written a text."""
    time_machine.move_to(MONDAY_9AM)


@pytest.fixture
def adviser(client):
    user = UserFactory(role=roles.ADVISER)
    UserProfile.objects.create(user=user, preferred_language="en")
    client.force_login(user)
    return user


def case_page(client, case):
    return client.get(reverse("contact_centre_case", args=[case.uuid])).content.decode()


def test_letter_stands_in_the_conversation_once_with_what_it_quotes_and_its_files(client, adviser):
    case = CaseFactory(kind="message", question="Una pregunta\n\nQuan comença?")
    letter = InboundMessageFactory(
        state="filed",
        person=case.person,
        case=case,
        text="Quan comença?",
        quoted="> Abans",
        why="",
        received_at=case.opened_at,
    )
    InboundAttachmentFactory(message=letter, name="titol.pdf")
    InboundAttachmentFactory(
        message=letter, name="virus.exe", kept_as="", why_refused="Files of this kind are not kept."
    )
    page = case_page(client, case)
    assert page.count("desk-talk__line--in") == 1
    assert "&gt; Abans" in page
    assert "titol.pdf" in page
    assert "Files of this kind are not kept." in page


def test_nothing_in_a_letter_runs_in_the_back_office(client, adviser):
    case = CaseFactory()
    InboundMessageFactory(
        state="filed", person=case.person, case=case, text="<script>alert(1)</script>", sender_name="<b>x</b>"
    )
    assert "<script>alert(1)" not in case_page(client, case)


def test_file_is_saved_never_shown_and_noted(client, adviser):
    file = InboundAttachmentFactory(name="títol.pdf")
    answer = client.get(reverse("contact_centre_inbound_file", args=[file.uuid]))
    assert b"".join(answer.streaming_content) == b"%PDF-1.7"
    assert answer["Content-Disposition"].startswith("attachment")
    assert (answer["Content-Type"], answer["X-Content-Type-Options"]) == ("application/octet-stream", "nosniff")
    assert AuditEntry.objects.filter(what="contact_centre.letter_file", by=adviser).count() == 1


@pytest.mark.parametrize("role", [roles.MARKETING, roles.TUTOR, roles.EDITOR, roles.FINANCE])
def test_file_is_not_for_those_who_do_not_work_with_cases(client, role):
    client.force_login(UserFactory(role=role))
    assert client.get(reverse("contact_centre_inbound_file", args=[InboundAttachmentFactory().uuid])).status_code in (
        302,
        403,
    )


def test_files_and_texts_go_when_the_person_is_erased(client, adviser, settings):
    from django.core.files.storage import storages

    person = PersonFactory()
    file = InboundAttachmentFactory(message=InboundMessageFactory(person=person, state="filed"))
    text = OutgoingMessageFactory(person=person, channel="sms", to=NUMBER)
    carriers.of("sms").send(text)
    erasure.erase(person, at=timezone.now())
    assert not storages["private"].exists(file.kept_as)
    assert not list(Path(settings.TEXTS_FILE_PATH).iterdir())
    assert not InboundMessage.objects.exists()


def test_held_letter_is_read_and_filed_where_it_belongs(client, adviser):
    nuria = PersonFactory(email="nuria@example.org")
    case = CaseFactory(person=nuria, answered=True)
    letter = InboundMessageFactory(why=filing.CONTRADICTS)
    listed = client.get(reverse("contact_centre_held")).content.decode()
    assert "the sender may not be who they seem to be" in listed
    page = client.get(reverse("contact_centre_held_letter", args=[letter.uuid])).content.decode()
    assert f"case:{case.uuid}" in page
    assert "checked" not in page.split('value="case:')[1].split(">")[0]
    answer = client.post(
        reverse("contact_centre_file_letter", args=[letter.uuid]), {"home": f"case:{case.uuid}"}, follow=True
    )
    assert answer.status_code == 200
    letter.refresh_from_db()
    case.refresh_from_db()
    assert (letter.state, letter.case_id, case.state) == ("filed", case.pk, "in_hand")
    again = client.post(reverse("contact_centre_file_letter", args=[letter.uuid]), {"home": "sender"}, follow=True)
    assert "meanwhile" in again.content.decode()


def test_person_can_be_searched_for_and_the_letter_put_aside(client, adviser):
    joan = PersonFactory(given_name="Joan", family_name="Vilaplana")
    letter = InboundMessageFactory()
    address = reverse("contact_centre_held_letter", args=[letter.uuid])
    assert f"person:{joan.uuid}" in client.get(address, {"q": "Vilaplana"}).content.decode()
    client.post(reverse("contact_centre_drop_letter", args=[letter.uuid]))
    letter.refresh_from_db()
    assert letter.state == "dropped"


def test_my_day_says_how_many_are_held(client, adviser):
    InboundMessageFactory.create_batch(2)
    assert "2 letters are held" in client.get(reverse("contact_centre_my_day")).content.decode()


def test_held_list_costs_the_same_for_one_and_three(client, adviser, django_assert_max_num_queries):
    counts = []
    for more in (1, 2):
        InboundMessageFactory.create_batch(more)
        with django_assert_max_num_queries(60) as counted:
            client.get(reverse("contact_centre_held"))
        counts.append(len(counted))
    assert counts[1] <= counts[0]


def test_answer_leaves_on_the_channel_they_used(in_the_morning, client, adviser):
    nuria = PersonFactory(phone=NUMBER)
    now = timezone.now()
    case = CaseFactory(person=nuria, state="in_hand", adviser=adviser, channel="whatsapp", opened_at=now)
    InboundMessageFactory(state="filed", person=nuria, case=case, channel="whatsapp", sender=NUMBER, received_at=now)
    Touchpoint.objects.create(
        person=nuria, at=now, channel="whatsapp", direction="in", kind="contact_centre.they_wrote"
    )
    page = case_page(client, case)
    assert "Answer on the channel they used" in page
    assert "WhatsApp lets us write freely until" in page
    sent = {"channel": "whatsapp", "body": "Hola, Núria. Comença el dia 9."}
    client.post(reverse("contact_centre_answer_text", args=[case.uuid]), sent)
    message = OutgoingMessage.objects.get()
    case.refresh_from_db()
    assert (message.channel, message.to, message.subject, case.state) == ("whatsapp", NUMBER, "", "answered")


def test_whatsapp_outside_its_day_is_offered_with_the_reason_only(in_the_morning, client, adviser):
    nuria = PersonFactory(phone=NUMBER)
    case = CaseFactory(person=nuria, state="in_hand", adviser=adviser)
    assert "WhatsApp allows only approved templates now" in case_page(client, case)
    refused = client.post(
        reverse("contact_centre_answer_text", args=[case.uuid]), {"channel": "whatsapp", "body": "Hola"}, follow=True
    )
    assert "Not sent" in refused.content.decode()
    assert Case.objects.get().answered_at is None


@pytest.mark.parametrize(
    "sent", [{"channel": "email", "body": "x"}, {"channel": "sms"}, {"channel": "sms", "body": "x" * 1601}]
)
def test_text_that_cannot_be_one_is_refused(client, adviser, sent):
    case = CaseFactory(person=PersonFactory(phone=NUMBER), state="in_hand", adviser=adviser)
    client.post(reverse("contact_centre_answer_text", args=[case.uuid]), sent)
    assert not OutgoingMessage.objects.exists()
