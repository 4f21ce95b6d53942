"""What happens outside to letters of ours: a link is followed, an image is asked for, a provider tells."""

import json
from base64 import b64decode
from hashlib import sha256

import structlog
from anymail.exceptions import AnymailError, AnymailWebhookValidationFailure
from anymail.webhooks.mailgun import MailgunTrackingWebhookView
from anymail.webhooks.postmark import PostmarkTrackingWebhookView
from django.conf import settings
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_safe

from contact_centre.sends import clicking, tracking
from contact_centre.sends.clicking import Visit
from people.own_data import links

log = structlog.get_logger("matricula.sends")
IMAGE = b64decode("R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7")
USER = "inbound"  # the same secret as for letters that come in


@never_cache
@require_safe
def click(request, token):
    try:
        return HttpResponseRedirect(clicking.follow(token, _visit(request), at=timezone.now()))
    except links.LinkForged:
        raise Http404


@never_cache
@require_safe
def opening(request, token):
    try:
        clicking.opened(token, _visit(request), at=timezone.now())
    except links.LinkForged:
        raise Http404
    return HttpResponse(IMAGE, content_type="image/gif")


def _visit(request) -> Visit:
    ahead = {request.headers.get(name, "").lower() for name in ("Purpose", "Sec-Purpose", "X-Moz", "X-Purpose")}
    return Visit(
        method=request.method,
        user_agent=request.headers.get("User-Agent", "")[:300],
        is_prefetch=any("prefetch" in one or "preview" in one for one in ahead),
    )


class _Kept:
    """Keeps what a provider tells instead of telling anybody: it is understood later."""

    warn_if_no_basic_auth = False  # the secret is given below, not in anymail's own setting

    def post(self, request, *args, **kwargs):
        self.run_validators(request)
        at = timezone.now()
        for event in self.parse_events(request):
            told = event.esp_event if isinstance(event.esp_event, dict) else dict(event.esp_event or {})
            number = event.event_id or sha256(json.dumps(told, sort_keys=True, default=str).encode()).hexdigest()
            tracking.keep(
                f"{self.esp_name}:{event.event_type}:{number}",
                {
                    "kind": event.event_type,
                    "message_id": event.message_id,
                    "recipient": event.recipient,
                    "reason": event.reject_reason or "",
                    "at": event.timestamp.isoformat() if event.timestamp else "",
                },
                at=at,
            )
        return HttpResponse()


class _Mailgun(_Kept, MailgunTrackingWebhookView):
    pass


class _Postmark(_Kept, PostmarkTrackingWebhookView):
    pass


@csrf_exempt  # the secret, or the signature, is the proof of who is calling
@require_http_methods(["POST", "HEAD"])
def tell(request, provider):
    """A provider tells that letters were delivered, came back or were complained of."""
    if not settings.INBOUND_SECRET or (provider == "mailgun" and not settings.MAILGUN_SIGNING_KEY):
        raise Http404
    known = [f"{USER}:{settings.INBOUND_SECRET}"]
    try:
        if provider == "mailgun":
            return _Mailgun.as_view(basic_auth=known, webhook_signing_key=settings.MAILGUN_SIGNING_KEY)(request)
        return _Postmark.as_view(basic_auth=known)(request)
    except AnymailWebhookValidationFailure:
        log.warning("webhook_refused", provider=provider)
        return HttpResponse("not proved", status=400, content_type="text/plain")
    except (AnymailError, ValueError, KeyError, TypeError, AttributeError) as fault:
        log.warning("webhook_not_understood", provider=provider, fault=type(fault).__name__)
        return HttpResponse("not understood", status=400, content_type="text/plain")
