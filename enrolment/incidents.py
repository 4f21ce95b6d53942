"""Payment incidents: what about money does not add up becomes a case for Finance, once, never settled in silence."""

from datetime import datetime

import structlog

from contact_centre import queue
from contact_centre.models import Case
from enrolment.models import Payment
from people.models import User

log = structlog.get_logger("matricula.payments")


def report(payment: Payment, *, what: str, at: datetime) -> Case:
    """Open a case of kind ``payment`` at the highest priority; ``what`` says in words what must be sorted out."""
    application = payment.application
    case = queue.open_case(
        application.person,
        kind=Case.Kind.PAYMENT,
        at=at,
        question=what,
        programme=application.intake.programme,
        language=application.person.language,
        about=payment,
        priority=queue.AT_ONCE,
    )
    if case.opened_at == at:
        log.warning("payment_incident", payment=str(payment.uuid), case=str(case.uuid))
    return case


def settle(payment: Payment, *, by: User, at: datetime) -> None:
    """Close the incident of a payment that was put right."""
    for case in open_ones().filter(about_id=payment.pk):
        queue.close(case, by=by if queue.may_act_on(case, by) else None, at=at)


def open_ones():
    """Payment incidents nobody has closed, the oldest first."""
    found = Case.objects.open().filter(kind=Case.Kind.PAYMENT, about_kind=Payment._meta.label_lower)
    return found.select_related("person", "programme").order_by("opened_at")
