"""The text an answer starts from: a template with its gaps filled, or a bare greeting in the person's language."""

from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _
from django.utils.translation import override

from contact_centre import corrections
from contact_centre.models import Case, MessageTemplate
from contact_centre.wording import rendering
from people.models import Channel, Purpose, User


@dataclass(frozen=True)
class Draft:
    """A subject and a text, before the adviser has touched them."""

    subject: str
    body: str
    purpose: str = Purpose.ENQUIRY
    draft: str = ""  # the mark of the correction it was started from
    missing: tuple[str, ...] = ()  # words of which nothing is known; they stand in the text as marks


def templates_for(case: Case) -> list[MessageTemplate]:
    """Approved letters in the language of the case, those for its kind first."""
    found = MessageTemplate.objects.ready().filter(language=case.language, channel=Channel.EMAIL)
    found = found.order_by("title", "pk")
    return sorted(found, key=lambda template: template.kind != case.kind)


def draft(case: Case, *, by: User, at: datetime, template: MessageTemplate | None = None) -> Draft:
    """Start the answer to ``case``; the text is in the person's language whatever the adviser reads.

    A template is filled with today's facts; what it lacks is marked for the adviser to fill in. The answer to a
    correction starts from what was drafted, until it is sent or set aside.
    """
    if template is not None:
        filled = rendering.render(template, person=case.person, case=case, by=by, at=at)
        return Draft(filled.subject, filled.body, template.purpose, missing=filled.missing)
    signed = by.get_full_name() or by.email
    correction = corrections.of_case(case)
    if correction is not None and correction.state == correction.State.DRAFTED:
        body = "\n\n".join([correction.body, signed])
        return Draft(correction.subject, body, draft=corrections.mark(correction))
    name, programme = case.person.given_name or case.person.name, case.programme
    with override(case.language):
        subject = _("Your question about %(programme)s") if programme else _("Your question")
        greeting = _("Hello %(name)s,") if name else _("Hello,")
        body = "\n\n".join([greeting % {"name": name}, "", signed])
        title = programme.title if programme else ""
        return Draft(subject % {"programme": title}, body)


def with_block(body: str, block: str, *, above: str) -> str:
    """The text with ``block`` at its end, or before the name ``above`` if it ends with that; never put in twice."""
    body = body.replace("\r\n", "\n").rstrip()
    if block in body:
        return body
    is_signed = bool(above) and body.endswith(above)
    parts = [body.removesuffix(above).rstrip(), block, above] if is_signed else [body, block]
    return "\n\n".join(part for part in parts if part)
