"""Receipts: numbered without a gap within each year, on paper as soon as the print shop can."""

from datetime import datetime

import structlog
from django.core.files.base import ContentFile
from django.core.files.storage import storages
from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import override

from enrolment.models import Payment, Receipt, ReceiptYear
from people import relatives
from people.models import User
from people.privacy.retention_rules import months_before
from printing.paper import PaperUnavailable, to_pdf
from programmes.models import SchoolSettings

log = structlog.get_logger("matricula.receipts")
SEE_KEPT = "enrolment.see_kept_receipt"
FORGOTTEN_AT_ONCE = 200


@transaction.atomic
def issue(payment: Payment, *, at: datetime) -> Receipt:
    """Give the payment the next number of the year (the school's local one); again returns the same receipt.

    Who paid is written down as it is now: the law keeps that for its years, whatever becomes of the person.

    The row of the year stays locked until the transaction ends: whoever rolls back leaves no gap.
    """
    year = timezone.localtime(at).year
    ReceiptYear.objects.get_or_create(year=year)
    counter = ReceiptYear.objects.select_for_update().get(year=year)
    if issued := Receipt.objects.filter(payment=payment).first():
        return issued
    counter.last += 1
    counter.save(update_fields=["last"])
    payer = relatives.payer_of(payment.application.person, at)
    number = f"{year}-{counter.last:06}"
    return Receipt.objects.create(payment=payment, number=number, issued_at=at, payer_name=payer.name)


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
            "payer": receipt.payer_name or person.name,
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


def openable(found: QuerySet[Receipt], *, user: User) -> QuerySet[Receipt]:
    """Those of ``found`` that ``user`` may open: of whoever was forgotten, only who may see what the law keeps."""
    return found if user.has_perm(SEE_KEPT) else found.filter(payment__application__person__erased_at=None)


def named_too_long(at: datetime, months: int) -> QuerySet[Receipt]:
    """Those whose years are over: counted from the end of the year in which they were issued, when its books closed."""
    year = timezone.localtime(months_before(at, months)).year
    closed = datetime(year, 1, 1, tzinfo=timezone.get_current_timezone())
    return Receipt.objects.filter(issued_at__lt=closed).exclude(payer_name="", payer_tax_number="")


@transaction.atomic
def forget_payers(at: datetime, months: int) -> int:
    """Take name, tax number and paper off some receipts whose years are over; number and amounts stay in the books."""
    old = list(named_too_long(at, months).select_for_update().order_by("issued_at")[:FORGOTTEN_AT_ONCE])
    for receipt in old:
        receipt.payer_name = receipt.payer_tax_number = ""
        receipt.save(update_fields=["payer_name", "payer_tax_number"])
        forget_paper(receipt)
    return len(old)


def forget_paper(receipt: Receipt) -> None:
    """Delete the paper; the next one that is written says no more than what is still known."""
    if receipt.paper:
        storages["private"].delete(receipt.paper)
        receipt.paper = ""
        receipt.save(update_fields=["paper"])
