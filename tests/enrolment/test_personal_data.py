"""Subject access and erasure: what was said goes, the books stay."""

import json

import pytest
from django.core.files.storage import storages

from enrolment import ledger, receipts
from enrolment.models import Application, ProviderEvent, Receipt
from people import erasure, exporting
from tests.factories.enrolment import MONDAY_9AM, ApplicationFactory, PaymentFactory, ReceiptFactory

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("private_files")]


def test_export_holds_ones_own_and_nobody_elses():
    receipt = ReceiptFactory(payment__application__motivation="I love figures")
    other = ApplicationFactory(submitted=True, motivation="Somebody else’s")
    found = json.dumps(exporting.export(receipt.payment.application.person), default=str)
    assert "I love figures" in found and receipt.number in found
    assert other.motivation not in found


def test_erasure_forgets_words_and_keeps_the_books():
    receipt = ReceiptFactory(payment__application__motivation="I love figures")
    payment, application = receipt.payment, receipt.payment.application
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
    assert not storages["private"].exists(path)
    assert PaymentFactory._meta.model.objects.get().card == ""
