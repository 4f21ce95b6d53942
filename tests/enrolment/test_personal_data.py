"""Subject access and erasure: what was said goes, the books stay."""

import json
from datetime import date
from importlib import import_module

import pytest
from django.apps import apps
from django.core.files.storage import storages
from django.db import connection
from pypdf import PdfReader

from enrolment import ledger, receipts
from enrolment.models import Application, ProviderEvent, Receipt
from people.models import Person, Relationship
from people.own_data import exporting
from people.privacy import erasure
from tests.factories.enrolment import MONDAY_9AM, ApplicationFactory, PaymentFactory, ReceiptFactory
from tests.factories.people import PersonFactory, UserFactory

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("private_files")]


def test_export_holds_ones_own_and_nobody_elses():
    receipt = ReceiptFactory(payment__application__motivation="I love figures")
    other = ApplicationFactory(submitted=True, motivation="Somebody else’s")
    found = json.dumps(exporting.export(receipt.payment.application.person), default=str)
    assert "I love figures" in found and receipt.number in found
    assert other.motivation not in found


def test_erasure_forgets_words_and_keeps_the_books():
    payment = PaymentFactory(settled=True, application__motivation="I love figures")
    receipt, application = receipts.issue(payment, at=MONDAY_9AM), payment.application
    path = receipts.write(receipt)
    ledger.charge(application, at=MONDAY_9AM)
    ledger.settlement(payment, at=MONDAY_9AM)
    payload = {"data": {"object": {"id": payment.session_id, "customer_details": {"email": "n@example.org"}}}}
    ProviderEvent.objects.create(event_id="evt_1", kind="x", payload=payload, received_at=MONDAY_9AM)
    draft = ApplicationFactory(person=application.person)

    for _again in range(2):
        erasure.erase(application.person, at=MONDAY_9AM)

    application.refresh_from_db()
    assert (application.motivation, application.education, application.weekly_hours) == ("", "", None)
    assert ProviderEvent.objects.get().payload == {}
    assert Application.objects.get(pk=draft.pk).state == "withdrawn"
    assert (ledger.balance(application), application.ledger.count()) == (0, 2)
    assert Receipt.objects.get().number == receipt.number
    assert (receipt.payer_name, storages["private"].exists(path)) == ("Núria Puig Serra", True)
    assert Receipt.objects.get().payer_name == "Núria Puig Serra"
    assert PaymentFactory._meta.model.objects.get().card == ""


def test_receipt_of_somebody_forgotten_opens_for_finance_only_and_says_who_paid(client):
    receipt = receipts.issue(PaymentFactory(settled=True), at=MONDAY_9AM)
    erasure.erase(receipt.payment.application.person, at=MONDAY_9AM)
    path = receipts.write(Receipt.objects.get())  # the paper had not been written yet
    with storages["private"].open(path) as pdf:
        assert "Núria Puig Serra" in PdfReader(pdf).pages[0].extract_text()
    shown, opened = {}, {}
    for role in ("Finance", "Director"):
        client.force_login(UserFactory(role=role))
        answer = client.get(f"/campus/receipts/{receipt.number}.pdf")
        opened[role] = answer.status_code
        b"".join(answer)  # read to its end, so that the file is closed
        page = client.get(f"/admin/payments/inspect/{receipt.payment_id}/").content.decode()
        shown[role] = "Núria Puig Serra" in page
    assert opened == {"Finance": 200, "Director": 404}
    assert shown == {"Finance": True, "Director": False}


def test_receipt_is_made_out_to_whoever_pays():
    payment = PaymentFactory(settled=True)
    mother = PersonFactory(given_name="Carme", family_name="Serra Vila")
    Relationship.objects.create(
        person=payment.application.person, relative=mother, kind="mother", is_payer=True, is_guardian=True,
        since=MONDAY_9AM, source="call", proof="signed",
    )  # fmt: skip
    Person.objects.filter(pk=payment.application.person_id).update(birth_date=date(2015, 1, 1))
    payment.refresh_from_db()
    assert receipts.issue(payment, at=MONDAY_9AM).payer_name == "Carme Serra Vila"


def test_paper_without_a_name_that_the_law_keeps_goes_with_its_person():
    receipt = ReceiptFactory()
    path = receipts.write(receipt)
    erasure.erase(receipt.payment.application.person, at=MONDAY_9AM)
    assert not storages["private"].exists(path)


def test_receipts_issued_before_learn_who_paid():
    receipt, named = ReceiptFactory(), ReceiptFactory(payer_name="Joan Roca")
    with connection.schema_editor() as editor:
        import_module("enrolment.migrations.0004_receipt_payer_filled").fill(apps, editor)
    receipt.refresh_from_db()
    named.refresh_from_db()
    assert (receipt.payer_name, named.payer_name) == ("Núria Puig Serra", "Joan Roca")
