"""Follow-ups: what an adviser has to do with a person at an hour, set by hand or by the ladder of attempts."""

from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from contact_centre.models import Case, FollowUp
from people.models import Channel, Person, User

LISTED = 50


class NotTheirs(Exception):
    """Somebody else owns the follow-up."""


class InThePast(Exception):
    """A follow-up is for later."""


def set_for(
    person: Person,
    *,
    due_at: datetime,
    why: str,
    owner: User,
    by: User,
    at: datetime,
    case: Case | None = None,
    channel: str = Channel.PHONE,
) -> FollowUp:
    """Note something to do at ``due_at``. The same again (person, hour, words, owner) is the same. Raises InThePast."""
    if due_at <= at:
        raise InThePast(due_at)
    follow_up, _is_new = FollowUp.objects.get_or_create(
        person=person,
        case=case,
        owner=owner,
        due_at=due_at,
        channel=channel,
        why=why[:250],
        done_at=None,
        dropped_at=None,
        defaults={"made_at": at, "made_by": by},
    )
    return follow_up


def done(follow_up: FollowUp, *, by: User, at: datetime) -> FollowUp:
    """Tick it off; again changes nothing. Raises NotTheirs."""
    return _end(follow_up, "done_at", by=by, at=at)


def drop(follow_up: FollowUp, *, by: User, at: datetime) -> FollowUp:
    """It need not be done any more. Raises NotTheirs."""
    return _end(follow_up, "dropped_at", by=by, at=at)


@transaction.atomic
def move(follow_up: FollowUp, *, to: datetime, by: User, at: datetime) -> FollowUp:
    """Put it off; one that is over stays as it is. Raises NotTheirs, InThePast."""
    if to <= at:
        raise InThePast(to)
    kept = _held(follow_up, by)
    if kept.done_at is None and kept.dropped_at is None:
        kept.due_at = to
        kept.save(update_fields=["due_at"])
    return kept


def open_of(user: User, *, until: datetime) -> QuerySet[FollowUp]:
    """What ``user`` has to do before ``until``, the first due first; the index ``follow_up_due`` has this order."""
    mine = FollowUp.objects.filter(owner=user, done_at=None, dropped_at=None, due_at__lt=until)
    return mine.select_related("person", "case").order_by("due_at", "pk")


def open_about(case: Case) -> list[FollowUp]:
    found = case.follow_ups.filter(done_at=None, dropped_at=None).select_related("owner")
    return list(found.order_by("due_at", "pk")[:LISTED])


def end_of_day(at: datetime) -> datetime:
    """Midnight after ``at``, where the school is."""
    midnight = timezone.localtime(at).replace(hour=0, minute=0, second=0, microsecond=0)
    return timezone.localtime(midnight + timedelta(hours=26)).replace(hour=0)  # a day may have 23 or 25 hours


@transaction.atomic
def _end(follow_up: FollowUp, field: str, *, by: User, at: datetime) -> FollowUp:
    kept = _held(follow_up, by)
    if kept.done_at is None and kept.dropped_at is None:
        setattr(kept, field, at)
        kept.save(update_fields=[field])
    return kept


def _held(follow_up: FollowUp, by: User) -> FollowUp:
    kept = FollowUp.objects.select_for_update().get(pk=follow_up.pk)
    if kept.owner_id not in (None, by.pk) and not by.has_perm("contact_centre.assign_case"):
        raise NotTheirs(kept.pk)
    return kept
