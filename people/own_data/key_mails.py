"""Mails that carry a key: a link to somebody's data, a code that proves an address, a warning about either.

They leave at once and are kept nowhere, because whoever may read the outbox must not be able to use what is inside.
"""

import smtplib
from collections.abc import Iterable

import structlog
from anymail.exceptions import AnymailError
from django.core.mail import EmailMultiAlternatives
from django.template.loader import render_to_string
from django.utils.translation import gettext as _
from django.utils.translation import override

from people.contact.mails import letterhead

log = structlog.get_logger("matricula.key_mails")


class NotSent(Exception):
    """The mail server did not take it."""


def send(
    to: str, *, language: str, subject: str, body: str, reason: str = "", action_url: str = "", action_label: str = ""
) -> None:
    """Write to ``to`` now, with empty lines between the paragraphs of ``body``; raises NotSent."""
    with override(language):
        context = letterhead(language) | {
            "language": language,
            "subject": subject,
            "message": {"body": body},
            "preheader": body[:120],
            "paragraphs": body.split("\n\n"),
            "action_url": action_url,
            "action_label": action_label,
            "reason": reason or _("You receive this because it was asked for on our website."),
        }
        mail = EmailMultiAlternatives(
            subject=subject,
            body=render_to_string("people/mail.txt", context).strip() + "\n",
            to=[to],
            headers={"Auto-Submitted": "auto-generated"},
        )
        mail.attach_alternative(render_to_string("people/mail.html", context), "text/html")
    try:
        mail.send()
    except (smtplib.SMTPException, AnymailError, OSError) as error:
        log.warning("key_mail_not_sent", error=type(error).__name__)
        raise NotSent(subject) from error


def warn(addresses: Iterable[str], *, language: str, subject: str, body: str) -> None:
    """Tell each of ``addresses``; one that cannot be told is logged, because nothing depends on it."""
    with override(language):
        reason = _("You receive this because it is about the data we hold about you.")
    for address in addresses:
        try:
            send(address, language=language, subject=subject, body=body, reason=reason)
        except NotSent:
            log.warning("warning_not_sent")
