"""Who carries our messages away: one carrier for each channel, all spoken to in the same way.

A carrier sends one ``OutgoingMessage`` and returns the provider's number of it, or says with an exception why not.
Which class serves a channel stands in the setting ``CARRIERS``; mail is always carried.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Protocol

from django.conf import settings
from django.utils.module_loading import import_string

from people.models import Channel, OutgoingMessage, Person


class UndeliverableAddress(Exception):
    """The receiving side says for good that there is no such address."""


class Refused(Exception):
    """The provider does not take this message, and never will; the address may be right."""


class TryLater(Exception):
    """The provider is away, or wants us to wait; nothing has left."""


class MayHaveLeft(Exception):
    """The connection broke after the message was handed over, and nobody can be asked whether it left."""


class Carrier(Protocol):
    """What the outbox and the screens ask of a channel."""

    longest: int  # characters of a text; 0: any length
    part: int  # characters of one part that is paid for; 0: not counted in parts
    remembers: bool  # sending the same message again has the effect of once

    def send(self, message: OutgoingMessage) -> str:
        """Send it and return the provider's number. At most once for each ``message.uuid``.

        Raises TryLater, UndeliverableAddress, Refused or MayHaveLeft.
        """
        ...

    def why_not(self, person: Person, *, at: datetime) -> str:
        """Why the channel's own rules forbid writing to ``person`` now, in words for staff; empty if they do not."""
        ...


def of(channel: str) -> Carrier | None:
    """The carrier of ``channel``, or None if no provider is set up."""
    if channel == Channel.EMAIL:
        from people.contact.carriers.mail import Mail  # noqa: PLC0415 -- it speaks with the outbox's own words

        return Mail()
    chosen: Mapping | None = settings.CARRIERS.get(str(channel))
    if chosen is None:
        return None
    return import_string(chosen["class"])(channel=str(channel), **_named(chosen["options"]))


def channels() -> list[str]:
    """The channels on which something can be written, mail first."""
    return [str(Channel.EMAIL), *settings.CARRIERS]


def text_of(message: OutgoingMessage) -> str:
    """The words of a message where there is no subject and no button: the link stands at the end."""
    return "\n\n".join(part for part in (message.body.strip(), message.action_url) if part)


def _named(options: Mapping) -> dict:
    # "from" is what people write in the address, and a word of the language.
    return {"sender" if name == "from" else name: value for name, value in options.items()}
