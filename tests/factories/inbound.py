"""Letters as they come over the wire, and as they stand in their rows."""

from email.message import EmailMessage

import factory
from django.core.files.base import ContentFile
from django.core.files.storage import storages
from factory.django import DjangoModelFactory

from contact_centre.models import Call, InboundAttachment, InboundMessage
from tests.factories.people import MONDAY_9AM


def raw_letter(
    text="Bon dia,\n\nquan comença el curs?\n\nNúria",
    *,
    sender="Núria Puig <nuria@example.org>",
    to="hola@llevant.example",
    subject="Una pregunta",
    number="<first@example.org>",
    files=(),
    html="",
    **headers,
) -> bytes:
    """A letter in bytes; ``files`` are (name, content); headers with underscores for hyphens, None leaves one out."""
    letter = EmailMessage()
    given = {"From": sender, "To": to, "Subject": subject, "Message-ID": number}
    given |= {name.replace("_", "-"): value for name, value in headers.items()}
    for name, value in given.items():
        if value is not None:
            letter[name] = value
    letter.set_content(text)
    if html:
        letter.add_alternative(html, subtype="html")
    for name, content in files:
        letter.add_attachment(content, maintype="application", subtype="octet-stream", filename=name)
    return letter.as_bytes()


class InboundMessageFactory(DjangoModelFactory):
    """A letter that is held."""

    class Meta:
        model = InboundMessage

    provider = "mail"
    external_id = factory.Sequence(lambda n: f"letter-{n}@example.org")
    sender = "nuria@example.org"
    sender_name = "Núria Puig"
    to = "reply@llevant.example"
    subject = "Una pregunta"
    text = "Quan comença el curs?"
    received_at = MONDAY_9AM
    state = InboundMessage.State.HELD
    why = "Too many messages in a short time."


class InboundAttachmentFactory(DjangoModelFactory):
    """A paper that came with a letter and was kept."""

    class Meta:
        model = InboundAttachment

    message = factory.SubFactory(InboundMessageFactory)
    name = "titol.pdf"
    content_type = "application/pdf"
    size = 8
    kept_as = factory.LazyAttribute(
        lambda file: storages["private"].save(f"inbound/{file.message.uuid}/paper", ContentFile(b"%PDF-1.7"))
    )


class CallFactory(DjangoModelFactory):
    """A call of somebody that nobody took."""

    class Meta:
        model = Call

    direction = Call.Direction.IN
    number = "+34612345678"
    outcome = Call.Outcome.MISSED
    started_at = MONDAY_9AM
    ended_at = MONDAY_9AM
