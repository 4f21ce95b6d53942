"""What a person wants to hear from us, and where: read and changed by themselves, with a link instead of a login."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction

from people import consents, policy, timeline
from people.models import Channel, Consent, Language, Person, Purpose, Touchpoint

ASKED = {
    Purpose.COMMERCIAL: (Channel.EMAIL, Channel.PHONE, Channel.WHATSAPP, Channel.SMS),
    Purpose.SURVEY: (Channel.EMAIL, Channel.PHONE, Channel.WHATSAPP, Channel.SMS),
    Purpose.PROFILING: (Channel.WEB,),  # nothing is sent: what is worked out here is shown here
}
PAUSES_DAYS = (30, 90, 180)
ON_ONE_CLICK = (Purpose.COMMERCIAL, Purpose.SURVEY)


@dataclass(frozen=True)
class Choice:
    """One box of the preference centre: whether we may, for this purpose, on this channel."""

    purpose: str
    channel: str
    is_on: bool

    @property
    def name(self) -> str:
        return f"{self.purpose}_{self.channel}"


def choices(person: Person) -> list[Choice]:
    """Every box as it stands now."""
    held = consents.latest(person)
    return [
        Choice(purpose, channel, _is_on(person, purpose, held.get((purpose, channel))))
        for purpose, channels in ASKED.items()
        for channel in channels
    ]


@transaction.atomic
def change(
    person: Person, *, wanted: set[str], language: str, pause_days: int | None, at: datetime, source: str
) -> int:
    """Make the boxes named in ``wanted`` on and all others off; return how many changed. Each change is a ledger line.

    ``pause_days`` from now, 0 ends a pause, None leaves it as it is.
    """
    changed = 0
    for choice in choices(person):
        is_on = choice.name in wanted
        if is_on != choice.is_on:
            decision = Consent.Decision.GRANTED if is_on else Consent.Decision.WITHDRAWN
            _say(person, choice.purpose, choice.channel, decision, at=at, source=source, language=language)
            changed += 1
    if language in Language.values:
        person.language = language
    if pause_days is not None:
        person.paused_until = at + timedelta(days=pause_days) if pause_days in PAUSES_DAYS else None
    person.save(update_fields=["language", "paused_until"])
    _note(person, at=at)
    return changed


@transaction.atomic
def unsubscribe(person: Person, *, at: datetime, source: str) -> int:
    """Withdraw what one click withdraws: news, offers and surveys by e-mail. A second click changes nothing."""
    held = consents.latest(person)
    withdrawn = 0
    for purpose in ON_ONE_CLICK:
        line = held.get((purpose, Channel.EMAIL))
        if line is None or line.decision not in policy.NO:
            _say(
                person,
                purpose,
                Channel.EMAIL,
                Consent.Decision.WITHDRAWN,
                at=at,
                source=source,
                language=person.language,
            )
            withdrawn += 1
    if withdrawn:
        _note(person, at=at)
    return withdrawn


def _is_on(person: Person, purpose: str, line: Consent | None) -> bool:
    if line is not None:
        return line.decision == Consent.Decision.GRANTED
    return purpose == Purpose.SURVEY and person.phase == Person.Phase.STUDENT


def _say(person, purpose, channel, decision, *, at, source, language) -> None:
    consents.record(
        person,
        purpose=purpose,
        channel=channel,
        decision=decision,
        at=at,
        source=source,
        wording_version=consents.current_wording(purpose, language).version,
        language=language if language in Language.values else Language.CATALAN,
    )


def _note(person: Person, *, at: datetime) -> None:
    timeline.record(
        person,
        at=at,
        channel=Channel.WEB,
        direction=Touchpoint.Direction.IN,
        kind="people.preferences_changed",
    )
