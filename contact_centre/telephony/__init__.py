"""The telephone exchange: it tells of calls and makes them. Which one, stands in the setting ``TELEPHONY``.

An exchange turns what its provider says into ``Told``; what a call means for the desk stands in ``ringing``.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from django.conf import settings
from django.utils.module_loading import import_string

RINGING, ANSWERED, ENDED = "ringing", "answered", "ended"


class NotCalled(Exception):
    """The exchange did not make the call; ``why`` says so in words for staff."""

    def __init__(self, why: str):
        super().__init__(why)
        self.why = why


@dataclass(frozen=True)
class Told:
    """What the exchange says of one call. ``number`` is theirs, empty if it is withheld."""

    provider: str
    provider_id: str
    state: str  # ringing, answered, ended
    at: datetime
    number: str = ""
    our_number: str = ""
    is_ours: bool = False  # we made it
    was_answered: bool | None = None  # once it has ended, if the exchange knows


class Exchange(Protocol):
    """What the desk asks of an exchange."""

    name: str

    def read(self, payload: Mapping, *, at: datetime) -> Told | None:
        """What a webhook's form says; None for what is of no use to us."""
        ...

    def dial(self, number: str, *, adviser_number: str, call_id: str) -> str:
        """Ring the adviser, then ``number``; the exchange's own number of the call. Raises NotCalled."""
        ...


def exchange() -> Exchange | None:
    """The exchange that is set up, or None."""
    chosen = settings.TELEPHONY
    if not chosen:
        return None
    options = {"sender" if name == "from" else name: value for name, value in chosen["options"].items()}
    return import_string(chosen["class"])(**options)
