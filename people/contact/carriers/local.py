"""Texts that go into files instead of to a provider: the demo's carrier, and a working one for trying things out."""

import json
from datetime import datetime
from pathlib import Path

from django.conf import settings

from people.contact.carriers import text_of
from people.contact.carriers.limits import LONGEST, PARTS, window_closed
from people.models import Channel, OutgoingMessage, Person


class Local:
    """Writes each text into a file of its own under ``TEXTS_FILE_PATH``, named by the message's number."""

    remembers = True

    def __init__(self, *, channel: str):
        self.channel = channel
        self.longest = LONGEST.get(channel, 0)
        self.part = PARTS.get(channel, 0)

    def send(self, message: OutgoingMessage) -> str:
        folder = Path(settings.TEXTS_FILE_PATH)
        folder.mkdir(parents=True, exist_ok=True)
        content = {
            "channel": message.channel,
            "to": message.to,
            "text": text_of(message),
            "at": (message.claimed_at or message.due_at).isoformat(),
        }
        half = folder / f".{message.uuid}.half"
        half.write_text(json.dumps(content, ensure_ascii=False, indent=1), encoding="utf-8")
        half.rename(folder / f"{message.uuid}.json")  # nobody ever reads half a text
        return f"local-{message.uuid}"

    def why_not(self, person: Person, *, at: datetime) -> str:
        return window_closed(person, at=at) if self.channel == Channel.WHATSAPP else ""


def forget(numbers: list[str]) -> int:
    """Delete the files of the messages ``numbers``; return how many there were."""
    found = [Path(settings.TEXTS_FILE_PATH) / f"{number}.json" for number in numbers]
    there = [path for path in found if path.exists()]
    for path in there:
        path.unlink(missing_ok=True)
    return len(there)
