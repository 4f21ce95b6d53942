"""Remembering how somebody came, in a browser whose owner said yes: from then on, and until they say no.

Nothing is kept before the yes, not even that somebody was asked. The cookie holds a number and no more.
"""

from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction

from enquiries.models import Touch, Visitor
from enquiries.origins import credit, staleness, touches
from people.models import Person

COOKIE = "came_by"
KEPT = timedelta(days=395)  # thirteen months since they were last here
MOST = 200  # touches of one browser; more tell nothing new
VERSION = "2026-11-b"  # of the words in ``enquiries/remember.html``


def agree(*, at: datetime) -> Visitor:
    """Somebody said yes: a browser that is remembered from now on."""
    return Visitor.objects.create(agreed_at=at, seen_at=at, wording_version=VERSION)


def find(cookie: str) -> Visitor | None:
    """The browser whose cookie says so; None for a number that is none of ours or was forgotten."""
    try:
        return Visitor.objects.filter(uuid=UUID(cookie)).first() if cookie else None
    except ValueError:
        return None


def looks_ours(cookie: str) -> bool:
    """Whether the cookie may be one of ours, without asking the database."""
    try:
        return bool(cookie) and bool(UUID(cookie))
    except ValueError:
        return False


def note(visitor: Visitor, marks: touches.Marks, *, at: datetime) -> Touch | None:
    """Write down how they came this time; None for a straight visit, and for the same visit told again."""
    Visitor.objects.filter(pk=visitor.pk).update(seen_at=at)
    if marks.is_direct:
        return None
    before = Touch.objects.filter(visitor=visitor).order_by("-at", "-pk")
    newest = before.first()
    if newest is not None and (_is_same_visit(newest, marks, at=at) or before.count() >= MOST):
        return None
    return touches.note(marks, at=at, visitor=visitor)


@transaction.atomic
def join(visitor: Visitor, person: Person, *, at: datetime) -> bool:
    """Whoever sits at this browser said who they are: how it came is how they came. False if it is somebody else's.

    A browser that several people use stays with the first of them.
    """
    visitor = Visitor.objects.select_for_update().get(pk=visitor.pk)
    if visitor.person_id not in (None, person.pk):
        return False
    if visitor.person_id is None:
        Visitor.objects.filter(pk=visitor.pk).update(person=person, seen_at=at)
        Touch.objects.filter(visitor=visitor, person=None).update(person=person)
    return True


@transaction.atomic
def forget(visitor: Visitor, *, at: datetime) -> None:
    """They said no, or no longer: the browser and what it told are deleted."""
    if visitor.person_id is not None:
        staleness.mark_people([visitor.person_id], at=at)
    visitor.delete()


def forget_old(*, at: datetime) -> int:
    """Delete browsers that have not been seen for ``KEPT``; return how many."""
    return Visitor.objects.filter(seen_at__lt=at - KEPT).delete()[1].get("enquiries.Visitor", 0)


def _is_same_visit(before: Touch, marks: touches.Marks, *, at: datetime) -> bool:
    same = (before.kind, before.source, before.medium) == (marks.kind, marks.source, marks.medium)
    return same and dict(before.marks) == dict(marks.said) and at - before.at <= credit.SAME_VISIT
