"""Who pays for whom: the application they may pay, and the receipts they may open."""

from datetime import datetime

from django.db.models import QuerySet

from enrolment.models import Application, Receipt
from people import relatives
from people.models import Person

State = Application.State


def may_pay(person: Person, application: Application, at: datetime) -> bool:
    """Whether it is for ``person`` to pay: the applicant, or whoever pays for them."""
    return relatives.payer_of(application.person, at).pk == person.pk


def payable_by(person: Person, at: datetime) -> QuerySet[Application]:
    """The applications of others for which ``person`` pays, admitted or paid already; never a draft or a refusal."""
    paid_for = relatives.dependants_paid_by(person, at)
    come_so_far = Application.objects.filter(state__in=[State.ADMITTED, State.ENROLLED])
    return come_so_far.filter(person__in=paid_for).select_related("person", "intake__programme")


def receipts_for(person: Person, at: datetime) -> QuerySet[Receipt]:
    """The receipts ``person`` may open: their own, and those of whom they pay for or get the invoices."""
    whose = [person, *relatives.whose_invoices_go_to(person, at)]
    return Receipt.objects.filter(payment__application__person__in=whose).select_related("payment__application__person")
