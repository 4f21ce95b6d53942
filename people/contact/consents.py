"""The consent ledger: who allowed what, where, in which words. Nothing in it is ever changed."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

import structlog
from django.db.models import Case, F, OuterRef, QuerySet, Subquery, When

from people import relatives
from people.contact.consent_texts import TEXTS
from people.models import Channel, Consent, ConsentText, Language, Person, Purpose, Touchpoint, User

log = structlog.get_logger("matricula.consents")
AGREED_IN = {  # the channel under which something is agreed to that is never sent
    Purpose.PROFILING: Channel.WEB,
    Purpose.PHOTOGRAPHS: Channel.WEB,
}
SPOKEN_ON = (Channel.EMAIL, Channel.PHONE, Channel.SMS, Channel.WHATSAPP)  # where somebody may prefer to be reached


@dataclass(frozen=True)
class Wording:
    """The words somebody agrees to; a new text needs a new version."""

    version: str
    text: str


def current_wording(purpose: str, language: str) -> Wording:
    """The words in force for ``purpose``, in ``language``; in Catalan where the language is none of ours."""
    version, texts = TEXTS[purpose]
    return Wording(version, texts.get(language, texts[Language.CATALAN]))


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
    said_by: Person | None = None,
) -> Consent:
    """Add one line to the ledger: what ``person`` said at ``at`` about ``purpose`` on ``channel``.

    ``source`` is the page or call in which it was said; ``by`` the member of staff who heard it; ``said_by`` the
    guardian who said it for them. The yes of somebody too young to give it alone (Spain: under 14, LOPDGDD art. 7) is
    kept as asked and not confirmed, until a guardian says it: what was typed into a form must not be lost, nor count.
    """
    one = line(
        person,
        purpose=purpose,
        channel=channel,
        decision=decision,
        at=at,
        source=source,
        wording_version=wording_version,
        language=language,
        by=by,
        proof=proof,
        said_by=said_by,
    )
    one.save(force_insert=True)
    return one


def line(
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
    said_by: Person | None = None,
) -> Consent:
    """The line that ``record`` writes, not saved."""
    if decision == Consent.Decision.GRANTED and not may_grant(person, at, said_by=said_by):
        decision = Consent.Decision.REQUESTED
    return Consent(
        person=person,
        purpose=purpose,
        channel=channel,
        decision=decision,
        at=at,
        source=source[:200],
        wording_version=wording_version,
        language=language,
        by=by,
        proof=proof.replace("\x00", ""),
        said_by=said_by,
    )


def may_grant(person: Person, at: datetime, *, said_by: Person | None = None) -> bool:
    """Whether this yes counts: said by the person if old enough, else by a guardian of theirs."""
    return relatives.may_grant(person, at, said_by=said_by)


def latest(person: Person) -> dict[tuple[str, str], Consent]:
    """What holds now: the newest line for each purpose and channel. One query.

    What was asked and never confirmed holds only where nothing else was said, as the policy reads it.
    """
    was_asked = Case(When(decision=Consent.Decision.REQUESTED, then=1), default=0)
    lines = Consent.objects.filter(person=person).order_by("purpose", "channel", was_asked, "-at", "-pk")
    return {(line.purpose, line.channel): line for line in lines.distinct("purpose", "channel")}


def keep_texts(*, at: datetime) -> int:
    """Write down the words in force, in every language, before anybody reads them; return how many are new.

    A text kept under its version is never replaced: one that differs from it is logged, because what people read
    from then on can no longer be proved.
    """
    kept = {(text.version, text.language): text.text for text in ConsentText.objects.all()}
    wanted = [
        ConsentText(purpose=purpose, version=version, language=language, text=text, since=at)
        for purpose, (version, texts) in TEXTS.items()
        for language, text in texts.items()
    ]
    for one in wanted:
        if kept.get((one.version, one.language), one.text) != one.text:
            log.error("consent_text_changed_without_a_new_version", version=one.version, language=one.language)
    new = [one for one in wanted if (one.version, one.language) not in kept]
    ConsentText.objects.bulk_create(new, ignore_conflicts=True)
    return len(new)


def with_texts_read() -> QuerySet[Consent]:
    """Lines of the ledger with who wrote and said them, and in ``words_read`` the words that were read."""
    texts = ConsentText.objects.filter(version=OuterRef("wording_version"), language=OuterRef("language"))
    return Consent.objects.select_related("by", "said_by").annotate(words_read=Subquery(texts.values("text")[:1]))


def texts_read(lines: Iterable[Consent]) -> dict[tuple[str, str], str]:
    """The words behind the versions and languages of ``lines``. One query."""
    versions = {line.wording_version for line in lines}
    texts = ConsentText.objects.filter(version__in=versions)
    return {(text.version, text.language): text.text for text in texts}


def text_read(line: Consent) -> str:
    """The words somebody read when they said what ``line`` holds; empty for one older than what we kept."""
    return texts_read([line]).get((line.wording_version, line.language), "")


def channel_respect(start: datetime, end: datetime) -> tuple[int, int]:
    """Of the messages and calls to people who prefer a channel: how many went by it, and how many there were."""
    contacts = Touchpoint.objects.filter(
        at__gte=start, at__lt=end, direction=Touchpoint.Direction.OUT, channel__in=SPOKEN_ON
    ).exclude(person__preferred_channel="")
    return contacts.filter(channel=F("person__preferred_channel")).count(), contacts.count()
