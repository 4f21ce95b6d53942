"""What two people said about being contacted, once they are one: a no of either holds."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Exists, OuterRef, Q, QuerySet

from people.contact.consents import current_wording
from people.models import Channel, Consent, Identity, Merge, Person, Purpose, Suppression

Kind, Decision = Identity.Kind, Consent.Decision
NO = (Decision.DENIED, Decision.WITHDRAWN)
SOURCE = "merge"
ADDRESSES = {
    Channel.EMAIL: (Kind.EMAIL,),
    Channel.PHONE: (Kind.PHONE, Kind.WHATSAPP),
    Channel.SMS: (Kind.PHONE,),
    Channel.WHATSAPP: (Kind.WHATSAPP, Kind.PHONE),
}
NOT_NEEDED = (Purpose.COMMERCIAL, Purpose.SURVEY)  # what an excluded address must not receive at another one either


@dataclass(frozen=True)
class Answer:
    """One purpose on one channel: what each said last, and what holds for both."""

    purpose: str
    channel: str
    survivor: Consent | None
    absorbed: Consent | None
    refusal: Consent | None  # the no that must hold
    is_written: bool  # whether a line has to say so, because a later yes would hide it

    @property
    def result(self) -> Consent | None:
        if self.refusal is not None:
            return self.refusal
        given = [line for line in (self.survivor, self.absorbed) if line is not None]
        return max(given, key=_age) if given else None

    @property
    def names(self) -> tuple[str, str]:
        return str(Purpose(self.purpose).label), str(Channel(self.channel).label)


def compared(ours: QuerySet, theirs: QuerySet) -> list[Answer]:
    """What two ledgers say together; a request that nobody confirmed is no answer."""
    one, other = _newest(ours), _newest(theirs)
    asked_one, asked_other = _newest(ours, answers_only=False), _newest(theirs, answers_only=False)
    found = []
    for key in sorted(one.keys() | other.keys()):
        mine, yours = one.get(key), other.get(key)
        refusals = [line for line in (mine, yours) if line is not None and line.decision in NO]
        refusal = max(refusals, key=_age) if refusals else None
        lines = [line for line in (asked_one.get(key), asked_other.get(key)) if line is not None]
        hidden = refusal is not None and max(lines, key=_age).decision not in NO
        found.append(Answer(*key, survivor=mine, absorbed=yours, refusal=refusal, is_written=hidden))
    return found


def write(answers: list[Answer], *, person: int, merge: Merge) -> None:
    """Add the lines without which a later yes of one would hide the no of the other."""
    Consent.objects.bulk_create(
        [
            Consent(
                person_id=person,
                purpose=answer.purpose,
                channel=answer.channel,
                decision=answer.refusal.decision,
                wording_version=answer.refusal.wording_version,
                language=answer.refusal.language,
                at=max(merge.at, *[line.at for line in (answer.survivor, answer.absorbed) if line is not None]),
                source=SOURCE,
                by_id=merge.by_id,
                merge_uuid=merge.uuid,
            )
            for answer in answers
            if answer.is_written and answer.refusal is not None
        ]
    )


def barred(one: Person, other: Person) -> list[tuple[str, str]]:
    """Purposes and channels on which one has nothing but excluded addresses, and the other one that is not."""
    sides = [_excluded(one), _excluded(other)]
    channels = []
    for channel, kinds in ADDRESSES.items():
        marks = [[is_out for kind, is_out in side if kind in kinds] for side in sides]
        if {all(of_one) for of_one in marks if of_one} == {True, False}:
            channels.append(channel)
    return [(purpose, channel) for purpose in NOT_NEEDED for channel in channels]


def write_barred(pairs: list[tuple[str, str]], *, person: Person, merge: Merge) -> None:
    """Add a no for each of ``pairs`` on which the person has not said one themselves."""
    newest = _newest(Consent.objects.filter(person=person), answers_only=False)
    Consent.objects.bulk_create(
        [
            Consent(
                person=person,
                purpose=purpose,
                channel=channel,
                decision=Decision.DENIED,
                wording_version=current_wording(purpose, person.language).version,
                language=person.language,
                at=max(merge.at, newest[purpose, channel].at) if (purpose, channel) in newest else merge.at,
                source=SOURCE,
                proof="suppression",
                by_id=merge.by_id,
                merge_uuid=merge.uuid,
            )
            for purpose, channel in pairs
            if (purpose, channel) not in newest or newest[purpose, channel].decision not in NO
        ]
    )


def share_later_refusals(later: QuerySet, one: Person, other: Person) -> int:
    """Whoever of the two did not say it themselves gets the newest no of ``later``; return how many lines that took."""
    refusals = [line for line in _newest(later).values() if line.decision in NO]
    lines = []
    for refusal in refusals:
        for person in (one, other):
            held = _newest(Consent.objects.filter(person=person), answers_only=False)
            newest = held.get((refusal.purpose, refusal.channel))
            if person.pk != refusal.person_id and (newest is None or newest.decision not in NO):
                lines.append(_copied(refusal, person, after=newest.at if newest else refusal.at))
    Consent.objects.bulk_create(lines)
    return len(lines)


def _copied(refusal: Consent, person: Person, *, after: datetime) -> Consent:
    return Consent(
        person=person,
        purpose=refusal.purpose,
        channel=refusal.channel,
        decision=refusal.decision,
        wording_version=refusal.wording_version,
        language=refusal.language,
        at=max(refusal.at, after),
        source=refusal.source,
        proof=refusal.proof,
        by_id=refusal.by_id,
        said_by_id=refusal.said_by_id,
    )


def _newest(lines: QuerySet, *, answers_only: bool = True) -> dict[tuple[str, str], Consent]:
    if answers_only:
        lines = lines.filter(~Q(decision=Decision.REQUESTED))
    ordered = lines.order_by("purpose", "channel", "-at", "-pk").distinct("purpose", "channel")
    return {(line.purpose, line.channel): line for line in ordered}


def _age(line: Consent) -> tuple[datetime, int]:
    return line.at, line.pk


def _excluded(person: Person) -> list[tuple[str, bool]]:
    """The kinds of the person's addresses, each with whether it is on an exclusion list."""
    listed = Suppression.objects.filter(kind=OuterRef("kind"), value=OuterRef("value"))
    addresses = Identity.objects.filter(person=person, kind__in=Identity.REACHABLE)
    return list(addresses.annotate(is_out=Exists(listed)).values_list("kind", "is_out"))
