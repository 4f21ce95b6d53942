"""The promise ledger: what somebody at the school said they would do, by when, and whether they did.

A promise that is past its hour and not kept is broken; kept afterwards it counts as kept late, and stays broken in the
figures. Whoever takes over a person takes over what was promised to them.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import partial
from typing import cast

from django.db import transaction
from django.db.models import Count, F, Q, QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from contact_centre import notices
from contact_centre.models import Case, Promise
from people import timeline
from people.announcements import announce
from people.models import Channel, Person, Touchpoint, User

REMIND_BEFORE = timedelta(hours=24)
AT_ONCE = 500
State = Promise.State
STANDING = (State.OPEN, State.BROKEN)  # something is still to be done
KINDS = {
    "contact_centre.promised": gettext_lazy("Promised"),
    "contact_centre.promise_kept": gettext_lazy("Promise kept"),
    "contact_centre.promise_withdrawn": gettext_lazy("Promise withdrawn"),
    "contact_centre.promise_broken": gettext_lazy("Promise not kept in time"),
    "contact_centre.promise_handed": gettext_lazy("Promise handed over"),
}


class NotYours(Exception):
    """Only whoever made or owns the promise, or somebody who supervises, may do this."""


class AlreadySettled(Exception):
    """The promise was kept or withdrawn before."""


def by_the_end_of(day: date) -> datetime:
    """The last minute of a day as the school's clock has it: "by Friday" means all of Friday."""
    return timezone.make_aware(datetime.combine(day, time(23, 59)))


@transaction.atomic
def make(
    person: Person,
    *,
    words: str,
    due_at: datetime,
    by: User,
    at: datetime,
    owner: User | None = None,
    case: Case | None = None,
) -> Promise:
    """Write down what was promised; the same words for the same hour are one promise.

    Raises ValueError without words, and for an hour that is past.
    """
    words = " ".join(words.replace("\x00", "").split())[:250]
    if not words:
        raise ValueError("a promise needs words")
    if due_at <= at:
        raise ValueError("a promise is for later")
    # Two clicks at once: the person's row is the lock.
    Person.objects.select_for_update(of=("self",)).get(pk=person.pk)
    facts = {"person": person, "words": words, "due_at": due_at, "state": State.OPEN}
    if same := Promise.objects.filter(**facts).first():
        return same
    promise = Promise.objects.create(**facts, case=case, owner=owner or by, made_at=at, made_by=by)
    _note(promise, "promised", at=at, by=by, words=words)
    return promise


def keep(promise: Promise, *, by: User, at: datetime, note: str = "") -> Promise:
    """Say that it was done; kept again it stays as it was. Raises NotYours, AlreadySettled if it was withdrawn."""
    return _settle(promise, State.KEPT, by=by, at=at, note=note)


def withdraw(promise: Promise, *, by: User, at: datetime, note: str) -> Promise:
    """Take it back, with the reason. Raises NotYours, AlreadySettled if it was kept."""
    return _settle(promise, State.WITHDRAWN, by=by, at=at, note=note)


@transaction.atomic
def hand_over(promises: Iterable[Promise], *, to: User, by: User | None, at: datetime) -> int:
    """Make ``to`` the owner of what still stands among ``promises``, and tell them; return how many changed hands."""
    standing = Promise.objects.filter(pk__in=[one.pk for one in promises], state__in=STANDING).exclude(owner=to)
    # Locked in one order, so that two who hand over the same promises wait for each other.
    handed = list(standing.select_for_update(of=("self",)).select_related("person").order_by("pk"))
    Promise.objects.filter(pk__in=[one.pk for one in handed]).update(owner=to, handed_at=at, reminded_at=None)
    for promise in handed:
        promise.owner = to
        _note(promise, "promise_handed", at=at, by=by, words=f"{promise.words} · {to}")
        notices.tell(
            to,
            key=f"promise:{promise.uuid}:handed:{at.isoformat()}",
            text=partial(_handed_words, promise),
            url=_address(promise),
            at=at,
        )
    return len(handed)


def hand_to_tutor(person: Person, *, tutor: User, at: datetime) -> int:
    """What was promised to somebody who enrols is for their tutor to keep."""
    return hand_over(Promise.objects.filter(person=person, state__in=STANDING), to=tutor, by=None, at=at)


def remind_due(*, at: datetime) -> int:
    """Tell owners of what is due within a day, once for each owner; return how many promises."""
    due = Promise.objects.filter(state=State.OPEN, reminded_at=None, due_at__lte=at + REMIND_BEFORE, due_at__gt=at)
    return _each(due.exclude(owner=None), _remind, at=at)


def note_broken(*, at: datetime) -> int:
    """Mark what was not kept in time as broken, and tell its owner; announces ``after_promise_broken``."""
    return _each(Promise.objects.filter(state=State.OPEN, due_at__lte=at), _break, at=at)


def standing(person: Person) -> list[Promise]:
    """What is still to be done for a person, the next first."""
    found = Promise.objects.filter(person=person, state__in=STANDING).select_related("owner")
    return list(found.order_by("due_at", "pk")[:20])


def may_settle(promise: Promise, user: User) -> bool:
    return user.pk in (promise.owner_id, promise.made_by_id) or user.has_perm("contact_centre.supervise")


@dataclass(frozen=True)
class Figures:
    """How promises were kept: those that fell due in a period, and what stands now."""

    due: int
    kept_in_time: int
    kept_late: int
    broken: int  # not kept until now
    standing: int

    @property
    def kept_percent(self) -> int | None:
        return round(100 * self.kept_in_time / self.due) if self.due else None


def figures(promises: QuerySet[Promise], *, since: datetime, at: datetime) -> Figures:
    """Count ``promises`` that fell due from ``since`` until ``at``; what was withdrawn before its hour is left out."""
    fell_due = Q(due_at__gte=since, due_at__lte=at) & ~Q(state=State.WITHDRAWN, broken_at=None)
    kept = fell_due & Q(state=State.KEPT)
    counted = promises.aggregate(
        due=Count("pk", filter=fell_due),
        kept_in_time=Count("pk", filter=kept & Q(decided_at__lte=F("due_at"))),
        kept_late=Count("pk", filter=kept & Q(decided_at__gt=F("due_at"))),
        broken=Count("pk", filter=fell_due & ~Q(state=State.KEPT)),
        standing=Count("pk", filter=Q(state__in=STANDING)),
    )
    return Figures(**counted)


@transaction.atomic
def _settle(promise: Promise, state: str, *, by: User, at: datetime, note: str) -> Promise:
    promise = Promise.objects.select_for_update(of=("self",)).select_related("person").get(pk=promise.pk)
    if promise.state == state:
        return promise
    if promise.state not in STANDING:
        raise AlreadySettled(promise.pk)
    if not may_settle(promise, by):
        raise NotYours(promise.pk)
    if promise.broken_at is None and promise.due_at <= at:
        promise.broken_at = promise.due_at
    promise.state, promise.decided_at, promise.note = state, at, note.replace("\x00", "").strip()[:250]
    promise.save(update_fields=["state", "decided_at", "note", "broken_at"])
    kind = "promise_kept" if state == State.KEPT else "promise_withdrawn"
    _note(promise, kind, at=at, by=by, words=f"{promise.words}\n\n{promise.note}".strip())
    return promise


def _each(due: QuerySet[Promise], act, *, at: datetime) -> int:
    """Do ``act`` on each that is due, some at a time, each once however many processes look."""
    done = 0
    while True:
        with transaction.atomic():
            rows = due.select_for_update(skip_locked=True, of=("self",)).select_related("person", "owner")
            promises = list(rows.order_by("due_at", "pk")[:AT_ONCE])
            for promise in promises:
                act(promise, at)
        done += len(promises)
        if len(promises) < AT_ONCE:
            return done


def _remind(promise: Promise, at: datetime) -> None:
    Promise.objects.filter(pk=promise.pk).update(reminded_at=at)
    notices.tell(
        cast(User, promise.owner),  # what nobody owns is left out
        key=f"promise:{promise.uuid}:due:{promise.due_at.isoformat()}",
        text=lambda: _("Promised to %(person)s until %(when)s: %(words)s") % _named(promise),
        url=_address(promise),
        at=at,
        case=promise.case,
    )


def _break(promise: Promise, at: datetime) -> None:
    Promise.objects.filter(pk=promise.pk).update(state=State.BROKEN, broken_at=promise.due_at)
    promise.state, promise.broken_at = State.BROKEN, promise.due_at
    _note(promise, "promise_broken", at=at, by=None, words=promise.words)
    if promise.owner is not None:
        notices.tell(
            promise.owner,
            key=f"promise:{promise.uuid}:broken",
            text=lambda: _("Not kept in time, to %(person)s: %(words)s") % _named(promise),
            url=_address(promise),
            at=at,
            case=promise.case,
        )
    announce("after_promise_broken", promise=promise, at=at)


def _handed_words(promise: Promise) -> str:
    return _("A promise to %(person)s is yours now: %(words)s") % _named(promise)


def _named(promise: Promise) -> dict:
    when = timezone.localtime(promise.due_at)
    return {"person": promise.person, "words": promise.words, "when": f"{when:%d/%m %H:%M}"}


def _address(promise: Promise) -> str:
    return reverse("contact_centre_person", args=[promise.person.uuid])


def _note(promise: Promise, kind: str, *, at: datetime, by: User | None, words: str) -> None:
    timeline.record(
        promise.person,
        at=at,
        channel=Channel.WEB,
        direction=Touchpoint.Direction.INNER,
        kind=f"contact_centre.{kind}",
        summary=words,
        by=by,
        about=promise,
    )
