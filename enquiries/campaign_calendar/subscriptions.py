"""The calendar of campaigns at a secret address, for whatever calendar somebody uses."""

import secrets
from datetime import datetime, timedelta
from functools import partial
from hashlib import sha256

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from wagtail.log_actions import log

from enquiries import calendars
from enquiries.campaign_calendar import entries
from enquiries.campaign_calendar.entries import Entry
from enquiries.models import CalendarKey
from people.models import User

BEHIND, AHEAD = timedelta(days=92), timedelta(days=400)
ENTER = "wagtailadmin.access_admin"
READ_NOTED = timedelta(hours=1)  # calendars ask often: that they did is written down at most once an hour


@transaction.atomic
def subscribe(user: User, *, at: datetime) -> str:
    """A new secret for ``user``, shown once: only its hash is kept, and the address they had before leads nowhere."""
    secret = secrets.token_urlsafe(24)
    key, _is_new = CalendarKey.objects.update_or_create(
        user=user, defaults={"key_hash": _hash(secret), "made_at": at, "read_at": None}
    )
    log(instance=key, action="enquiries.calendar_subscribed", user=user, timestamp=at)
    return secret


@transaction.atomic
def end(user: User, *, at: datetime) -> bool:
    """End the subscription of ``user``; whether there was one."""
    key = CalendarKey.objects.select_for_update().filter(user=user).first()
    if key is None:
        return False
    log(instance=key, action="enquiries.calendar_ended", user=user, timestamp=at)
    key.delete()
    return True


def reader_of(secret: str, *, at: datetime) -> User | None:
    """Whose subscription the secret opens: of somebody who still works here; that it was read is noted."""
    key = CalendarKey.objects.select_related("user").filter(key_hash=_hash(secret)).first()
    if key is None or not key.user.is_active or not key.user.has_perm(ENTER):
        return None
    if key.read_at is None or key.read_at < at - READ_NOTED:
        CalendarKey.objects.filter(pk=key.pk).update(read_at=at)
    return key.user


def feed(*, at: datetime, domain: str, url: str = "") -> str:
    """The calendar as a file, from three months ago to a year ahead; nothing in it is about a person."""
    today = timezone.localdate(at)
    found = entries.between(today - BEHIND, today + AHEAD)
    return calendars.calendar([_event(entry, at, domain, url) for entry in found], name=_("Calendar of campaigns"))


def _event(entry: Entry, at: datetime, domain: str, url: str) -> str:
    summary = f"{entry.kind_label}: {entry.title}"
    status = "CANCELLED" if entry.is_off else "TENTATIVE" if entry.is_planned else "CONFIRMED"
    uid = f"{entry.key}@{domain}"
    if entry.starts_at and entry.ends_at:
        write = partial(calendars.event, uid, starts_at=entry.starts_at, ends_at=entry.ends_at)
    else:
        write = partial(calendars.day_event, uid, first_day=entry.first_day, last_day=entry.last_day)
    return write(at=at, summary=summary, description=entry.note, url=url, status=status)


def _hash(secret: str) -> str:
    return sha256(secret.encode()).hexdigest()
