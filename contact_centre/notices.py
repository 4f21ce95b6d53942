"""What members of staff are told: on their day at once, by e-mail when they are at work, never in their night."""

from collections.abc import Callable, Iterable
from datetime import datetime, timedelta

import structlog
from anymail.exceptions import AnymailError
from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.db import transaction
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, override

from contact_centre.assignment import shifts
from contact_centre.models import Case, StaffNotice
from people.contact import mails
from people.models import User
from people.own_data import links

log = structlog.get_logger("matricula.notices")
Words = str | Promise | Callable[[], str]  # in the reader's language once it is read
LOOK_AGAIN = timedelta(hours=12)  # for somebody whose next day at the desk is not known
TRY_AGAIN = timedelta(minutes=10)
MAILED_AT_ONCE = 200
SHOWN = 20


def tell(
    user: User,
    *,
    key: str,
    text: Words,
    url: str = "",
    at: datetime,
    case: Case | None = None,
) -> StaffNotice | None:
    """Put a notice on the day of ``user``, once per ``key`` for them, and mail it when they are next on shift.

    ``text`` is translated into the reader's language if it is lazy or a function without arguments. Returns None if
    they were told before, or if their login is closed.
    """
    told = tell_all([user], key=key, text=text, url=url, at=at, case=case)
    return told[0] if told else None


def tell_all(
    users: Iterable[User],
    *,
    key: str,
    text: Words,
    url: str = "",
    at: datetime,
    case: Case | None = None,
) -> list[StaffNotice]:
    """Tell several the same; those who were told before, and closed logins, are left out."""
    readers = [user for user in users if user.is_active]
    if not readers:
        return []
    known = shifts.roster(readers, at=at)
    made = []
    for user in readers:
        with override(language_of(user)):
            words = str(text() if callable(text) else text)[:300]
        notice, is_new = StaffNotice.objects.get_or_create(
            key=f"{key}:{user.pk}"[:200],
            defaults={
                "user": user,
                "text": words,
                "url": url[:300],
                "case": case,
                "created_at": at,
                "due_at": known.next_start(user.pk, at) or at + LOOK_AGAIN,
            },
        )
        if is_new:
            made.append(notice)
    return made


def unread(user: User) -> list[StaffNotice]:
    """What ``user`` has been told and not yet set aside, the newest first."""
    return list(StaffNotice.objects.filter(user=user, read_at=None).order_by("-due_at", "-pk")[:SHOWN])


def set_aside(user: User, *, at: datetime, ids: Iterable[int] | None = None) -> int:
    """Mark notices of ``user`` as read, all of them or those named; what is read is not mailed any more."""
    mine = StaffNotice.objects.filter(user=user, read_at=None, created_at__lte=at)
    if ids is not None:
        mine = mine.filter(pk__in=list(ids))
    return mine.update(read_at=at)


def mail_due(*, at: datetime) -> int:
    """Mail what is due to those who are at the desk, one letter for each reader; return how many notices left.

    What is due for somebody who is off by now waits for their next start.
    """
    due = StaffNotice.objects.filter(mailed_at=None, read_at=None, due_at__lte=at)
    readers = list(User.objects.filter(pk__in=due.values("user")[:MAILED_AT_ONCE]).select_related("person"))
    known = shifts.roster(readers, at=at)
    return sum(_mail_one(user, known, at=at) for user in readers)


@transaction.atomic
def _mail_one(user: User, known: shifts.Roster, *, at: datetime) -> int:
    # SKIP LOCKED is the claim: of two sweeps, one writes the letter.
    due = StaffNotice.objects.filter(user=user, mailed_at=None, read_at=None, due_at__lte=at)
    notices = list(due.select_for_update(skip_locked=True).order_by("created_at", "pk")[:SHOWN])
    if not notices:
        return 0
    those = StaffNotice.objects.filter(pk__in=[one.pk for one in notices])
    if not known.is_on(user.pk, at):
        those.update(due_at=known.next_start(user.pk, at) or at + LOOK_AGAIN)
        return 0
    try:
        _letter(user, notices).send()
    except (OSError, AnymailError) as fault:
        log.warning("notices_not_mailed", user=user.pk, fault=type(fault).__name__)
        those.update(due_at=at + TRY_AGAIN)
        return 0
    those.update(mailed_at=at)
    return len(notices)


def _letter(user: User, notices: list[StaffNotice]) -> EmailMultiAlternatives:
    language = language_of(user)
    with override(language):
        count = len(notices)
        subject = notices[0].text if count == 1 else ngettext("%(n)d notice", "%(n)d notices", count) % {"n": count}
        context = mails.letterhead(language) | {
            "language": language,
            "subject": subject,
            "lines": [(one.text, links.absolute(one.url) if one.url else "") for one in notices],
            "day_url": links.absolute(reverse("contact_centre_my_day")),
            "reason": _("You receive this because you work at the desk."),
        }
        mail = EmailMultiAlternatives(
            subject=" ".join(subject.split())[:150],
            body=render_to_string("contact_centre/email/staff_notices.txt", context).strip() + "\n",
            to=[user.email],
            headers={"Auto-Submitted": "auto-generated"},
        )
        mail.attach_alternative(render_to_string("contact_centre/email/staff_notices.html", context), "text/html")
    return mail


def language_of(user: User) -> str:
    """The language somebody reads the back office in."""
    profile = getattr(user, "wagtail_userprofile", None)
    person = getattr(user, "person", None)
    chosen = (profile.preferred_language if profile else "") or (person.language if person else "")
    return chosen or settings.LANGUAGE_CODE
