"""Applicants under age: the guardian is asked, agrees or not, and pays."""

import re
from datetime import date, timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from enrolment import applications, guardians, payers, receipts
from enrolment.models import Application, GuardianRequest, Payment
from people import relatives
from people.models import OutgoingMessage, Person, Relationship, Touchpoint
from people.own_data import links
from tests.factories.enrolment import MONDAY_9AM, ApplicationFactory, ReceiptFactory, admitted_application
from tests.factories.people import PersonFactory, UserFactory
from tests.factories.programmes import IntakeFactory

pytestmark = pytest.mark.django_db
CHILD, GROWN = date(2011, 5, 20), date(1985, 5, 20)
EARLIER = MONDAY_9AM.replace(year=2026, month=3)  # the pages look at the clock, which is past it
ANSWERS = {"motivation": "To work nearby.", "education": "ESO", "weekly_hours": "8"}
MOTHER = {
    "guardian_given_name": "Rosa",
    "guardian_family_name": "Serra",
    "guardian_kind": "mother",
    "guardian_email": "rosa@example.org",
}


def draft(**facts):
    if "person" not in facts:
        facts["person"] = PersonFactory(birth_date=CHILD, email="nuria@example.org", language="en")
    return ApplicationFactory(motivation="To work nearby.", education="ESO", weekly_hours=8, **facts)


def asked(application=None, *, email="rosa@example.org", at=MONDAY_9AM):
    return guardians.ask(
        application or draft(), given_name="Rosa", family_name="Serra", email=email, kind="mother", at=at
    )


@pytest.fixture
def child(client):
    person = PersonFactory(user=UserFactory(), language="en", birth_date=CHILD, email="nuria@example.org")
    client.force_login(person.user, backend="allauth.account.auth_backends.AuthenticationBackend")
    client.cookies["django_language"] = "en"
    return person


def signed_in(client, person):
    person.user = UserFactory()
    person.save()
    client.force_login(person.user, backend="allauth.account.auth_backends.AuthenticationBackend")
    client.cookies["django_language"] = "en"
    return client


def words(response):
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", response.content.decode()))


# --- Asking and answering


def test_application_of_a_minor_is_not_handed_in_without_a_guardian():
    application = draft()
    with pytest.raises(applications.NeedsGuardian):
        applications.hand_in(application, at=MONDAY_9AM)
    application.refresh_from_db()
    assert application.state == "draft"


def test_application_of_a_minor_with_a_guardian_is_handed_in_at_once():
    application = draft()
    relatives.note(
        application.person, relative=PersonFactory(), kind="mother", at=MONDAY_9AM, source="call", is_guardian=True
    )
    assert applications.hand_in(application, at=MONDAY_9AM).state == "submitted"


def test_application_waits_until_the_guardian_agrees_and_is_handed_in_then():
    application = draft()
    request = asked(application)
    application.refresh_from_db()
    assert application.state == "waiting"
    letter = OutgoingMessage.objects.get()
    assert (letter.to, letter.person, letter.purpose) == ("rosa@example.org", request.guardian, "service")
    assert guardians.path_of(request)[:16] in letter.action_url

    assert guardians.agree(request, at=MONDAY_9AM).state == "submitted"
    assert guardians.agree(request, at=MONDAY_9AM).state == "submitted"
    child, mother = application.person, request.guardian
    assert relatives.guardians_of(child, MONDAY_9AM) == [mother]
    assert relatives.receives(child, "reports", MONDAY_9AM) == [mother]
    assert relatives.payer_of(child, MONDAY_9AM) == mother
    made = Relationship.objects.get()
    assert (made.kind, made.source, str(request.uuid) in made.proof) == ("mother", "/apply/guardian/", True)
    kinds = Touchpoint.objects.filter(person=child).order_by("pk").values_list("kind", flat=True)
    assert list(kinds) == [
        "enrolment.guardian_asked",
        "enrolment.guardian_agreed",
        "people.relative_noted",
        "enrolment.applied",
    ]


def test_guardian_who_says_no_leaves_a_draft_and_the_applicant_is_told():
    application = draft()
    request = asked(application)
    assert guardians.decline(request, at=MONDAY_9AM).state == "draft"
    assert guardians.decline(request, at=MONDAY_9AM).state == "draft"
    with pytest.raises(guardians.NotOpen):
        guardians.agree(request, at=MONDAY_9AM)
    assert not Relationship.objects.exists()
    assert OutgoingMessage.objects.filter(person=application.person).count() == 1
    assert asked(application).answer == ""  # and may ask again


def test_asking_anew_makes_the_link_before_worthless():
    application = draft()
    first = asked(application)
    second = asked(application, email="pare@example.org")
    with pytest.raises(guardians.NotOpen):
        guardians.agree(first, at=MONDAY_9AM)
    assert guardians.open_request(application) == second
    assert guardians.agree(second, at=MONDAY_9AM).state == "submitted"


def test_link_that_waited_too_long_opens_nothing():
    request = asked()
    later = MONDAY_9AM + timedelta(days=guardians.DAYS)
    with pytest.raises(guardians.NotOpen):
        guardians.agree(request, at=later)
    assert not Relationship.objects.exists()


@pytest.mark.parametrize("case", ["own address", "a minor"])
def test_guardian_who_cannot_be_one_is_not_asked(case):
    application = draft()
    email = "nuria@example.org"
    if case == "a minor":
        email = "amiga@example.org"
        PersonFactory(given_name="Rosa", family_name="Serra", email=email, birth_date=CHILD)
    with pytest.raises(guardians.CannotAsk):
        asked(application, email=email)
    application.refresh_from_db()
    assert application.state == "draft"
    assert not OutgoingMessage.objects.exists()


def test_agreement_to_an_intake_that_closed_keeps_the_guardian_and_returns_the_draft():
    application = draft(intake=IntakeFactory(apply_by=date(2027, 1, 12)))
    request = asked(application)
    assert guardians.agree(request, at=MONDAY_9AM + timedelta(days=5)).state == "draft"
    assert Relationship.objects.count() == 1
    assert applications.Application.objects.get().submitted_at is None


def test_who_came_of_age_while_waiting_is_handed_in_and_gives_nobody_anything():
    person = PersonFactory(birth_date=date(2009, 1, 15), email="nuria@example.org")
    request = asked(draft(person=person))
    assert guardians.agree(request, at=MONDAY_9AM + timedelta(days=7)).state == "submitted"
    assert not Relationship.objects.exists()


def test_relative_who_stands_by_already_becomes_the_guardian():
    application, mother = draft(), PersonFactory(email="rosa@example.org", given_name="Rosa", family_name="Serra")
    relatives.note(application.person, relative=mother, kind="mother", at=MONDAY_9AM, source="call", gets_reports=True)
    guardians.agree(asked(application), at=MONDAY_9AM + timedelta(hours=1))
    assert relatives.guardians_of(application.person, MONDAY_9AM + timedelta(hours=1)) == [mother]


def test_waiting_application_may_be_withdrawn_and_the_link_then_opens_nothing():
    request = asked()
    applications.withdraw(request.application, at=MONDAY_9AM)
    with pytest.raises(guardians.NotOpen):
        guardians.agree(request, at=MONDAY_9AM)


# --- The pages


def test_form_asks_for_the_guardian_when_the_birth_date_says_so(client, child):
    Person.objects.filter(pk=child.pk).update(birth_date=None)
    intake = IntakeFactory()
    assert "Their e-mail address" not in words(client.get(f"/apply/{intake.pk}/"))
    sent = {**ANSWERS, "birth_date": timezone.localdate().replace(year=timezone.localdate().year - 15, day=1)}
    refused = client.post(f"/apply/{intake.pk}/", {**sent, "submit": "1"})
    assert refused.status_code == 422
    assert "You are not of age: name your mother, father or guardian" in words(refused)
    application = Application.objects.get()
    assert (application.state, application.motivation) == ("draft", "To work nearby.")

    answer = client.post(f"/apply/{application.uuid}/", {**ANSWERS, **MOTHER, "submit": "1"}, follow=True)
    assert "Waiting for a guardian" in words(answer)
    assert "we wrote to Rosa Serra" in words(answer)
    application.refresh_from_db()
    assert application.state == "waiting"


def test_birth_date_is_asked_once_and_must_be_one(client, child):
    Person.objects.filter(pk=child.pk).update(birth_date=None)
    client.post(f"/apply/{IntakeFactory().pk}/", {"save": "1"})
    address = f"/apply/{Application.objects.get().uuid}/"
    for born in ("", "1785-01-01", "2999-01-01", "yesterday"):
        assert client.post(address, {**ANSWERS, "birth_date": born, "submit": "1"}).status_code == 422
    client.post(address, {**ANSWERS, "birth_date": "1990-02-28", "save": "1"})
    child.refresh_from_db()
    assert child.birth_date == date(1990, 2, 28)
    assert "Date of birth" not in words(client.get(address))


def test_own_address_for_the_guardian_is_refused_beside_its_field(client, child):
    sent = {**ANSWERS, **MOTHER, "guardian_email": "nuria@example.org", "submit": "1"}
    refused = client.post(f"/apply/{IntakeFactory().pk}/", sent)
    assert refused.status_code == 422
    assert "not your own" in str(refused.context["form"].errors["guardian_email"])


def test_applicant_asks_somebody_else_or_hands_in_when_nobody_is_needed(client, child):
    application = draft(person=child, created_at=timezone.now())
    asked(application, at=timezone.now())
    address = reverse("enrolment:ask_guardian", args=[application.uuid])
    assert client.post(address, {**MOTHER, "guardian_email": ""}).status_code == 422
    client.post(address, {**MOTHER, "guardian_email": "pare@example.org"})
    assert guardians.open_request(application).guardian.identities.get().value == "pare@example.org"
    Person.objects.filter(pk=child.pk).update(birth_date=GROWN)
    assert "Nobody needs to agree any more" in words(client.get(f"/apply/{application.uuid}/"))
    client.post(address)
    application.refresh_from_db()
    assert application.state == "submitted"


def test_opening_the_link_changes_nothing_and_the_button_works_once(client):
    request = asked(at=timezone.now())
    address = guardians.path_of(request)
    for _opened_by_a_scanner in range(2):
        page = client.get(address)
        assert "Soc el seu tutor legal i hi estic d’acord" in words(page)
    assert client.head(address).status_code == 405
    assert GuardianRequest.objects.get().answer == ""
    assert "Hi has donat l’acord" in words(client.post(address, {"answer": "agreed"}, follow=True))
    assert "Hi has donat l’acord" in words(client.post(address, {"answer": "declined"}, follow=True))
    assert Application.objects.get().state == "submitted"


def test_links_that_were_forged_replaced_or_outlived_open_nothing(client):
    first = asked(at=timezone.now())
    replaced = guardians.path_of(first)
    asked(first.application, at=timezone.now())
    assert client.get(replaced).status_code == 410
    assert client.post(replaced, {"answer": "agreed"}).status_code == 410
    assert client.get("/apply/guardian/forged/").status_code == 404
    other = reverse("enrolment:guardian", args=[links.sign("preferences", str(first.uuid), days=14)])
    assert client.get(other).status_code == 404
    assert not Relationship.objects.exists()


# --- Who pays, and who is told


def paid_for(*, birth_date=CHILD, **scope):
    """An admitted application of somebody for whom Rosa pays."""
    person = PersonFactory(birth_date=birth_date, email="nuria@example.org", language="en")
    rosa = PersonFactory(given_name="Rosa", family_name="Serra", email="rosa@example.org", language="en")
    relatives.note(
        person, relative=rosa, kind="mother", at=EARLIER, source="call", is_payer=True, proof="signed", **scope
    )
    return person, rosa


def test_letter_about_money_goes_to_who_pays_and_the_applicant_sees_the_state():
    person, rosa = paid_for()
    application = draft(person=person, state="submitted")
    applications.admit(application, by=None, at=MONDAY_9AM)
    letters = {letter.person: letter for letter in OutgoingMessage.objects.all()}
    assert set(letters) == {person, rosa}
    assert "Rosa Serra pays for you" in letters[person].body
    assert "The total is" not in letters[person].body
    assert "The total is" in letters[rosa].body
    assert letters[rosa].action_label == "See it and pay"


def test_receipt_is_made_out_to_who_pays_and_told_to_them_and_to_who_gets_invoices():
    person, rosa = paid_for()
    aunt = PersonFactory(given_name="Tia", email="tia@example.org")
    relatives.note(person, relative=aunt, kind="relative", at=EARLIER, source="call", gets_invoices=True)
    application = admitted_application(person=person)
    payment = Payment.objects.create(
        application=application,
        amount_minor=application.price_minor,
        currency="EUR",
        state="settled",
        created_at=MONDAY_9AM,
        expires_at=MONDAY_9AM,
        settled_at=MONDAY_9AM,
    )
    from enrolment import letters

    receipt = receipts.issue(payment, at=MONDAY_9AM)
    assert receipt.payer_name == "Rosa Serra"
    letters.receipt_issued(receipt, at=MONDAY_9AM)
    letters.receipt_issued(receipt, at=MONDAY_9AM)
    assert {letter.person for letter in OutgoingMessage.objects.all()} == {rosa, aunt}
    assert OutgoingMessage.objects.count() == 2
    assert list(payers.receipts_for(rosa, MONDAY_9AM)) == [receipt]
    assert list(payers.receipts_for(person, MONDAY_9AM)) == [receipt]
    assert list(payers.receipts_for(PersonFactory(), MONDAY_9AM)) == []


def test_who_pays_opens_the_page_to_pay_and_sees_nothing_of_what_was_written(client):
    person, rosa = paid_for()
    application = admitted_application(person=person, motivation="A secret of mine")
    signed_in(client, rosa)
    page = client.get(f"/apply/{application.uuid}/")
    assert "The place of Núria Puig Serra" in words(page)
    assert "Pay" in words(page)
    assert "A secret of mine" not in page.content.decode()
    assert "You pay for others" in words(client.get("/campus/"))


def test_applicant_for_whom_somebody_pays_is_not_sent_to_pay(client, child):
    rosa = PersonFactory(given_name="Rosa", family_name="Serra")
    relatives.note(child, relative=rosa, kind="mother", at=EARLIER, source="call", is_payer=True)
    application = admitted_application(person=child)
    assert "Rosa Serra pays for you" in words(client.get(f"/apply/{application.uuid}/"))
    assert "Pay and enrol" not in words(client.get("/campus/"))
    assert client.post(f"/apply/{application.uuid}/pay/").url == f"/apply/{application.uuid}/"
    assert not Payment.objects.exists()


@pytest.mark.parametrize("who", ["stranger", "relative without scope", "payer no longer", "parent of somebody of age"])
def test_nobody_else_opens_an_application_or_a_receipt(client, who):
    person, rosa = paid_for()
    application = admitted_application(person=person)
    receipt = ReceiptFactory(payment__application=application)
    if who == "stranger":
        rosa = PersonFactory()
    elif who == "relative without scope":
        rosa = PersonFactory()
        relatives.note(person, relative=rosa, kind="relative", at=EARLIER, source="call", gets_reports=True)
    elif who == "payer no longer":
        relatives.end(Relationship.objects.get(), by=None, at=EARLIER)
    else:
        Person.objects.filter(pk=person.pk).update(birth_date=date(2009, 2, 1))
        Relationship.objects.update(proof="")
        Person.objects.filter(pk=person.pk).update(birth_date=date(2000, 2, 1))
    signed_in(client, rosa)
    assert client.get(f"/apply/{application.uuid}/").status_code == 404
    assert client.post(f"/apply/{application.uuid}/pay/").status_code == 404
    assert client.get(reverse("enrolment:receipt", args=[receipt.number])).status_code == 404


def test_student_of_age_sees_who_receives_what_and_ends_it(client):
    person, _rosa = paid_for(birth_date=GROWN, gets_reports=True)
    signed_in(client, person)
    page = words(client.get("/campus/"))
    assert "Who receives what about me" in page
    assert "Gets your progress reports" in page
    client.post(reverse("enrolment:end_relative", args=[Relationship.objects.get().pk]))
    assert "Who receives what about me" not in words(client.get("/campus/"))
    assert relatives.payer_of(person, timezone.now()) == person


def test_minor_sees_who_receives_what_and_cannot_end_it(client, child):
    made = relatives.note(child, relative=PersonFactory(), kind="mother", at=EARLIER, source="call", is_guardian=True)
    assert "Decides for you" in words(client.get("/campus/"))
    client.post(reverse("enrolment:end_relative", args=[made.pk]))
    made.refresh_from_db()
    assert made.until is None
    other = relatives.note(
        PersonFactory(birth_date=CHILD), relative=PersonFactory(), kind="mother", at=EARLIER, source="x"
    )
    assert client.post(reverse("enrolment:end_relative", args=[other.pk])).status_code == 404
