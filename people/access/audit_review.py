"""Trust first, look afterwards: every week a few lines of the trail are picked by chance and somebody reads them.

The pick is weighted: what is unusual is likelier to be looked at, but anything can be. It follows from the week and the
lines alone, so that nobody chooses what is reviewed, and picking twice picks the same once.
"""

import hashlib
import math
from collections import Counter
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db import IntegrityError, transaction
from django.db.models import Count, Q, QuerySet
from django.db.models.functions import TruncHour
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from people.models import AuditEntry, AuditReview, AuditSettings, AuditWeek, User

Act, Finding = AuditEntry.Act, AuditReview.Finding
REASONS = {
    "off_hours": _("outside working hours"),
    "many_people": _("many people within an hour"),
    "export": _("taken away as a file"),
    "look_as": _("seen as somebody else"),
}
# How much likelier than an ordinary line; a line with two reasons counts both.
WEIGHTS = {"off_hours": 4, "many_people": 4, "export": 6, "look_as": 6}
WEEK = timedelta(days=7)
LOOKED_BACK_WEEKS = 4  # a school whose sweep was away for a month catches up, not further


class OwnAct(Exception):
    """Nobody reviews what they did themselves."""


class AlreadyReviewed(Exception):
    """Somebody has said what they found."""


@dataclass(frozen=True)
class Figures:
    """What the reviews say; shares are from 0 to 1, and None where nothing can be divided."""

    entries: int
    picked: int
    reviewed: int
    fine: int
    corrected: int
    misuse: int
    waiting: int

    @property
    def reviewed_share(self) -> float | None:
        return self.reviewed / self.picked if self.picked else None

    @property
    def picked_share(self) -> float | None:
        return self.picked / self.entries if self.entries else None


def pick_due(*, at: datetime) -> int:
    """Pick the sample of each whole week that has none yet; return how many lines were picked."""
    this_monday = _monday(at)
    starts = [this_monday - WEEK * back for back in range(LOOKED_BACK_WEEKS, 0, -1)]
    done = set(AuditWeek.objects.filter(starts_on__in=starts).values_list("starts_on", flat=True))
    return sum(pick(week, at=at) for week in starts if week not in done)


def pick(week: date, *, at: datetime) -> int:
    """Pick the sample of the week that starts on the Monday ``week``; again, or beside another, picks nothing."""
    begins, ends = _instant(week), _instant(week + WEEK)
    settings = AuditSettings.of_school()
    try:
        with transaction.atomic():
            claim = AuditWeek.objects.create(starts_on=week, picked_at=at)
            lines = AuditEntry.objects.filter(at__gte=begins, at__lt=ends).exclude(by=None, really_by=None)
            reasons = _reasons(lines, settings)
            wanted = _size(len(reasons), settings)
            chosen = sorted(reasons, key=lambda pk: _lot(week, pk, reasons[pk]))[:wanted]
            AuditReview.objects.bulk_create(
                [AuditReview(entry_id=pk, picked_at=at, reasons=reasons[pk]) for pk in chosen], ignore_conflicts=True
            )
            claim.entries, claim.picked = len(reasons), len(chosen)
            claim.save(update_fields=["entries", "picked"])
    except IntegrityError:  # another sweep has the week in hand
        return 0
    return len(chosen)


def decide(review: AuditReview, *, finding: str, note: str, by: User, at: datetime) -> AuditReview:
    """Say what was found. Raises OwnAct for one's own line, AlreadyReviewed if somebody was quicker."""
    with transaction.atomic():
        review = AuditReview.objects.select_for_update(of=("self",)).select_related("entry").get(pk=review.pk)
        if by.pk in (review.entry.by_id, review.entry.really_by_id):
            raise OwnAct(review.pk)
        if review.reviewed_at is not None:
            raise AlreadyReviewed(review.pk)
        review.finding, review.note = Finding(finding), note.replace("\x00", "").strip()
        review.by, review.reviewed_at = by, at
        review.save(update_fields=["finding", "note", "by", "reviewed_at"])
    return review


def waiting(*, reader: User | None = None) -> QuerySet[AuditReview]:
    """What is still to be looked at, unusual lines first; without those that ``reader`` did."""
    open_ones = AuditReview.objects.filter(reviewed_at=None)
    if reader is not None:
        own = Q(entry__by=reader) | Q(entry__really_by=reader)
        open_ones = open_ones.exclude(pk__in=AuditReview.objects.filter(own).values("pk"))
    return open_ones.order_by("picked_at", "-entry__at", "pk")


def figures(*, at: datetime, weeks: int = 13) -> Figures:
    """The last ``weeks`` weeks: how many lines there were, how many were picked, looked at, put right or misused."""
    since = at - WEEK * weeks
    counted = Counter(
        AuditReview.objects.filter(picked_at__gte=since).exclude(reviewed_at=None).values_list("finding", flat=True)
    )
    rows = AuditWeek.objects.filter(picked_at__gte=since).values_list("entries", "picked")
    return Figures(
        entries=sum(entries for entries, _picked in rows),
        picked=sum(picked for _entries, picked in rows),
        reviewed=sum(counted.values()),
        fine=counted[Finding.FINE],
        corrected=counted[Finding.CORRECTED],
        misuse=counted[Finding.MISUSE],
        waiting=AuditReview.objects.filter(reviewed_at=None).count(),
    )


def _reasons(lines: QuerySet[AuditEntry], settings: AuditSettings) -> dict[int, list[str]]:
    """For each line of a week, what is unusual about it."""
    acting = Count("person", distinct=True)
    hours = lines.exclude(person=None).annotate(hour=TruncHour("at")).values("by", "hour").annotate(people=acting)
    busy = set(hours.filter(people__gte=settings.many_people).values_list("by", "hour"))
    found = {}
    for pk, at, hour, act, by in lines.annotate(hour=TruncHour("at")).values_list("pk", "at", "hour", "act", "by"):
        local = timezone.localtime(at)
        works = settings.work_begins <= local.time() < settings.work_ends and local.weekday() < 5
        reasons = {
            "off_hours": not works,
            "many_people": (by, hour) in busy,
            "export": act == Act.EXPORTED,
            "look_as": act == Act.LOOKED_AS,
        }
        found[pk] = [name for name, holds in reasons.items() if holds]
    return found


def _size(lines: int, settings: AuditSettings) -> int:
    share = -(-lines * settings.share_percent // 100)
    return min(lines, max(share, settings.at_least), settings.at_most)


def _lot(week: date, pk: int, reasons: list[str]) -> float:
    """The lot of a line: the lowest are picked.

    Sampling without replacement by weight: −ln(u)/w is exponential with the weight as its rate (Efraimidis and
    Spirakis, 2006). ``u`` comes from the week and the line, so the same week always draws the same.
    """
    digest = hashlib.blake2b(f"{week.isoformat()}:{pk}".encode(), digest_size=8).digest()
    share = (int.from_bytes(digest) + 1) / (2**64 + 1)
    return -math.log(share) / (1 + sum(WEIGHTS[name] for name in reasons))


def _monday(at: datetime) -> date:
    today = timezone.localdate(at)
    return today - timedelta(days=today.weekday())


def _instant(day: date) -> datetime:
    return timezone.make_aware(datetime(day.year, day.month, day.day))  # noqa: DTZ001 -- made aware at once
