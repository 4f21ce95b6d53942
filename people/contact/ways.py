"""The lawful button: one channel, one purpose, whether we may now, and what that rests on. For every staff screen."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property

from people.contact import consents, legal_bases, policy
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
    texts: "Texts"

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
        return self.texts.of(self.proof) if self.proof else ""

    @property
    def ground(self) -> LegalBasis | None:
        return self.verdict.ground

    @property
    def ground_name(self) -> str:
        return legal_bases.name_of(self.verdict.ground) if self.verdict.ground else ""


class Texts:
    """The words behind the proofs of a page, read together when the first of them is looked at."""

    def __init__(self, proofs: Iterable[Consent]):
        self.proofs = list(proofs)

    @cached_property
    def found(self) -> dict[tuple[str, str], str]:
        return consents.texts_read(self.proofs)

    def of(self, line: Consent) -> str:
        return self.found.get((line.wording_version, line.language), "")


def ways(person: Person, pairs: Sequence[tuple[str, str]], *, at: datetime, topic: str = "") -> list[Way]:
    """The ways to reach ``person`` for ``pairs`` of channel and purpose, their preferred channel first.

    Channels without any address are left out. One statement answers for all.
    """
    asked = [Asked(channel, purpose, topic if purpose == Purpose.COMMERCIAL else "") for channel, purpose in pairs]
    verdicts = policy.ways(person, asked, at=at)
    texts = Texts(verdict.proof for verdict in verdicts.values() if verdict.proof is not None)
    shown = [Way(person, one, verdict, texts) for one, verdict in verdicts.items() if verdict.reason != "no_address"]
    return sorted(shown, key=lambda way: not way.is_preferred)
