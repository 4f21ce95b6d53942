"""What people decide about suspects, and when those about which nobody decided are emptied."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy
from wagtail.log_actions import log

from contact_centre.clocks import promised
from contact_centre.models import Case
from enquiries.asking import calling, sending
from enquiries.intake import posting, spam_words, suspects
from enquiries.models import AnswerFile, Appointment, Enquiry, Submission
from enquiries.personal_data.door import SUSPECTS
from enquiries.sessions import wishes
from people.identity.identities import BadIdentity
from people.models import User
from people.privacy.retention_rules import RowRule, Rule, months_before

Decision = Submission.Decision
NETWORK_KEPT = timedelta(days=1)
ENDED_AT_ONCE = 1_000


class AlreadyDecided(Exception):
    """Somebody else was quicker, or its time is over; what was sent is not here any more."""


class NobodyToAnswer(Exception):
    """The address is none any more by the rules of today."""


@dataclass(frozen=True)
class Reasons:
    """Why something was set aside, for people to read: rules, and the words with their weight in per cent."""

    rules: tuple[str, ...]
    words: tuple[tuple[str, bool], ...]  # the word, and whether it speaks for advertising


@dataclass(frozen=True)
class Real:
    """The enquiry of a suspect that was found to be real, and what became of the place or hour it asked for."""

    enquiry: Enquiry
    wish: str = ""  # a key of wishes.SAYS


def reasons(sent: Submission) -> Reasons:
    """What speaks against a suspect, and which of its words say what."""
    text = _text(sent)
    telling = spam_words.read(text).words if text else ()
    named = tuple(str(suspects.REASONS.get(code, code)) for code in sent.reasons)
    return Reasons(named, tuple((_spoken(word), odds > 0) for word, odds in telling[:8]))


@transaction.atomic
def find_real(sent: Submission, *, by: User, at: datetime) -> Real:
    """It is meant: make it the enquiry it would have been, at its own instant and with its promise.

    Its page of the promise goes on as it is. The acknowledgement is sent unless the promise has passed. A place or an
    hour that was asked for is booked as of then, if there still is one. Raises AlreadyDecided, NobodyToAnswer.
    Announces after_enquiry_received.
    """
    sent = _undecided(sent)
    question = suspects.unpacked(sent.payload or {})
    spam_words.learn(_text(sent), is_spam=False)
    due_at = promised.at_opening(Case.Kind.ENQUIRY, opened_at=sent.at).answer_due_at
    try:
        arrival = posting.receive(
            question,
            at=sent.at,
            uuid=sent.uuid,
            key=sent.key,
            form=sent.form,
            variant=sent.variant,
            campaign=sent.form.campaign if sent.form else None,
            is_acknowledged=due_at > at,
        )
    except BadIdentity as bad:
        raise NobodyToAnswer(str(bad)) from bad
    sent.enquiry = arrival.enquiry
    AnswerFile.objects.filter(submission=sent, enquiry=None).update(enquiry=arrival.enquiry)
    if sent.form and arrival.is_new:
        sending.complete(arrival.enquiry, sent.form, at=at, is_late=True)
    wish = wishes.grant(sent.payload or {}, arrival.enquiry, asked_at=sent.at, at=at) or _call_of(arrival.enquiry)
    _decide(sent, Decision.REAL, by=by, at=at)
    return Real(arrival.enquiry, wish)


@transaction.atomic
def call_spam(sent: Submission, *, by: User, at: datetime) -> None:
    """It is advertising: its words are learned, and what was written is emptied. Raises AlreadyDecided."""
    sent = _undecided(sent)
    spam_words.learn(_text(sent), is_spam=True)
    sent.page_url = ""
    _decide(sent, Decision.SPAM, by=by, at=at)


def forget_networks(*, at: datetime) -> int:
    """Empty the hashes of networks after a day."""
    old = Submission.objects.exclude(network="").filter(at__lte=at - NETWORK_KEPT)
    return old.update(network="")


def rules() -> list[Rule]:
    """Suspects that nobody looked at for a month."""
    return [
        RowRule(
            code=SUSPECTS,
            name=_("Suspect submissions"),
            months=1,
            what=_("What was set aside as suspect and nobody decided about; that there was one stays counted."),
            kept=ngettext_lazy("%(months)s month after it was sent.", "%(months)s months after it was sent.", "months"),
            source=_("GDPR art. 5.1.e (storage limitation)."),
            count=lambda at, months: _old(at, months).count(),
            end=_end,
        )
    ]


def _old(at: datetime, months: int) -> QuerySet[Submission]:
    return suspects.waiting().filter(at__lte=months_before(at, months))


def _end(at: datetime, months: int) -> int:
    oldest = _old(at, months).order_by("at").values("pk")[:ENDED_AT_ONCE]
    return Submission.objects.filter(pk__in=oldest).update(payload=None, key="", page_url="")


def _call_of(enquiry: Enquiry) -> str:
    """What became of the time at which they chose to be called, if their form offered any."""
    if not str(enquiry.answers.get("call_at", "")).startswith(calling.SLOT):
        return ""
    is_booked = Appointment.objects.filter(enquiry=enquiry, state=Appointment.State.BOOKED).exists()
    return wishes.BOOKED if is_booked else wishes.TAKEN


def _undecided(sent: Submission) -> Submission:
    found = suspects.waiting().select_for_update(of=("self",)).select_related("form__campaign").filter(pk=sent.pk)
    locked = found.first()
    if locked is None:
        raise AlreadyDecided(sent.pk)
    return locked


def _decide(sent: Submission, decision: str, *, by: User, at: datetime) -> None:
    sent.decision, sent.decided_by, sent.decided_at, sent.payload = decision, by, at, None
    sent.save(update_fields=["decision", "decided_by", "decided_at", "payload", "page_url", "enquiry"])
    log(instance=sent, action="enquiries.suspect_decided", user=by, timestamp=at, data={"decision": str(decision)})


def _text(sent: Submission) -> str:
    facts = sent.payload or {}
    return f"{facts.get('name', '')}\n{facts.get('message', '')}"


_FEATURES = {
    "*link": _("a link"),
    "*links": _("several links"),
    "*markup": _("HTML"),
    "*shouting": _("capital letters"),
    "*other-script": _("another script"),
}


def _spoken(word: str) -> str:
    return str(_FEATURES.get(word, word))
