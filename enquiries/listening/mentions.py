"""What is said of us in public: noted, answered in time, and said out loud when it is a crisis."""

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.db.models import Count, F, Q, QuerySet, Sum
from django.db.models.functions import Coalesce
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from wagtail.log_actions import log

from contact_centre import notices
from contact_centre.clocks import calendars, working_time
from enquiries.models import Mention
from people.access import holders
from people.models import User

HOUR = 60
ANSWER_WORK_MINUTES = 8 * HOUR  # a day at the desk
BAD_WORK_MINUTES = 4 * HOUR
CRISIS_WORK_MINUTES = HOUR
TARGET_PERCENT = 90  # of what wants an answer, answered in time
HANDLE_CRISIS = "enquiries.handle_crisis"


class AlreadyAnswered(Exception):
    """Somebody answered it before."""


def due_at(mention: Mention, *, at: datetime) -> datetime | None:
    """By when it wants an answer, in the school's working hours from ``at`` on; what is said of rivals wants none."""
    if mention.rival_id or not mention.needs_answer:
        return None
    minutes = BAD_WORK_MINUTES if mention.tone == Mention.Tone.BAD else ANSWER_WORK_MINUTES
    return working_time.add(at, CRISIS_WORK_MINUTES if mention.is_crisis else minutes, calendars.week_of()).at


@transaction.atomic
def note(mention: Mention, *, at: datetime, by: User | None) -> Mention:
    """Save a new mention with the time by which it wants an answer; a crisis is told at once."""
    mention.logged_at, mention.by = at, by
    mention.due_at = due_at(mention, at=at)
    mention.needs_answer = mention.due_at is not None
    mention.save()
    if mention.is_crisis:
        _tell(mention, at=at, by=by)
    return mention


@transaction.atomic
def answer(mention: Mention, *, text: str, at: datetime, by: User | None) -> Mention:
    """Note what we answered. Raises AlreadyAnswered: of two colleagues, the first has it."""
    mention = Mention.objects.select_for_update().get(pk=mention.pk)
    if mention.answered_at:
        raise AlreadyAnswered(mention.pk)
    mention.answer, mention.answered_at, mention.answered_by = text, at, by
    mention.save(update_fields=["answer", "answered_at", "answered_by"])
    log(instance=mention, action="enquiries.mention_answered", user=by, timestamp=at)
    return mention


@transaction.atomic
def needs_none(mention: Mention, *, at: datetime, by: User | None) -> Mention:
    """Decide that it wants no answer: it counts neither as answered nor as late."""
    mention = Mention.objects.select_for_update().get(pk=mention.pk)
    if mention.answered_at:
        raise AlreadyAnswered(mention.pk)
    mention.needs_answer, mention.due_at = False, None
    mention.save(update_fields=["needs_answer", "due_at"])
    log(instance=mention, action="enquiries.mention_left", user=by, timestamp=at)
    return mention


@transaction.atomic
def raise_crisis(mention: Mention, *, at: datetime, by: User | None) -> Mention:
    """Call it a crisis: those who handle one are told at once, and it wants an answer within a working hour."""
    mention = Mention.objects.select_for_update().get(pk=mention.pk)
    if mention.is_crisis:
        return mention
    mention.is_crisis = True
    if mention.rival_id is None and mention.answered_at is None:
        mention.needs_answer = True
        soon = due_at(mention, at=at)
        mention.due_at = min(one for one in (soon, mention.due_at) if one)
    mention.save(update_fields=["is_crisis", "needs_answer", "due_at"])
    _tell(mention, at=at, by=by)
    return mention


@transaction.atomic
def lift_crisis(mention: Mention, *, at: datetime, by: User | None) -> Mention:
    """Declare it over; the banner goes."""
    mention = Mention.objects.select_for_update().get(pk=mention.pk)
    if mention.is_crisis:
        mention.is_crisis = False
        mention.save(update_fields=["is_crisis"])
        log(instance=mention, action="enquiries.crisis_over", user=by, timestamp=at)
    return mention


def _tell(mention: Mention, *, at: datetime, by: User | None) -> None:
    log(instance=mention, action="enquiries.crisis", user=by, timestamp=at)
    notices.tell_all(
        holders.of_right(HANDLE_CRISIS),
        key=f"crisis:{mention.pk}:{at:%Y%m%d%H%M%S}",
        text=_("Crisis: something is being said of the school in public that wants an answer now."),
        url=reverse("mentions:inspect", args=[mention.pk]),
        at=at,
    )


def crises() -> QuerySet[Mention]:
    """What is a crisis until somebody declares it over, the newest first."""
    return Mention.objects.filter(is_crisis=True).order_by("-said_at", "-pk")


def waiting() -> QuerySet[Mention]:
    """What wants an answer and has none, the most urgent first."""
    return Mention.objects.filter(needs_answer=True, answered_at=None).exclude(due_at=None).order_by("due_at", "pk")


@dataclass(frozen=True)
class Figures:
    """How mentions of a period were dealt with, and who is talked about how."""

    about_us: int
    good: int
    bad: int
    about_rivals: int
    reach: int
    due: int  # answered, or past their time
    in_time: int
    late: int  # past their time and still without an answer

    @property
    def in_time_percent(self) -> int | None:
        return round(100 * self.in_time / self.due) if self.due else None

    @property
    def is_met(self) -> bool:
        return self.in_time_percent is None or self.in_time_percent >= TARGET_PERCENT

    @property
    def share_of_voice(self) -> int | None:
        said = self.about_us + self.about_rivals
        return round(100 * self.about_us / said) if said else None


def figures(*, since: datetime, at: datetime) -> Figures:
    """The mentions said from ``since`` until ``at``, and how those that wanted an answer were answered. One query."""
    ours, rivals = Q(rival=None), Q(rival__isnull=False)
    answered, over = Q(answered_at__isnull=False), Q(answered_at=None, due_at__lte=at)
    wanted = ours & Q(due_at__isnull=False)
    row = Mention.objects.filter(said_at__gte=since, said_at__lte=at).aggregate(
        about_us=Count("pk", filter=ours),
        good=Count("pk", filter=ours & Q(tone=Mention.Tone.GOOD)),
        bad=Count("pk", filter=ours & Q(tone=Mention.Tone.BAD)),
        about_rivals=Count("pk", filter=rivals),
        reach=Coalesce(Sum("reach", filter=ours), 0),
        due=Count("pk", filter=wanted & (answered | over)),
        in_time=Count("pk", filter=wanted & answered & Q(answered_at__lte=F("due_at"))),
        late=Count("pk", filter=wanted & over),
    )
    return Figures(**row)
