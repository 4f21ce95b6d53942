"""The end of what we hold: who is about to be forgotten is noted and shown first, held on request, and then forgotten.

Once a day the sweep notes whose time is up in thirty days, takes off the list whoever came back, and ends words and
files that are due. On every sweep it forgets some of those whose day has come, each in a transaction of their own.
"""

from collections.abc import Iterable, Iterator
from datetime import date, datetime, timedelta
from itertools import islice

import structlog
from django.contrib.sessions.models import Session
from django.db import transaction
from django.db.models import Exists, Min, OuterRef, Q
from django.db.models.functions import Now
from django.utils import timezone
from wagtail.log_actions import log

from people.models import Heartbeat, Person, PlannedErasure, User
from people.privacy import erasure, retention_rules
from people.privacy.retention_rules import SHOWN, InForce, PersonRule, RowRule, months_before

logger = structlog.get_logger("matricula.retention")
PROCESS = "retention"  # the day's work is done once: the row says when
BATCH = 20  # people forgotten in one sweep, which comes every half minute
BATCHES = 200  # of words and files in one night, for each rule
CHUNK = 5_000
LONGEST_HOLD = timedelta(days=366)


class CannotHold(Exception):
    """The date is not one on which to look at it again: in the past, or more than a year away."""


def sweep(*, at: datetime) -> dict[str, int]:
    """Do what is due; running it again, or beside another, has the effect of once."""
    done = {}
    if _claim_the_day(at):
        done = plan(at=at) | {"rows_ended": end_rows(at=at)}
        # Sessions end by the machine's clock: a rehearsal of next month must not sign anybody out today.
        Session.objects.filter(expire_date__lt=Now()).delete()
    return done | {"people_forgotten": forget_due(at=at)}


def plan(*, at: datetime) -> dict[str, int]:
    """Note everybody whose time is up within thirty days, and take off those for whom that no longer holds."""
    retention_rules.note_new(at=at)
    standings = [one for one in retention_rules.in_force() if isinstance(one.rule, PersonRule) and one.is_active]
    codes = [standing.rule.code for standing in standings]
    dropped, noted = _open().exclude(code__in=codes).delete()[0], 0
    listed = set(_open().values_list("code", flat=True).distinct())
    oldest = Person.objects.known().aggregate(oldest=Min("created_at"))["oldest"] or at
    for standing in standings:
        if standing.rule.code in listed:
            dropped += _drop_returned(standing, at=at)
        # Nobody can be due of whom we have known nobody for so long: a young school asks nothing.
        if oldest <= months_before(at + SHOWN, standing.months):
            noted += _note(standing, at=at)
    return {"erasures_planned": noted, "erasures_dropped": dropped}


def forget_due(*, at: datetime, limit: int = BATCH) -> int:
    """Forget people whose day has come, ``limit`` at most; return how many. One who cannot be does not stop the others.

    Whoever did something in the meantime, or for whom no rule in force speaks any longer, comes off the list instead.
    """
    forgotten = 0
    standings = {standing.rule.code: standing for standing in retention_rules.in_force()}
    due = biting(at=at).order_by("bites_on", "pk").values_list("pk", flat=True)[:limit]
    for planned_id in list(due):
        try:
            forgotten += _forget_one(planned_id, standings, at=at)
        except Exception:
            logger.exception("erasure_failed", planned=planned_id)
            _put_off(planned_id, at=at)
    return forgotten


def end_rows(*, at: datetime) -> int:
    """Let every rule about words and files end what is due, batch by batch; return how many.

    What a night does not finish, the next one does; a rule that fails does not stop the others.
    """
    ended = 0
    for standing in retention_rules.in_force():
        if isinstance(standing.rule, RowRule) and standing.bites(at=at):
            try:
                for _batch in range(BATCHES):
                    with transaction.atomic():
                        done = standing.rule.end(at, standing.months)
                    ended += done
                    if not done:
                        break
            except Exception:
                logger.exception("retention_failed", rule=standing.rule.code)
    return ended


def biting(*, at: datetime):
    """The planned erasures that may be carried out at ``at``: shown for thirty days, and not held."""
    today = timezone.localdate(at)
    return (
        _open()
        .filter(bites_on__lte=today, noted_at__lte=at - SHOWN)
        .filter(Q(held_until=None) | Q(held_until__lt=today))
    )


def reached(standing: InForce, *, at: datetime) -> int:
    """How many people, words or files the rule would end at ``at`` if nothing happens until then."""
    rule = standing.rule
    if isinstance(rule, PersonRule):
        return retention_rules.due_people(rule, standing.months, at=at).count()
    assert isinstance(rule, RowRule)
    return rule.count(at, standing.months)


@transaction.atomic
def hold(planned: PlannedErasure, *, until: date, why: str, by: User, at: datetime) -> PlannedErasure:
    """Keep the person until the end of ``until``; they stay on the list. Raises CannotHold; done ones stay done."""
    today = timezone.localdate(at)
    if not today <= until <= today + LONGEST_HOLD:
        raise CannotHold(until)
    planned = PlannedErasure.objects.select_for_update().get(pk=planned.pk)
    if planned.done_at is None:
        planned.held_until, planned.held_why, planned.held_by = until, why[:250], by
        planned.save(update_fields=["held_until", "held_why", "held_by"])
        log(instance=planned, action="people.hold_erasure", user=by, timestamp=at)
    return planned


@transaction.atomic
def release(planned: PlannedErasure, *, by: User, at: datetime) -> PlannedErasure:
    """No longer hold the person: they are forgotten on their day, tomorrow at the earliest."""
    planned = PlannedErasure.objects.select_for_update().get(pk=planned.pk)
    if planned.done_at is None and planned.held_until is not None:
        planned.held_until, planned.held_why, planned.held_by = None, "", None
        planned.bites_on = max(planned.bites_on, timezone.localdate(at) + timedelta(days=1))
        planned.save(update_fields=["held_until", "held_why", "held_by", "bites_on"])
        log(instance=planned, action="people.release_erasure", user=by, timestamp=at)
    return planned


def _open():
    return PlannedErasure.objects.filter(done_at=None)


def _claim_the_day(at: datetime) -> bool:
    """Whether this call is the first of the school's day; the UPDATE is the claim."""
    _row, is_new = Heartbeat.objects.get_or_create(process=PROCESS, defaults={"at": at})
    midnight = timezone.localtime(at).replace(hour=0, minute=0, second=0, microsecond=0)
    return is_new or Heartbeat.objects.filter(process=PROCESS, at__lt=midnight).update(at=at) == 1


def _note(standing: InForce, *, at: datetime) -> int:
    """The day after the thirtieth: a date has no hour, and nobody is shown for an hour less than thirty days."""
    assert isinstance(standing.rule, PersonRule)
    due = retention_rules.due_people(standing.rule, standing.months, at=at + SHOWN)
    new = due.filter(~Exists(_open().filter(person=OuterRef("pk")))).order_by().values_list("pk", flat=True)
    facts = {"code": standing.rule.code, "noted_at": at, "bites_on": timezone.localdate(at + SHOWN) + timedelta(days=1)}
    noted = 0
    for ids in _batched(new.iterator(chunk_size=CHUNK), CHUNK):
        rows = [PlannedErasure(person_id=person_id, **facts) for person_id in ids]
        noted += len(PlannedErasure.objects.bulk_create(rows, ignore_conflicts=True))
    return noted


def _batched(ids: Iterable[int], size: int) -> Iterator[list[int]]:
    """``ids`` in lists of ``size``."""
    rest = iter(ids)
    while batch := list(islice(rest, size)):
        yield batch


def _drop_returned(standing: InForce, *, at: datetime) -> int:
    """Those on the list for this rule whom it would not forget any more; a hold goes with them."""
    assert isinstance(standing.rule, PersonRule)
    due = retention_rules.due_people(standing.rule, standing.months, at=at + SHOWN)
    return _open().filter(code=standing.rule.code).exclude(person__in=due).delete()[0]


def _forget_one(planned_id: int, standings: dict[str, InForce], *, at: datetime) -> int:
    with transaction.atomic():
        planned = biting(at=at).select_for_update(skip_locked=True).filter(pk=planned_id).first()
        if planned is None:
            return 0
        # Whoever writes a touchpoint locks the person's row: from here on nothing happens that this does not see.
        person = Person.objects.select_for_update().get(pk=planned.person_id)
        standing = standings.get(planned.code)
        rule = standing.rule if standing and standing.is_active else None
        if not isinstance(rule, PersonRule) or standing is None:
            planned.delete()
            return 0
        if not retention_rules.due_people(rule, standing.months, at=at).filter(pk=person.pk).exists():
            planned.delete()
            return 0
        erasure.erase(person, at=at)
        return 1


def _put_off(planned_id: int, *, at: datetime) -> None:
    """One that failed is tried again tomorrow, so that it does not stand in the way of the others today."""
    tomorrow = timezone.localdate(at) + timedelta(days=1)
    _open().filter(pk=planned_id).update(bites_on=tomorrow)
