"""Paying: out to the provider's page and back. What counts is what the provider says when asked."""

import structlog
from django.contrib import messages
from django.http import HttpResponseRedirect
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from enrolment import payers, payments, seats, words
from enrolment.models import Application, Payment
from enrolment.stripe_gateway import ProviderDown, ProviderRefused
from enrolment.views.apply import state_of
from enrolment.views.own import own_page

log = structlog.get_logger("matricula.payments")


class SeeOther(HttpResponseRedirect):
    status_code = 303


@require_POST
@own_page
def go(request, uuid, person):
    """Hold a seat and send the payer to the hosted page."""
    application = _seen_by(person, uuid)
    if not payers.may_pay(person, application, timezone.now()):
        messages.info(request, _("Somebody else pays for you and has our letter."))
        return redirect("enrolment:application", uuid)
    try:
        payment = payments.start_checkout(application, at=timezone.now(), language=get_language() or person.language)
    except seats.PlacesGone:
        messages.error(request, _("The last places are taken or being paid for. Try again in an hour, or ask us."))
    except payments.NotPayable:
        messages.info(request, _("There is nothing to pay at the moment."))
    except (ProviderDown, ProviderRefused) as error:
        log.warning("checkout_failed", application=str(application.uuid), why=str(error))
        messages.error(
            request, _("Payment is not possible right now. Nothing was charged; try again in a few minutes.")
        )
    else:
        return SeeOther(payment.page_url)
    return redirect("enrolment:application", uuid)


@require_GET
@own_page
def paid(request, uuid, person):
    """Where the payer comes back to: the redirect proves nothing, so the provider is asked."""
    application = _seen_by(person, uuid)
    is_waiting = not _ask_provider(application)
    application = _seen_by(person, uuid)
    if application.person_id != person.pk:
        return redirect("enrolment:application", uuid)
    if application.state == Application.State.ENROLLED:
        return render(request, "enrolment/enrolled.html", state_of(application))
    state = state_of(application)
    return render(request, "enrolment/paid.html", state | {"is_waiting": is_waiting and not state["has_paid"]})


@require_GET
@own_page
def cancelled(request, uuid, person):
    """Where the payer comes back to without having paid; a declined card is named."""
    application = _seen_by(person, uuid)
    _ask_provider(application)
    payment = application.payments.order_by("-created_at").first()
    reason = words.decline(payment.last_error) if payment and payment.state != Payment.State.SETTLED else ""
    if reason:
        messages.error(request, reason)
    elif payment and payment.state in Payment.UNDER_WAY:
        messages.info(request, _("You have not paid yet. Your seat is kept for you for an hour."))
    return redirect("enrolment:application", uuid)


def _ask_provider(application: Application) -> bool:
    """Book what the provider says; whether the newest payment is decided."""
    payment = application.payments.order_by("-created_at").first()
    if payment is None:
        return True
    try:
        payment = payments.settle(payment, at=timezone.now())
    except (ProviderDown, ProviderRefused) as error:
        log.warning("provider_not_asked", application=str(application.uuid), why=str(error))
        return False
    return payment.state not in Payment.UNDER_WAY


def _seen_by(person, uuid) -> Application:
    """The application, if it is the person's own or they pay for it."""
    own = Application.objects.filter(person=person).select_related("person", "intake__programme")
    found = own.filter(uuid=uuid).first()
    return found or get_object_or_404(payers.payable_by(person, timezone.now()), uuid=uuid)
