"""How much may come in before it is held for a person to look at: a mail bomb must not fill the queue."""

from datetime import timedelta

from django.db.models import Q
from django.utils.translation import gettext_lazy, gettext_noop

from contact_centre import notices
from contact_centre.models import InboundMessage
from people.models import User

PER_SENDER = 20
WITHIN = timedelta(hours=1)
OVERALL = 1_000
WITHIN_ALL = timedelta(minutes=10)
TOO_MANY = gettext_noop("Too many messages in a short time.")
State = InboundMessage.State


def too_many(message: InboundMessage) -> bool:
    """Whether its sender, or everybody together, has written too much lately; the leads are then told, once a day."""
    at = message.received_at
    theirs = InboundMessage.objects.filter(
        sender=message.sender, received_at__gt=at - WITHIN, received_at__lte=at
    ).exclude(pk=message.pk)
    is_bomb = theirs[:PER_SENDER].count() >= PER_SENDER
    is_flood = False
    if not is_bomb:
        every = InboundMessage.objects.filter(received_at__gt=at - WITHIN_ALL, received_at__lte=at)
        is_flood = every.exclude(pk=message.pk)[:OVERALL].count() >= OVERALL
    if is_bomb or is_flood:
        _tell(message, key=f"sender:{message.sender}" if is_bomb else "all")
    return is_bomb or is_flood


def _tell(message: InboundMessage, *, key: str) -> None:
    leads = User.objects.filter(
        Q(groups__permissions__codename="supervise", groups__permissions__content_type__app_label="contact_centre"),
        is_active=True,
    )
    notices.tell_all(
        leads.distinct(),
        key=f"mail-bomb:{key[:100]}:{message.received_at:%Y-%m-%d}",
        text=gettext_lazy("Too many letters are coming in: those that follow are held for you to look at."),
        url="/admin/held/",
        at=message.received_at,
    )
