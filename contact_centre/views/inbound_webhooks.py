"""The doors for letters, texts and calls: proved, kept, answered at once; understood by a task.

A door for which no secret is set up does not exist (404).
"""

import json
from hashlib import sha256

import structlog
from anymail.exceptions import AnymailError, AnymailWebhookValidationFailure
from anymail.webhooks.mailgun import MailgunInboundWebhookView
from anymail.webhooks.postmark import PostmarkInboundWebhookView
from django.conf import settings
from django.core.exceptions import RequestDataTooBig
from django.http import Http404, HttpResponse, UnreadablePostError
from django.urls import reverse
from django.utils import timezone
from django.utils.crypto import constant_time_compare
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_POST

from contact_centre import telephony
from contact_centre.inbound import proofs, receiving
from contact_centre.telephony.twilio import TwilioVoice

log = structlog.get_logger("matricula.inbound")
MOST = 60 * 1024 * 1024  # of a request: a letter at our limit, as providers write it
USER = "inbound"  # of the address that is given to providers: https://inbound:SECRET@school.example/…


class _Kept:
    """Keeps the letter that a provider brings, instead of telling anybody: it is understood later."""

    webhook_secret = None  # so that ``as_view`` takes it

    def post(self, request, *args, **kwargs):
        self.run_validators(request)
        at = timezone.now()
        for event in self.parse_events(request):
            message = event.message
            number = f"{self.esp_name}:{event.event_id}" if event.event_id else ""
            receiving.keep_letter(
                message.as_bytes(), at=at, event_id=number, recipient=message.envelope_recipient or ""
            )
        return HttpResponse()


class _Mailgun(_Kept, MailgunInboundWebhookView):
    pass


class _Postmark(_Kept, PostmarkInboundWebhookView):
    pass


@csrf_exempt  # the secret, or the signature, is the proof of who is calling
@require_http_methods(["POST", "HEAD"])
def letter(request, provider):
    """A letter from a provider that django-anymail reads, or ``raw``: as it came over the wire."""
    if not settings.INBOUND_SECRET or (provider == "mailgun" and not settings.MAILGUN_SIGNING_KEY):
        raise Http404
    if int(request.headers.get("Content-Length") or 0) > MOST:
        return HttpResponse("too large", status=413, content_type="text/plain")
    try:
        if provider == "raw":
            return _raw(request)
        return _doors()[provider](request)
    except AnymailWebhookValidationFailure:
        log.warning("webhook_refused", provider=provider)
        return HttpResponse("not proved", status=400, content_type="text/plain")
    except (AnymailError, ValueError, KeyError, TypeError, AttributeError, RequestDataTooBig) as fault:
        log.warning("webhook_not_understood", provider=provider, fault=type(fault).__name__)
        return HttpResponse("not understood", status=400, content_type="text/plain")
    except UnreadablePostError:
        return HttpResponse("broken off", status=400, content_type="text/plain")


def _doors():
    known = [f"{USER}:{settings.INBOUND_SECRET}"]
    return {
        "postmark": _proved_first(_Postmark.as_view(webhook_secret=known)),
        "mailgun": _Mailgun.as_view(webhook_secret=known, webhook_signing_key=settings.MAILGUN_SIGNING_KEY),
    }


def _proved_first(door):
    """Postmark's letters are JSON with the files in it: Django's limit for forms must not meet them."""

    def opened(request):
        if request.method == "POST" and proofs.basic(request.headers.get("Authorization", ""), USER):
            request._body = request.read(MOST + 1)
        return door(request)

    return opened


def _raw(request):
    """The letter itself, as a mail server pipes it, with the recipient in the address."""
    if not proofs.basic(request.headers.get("Authorization", ""), USER):
        log.warning("webhook_refused", provider="raw")
        return HttpResponse("not proved", status=400, content_type="text/plain")
    if request.method == "POST":
        receiving.keep_letter(request.read(MOST + 1), at=timezone.now(), recipient=request.GET.get("to", ""))
    return HttpResponse()


@csrf_exempt  # Twilio's signature is the proof
@require_POST
def sms(request):
    options = settings.CARRIERS.get("sms", {}).get("options", {})
    if not options.get("secret"):
        raise Http404
    if not proofs.twilio(request, options["secret"]):
        log.warning("webhook_refused", provider="sms")
        return HttpResponse("signature", status=400, content_type="text/plain")
    told = {**request.POST.dict(), **request.GET.dict()}
    status = told.get("MessageStatus") or told.get("SmsStatus") or "received"
    receiving.keep_told("sms", f"{told.get('MessageSid', '')}:{status}", told, at=timezone.now())
    # An empty answer: nothing is said back by the machine.
    return HttpResponse("<Response/>", content_type="text/xml")


@csrf_exempt  # Meta's signature is the proof
@require_http_methods(["GET", "POST"])
def whatsapp(request):
    options = settings.CARRIERS.get("whatsapp", {}).get("options", {})
    if not options.get("app_secret"):
        raise Http404
    if request.method == "GET":  # Meta asks once whether this door is ours
        if constant_time_compare(request.GET.get("hub.verify_token", ""), options.get("verify", "") or "\x00"):
            return HttpResponse(request.GET.get("hub.challenge", ""), content_type="text/plain")
        return HttpResponse("token", status=403, content_type="text/plain")
    if not proofs.meta(request, options["app_secret"]):
        log.warning("webhook_refused", provider="whatsapp")
        return HttpResponse("signature", status=400, content_type="text/plain")
    try:
        told = json.loads(request.body)
    except ValueError:
        return HttpResponse("not understood", status=400, content_type="text/plain")
    if isinstance(told, dict):
        receiving.keep_told("whatsapp", sha256(request.body).hexdigest(), told, at=timezone.now())
    return HttpResponse()


@csrf_exempt  # Twilio's signature is the proof
@require_POST
def call(request):
    """A call comes in, or has ended: noted at once, because somebody's telephone rings."""
    exchange = telephony.exchange()
    if not isinstance(exchange, TwilioVoice):
        raise Http404
    if not proofs.twilio(request, exchange.secret):
        log.warning("webhook_refused", provider="voice")
        return HttpResponse("signature", status=400, content_type="text/plain")
    told, at = request.POST.dict(), timezone.now()
    status = told.get("DialCallStatus") or told.get("CallStatus") or ""
    number = f"{told.get('CallSid', '')}:{'dial:' if 'DialCallStatus' in told else ''}{status}"
    receiving.keep_told("voice", number, told, at=at)
    receiving.work_now("voice", number, at=at)
    if "DialCallStatus" in told:
        is_over = told["DialCallStatus"] in ("completed", "answered")
        words = "<Response/>" if is_over else exchange.sorry()
    elif status == "ringing":
        words = exchange.welcome(after=f"{settings.BASE_URL}{reverse('inbound_call')}")
    else:
        words = "<Response/>"
    return HttpResponse(words, content_type="text/xml")
