"""The door for the provider's events: verified, kept, answered at once; understood by a task."""

import structlog
from django.db import transaction
from django.http import HttpResponse
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from enrolment import payments, stripe_gateway, tasks

log = structlog.get_logger("matricula.payments")


@csrf_exempt  # the signature is the proof of who is calling
@require_POST
def stripe_event(request):
    try:
        event = stripe_gateway.read_event(request.body, request.headers.get("Stripe-Signature", ""))
    except stripe_gateway.ForgedEvent as forged:
        log.warning("webhook_refused", why=str(forged))
        return HttpResponse("signature", status=400, content_type="text/plain")
    with transaction.atomic():
        payments.note_event(event.event_id, event.kind, event.payload, at=timezone.now())
        # The row is what must be done; if no worker can be woken, the sweep finds it.
        transaction.on_commit(tasks.process_provider_events.delay, robust=True)
    return HttpResponse(status=200)
