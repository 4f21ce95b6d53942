"""The consent ledger: who allowed what, where, in which words. Nothing in it is ever changed."""

from dataclasses import dataclass
from datetime import datetime

from django.utils import translation
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from people.models import Consent, Person, Purpose, User


@dataclass(frozen=True)
class Wording:
    """The words somebody agrees to; a new text needs a new version."""

    version: str
    text: str | Promise


WORDINGS: dict[str, Wording] = {
    Purpose.ENQUIRY: Wording("enquiry-2026-1", _("Use my details to answer this enquiry.")),
    Purpose.COMMERCIAL: Wording(
        "commercial-2026-1",
        _("Send me news and offers about programmes. I can stop them at any time with one click."),
    ),
    Purpose.SERVICE: Wording("service-2026-1", _("Write to me about my studies, payments and documents.")),
    Purpose.SURVEY: Wording("survey-2026-1", _("Ask me now and then how satisfied I am.")),
    Purpose.PROFILING: Wording(
        "profiling-2026-1",
        _("Work out from what I do here what may interest me, and how likely I am to need help."),
    ),
}


def current_wording(purpose: str, language: str) -> Wording:
    """The words in force for ``purpose``, in ``language``."""
    wording = WORDINGS[purpose]
    with translation.override(language):
        return Wording(wording.version, str(wording.text))


def record(
    person: Person,
    *,
    purpose: str,
    channel: str,
    decision: str,
    at: datetime,
    source: str,
    wording_version: str,
    language: str,
    by: User | None = None,
    proof: str = "",
) -> Consent:
    """Add one line to the ledger: what ``person`` said at ``at`` about ``purpose`` on ``channel``.

    ``source`` is the page or call in which it was said; ``by`` the member of staff who heard it.
    """
    return Consent.objects.create(
        person=person,
        purpose=purpose,
        channel=channel,
        decision=decision,
        at=at,
        source=source[:200],
        wording_version=wording_version,
        language=language,
        by=by,
        proof=proof,
    )


def latest(person: Person) -> dict[tuple[str, str], Consent]:
    """What holds now: the newest line for each purpose and channel. One query."""
    lines = Consent.objects.filter(person=person).order_by("purpose", "channel", "-at", "-pk")
    return {(line.purpose, line.channel): line for line in lines.distinct("purpose", "channel")}
