"""Replies to letters: whoever answers a letter has reacted to it more than by any click."""

from contextlib import suppress
from datetime import datetime
from uuid import UUID

from contact_centre.models import InboundMessage, MessageSignal
from contact_centre.sends import signals
from people.models import OutgoingMessage


def note(inbound: InboundMessage, *, at: datetime) -> MessageSignal | None:
    """Note a reply at the letter that ``inbound`` answers, if it is one of ours to the same person."""
    uuids = []
    for number in inbound.thread_ids:
        with suppress(ValueError):
            uuids.append(UUID(str(number).strip("<> ").partition("@")[0]))
    if not uuids or inbound.person_id is None:
        return None
    answered = OutgoingMessage.objects.filter(uuid__in=uuids, person=inbound.person_id).order_by("-sent_at").first()
    return signals.note(answered, MessageSignal.Kind.REPLIED, at=at) if answered else None
