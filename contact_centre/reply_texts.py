"""The text an answer starts from: a template with its gaps filled, or a bare greeting in the person's language."""

from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import override

from contact_centre import corrections
from contact_centre.models import Case, MessageTemplate
from people.models import Purpose, User


@dataclass(frozen=True)
class Draft:
    """A subject and a text, before the adviser has touched them."""

    subject: str
    body: str
    purpose: str = Purpose.ENQUIRY
    draft: str = ""  # the mark of the correction it was started from


def templates_for(case: Case) -> list[MessageTemplate]:
    """Templates in the language of the case, those for its kind first."""
    found = MessageTemplate.objects.filter(language=case.language).order_by("title", "pk")
    return sorted(found, key=lambda template: template.kind != case.kind)


def draft(case: Case, *, by: User, template: MessageTemplate | None = None) -> Draft:
    """Start the answer to ``case``; the text is in the person's language whatever the adviser reads.

    The answer to a correction starts from what was drafted, until it is sent or set aside.
    """
    gaps = {
        "{person}": case.person.given_name or case.person.name,
        "{programme}": case.programme.title if case.programme else "",
        "{adviser}": by.get_full_name() or by.email,
    }
    if template is not None:
        return Draft(_filled(template.subject, gaps), _filled(template.body, gaps), template.purpose)
    correction = corrections.of_case(case)
    if correction is not None and correction.state == correction.State.DRAFTED:
        body = "\n\n".join([correction.body, gaps["{adviser}"]])
        return Draft(correction.subject, body, draft=corrections.mark(correction))
    with override(case.language):
        subject = _("Your question about %(programme)s") if case.programme else _("Your question")
        greeting = _("Hello %(name)s,") if gaps["{person}"] else _("Hello,")
        body = "\n\n".join([greeting % {"name": gaps["{person}"]}, "", gaps["{adviser}"]])
        return Draft(subject % {"programme": gaps["{programme}"]}, body)


def with_block(body: str, block: str, *, above: str) -> str:
    """The text with ``block`` at its end, or before the name ``above`` if it ends with that; never put in twice."""
    body = body.replace("\r\n", "\n").rstrip()
    if block in body:
        return body
    is_signed = bool(above) and body.endswith(above)
    parts = [body.removesuffix(above).rstrip(), block, above] if is_signed else [body, block]
    return "\n\n".join(part for part in parts if part)


def _filled(text: str, gaps: dict[str, str]) -> str:
    # Not str.format: a stray brace in a text that staff wrote is a brace, not an error.
    for gap, value in gaps.items():
        text = text.replace(gap, value)
    return text.replace(" ,", ",").strip()
