"""What people are told when something they sent was not taken in: once a day, and never to a program."""

from datetime import datetime

from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import override

from contact_centre.models import InboundAttachment, InboundMessage
from people.contact import outbox
from people.models import Channel, OutgoingMessage, Person, Purpose


def send(
    message: InboundMessage, person: Person, *, is_too_large: bool, refused: list[InboundAttachment], at: datetime
) -> OutgoingMessage | None:
    """Say by e-mail which files were not taken in and how to send them; None if all were, or it was no e-mail."""
    names = [one.name for one in refused if one.why_refused]
    if message.channel != Channel.EMAIL or not (is_too_large or names):
        return None
    language = message.case.language if message.case else person.language
    with override(language):
        if is_too_large:
            what = _("Your letter was larger than 25 MB, so we could not take it in with what came with it.")
        else:
            what = _("We have your letter, but could not take in: %(files)s.") % {"files": ", ".join(names[:5])}
        body = "\n\n".join(
            (
                what,
                _("We can read PDF files, pictures and documents of office programs, up to 10 MB each."),
                _("Please send us a smaller file, or simply answer this letter."),
            )
        )
        return outbox.queue(
            person,
            purpose=Purpose.ENQUIRY,
            key=f"not-taken-in:{person.uuid}:{message.received_at:%Y-%m-%d}",
            subject=_("About the file that you sent us"),
            body=body,
            language=language if language in dict(settings.LANGUAGES) else settings.LANGUAGE_CODE,
            at=at,
            about=message.case,
        )
