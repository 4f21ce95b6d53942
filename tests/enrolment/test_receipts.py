"""Receipts: one number per payment, a paper in the person's language, opened by nobody else."""

from datetime import UTC, datetime

import pytest
from django.core.files.storage import storages
from pypdf import PdfReader

from enrolment import receipts
from enrolment.models import Receipt
from printing import paper
from tests.factories.enrolment import PaymentFactory, ReceiptFactory
from tests.factories.people import PersonFactory, UserFactory

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("private_files")]


def test_year_is_the_schools_own():
    just_after_midnight_in_barcelona = datetime(2026, 12, 31, 23, 30, tzinfo=UTC)
    numbers = [
        receipts.issue(PaymentFactory(settled=True), at=at).number
        for at in (datetime(2026, 12, 31, 22, tzinfo=UTC), just_after_midnight_in_barcelona)
    ]
    assert numbers == ["2026-000001", "2027-000001"]


def test_paper_names_number_amount_and_person():
    receipt = ReceiptFactory(payment__application__person__given_name="Núria")
    path = receipts.write(receipt)
    with storages["private"].open(path) as pdf:
        text = PdfReader(pdf).pages[0].extract_text()
    assert receipt.number in text and "Núria Puig Serra" in text and "1.250" in text
    assert receipts.write(receipt) == path


def test_receipt_without_a_print_shop_is_written_later(monkeypatch):
    receipt = ReceiptFactory()

    def no_pango():
        raise paper.PaperUnavailable("no Pango")

    with monkeypatch.context() as machine:
        machine.setattr(paper, "_weasyprint", no_pango)
        assert receipts.write_missing() == 0
    assert Receipt.objects.get().paper == ""
    assert receipts.write_missing() == 1
    assert receipts.write_missing() == 0
    receipt.refresh_from_db()
    assert storages["private"].exists(receipt.paper)


def test_receipt_opens_for_its_person_and_finance_only(client):
    receipt = ReceiptFactory(payment__application__person=PersonFactory(user=UserFactory()))
    url = f"/campus/receipts/{receipt.number}.pdf"
    stranger = PersonFactory(user=UserFactory())
    answers = {}
    for name, user in {
        "own": receipt.payment.application.person.user,
        "stranger": stranger.user,
        "finance": UserFactory(role="Finance"),
        "tutor": UserFactory(role="Tutor"),
    }.items():
        client.force_login(user)
        answer = client.get(url, follow=True)
        answers[name] = answer.status_code
        b"".join(answer)  # read to its end, so that the file is closed
    client.logout()
    answers["nobody"] = client.get(url).status_code  # sign in first
    assert answers == {"own": 200, "stranger": 404, "finance": 200, "tutor": 404, "nobody": 302}
