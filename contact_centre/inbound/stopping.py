"""Somebody answers a text with one word that means: write to me no more (LSSI art. 22.1, as easily as it was given)."""

from datetime import datetime

from people.contact import consents
from people.models import Channel, Consent, Person, Purpose

WORDS = {"stop", "baixa", "baja", "unsubscribe", "para", "prou", "stopall", "end"}


def is_asked(text: str, *, channel: str) -> bool:
    """Whether a text message or a WhatsApp says that word and nothing else."""
    return channel in (Channel.SMS, Channel.WHATSAPP) and text.strip(" .!\n").lower() in WORDS


def heed(person: Person, *, channel: str, at: datetime) -> Consent:
    """Write the withdrawal into the ledger: no news or offers to ``person`` on ``channel`` from now on."""
    wording = consents.current_wording(Purpose.COMMERCIAL, person.language)
    return consents.record(
        person,
        purpose=Purpose.COMMERCIAL,
        channel=channel,
        decision=Consent.Decision.WITHDRAWN,
        at=at,
        source=f"{channel}: STOP",
        wording_version=wording.version,
        language=person.language,
    )
