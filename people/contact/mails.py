"""What a message looks like as an e-mail: HTML and a real text part, with the way out in sight."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from email.utils import parseaddr

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.template.loader import render_to_string
from django.utils.translation import gettext as _
from django.utils.translation import override
from wagtail import hooks

from people.contact import consents
from people.models import Consent, OutgoingMessage, Purpose
from people.own_data import links

REASONS: dict[str, Callable[[], str]] = {
    Purpose.ENQUIRY: lambda: _("You receive this because you asked us something."),
    Purpose.SERVICE: lambda: _("You receive this because it is about what you have with us."),
    Purpose.COMMERCIAL: lambda: _("You receive this because you agreed to news and offers."),
    Purpose.PHOTOGRAPHS: lambda: _("You receive this because you agreed to be photographed."),
    Purpose.SURVEY: lambda: _("You receive this because your opinion helps us to teach better."),
    Purpose.PROFILING: lambda: _("You receive this because you agreed to suggestions made for you."),
}


@dataclass(frozen=True)
class Offer:
    """A line below a commercial message that leads to something to buy or to come to."""

    title: str
    url: str


def compose(message: OutgoingMessage) -> EmailMultiAlternatives:
    """The e-mail of ``message`` in its language, with List-Unsubscribe (RFC 8058) and always the same Message-ID."""
    context = context_of(message)
    sender = parseaddr(settings.DEFAULT_FROM_EMAIL)[1]
    with override(message.language):
        mail = EmailMultiAlternatives(
            subject=message.subject,
            body=render_to_string("people/mail.txt", context).strip() + "\n",
            to=[message.to],
            headers={
                "Message-ID": f"<{message.uuid}@{sender.rpartition('@')[2]}>",
                "List-Unsubscribe": f"<{context['preferences_url']}>",
                "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
                "Auto-Submitted": "no" if message.by_id else "auto-generated",
                **_more_headers(message),
            },
        )
        html = render_to_string("people/mail.html", context)
        for finish in hooks.get_hooks("finish_mail_html"):
            html = finish(message=message, html=html)
        mail.attach_alternative(html, "text/html")
        for attach in hooks.get_hooks("construct_mail_attachments"):
            attach(message=message, mail=mail)
    return mail


def _more_headers(message: OutgoingMessage) -> dict[str, str]:
    """What floors above add with the hook ``construct_mail_headers(message, headers)``, such as where answers go."""
    headers: dict[str, str] = {}
    for construct in hooks.get_hooks("construct_mail_headers"):
        construct(message=message, headers=headers)
    return headers


def html_of(message: OutgoingMessage) -> str:
    """The mail's HTML alone, as the person sees it."""
    with override(message.language):
        return render_to_string("people/mail.html", context_of(message))


def context_of(message: OutgoingMessage) -> dict:
    """What the mail templates need."""
    with override(message.language):
        context = {
            "message": message,
            "language": message.language,
            "subject": message.subject,
            "preheader": message.body[:120],
            "paragraphs": re.split(r"\n\s*\n", message.body.strip()),
            "action_url": message.action_url,
            "action_label": message.action_label,
            "reason": _reason(message),
            "offers": _offers(message),
            "preferences_url": links.preferences_url(message.person),
        }
        return letterhead(message.language) | context


def _reason(message: OutgoingMessage) -> str:
    if message.purpose == Purpose.COMMERCIAL and message.topic:
        held = consents.latest(message.person).get((message.purpose, message.channel))
        if held is None or held.decision != Consent.Decision.GRANTED:
            return _("You receive this because you have studied something similar with us.")
    return REASONS[message.purpose]()


def _offers(message: OutgoingMessage) -> list[Offer]:
    """What floors add with the hook ``construct_mail_offers(message, offers)``; to commercial messages only."""
    offers: list[Offer] = []
    if message.purpose == Purpose.COMMERCIAL:
        for construct in hooks.get_hooks("construct_mail_offers"):
            construct(message=message, offers=offers)
    return offers


def letterhead(language: str) -> dict:
    """Who writes: the sender's name, and what floors above add with the hook ``construct_mail_context``."""
    context = {"school": {"name": parseaddr(settings.DEFAULT_FROM_EMAIL)[0] or settings.WAGTAIL_SITE_NAME}}
    for construct in hooks.get_hooks("construct_mail_context"):
        construct(context, language)
    return context
