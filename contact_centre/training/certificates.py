"""Who may take the enquiries of a programme: by its quiz, or because a manager vouches for them; and until when."""

from calendar import monthrange
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils import formats, timezone
from django.utils.translation import gettext as _
from wagtail.log_actions import log

from contact_centre import notices
from contact_centre.models import Certification, ProductCourse, QuizAttempt, StaffNotice
from people.models import User
from programmes.models import Programme

REMIND_BEFORE = timedelta(days=14)


class ReasonMissing(Exception):
    """Whoever vouches for somebody, or takes a certificate back, says why."""


def valid(*, at: datetime) -> QuerySet[Certification]:
    """The certificates that count at this instant."""
    return Certification.objects.filter(Q(until=None) | Q(until__gt=at), revoked_at=None)


@transaction.atomic
def grant(attempt: QuizAttempt, course: ProductCourse, *, at: datetime) -> Certification:
    """Certify whoever passed, for the months the course says; a certificate they hold begins anew."""
    facts = {"granted_at": at, "until": months_after(at, course.valid_months), "attempt": attempt}
    return _hold(attempt.user, course.programme_id, {**facts, "granted_by": None, "why": ""})


@transaction.atomic
def vouch(
    user: User, programme: Programme, *, by: User, at: datetime, why: str, until: datetime | None = None
) -> Certification:
    """Let ``user`` take the enquiries of ``programme`` without the quiz. Raises ReasonMissing."""
    if not why.strip():
        raise ReasonMissing(user.pk)
    facts = {"granted_at": at, "until": until, "attempt": None, "granted_by": by, "why": why.strip()}
    held = _hold(user, programme.pk, facts)
    log(instance=held, action="contact_centre.vouch", user=by, timestamp=at, data={"user": user.pk})
    return held


@transaction.atomic
def revoke(certificate: Certification, *, by: User, at: datetime, why: str) -> Certification:
    """Take a certificate back; taken back before, it stays as it is. Raises ReasonMissing."""
    if not why.strip():
        raise ReasonMissing(certificate.pk)
    certificate = Certification.objects.select_for_update().select_related("user", "programme").get(pk=certificate.pk)
    if certificate.revoked_at is None:
        certificate.revoked_at, certificate.why = at, why.strip()
        certificate.save(update_fields=["revoked_at", "why"])
        log(instance=certificate, action="contact_centre.revoke", user=by, timestamp=at)
        notices.tell(
            certificate.user,
            key=f"certificate_revoked:{certificate.pk}",
            text=lambda: (
                _("Your certificate for %(programme)s was taken back: %(why)s")
                % {"programme": certificate.programme, "why": why.strip()[:120]}
            ),
            url=reverse("contact_centre_courses"),
            at=at,
        )
    return certificate


def remind(*, at: datetime) -> int:
    """Tell those whose certificate runs out within two weeks, once for each end; return how many were told."""
    ending = valid(at=at).filter(until__lte=at + REMIND_BEFORE, user__is_active=True)
    found = {_key(one): one for one in ending.select_related("user", "programme__product_course")}
    told = set(StaffNotice.objects.filter(key__in=found).values_list("key", flat=True))
    count = 0
    for key, held in found.items():
        if key not in told and _remind_one(held, key=key.rpartition(":")[0], at=at):
            count += 1
    return count


def _remind_one(held: Certification, *, key: str, at: datetime) -> bool:
    course = getattr(held.programme, "product_course", None)
    url = reverse("contact_centre_course", args=[course.pk]) if course and course.is_live else ""

    def words() -> str:
        day = formats.date_format(timezone.localtime(held.until), "DATE_FORMAT")
        text = _("Your certificate for %(programme)s runs out on %(day)s. Passing the quiz again renews it.")
        return text % {"programme": held.programme, "day": day}

    return notices.tell(held.user, key=key, text=words, url=url or reverse("contact_centre_courses"), at=at) is not None


def _key(held: Certification) -> str:
    # As ``notices.tell`` completes it: with the reader at the end.
    return f"certificate_ends:{held.pk}:{held.until:%Y-%m-%d}:{held.user_id}"


def _hold(user: User, programme_id: int, facts: dict) -> Certification:
    one_at_a_time(user.pk)  # passing in two windows at once: the second renews the certificate of the first
    held, _is_new = Certification.objects.update_or_create(
        user=user, programme_id=programme_id, revoked_at=None, defaults=facts
    )
    return held


def one_at_a_time(user_id: int) -> None:
    """Let whatever else is done about the learning of this user wait until the transaction ends.

    Always the first lock, and one that rows which refer to the user do not ask for: so nobody waits in a circle.
    """
    User.objects.select_for_update(no_key=True).get(pk=user_id)


def months_after(at: datetime, months: int) -> datetime:
    """The same day of the month so many months later, or its last day if it has no such day."""
    year, month = divmod(at.month - 1 + months, 12)
    year, month = at.year + year, month + 1
    return at.replace(year=year, month=month, day=min(at.day, monthrange(year, month)[1]))
