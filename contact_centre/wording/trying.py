"""A text sent to whoever writes it, to see it as an e-mail: no message of the school, and nobody else gets it."""

import re

from django.core.mail import EmailMultiAlternatives
from django.template.loader import render_to_string
from django.utils.translation import gettext as _
from django.utils.translation import override

from contact_centre.wording.rendering import Rendered
from people.contact import mails
from people.models import OutgoingMessage, Person, User
from people.own_data.links import absolute


def send_to_self(rendered: Rendered, *, purpose: str, by: User) -> None:
    """Send ``rendered`` to the address of ``by``'s login; the links of the reader it was filled for are not in it."""
    message = OutgoingMessage(
        person=Person(), purpose=purpose, language=rendered.language, subject=rendered.subject, body=rendered.body
    )
    with override(rendered.language):
        subject = _("Test: %(subject)s") % {"subject": rendered.subject or _("(no subject)")}
        context = mails.letterhead(rendered.language) | {
            "message": message,
            "language": rendered.language,
            "subject": subject,
            "preheader": rendered.body[:120],
            "paragraphs": re.split(r"\n\s*\n", rendered.body.strip()),
            "reason": mails.REASONS[purpose](),
            "offers": [],
            "preferences_url": absolute("/"),
        }
        mail = EmailMultiAlternatives(
            subject=subject,
            body=render_to_string("people/mail.txt", context).strip() + "\n",
            to=[by.email],
            headers={"Auto-Submitted": "auto-generated"},
        )
        mail.attach_alternative(render_to_string("people/mail.html", context), "text/html")
    mail.send()
