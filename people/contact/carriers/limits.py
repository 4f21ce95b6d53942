"""What the channels themselves allow: how long a text may be, and until when one may write on WhatsApp."""

from datetime import datetime, timedelta

from django.utils.translation import gettext as _

from people.models import Channel, Person, Touchpoint

# Twilio joins up to ten parts; the Cloud API takes 4,096 characters of text.
LONGEST: dict[str, int] = {Channel.SMS: 1_600, Channel.WHATSAPP: 4_096}
PARTS: dict[str, int] = {Channel.SMS: 160}
# https://developers.facebook.com/docs/whatsapp/conversation-types: free text is for a day after they wrote.
WINDOW = timedelta(hours=24)


def window_until(person: Person, *, at: datetime) -> datetime | None:
    """Until when WhatsApp lets us write freely to ``person``; None if the day after their last message is over."""
    wrote = Touchpoint.objects.filter(
        person=person,
        channel=Channel.WHATSAPP,
        direction=Touchpoint.Direction.IN,
        at__gt=at - WINDOW,
        at__lte=at,
    )
    last = wrote.order_by("-at").values_list("at", flat=True).first()
    return last + WINDOW if last else None


def window_closed(person: Person, *, at: datetime) -> str:
    """Why WhatsApp forbids free text now, in words for staff; empty while its window is open."""
    if window_until(person, at=at):
        return ""
    return _("They have not written on WhatsApp in the last 24 hours: WhatsApp allows only approved templates now.")
