"""Receipts: numbered without a gap within each year, on paper as soon as the print shop can."""

from datetime import datetime

import structlog
from django.core.files.base import ContentFile
from django.core.files.storage import storages
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import override

from enrolment.models import Payment, Receipt, ReceiptYear
from people.models import Person
from printing.paper import PaperUnavailable, to_pdf
from programmes.models import SchoolSettings

log = structlog.get_logger("matricula.receipts")


@transaction.atomic
def issue(payment: Payment, *, at: datetime) -> Receipt:
    """Give the payment the next number of the year (the school's local one); again returns the same receipt.

    The row of the year stays locked until the transaction ends: whoever rolls back leaves no gap.
    """
    year = timezone.localtime(at).year
    ReceiptYear.objects.get_or_create(year=year)
    counter = ReceiptYear.objects.select_for_update().get(year=year)
    if issued := Receipt.objects.filter(payment=payment).first():
        return issued
    counter.last += 1
    counter.save(update_fields=["last"])
    return Receipt.objects.create(payment=payment, number=f"{year}-{counter.last:06}", issued_at=at)


def write(receipt: Receipt) -> str:
    """Put the receipt on paper, in its person's language, and return the PDF's path in the private storage.

    Raises printing.paper.PaperUnavailable where no PDF can be made; the receipt exists all the same.
    """
    if receipt.paper:
        return receipt.paper
    payment = Payment.objects.select_related("application__person", "application__intake__programme").get(
        pk=receipt.payment_id
    )
    person = payment.application.person
    school = SchoolSettings.objects.order_by("pk").first() or SchoolSettings()
    with override(person.language):
        title = _("Receipt %(number)s") % {"number": receipt.number}
        context = {
            "receipt": receipt,
            "payment": payment,
            "person": person,
            "intake": payment.application.intake,
            "programme": payment.application.intake.programme.title_in(person.language),
            "intake_label": payment.application.intake.label(),
            "school": school,
        }
        pdf = to_pdf("enrolment/receipt_paper.html", context, language=person.language, title=title)
    path = storages["private"].save(f"receipts/{receipt.number}.pdf", ContentFile(pdf))
    # Of two who wrote it at once, the first one's file counts.
    if not Receipt.objects.filter(pk=receipt.pk, paper="").update(paper=path):
        storages["private"].delete(path)
    receipt.refresh_from_db(fields=["paper"])
    return receipt.paper


def write_missing(*, limit: int = 100) -> int:
    """Put on paper what has none yet; return how many. One that fails does not hold up the others."""
    written = 0
    for receipt in Receipt.objects.filter(paper="").order_by("pk")[:limit]:
        try:
            write(receipt)
            written += 1
        except PaperUnavailable as unavailable:
            log.warning("paper_unavailable", why=str(unavailable))
            break
        except Exception:
            log.exception("receipt_failed", receipt=receipt.number)
    return written


def of_person(person: Person):
    """The receipts a person may open: their own."""
    return Receipt.objects.filter(payment__application__person=person).select_related("payment")
