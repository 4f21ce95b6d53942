"""The acts of Admissions and Finance: each a POST of its own."""

import structlog
from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from enrolment import applications, payments, seats
from enrolment.forms import DecisionForm, RefundForm
from enrolment.models import Application, Payment
from enrolment.stripe_gateway import ProviderDown, ProviderRefused

log = structlog.get_logger("matricula.payments")
DECIDE, REFUND = "enrolment.decide_application", "enrolment.refund_payment"


@require_POST
@permission_required(DECIDE, raise_exception=True)
def admit(request, pk):
    return _decide(request, pk, applications.admit, _("%(person)s is admitted and has been told."))


@require_POST
@permission_required(DECIDE, raise_exception=True)
def reject(request, pk):
    return _decide(request, pk, applications.reject, _("%(person)s is not admitted and has been told."))


@require_POST
@permission_required(REFUND, raise_exception=True)
def refund(request, pk):
    payment = get_object_or_404(Payment.objects.select_related("application__person"), pk=pk)
    form = RefundForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("Say why the payment is given back."))
        return redirect("payments:inspect", pk)
    try:
        payments.refund(payment, by=request.user, at=timezone.now(), **form.cleaned_data)
    except payments.NotRefundable:
        messages.error(request, _("There is nothing left to give back of this payment."))
    except (ProviderDown, ProviderRefused) as error:
        log.warning("refund_failed", payment=str(payment.uuid), why=str(error))
        messages.error(request, _("The payment provider did not accept the refund. Nothing was given back."))
    else:
        messages.success(request, _("The payment is given back and %(person)s has been told.") % _who(payment))
    return redirect("payments:inspect", pk)


def _decide(request, pk, act, done):
    visible = Application.objects.visible_to(request.user)
    application = get_object_or_404(visible.select_related("person"), pk=pk)
    form = DecisionForm(request.POST)
    note = form.cleaned_data["note"] if form.is_valid() else ""
    try:
        act(application, by=request.user, at=timezone.now(), note=note)
    except applications.NotPossible:
        messages.error(request, _("This application is no longer waiting for a decision."))
    except applications.NotOnOffer:
        messages.error(request, _("The intake has no price: set one before admitting anybody."))
    except seats.PlacesGone:
        messages.error(request, _("Every seat of this intake is taken."))
    else:
        messages.success(request, done % {"person": application.person})
    return redirect("applications:inspect", pk)


def _who(payment):
    return {"person": payment.application.person}
