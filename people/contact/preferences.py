"""What a person wants to hear from us, how often, when and where: said by themselves, with a link instead of a login.

A box is on if we may write: because they said yes, or because nothing forbids it (students and surveys, customers and
similar programmes). Once they have seen a box and left it off, that is a no, so that it never ticks itself again.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from django.db import transaction
from django.db.models import OuterRef, QuerySet, Subquery
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, override

from people import ages, timeline
from people.announcements import announce
from people.contact import consents, contact_hours, policy
from people.contact.contact_statement import BY_CUSTOMERS, months_before
from people.models import Channel, Consent, Language, Person, Purpose, Touchpoint
from people.own_data import links

REACHABLE = (Channel.EMAIL, Channel.PHONE, Channel.WHATSAPP, Channel.SMS, Channel.POST)
ASKED = {
    Purpose.COMMERCIAL: REACHABLE,
    Purpose.SURVEY: REACHABLE,
    Purpose.PROFILING: (Channel.WEB,),  # nothing is sent: what is worked out here is shown here
    Purpose.PHOTOGRAPHS: (Channel.WEB,),  # where they are published
}
PAUSES_DAYS = (30, 90, 180)
LONGEST_PAUSE_DAYS = 2 * 365
ON_ONE_CLICK = (Purpose.COMMERCIAL, Purpose.SURVEY)
Decision = Consent.Decision

FIELDS: dict[str, str | Promise] = {
    "language": gettext_lazy("Language"),
    "frequency": gettext_lazy("How often"),
    "topics_off": gettext_lazy("Topics"),
    "preferred_channel": gettext_lazy("Where we reach you first"),
    "preferred_from": gettext_lazy("Hours"),
    "preferred_until": gettext_lazy("Hours"),
    "time_zone": gettext_lazy("Time zone"),
    "paused_until": gettext_lazy("Pause"),
}


class TooYoung(Exception):
    """A child's yes does not count before a certain age; their guardian says it."""


@dataclass(frozen=True)
class Choice:
    """One box of the preference centre: whether we may, for this purpose, on this channel, and on what ground."""

    purpose: str
    channel: str
    is_on: bool
    line: Consent | None = None

    @property
    def name(self) -> str:
        return f"{self.purpose}_{self.channel}"

    @property
    def is_presumed(self) -> bool:
        """On without having been said."""
        return self.is_on and (self.line is None or self.line.decision != Consent.Decision.GRANTED)

    @property
    def is_waiting(self) -> bool:
        """Said yes to, and not confirmed yet."""
        return self.line is not None and self.line.decision == Consent.Decision.REQUESTED


def choices(person: Person, *, at: datetime) -> list[Choice]:
    """Every box as it stands at ``at``."""
    held, presumed = consents.latest(person), _presumed(person, at)
    return [
        _choice(purpose, channel, held.get((purpose, channel)), presumed)
        for purpose, channels in ASKED.items()
        for channel in channels
    ]


@transaction.atomic
def change(
    person: Person,
    *,
    at: datetime,
    source: str,
    language: str,
    boxes: Mapping[str, bool] | None = None,
    fields: Mapping[str, object] | None = None,
) -> list[str]:
    """Make what was shown as it is wanted; return what changed, in the words of ``language``. Each is written down.

    ``boxes`` are the boxes that were seen, on or off; ``fields`` are columns of FIELDS. What is not named stays. The
    same again changes nothing. Raises TooYoung, and then nothing is changed, for the yes of a child.
    """
    person = Person.objects.select_for_update().get(pk=person.pk)
    wanted = _changes(person, boxes or {}, at)
    if any(is_on for _choice, is_on in wanted) and not ages.may_consent(person, at):
        raise TooYoung(person.pk)
    changed = []
    for choice, is_on in wanted:
        decision = Decision.GRANTED if is_on else Decision.WITHDRAWN if choice.is_on else Decision.DENIED
        _say(person, choice.purpose, choice.channel, decision, at=at, source=source, language=language)
        if is_on != choice.is_on:
            changed.append(_label(choice, language))
    if any(choice.purpose == Purpose.PROFILING and not is_on for choice, is_on in wanted):
        _forget_scores(person, at)
    changed += _set_fields(person, fields or {}, language)
    _note(person, changed, at=at)
    return changed


@transaction.atomic
def stop_commercial(person: Person, *, at: datetime, source: str) -> int:
    """No more news and offers on any channel; return on how many that is new. A second press changes nothing."""
    return _withdraw(person, [(Purpose.COMMERCIAL, channel) for channel in REACHABLE], at=at, source=source)


@transaction.atomic
def unsubscribe(person: Person, *, at: datetime, source: str) -> int:
    """Withdraw what one click withdraws: news, offers and surveys by e-mail. A second click changes nothing."""
    return _withdraw(person, [(purpose, Channel.EMAIL) for purpose in ON_ONE_CLICK], at=at, source=source)


@transaction.atomic
def object_to_profiling(person: Person, *, at: datetime, source: str) -> int:
    """Nothing is worked out about the person any more, and what was is deleted at once. Again changes nothing."""
    withdrawn = _withdraw(person, [(Purpose.PROFILING, Channel.WEB)], at=at, source=source)
    _forget_scores(person, at)
    return withdrawn


def has_objected_to_profiling(person: Person) -> bool:
    """Whether the person said that nothing may be worked out about them."""
    line = consents.latest(person).get((Purpose.PROFILING, Channel.WEB))
    return line is not None and line.decision in policy.NO


def may_be_profiled(people: QuerySet[Person]) -> QuerySet[Person]:
    """Those of ``people`` about whom something may be worked out: all but those whose last word was no."""
    said = Consent.objects.filter(person=OuterRef("pk"), purpose=Purpose.PROFILING, channel=Channel.WEB)
    said = said.exclude(decision=Decision.REQUESTED)
    last = Subquery(said.order_by("-at", "-pk").values("decision")[:1])
    return people.alias(_profiling=last).exclude(_profiling__in=policy.NO)


@transaction.atomic
def revoke_links(person: Person, *, at: datetime) -> None:
    """Every link to the person's preferences and data that was mailed before opens nothing any more."""
    links.revoke_all(person, at)
    timeline.record(person, at=at, channel=Channel.WEB, direction=Touchpoint.Direction.IN, kind="people.links_revoked")


def last_saved(person: Person) -> Touchpoint | None:
    """When the preferences were changed last, and what of them."""
    own = Touchpoint.objects.filter(person=person, kind="people.preferences_changed")
    return own.order_by("-at", "-pk").first()


def pause_until(day: date, person: Person) -> datetime:
    """The instant at which a pause until ``day`` ends: when that day begins where the person is."""
    return datetime.combine(day, time.min, tzinfo=contact_hours.zone_of(person.time_zone))


def pause_for(days: int, *, at: datetime) -> datetime | None:
    """The end of a pause of one of PAUSES_DAYS that begins at ``at``; none for 0."""
    return at + timedelta(days=days) if days else None


def _choice(purpose: str, channel: str, line: Consent | None, presumed: set[str]) -> Choice:
    # A yes that waits to be confirmed takes away no ground that held without it.
    if line is not None and line.decision != Decision.REQUESTED:
        return Choice(purpose, channel, line.decision == Decision.GRANTED, line)
    return Choice(purpose, channel, purpose in presumed and _may_be_presumed(purpose, channel), line)


def _may_be_presumed(purpose: str, channel: str) -> bool:
    """Whether a day may come on which nobody's yes is needed, as ``policy`` knows it."""
    return purpose == Purpose.SURVEY or (purpose == Purpose.COMMERCIAL and channel in BY_CUSTOMERS)


def _presumed(person: Person, at: datetime) -> set[str]:
    """The purposes for which the person is written to without having been asked."""
    if not ages.may_consent(person, at):
        return set()
    since = months_before(at, policy.rules_of_school().customer_months)
    bases = person.legal_bases.filter(kind="customer", since__gt=since, since__lte=at)
    is_student = person.phase == Person.Phase.STUDENT
    return ({Purpose.SURVEY} if is_student else set()) | ({Purpose.COMMERCIAL} if bases.exists() else set())


def _changes(person: Person, boxes: Mapping[str, bool], at: datetime) -> list[tuple[Choice, bool]]:
    """The boxes to write a line about: those that turn, and those left off that might turn on by themselves."""
    seen = [(choice, boxes[choice.name]) for choice in choices(person, at=at) if choice.name in boxes]
    return [
        (choice, is_on)
        for choice, is_on in seen
        if is_on != choice.is_on
        or (not is_on and choice.line is None and _may_be_presumed(choice.purpose, choice.channel))
    ]


def _set_fields(person: Person, fields: Mapping[str, object], language: str) -> list[str]:
    changed = []
    for name, value in fields.items():
        if name not in FIELDS:
            raise ValueError(name)
        if getattr(person, name) != value:
            setattr(person, name, value)
            changed.append(name)
    person.save(update_fields=changed)
    with override(language):
        return list(dict.fromkeys(str(FIELDS[name]) for name in changed))


def _withdraw(person: Person, which: list[tuple[str, str]], *, at: datetime, source: str) -> int:
    person = Person.objects.select_for_update().get(pk=person.pk)
    held = consents.latest(person)
    said = []
    for purpose, channel in which:
        line = held.get((purpose, channel))
        if line is None or line.decision not in policy.NO:
            _say(person, purpose, channel, Decision.WITHDRAWN, at=at, source=source, language=person.language)
            said.append(_label(Choice(purpose, channel, False), person.language))
    _note(person, said, at=at)
    return len(said)


def _forget_scores(person: Person, at: datetime) -> None:
    person.scores.all().delete()
    announce("after_profiling_objected", person=person, at=at)


def _say(person, purpose, channel, decision, *, at, source, language) -> None:
    language = language if language in Language.values else person.language
    consents.record(
        person,
        purpose=purpose,
        channel=channel,
        decision=decision,
        at=at,
        source=source,
        wording_version=consents.current_wording(purpose, language).version,
        language=language,
    )


def _label(choice: Choice, language: str) -> str:
    with override(language):
        purpose = str(Purpose(choice.purpose).label)
        if choice.channel == Channel.WEB:
            return purpose
        return _("%(purpose)s: %(channel)s") % {"purpose": purpose, "channel": Channel(choice.channel).label}


def _note(person: Person, changed: list[str], *, at: datetime) -> None:
    if changed:
        timeline.record(
            person,
            at=at,
            channel=Channel.WEB,
            direction=Touchpoint.Direction.IN,
            kind="people.preferences_changed",
            summary=" · ".join(changed),
        )
