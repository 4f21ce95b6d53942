"""The lawful button: one channel, one purpose, whether we may now, and what that rests on. For every staff screen."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from people.contact import legal_bases, policy
from people.contact.policy import Asked, Verdict
from people.models import Channel, Consent, LegalBasis, Person, Purpose

LINKS: dict[str, str] = {
    Channel.EMAIL: "mailto:",
    Channel.PHONE: "tel:",
    Channel.SMS: "sms:",
    Channel.WHATSAPP: "https://wa.me/",
}


@dataclass(frozen=True)
class Way:
    """One way to reach a person for one purpose: a button where the verdict allows it, else the reason."""

    person: Person
    asked: Asked
    verdict: Verdict

    @property
    def channel(self) -> str:
        return self.asked.channel

    @property
    def label(self) -> str:
        return str(Channel(self.asked.channel).label)

    @property
    def purpose(self) -> str:
        return str(Purpose(self.asked.purpose).label)

    @property
    def purpose_code(self) -> str:
        return str(self.asked.purpose)

    @property
    def is_preferred(self) -> bool:
        return self.person.preferred_channel == self.asked.channel

    @property
    def address(self) -> str:
        """What a click opens; empty unless the verdict allows it."""
        if not self.verdict.allowed or self.asked.channel not in LINKS:
            return ""
        reached = self.verdict.reachable_at.partition(";")[0]
        is_whatsapp = self.asked.channel == Channel.WHATSAPP
        return f"{LINKS[self.asked.channel]}{reached.removeprefix('+') if is_whatsapp else reached}"

    @property
    def proof(self) -> Consent | None:
        """The line of the ledger that the verdict rests on, or that stands against it."""
        rests_on = self.verdict.basis == "consent" or self.verdict.reason in ("refused", "requested", "stopped")
        return self.verdict.proof if rests_on else None

    @property
    def words(self) -> str:
        """What they read when they said it."""
        return (getattr(self.proof, "words_read", None) or "") if self.proof else ""

    @property
    def ground(self) -> LegalBasis | None:
        return self.verdict.ground

    @property
    def ground_name(self) -> str:
        return legal_bases.name_of(self.verdict.ground) if self.verdict.ground else ""


def ways(person: Person, pairs: Sequence[tuple[str, str]], *, at: datetime, topic: str = "") -> list[Way]:
    """The ways to reach ``person`` for ``pairs`` of channel and purpose, their preferred channel first.

    Channels without any address are left out. One statement answers for all.
    """
    asked = [Asked(channel, purpose, topic if purpose == Purpose.COMMERCIAL else "") for channel, purpose in pairs]
    verdicts = policy.ways(person, asked, at=at)
    shown = [Way(person, one, verdict) for one, verdict in verdicts.items() if verdict.reason != "no_address"]
    return sorted(shown, key=lambda way: not way.is_preferred)
