"""A request about personal data that no button fulfils: somebody owes an answer, as to any question."""

from datetime import datetime

from contact_centre import queue
from contact_centre.models import Case
from people.models import Channel, Person, Touchpoint


def take_in(*, person: Person, text: str, touchpoint: Touchpoint, at: datetime) -> Case:
    """Open a case for what ``person`` asked; once, however often the same request is told."""
    return queue.open_case(
        person,
        kind=Case.Kind.FOLLOW_UP,
        at=at,
        question=text,
        channel=Channel.WEB,
        language=person.language,
        about=touchpoint,
        priority=queue.HIGH,
    )
