"""What is set aside because a machine or an advertiser may have sent it. It is kept, counted apart, and people decide.

A suspect makes no person and no case. What was sent stays in its ``Submission`` until somebody says that it is real,
which makes it the enquiry it would have been, at its own instant and with the promise it was given, or advertising.
"""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import QuerySet
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext_lazy as _

from contact_centre.clocks import promised
from contact_centre.models import Case
from enquiries.intake import disposable, spam_words
from enquiries.intake.arrivals import MESSAGE_LIMIT, ConsentSaid, clean_message
from enquiries.intake.questions import Question
from enquiries.models import Enquiry, Submission
from people.models import Person
from programmes.models import Intake, Programme

QUICKEST = timedelta(seconds=2)  # nobody reads a form and fills it in within it

REASONS = {
    "trap": _("Filled in a field that people cannot see"),
    "rate": _("Very many from one network within ten minutes"),
    "disposable": _("An e-mail address for some minutes"),
    "text": _("The text reads like advertising"),
    "quick": _("Sent within two seconds of opening the page"),
}


@dataclass(frozen=True)
class Doubt:
    """Why something is set aside: codes of ``REASONS``, and how much the text reads like advertising (0 to 1)."""

    reasons: tuple[str, ...] = ()
    score: float | None = None


def weigh(question: Question, *, at: datetime, is_known: bool = False, from_network: int = 0) -> Doubt:
    """What speaks against a question that came through a public form; of somebody signed in, only the trap."""
    reasons = ["trap"] if question.is_trapped else []
    if is_known:
        return Doubt(tuple(reasons))
    if question.page_made_at is not None and at - question.page_made_at < QUICKEST:
        reasons.append("quick")
    if 0 < settings.INTAKE_PER_NETWORK <= from_network:
        reasons.append("rate")
    if question.email and disposable.is_disposable(question.email):
        reasons.append("disposable")
    reading = spam_words.read(f"{question.name}\n{question.message}")
    if reading.is_suspect:
        reasons.append("text")
    return Doubt(tuple(reasons), round(reading.score, 3))


def packed(question: Question) -> dict[str, Any]:
    """A question as it is kept until somebody has decided."""
    facts = asdict(question)
    facts["programme"] = question.programme.pk if question.programme else None
    facts["intake"] = question.intake.pk if question.intake else None
    del facts["page_made_at"], facts["is_trapped"]
    return facts


def unpacked(facts: Mapping[str, Any]) -> Question:
    """The question again. A programme or intake that is gone since is left out."""
    known = {name: facts[name] for name in Question.__dataclass_fields__ if name in facts}
    known["programme"] = Programme.objects.filter(pk=facts.get("programme") or 0).first()
    known["intake"] = Intake.objects.select_related("programme").filter(pk=facts.get("intake") or 0).first()
    known["consents"] = tuple(ConsentSaid(**said) for said in facts.get("consents", ()))
    return Question(**known)


def network_of(address: str, *, on: date) -> str:
    """A network address as it is kept for a day: without the key of the school and the day nobody finds it again."""
    return salted_hmac(f"enquiries.network.{on}", address, algorithm="sha256").hexdigest()[:32] if address else ""


# --- the page of the promise, until somebody has decided


def as_enquiry(uuid: str) -> Enquiry | None:
    """An undecided suspect as the enquiry it may become, not saved, for the page of its promise."""
    sent = waiting().filter(uuid=uuid).first()
    if sent is None or sent.payload is None:
        return None
    question = unpacked(sent.payload)
    nudged_at = sent.payload.get("nudged_at")
    enquiry = Enquiry(
        uuid=sent.uuid,
        person=Person(language=question.language),
        programme=question.programme,
        intake=question.intake,
        language=question.language,
        message=clean_message(question.message),
        received_at=sent.at,
    )
    enquiry.case = Case(
        answer_due_at=promised.at_opening(Case.Kind.ENQUIRY, opened_at=sent.at).answer_due_at,
        nudged_at=datetime.fromisoformat(nudged_at) if nudged_at else None,
    )
    return enquiry


def is_one(enquiry: Enquiry) -> bool:
    """Whether it is a suspect that nobody has decided about."""
    return enquiry.pk is None


@transaction.atomic
def nudge(enquiry: Enquiry, *, at: datetime) -> None:
    """Whoever wrote it asks where the answer is: no machine does."""
    _change(enquiry, nudged_at=at.isoformat())


@transaction.atomic
def add(enquiry: Enquiry, text: str) -> None:
    """Add what they write on the page of the promise."""
    words = clean_message(text)
    if words:
        _change(enquiry, message="\n\n".join(filter(None, [enquiry.message, words]))[: 4 * MESSAGE_LIMIT])


def _change(enquiry: Enquiry, **facts: str) -> None:
    sent = waiting().select_for_update().filter(uuid=enquiry.uuid).first()
    if sent is not None and sent.payload is not None:
        sent.payload |= facts
        sent.save(update_fields=["payload"])


def waiting() -> QuerySet[Submission]:
    """Suspects about which nobody has decided."""
    suspects = Submission.objects.filter(outcome=Submission.Outcome.SUSPECT, decision="")
    return suspects.filter(payload__isnull=False)
