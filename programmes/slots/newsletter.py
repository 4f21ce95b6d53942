"""The slot below a commercial message: one line that leads to a sheet."""

from datetime import datetime

from django.urls import reverse
from django.utils import timezone

from people.contact.mails import Offer
from people.models import OutgoingMessage
from people.own_data.links import absolute
from programmes.models import Slot, Telling
from programmes.slots import choosing, counts, wording
from programmes.slots.audiences import Reader
from programmes.told import tellings

SHOWN = "_slot_shown"  # on the message, from when it is written until it has left


def choose(message: OutgoingMessage, *, at: datetime) -> Slot | None:
    """The slot of the newsletter for whoever gets ``message``: always the same one while the same slots run."""
    reader = Reader(person=message.person, topic=message.topic)
    choice = choosing.choose(
        Slot.Place.NEWSLETTER, language=message.language, at=at, reader=reader, lot=str(message.uuid)
    )
    return choice.slot


def offer(message: OutgoingMessage, *, at: datetime) -> Offer | None:
    """The line, in the language of the message; None when no slot is for them."""
    slot = choose(message, at=at)
    if slot is None:
        message.__dict__[SHOWN] = None
        return None
    headline, text = wording.words_of(slot, language=message.language, on=timezone.localdate(at))
    message.__dict__[SHOWN] = slot, f"{headline}\n{text}"
    address = f"{reverse('slot_follow', args=[slot.uuid])}?in={message.language}"
    return Offer(title=f"{headline} – {text}" if text else headline, url=absolute(address))


def note_sent(message: OutgoingMessage, *, at: datetime) -> bool:
    """The message has left: whoever opens it sees the slot, so it counts as seen once; its price and date were told."""
    shown = message.__dict__.pop(SHOWN, None)
    if shown is None:
        return False
    slot, words = shown
    if wording.states_facts(slot):
        tellings.note_text(
            words,
            programme=slot.programme,
            support=Telling.Support.MESSAGE,
            key=f"slot:{message.uuid}",
            at=at,
            language=message.language,
            person=message.person,
            message=message,
            about=slot,
        )
    return counts.note_impression(slot.uuid, at=at)
