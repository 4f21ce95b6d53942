"""E-mail, by whichever server or provider ``EMAIL_URL`` names."""

import smtplib
from datetime import datetime

from anymail.exceptions import AnymailRecipientsRefused

from people.contact.carriers import UndeliverableAddress
from people.contact.mails import compose
from people.models import OutgoingMessage, Person


class Mail:
    """Every try has the same Message-ID, by which mailboxes know what they have already."""

    longest = 0
    part = 0
    remembers = True

    def send(self, message: OutgoingMessage) -> str:
        mail = compose(message)
        try:
            mail.send()
        except smtplib.SMTPRecipientsRefused as error:
            code, reply = next(iter(error.recipients.values()), (0, b""))
            if code >= 500:
                raise UndeliverableAddress(f"{code} {reply!r}")
            raise
        except AnymailRecipientsRefused as error:
            raise UndeliverableAddress(str(error))
        status = getattr(mail, "anymail_status", None)
        number = getattr(status, "message_id", None) or mail.extra_headers["Message-ID"]
        return str(number)

    def why_not(self, person: Person, *, at: datetime) -> str:
        return ""
