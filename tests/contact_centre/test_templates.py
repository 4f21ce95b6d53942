"""Templates in the back office: written, looked at, proposed, approved; and which language is missing."""

from datetime import timedelta

import pytest
from django.core import mail
from django.urls import reverse
from wagtail.users.models import UserProfile

from contact_centre.models import MessageTemplate, TemplateVersion
from contact_centre.wording import choosing, parity, versions
from tests.factories.contact_centre import CaseFactory, MessageTemplateFactory, TemplateVersionFactory
from tests.factories.people import MONDAY_9AM, PersonFactory, UserFactory
from tests.factories.programmes import IntakeFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def desk(client):
    def sign_in(role):
        client.user = UserFactory(role=role)
        UserProfile.objects.create(user=client.user, preferred_language="en")
        client.force_login(client.user)
        return client

    return sign_in


def url(name, *args):
    return reverse(f"contact_centre_template{name}", args=args)


# --- versions


def test_what_is_written_is_used_once_somebody_else_approved_it():
    template, author, lead = MessageTemplateFactory(), UserFactory(role="Marketing"), UserFactory(role="Director")
    version = versions.write(template, subject="New", body="Hola {person}", by=author, at=MONDAY_9AM)
    assert choosing.find(template.code, channel="email", language="ca").subject == template.subject
    versions.propose(version, by=author, at=MONDAY_9AM)
    versions.approve(version, by=lead, at=MONDAY_9AM)
    found = choosing.find(template.code, channel="email", language="ca")
    assert (found.subject, found.body, found.number) == ("New", "Hola {person}", 2)


def test_the_text_that_was_replaced_stays_readable():
    template, lead = MessageTemplateFactory(body="Old"), UserFactory(role="Director")
    version = versions.write(template, subject="", body="New", by=UserFactory(role="Marketing"), at=MONDAY_9AM)
    versions.propose(version, by=lead, at=MONDAY_9AM)
    versions.approve(version, by=lead, at=MONDAY_9AM)
    assert list(template.versions.order_by("number").values_list("number", "body")) == [(1, "Old"), (2, "New")]


def test_nobody_approves_their_own_where_somebody_else_can():
    lead, other = UserFactory(role="Contact-centre lead"), UserFactory(role="Director")
    version = versions.write(MessageTemplateFactory(), subject="", body="Mine", by=lead, at=MONDAY_9AM)
    versions.propose(version, by=lead, at=MONDAY_9AM)
    with pytest.raises(versions.OwnProposal):
        versions.approve(version, by=lead, at=MONDAY_9AM)
    other.is_active = False
    other.save()
    assert versions.approve(version, by=lead, at=MONDAY_9AM).body == "Mine"


def test_a_marketer_approves_nothing():
    author, other = UserFactory(role="Marketing"), UserFactory(role="Marketing")
    version = versions.write(MessageTemplateFactory(), subject="", body="Mine", by=author, at=MONDAY_9AM)
    versions.propose(version, by=author, at=MONDAY_9AM)
    with pytest.raises(versions.OwnProposal):
        versions.approve(version, by=other, at=MONDAY_9AM)


def test_a_text_that_cannot_be_filled_is_refused():
    with pytest.raises(versions.Faulty) as refusal:
        versions.write(MessageTemplateFactory(), subject="", body="Hola\n{prise}", by=UserFactory(), at=MONDAY_9AM)
    assert [str(fault) for fault in refusal.value.faults] == ["Line 2: There is no word “prise”. Did you mean “price”?"]
    assert not TemplateVersion.objects.exists()


def test_a_proposal_that_is_changed_is_a_draft_again():
    template, author = MessageTemplateFactory(), UserFactory(role="Marketing")
    version = versions.write(template, subject="", body="One", by=author, at=MONDAY_9AM)
    versions.propose(version, by=author, at=MONDAY_9AM)
    again = versions.write(template, subject="", body="Two", by=author, at=MONDAY_9AM)
    assert (again.pk, again.state) == (version.pk, "draft")
    with pytest.raises(versions.NotNow):
        versions.approve(version, by=UserFactory(role="Director"), at=MONDAY_9AM)


def test_a_version_is_approved_once():
    version = versions.write(MessageTemplateFactory(), subject="", body="x", by=UserFactory(), at=MONDAY_9AM)
    lead = UserFactory(role="Director")
    versions.propose(version, by=lead, at=MONDAY_9AM)
    versions.approve(version, by=lead, at=MONDAY_9AM)
    with pytest.raises(versions.NotNow):
        versions.approve(version, by=lead, at=MONDAY_9AM)


# --- languages


def states(text):
    return {one.language: one.state for one in text.languages}


def test_a_missing_language_says_what_they_read_instead():
    MessageTemplateFactory(code="welcome", language="ca")
    text = parity.texts(MessageTemplate.objects.all())[0]
    assert states(text) == {"ca": "ready", "es": "missing", "en": "missing"}
    assert [one.instead for one in text.languages] == ["", "ca", "ca"]


def test_a_language_falls_behind_when_another_is_written_anew():
    for language in ("ca", "es", "en"):
        TemplateVersionFactory(template=MessageTemplateFactory(code="welcome", language=language))
    catalan = MessageTemplate.objects.get(language="ca")
    author, lead = UserFactory(role="Marketing"), UserFactory(role="Director")
    later = MONDAY_9AM + timedelta(days=30)
    version = versions.write(catalan, subject="", body="Nou", by=author, at=later)
    assert set(states(parity.texts(MessageTemplate.objects.all())[0]).values()) == {"ready"}
    versions.propose(version, by=author, at=later)
    assert set(states(parity.texts(MessageTemplate.objects.all())[0]).values()) == {"ready"}
    versions.approve(version, by=lead, at=later)
    text = parity.texts(MessageTemplate.objects.all())[0]
    assert states(text) == {"ca": "ready", "es": "behind", "en": "behind"}
    assert parity.gaps([text]) == 2


@pytest.mark.parametrize("texts", [1, 3])
def test_the_list_costs_the_same_however_long(desk, texts, django_assert_max_num_queries):
    client = desk("Contact-centre lead")
    for number in range(texts):
        MessageTemplateFactory(code=f"text-{number}")
    client.get(reverse("contact_centre_templates"))
    with django_assert_max_num_queries(16):
        page = client.get(reverse("contact_centre_templates"))
    assert page.content.decode().count("Write it") == texts * 2


# --- screens


def test_a_text_is_looked_at_with_a_real_person(desk):
    client = desk("Marketing")
    intake = IntakeFactory(price_minor=1950_00)
    CaseFactory(person=PersonFactory(given_name="Lucía", family_name="Soto"), programme=intake.programme)
    template = MessageTemplateFactory()
    look = client.post(
        url("_check", template.pk), {"body": "Hola {person}: {price}, {seats_left}", "q": "Lucía"},
        headers={"HX-Request": "true"},
    ).content.decode()  # fmt: skip
    assert "Hola Lucía: 1.950\xa0€" in look
    assert "it would not leave" not in look


def test_what_a_person_lacks_is_marked_in_the_preview(desk):
    client = desk("Marketing")
    PersonFactory(given_name="Lucía")
    look = client.post(
        url("_check", MessageTemplateFactory().pk), {"body": "{if price}a{end} {answer_by}"},
        headers={"HX-Request": "true"},
    ).content.decode()  # fmt: skip
    assert "<mark>answer_by</mark>" in look
    assert "it would not leave" in look


def test_the_fault_stands_beside_the_text_while_it_is_typed(desk):
    client = desk("Marketing")
    look = client.post(
        url("_check", MessageTemplateFactory().pk), {"body": "Hola {persona}"}, headers={"HX-Request": "true"}
    ).content.decode()
    assert "There is no word “persona”. Did you mean “person”?" in look


def test_a_faulty_text_is_not_kept_and_what_was_typed_stays(desk):
    client = desk("Marketing")
    template = MessageTemplateFactory()
    answer = client.post(url("_save", template.pk), {"subject": "S", "body": "{if price}half a block"})
    assert answer.status_code == 422
    assert "half a block" in answer.content.decode()
    assert "Line 1: This {if} is never closed." in answer.content.decode()


def test_a_text_goes_from_the_editor_into_an_answer(desk):
    client = desk("Marketing")
    template = MessageTemplateFactory()
    client.post(url("_save", template.pk), {"subject": "S", "body": "Bon dia {person}", "then": "propose"})
    client = desk("Director")
    page = client.get(url("", template.pk)).content.decode()
    assert "waits for approval" in page
    client.post(url("_approve", template.pk, 2))
    template.refresh_from_db()
    assert (template.body, template.number) == ("Bon dia {person}", 2)
    compared = client.get(url("_version", template.pk, 2)).content.decode()
    assert "Bon dia {person}" in compared
    assert "gràcies per escriure." in compared


def test_a_proposal_is_sent_back_with_what_to_change(desk):
    template, author = MessageTemplateFactory(), UserFactory(role="Marketing")
    version = versions.write(template, subject="", body="Hi", by=author, at=MONDAY_9AM)
    versions.propose(version, by=author, at=MONDAY_9AM)
    client = desk("Director")
    client.post(url("_send_back", template.pk, version.number), {"why": "Too short"})
    assert "Too short" in client.get(url("", template.pk)).content.decode()


def test_nobody_approves_or_writes_over_what_they_have_not_seen(desk):
    template, author = MessageTemplateFactory(), UserFactory(role="Marketing")
    version = versions.write(template, subject="", body="First", by=author, at=MONDAY_9AM)
    versions.propose(version, by=author, at=MONDAY_9AM)
    client = desk("Contact-centre lead")
    opened = client.get(url("", template.pk)).context["seen"]
    versions.propose(versions.write(template, subject="", body="Second", by=author, at=MONDAY_9AM), by=author,
                     at=MONDAY_9AM)  # fmt: skip
    approved = client.post(url("_approve", template.pk, version.number), {"seen": opened}, follow=True)
    assert "look at it as it is now" in approved.content.decode()

    mine = {"subject": "", "body": "Mine", "then": "keep"}
    late = client.post(url("_save", template.pk), {**mine, "seen": opened})
    assert (late.status_code, "Not saved yet" in late.content.decode()) == (422, True)
    assert versions.pending(template).body == "Second"
    client.post(url("_save", template.pk), {**mine, "seen": late.context["seen"]})
    assert versions.pending(template).body == "Mine"


def test_a_text_that_is_approved_while_it_is_written_on_goes_on(desk):
    template, author = MessageTemplateFactory(), UserFactory(role="Marketing")
    version = versions.write(template, subject="", body="First", by=author, at=MONDAY_9AM)
    versions.propose(version, by=author, at=MONDAY_9AM)
    opened = versions.mark(template)
    versions.approve(version, by=UserFactory(role="Director"), at=MONDAY_9AM, looked_at=opened)
    versions.write(template, subject="", body="Second", by=author, at=MONDAY_9AM, started_from=opened)
    template.refresh_from_db()
    assert (template.body, versions.pending(template).body) == ("First", "Second")


def test_a_text_is_started_in_another_language(desk):
    client = desk("Marketing")
    source = MessageTemplateFactory(code="welcome", language="ca")
    fields = {"title": "Welcome", "channel": "email", "language": "es", "purpose": "enquiry"}
    client.post(f"{url('_new')}?of={source.pk}&language=es", fields)
    made = MessageTemplate.objects.get(language="es")
    assert (made.code, made.number, versions.pending(made).body) == ("welcome", 0, source.body)
    assert choosing.find("welcome", channel="email", language="es").language == "ca"
    again = client.post(f"{url('_new')}?of={source.pk}", fields)
    assert "there already in this language" in again.content.decode()


def test_a_test_goes_to_oneself_and_to_nobody_else(desk):
    client = desk("Marketing")
    reader = PersonFactory(given_name="Lucía")
    template = MessageTemplateFactory()
    client.post(url("_try", template.pk), {"subject": "Bon dia", "body": "Hola {person}", "reader": reader.uuid})
    assert [letter.to for letter in mail.outbox] == [[client.user.email]]
    assert mail.outbox[0].subject.endswith(": Bon dia")
    assert "Hola Lucía" in mail.outbox[0].body


def test_whoever_writes_cannot_turn_an_offer_into_service(desk):
    client = desk("Marketing")
    template = MessageTemplateFactory(purpose="commercial")
    settings = {"title": "T", "purpose": "service", "kind": "", "phase": "", "is_on": "on"}
    client.post(url("_settings", template.pk), settings)
    assert MessageTemplate.objects.get().purpose == "commercial"
    desk("Contact-centre lead").post(url("_settings", template.pk), settings)
    assert MessageTemplate.objects.get().purpose == "service"


def test_an_answer_does_not_leave_with_a_gap_in_it(desk):
    client = desk("Adviser")
    case = CaseFactory(in_hand=True, adviser=client.user)
    answer = client.post(
        reverse("contact_centre_answer", args=[case.uuid]), {"subject": "Preu", "body": "Costa [[price]]"}
    )
    assert answer.status_code == 422
    assert "Fill in what is missing first: [[price]]" in answer.content.decode()
