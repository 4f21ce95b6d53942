"""What an enquiry leaves, written in one statement, and what is asked beforehand in another.

The rows are put together by whoever owns their tables; only their writing is done here, for all of them at once.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings

from contact_centre.models import Case
from enquiries.models import Enquiry, Submission
from people import writing
from people.identity import matching
from people.models import Identity, OutgoingMessage, Person

OF_NETWORK = timedelta(minutes=10)  # within which what comes from one network is counted

_BY_KEY = "(SELECT id FROM enquiries_enquiry WHERE external_key = %s AND external_key <> '')"
_SUSPECT = """(SELECT id FROM enquiries_submission
    WHERE outcome = 'suspect' AND key <> '' AND key = %s AND decision <> 'real')"""
_FROM_NETWORK = """(SELECT count(*) FROM (SELECT 1 FROM enquiries_submission
    WHERE network <> '' AND network = %s AND at > %s LIMIT %s) AS theirs)"""


@dataclass(frozen=True)
class Seen:
    """What the database knew before an enquiry is written, and the numbers that its rows will bear."""

    enquiry_id: int | None = None  # with the same key
    suspect_id: int | None = None  # with the same key, not found real
    from_network: int = 0  # sendings within ``OF_NETWORK``
    is_stranger: bool = False  # nobody has any of the addresses
    numbers: dict[type, list[int]] = field(default_factory=dict)


def look(arrival: matching.Arrival | None, *, key: str, network: str = "", at: datetime) -> Seen:
    """Ask all that has to be known before an enquiry is written. One statement."""
    identities = len(arrival.given) if arrival else 0
    numbered: list[type] = [Enquiry, Case, Submission, Person, *[Identity] * identities]
    asked: list[tuple[str, Any]] = [
        (_BY_KEY, [key]),
        (_SUSPECT, [key]),
        (_FROM_NETWORK, [network, at - OF_NETWORK, max(1, settings.INTAKE_PER_NETWORK)]) if network else ("0", []),
        matching.is_stranger(arrival) if arrival else ("false", []),
        *(writing.next_number(model) for model in numbered),
    ]
    enquiry_id, suspect_id, from_network, is_stranger, *found = writing.read(asked)
    numbers: dict[type, list[int]] = {}
    for model, number in zip(numbered, found, strict=True):
        numbers.setdefault(model, []).append(number)
    return Seen(enquiry_id, suspect_id, from_network, is_stranger, numbers)


def write(rows: Iterable[Any]) -> None:
    """All of it or nothing. A mail that was queued under its key before is left as it is.

    Raises IntegrityError if somebody else was quicker with an address or with the key.
    """
    writing.insert(list(rows), unless_there=OutgoingMessage)
