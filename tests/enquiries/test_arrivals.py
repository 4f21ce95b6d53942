"""One enquiry, one person, one case, one promise: whatever the door."""

import threading
from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection

from contact_centre import calls, queue
from contact_centre.models import Case
from enquiries.intake import arrivals
from enquiries.models import Enquiry
from people.contact import consents
from people.identity.identities import BadIdentity
from people.models import Consent, OutgoingMessage, Person, Touchpoint
from tests.factories.enquiries import CampaignFactory
from tests.factories.people import PersonFactory, UserFactory
from tests.factories.programmes import IntakeFactory, ProgrammeFactory

pytestmark = pytest.mark.database

AT = datetime(2026, 3, 2, 8, 0, tzinfo=UTC)  # a Monday


@pytest.mark.django_db
def test_enquiry_leaves_a_person_a_case_a_touchpoint_and_a_promise():
    campaign = CampaignFactory(slug="spring")
    enquiry = arrivals.receive(
        at=AT,
        email="Laia@Example.org",
        name="Laia Font Roca",
        message="Hi,\r\nwhen does it\u202e start?",
        language="en",
        utm={"utm_campaign": "spring", "utm_source": "google", "utm_medium": "cpc", "else": "no"},
    )
    assert (enquiry.person.given_name, enquiry.person.family_name) == ("Laia", "Font Roca")
    assert enquiry.message == "Hi,\nwhen does it start?"
    assert (enquiry.campaign, enquiry.source, enquiry.medium) == (campaign, "google", "cpc")
    assert set(enquiry.utm) == {"utm_campaign", "utm_source", "utm_medium"}
    case = Case.objects.get()
    assert (enquiry.case, case.person, case.question) == (case, enquiry.person, enquiry.message)
    assert case.answer_due_at == AT + timedelta(hours=24)
    touchpoint = Touchpoint.objects.get()
    assert (touchpoint.kind, touchpoint.direction, touchpoint.campaign) == ("enquiries.received", "in", "spring")
    message = OutgoingMessage.objects.get()
    assert (message.to, message.purpose, message.language) == ("laia@example.org", "enquiry", "en")
    assert "/promise/" in message.action_url
    assert [move.to_state for move in enquiry.moves.all()] == ["received"]


@pytest.mark.django_db
def test_same_external_key_is_the_same_enquiry():
    first = arrivals.receive(at=AT, email="a@example.org", external_key="partner:1")
    again = arrivals.receive(at=AT + timedelta(hours=1), email="b@example.org", external_key="partner:1")
    assert again == first
    assert Person.objects.count() == Case.objects.count() == Enquiry.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_two_at_the_same_instant_with_one_key_make_one_enquiry():
    barrier, made = threading.Barrier(2), []

    def send():
        try:
            barrier.wait()
            made.append(arrivals.receive(at=AT, email="laia@example.org", message="?", external_key="form:1").pk)
        finally:
            connection.close()

    senders = [threading.Thread(target=send) for _number in range(2)]
    for sender in senders:
        sender.start()
    for sender in senders:
        sender.join()
    assert len(made) == 2
    assert set(made) == {Enquiry.objects.get().pk}
    assert Person.objects.count() == Case.objects.count() == Touchpoint.objects.count() == 1


@pytest.mark.django_db
def test_known_person_is_recognised_and_keeps_their_name():
    person = PersonFactory(given_name="Núria", email="nuria@example.org")
    enquiry = arrivals.receive(at=AT, email="NURIA@example.org ", name="N. Puig")
    assert enquiry.person == person
    assert enquiry.person.name == "Núria Puig Serra"


@pytest.mark.django_db
def test_consent_is_kept_with_the_words_that_were_shown():
    wording = consents.current_wording("commercial", "ca")
    said = [arrivals.ConsentSaid("commercial", "email", wording.version)]
    enquiry = arrivals.receive(at=AT, email="a@example.org", language="ca", consents=said, page_url="/ca/programes/x/")
    consent = Consent.objects.get()
    assert (consent.person, consent.decision, consent.wording_version) == (enquiry.person, "granted", wording.version)
    assert (consent.source, consent.language, consent.at) == ("/ca/programes/x/", "ca", AT)


@pytest.mark.django_db
def test_telephone_alone_is_enough_and_nobody_is_written_to():
    enquiry = arrivals.receive(at=AT, phone="612 345 678")
    assert enquiry.person.identities.get().value == "+34612345678"
    assert enquiry.case.state == Case.State.WAITING
    assert not OutgoingMessage.objects.exists()


@pytest.mark.django_db
def test_nothing_is_left_of_an_enquiry_that_fails():
    with pytest.raises(BadIdentity):
        arrivals.receive(at=AT, email="nobody")
    assert not Person.objects.exists()
    assert not Enquiry.objects.exists()


@pytest.mark.django_db
def test_intake_names_the_programme():
    intake = IntakeFactory()
    enquiry = arrivals.receive(at=AT, email="a@example.org", intake=intake)
    assert (enquiry.programme, enquiry.case.programme) == (intake.programme, intake.programme)


@pytest.mark.django_db
def test_filling_a_strangers_mailbox_through_the_form_does_not_work():
    programme = ProgrammeFactory()
    for number in range(5):
        arrivals.receive(
            at=AT + timedelta(minutes=number),
            email="victim@example.org",
            name="Win a prize at https://evil.example",
            message=f"Buy {number}",
            programme=programme,
        )
    message = OutgoingMessage.objects.get()
    assert "evil" not in message.body + message.subject
    assert "Buy" not in message.body
    assert Enquiry.objects.count() == 5


@pytest.mark.django_db
def test_new_enquiry_takes_a_fixed_number_of_queries(django_assert_max_num_queries):
    programme = ProgrammeFactory()
    with django_assert_max_num_queries(30):
        arrivals.receive(at=AT, email="a@example.org", message="?", programme=programme, external_key="form:1")


@pytest.mark.django_db
def test_a_son_who_asks_from_his_mothers_mailbox_is_not_his_mother():
    mother = PersonFactory(given_name="Núria", family_name="Puig", email="casa@example.org")
    asked = arrivals.receive(at=AT, email="casa@example.org", name="Joan Puig", message="Quan comença?")
    again = arrivals.receive(at=AT, email="casa@example.org", name="joan puig", message="I quant val?")
    assert asked.person == again.person != mother
    assert asked.person.shared_addresses.get().identity.person == mother


@pytest.mark.django_db
def test_a_question_on_the_telephone_is_an_enquiry_too():
    person = PersonFactory()
    adviser = UserFactory(role="Adviser")

    case = queue.open_case(
        person, kind=Case.Kind.ENQUIRY, at=AT, question="When does it start?", channel="phone", adviser=adviser
    )
    enquiry = Enquiry.objects.get()
    assert (enquiry.person, enquiry.case, enquiry.channel, enquiry.source) == (person, case, "phone", "call")

    calls.log_call(case, by=adviser, at=AT + timedelta(minutes=2), outcome="reached", note="In March")
    enquiry.refresh_from_db()
    assert enquiry.state == Enquiry.State.CONTACTED


@pytest.mark.django_db
def test_other_cases_on_the_telephone_are_no_enquiries():
    queue.open_case(PersonFactory(), kind=Case.Kind.CALL, at=AT, channel="phone")
    assert not Enquiry.objects.exists()
