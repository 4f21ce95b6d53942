"""Reading the queue: a page of cases in the order of urgency, however many there are.

Pages follow one another by key, not by number, and counts stop at a ceiling, so that a queue of 100,000 cases opens as
fast as one of ten.
"""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from urllib.parse import urlencode

from django.db import connection
from django.db.models import Prefetch, Q
from django.db.models.functions import Substr
from django.utils.translation import gettext as _

from contact_centre import deadlines, queue, ranking
from contact_centre.deadlines import DueIn
from contact_centre.models import Case, Presence
from people.models import PersonScore, User

PAGE_SIZE = 30
COUNTED_UP_TO = 1000
EXCERPT_LENGTH = 180
SCORE = "conversion"  # written by insights; a queue without it simply shows none
LIKELY = 0.6  # from here on a score is given as a reason; below, it would only be noise
PRESENT_FOR = timedelta(seconds=60)
OWED = Q(answered_at=None) | Q(next_due_at__isnull=False)  # an answer, or a further reply
_STAMP = """SELECT (SELECT max(id) FROM contact_centre_caseevent),
    (SELECT md5(string_agg(concat_ws(':', case_id, user_id, doing), ',' ORDER BY case_id, user_id))
       FROM contact_centre_presence WHERE seen_at > %s)"""


@dataclass(frozen=True)
class Filters:
    """What the address of the queue says: which view of it, and which cases of that view."""

    view: str = "all"
    kind: str = ""
    language: str = ""
    programme: str = ""
    adviser: str = ""

    VIEWS = ("mine", "waiting", "overdue", "all", "again", "answered", "aside")
    NARROWING = ("kind", "language", "programme", "adviser")

    def query(self, **changed: str) -> str:
        """The part of the address after "?", with some filters changed; what is not set is left out."""
        wanted = replace(self, **changed)
        pairs = [(name, getattr(wanted, name)) for name in ("view", *self.NARROWING)]
        return urlencode([(name, value) for name, value in pairs if value])

    @property
    def is_narrowed(self) -> bool:
        return any(getattr(self, name) for name in self.NARROWING)


@dataclass(frozen=True)
class Row:
    """A line of the queue: the case, how far off its deadline is, why it stands here, and who has it before them."""

    case: Case
    due: DueIn
    score: PersonScore | None
    reason: str  # the strongest of its reasons, for the line
    why: list[str]  # all that gave it its place
    looking: list[str]


@dataclass(frozen=True)
class Page:
    """One page of the queue; ``after`` opens the next one and is empty on the last."""

    rows: list[Row]
    after: str

    @property
    def cases(self) -> list[Case]:
        return [row.case for row in self.rows]


def filtered(filters: Filters, *, user: User, at: datetime):
    """The cases of one view of the queue, not yet in order."""
    cases = Case.objects.all()
    awake = cases.awake(at=at)
    view = {
        "mine": lambda: awake.open().filter(OWED, adviser=user),
        "again": lambda: awake.open().filter(next_due_at__isnull=False),
        "waiting": awake.waiting,
        "overdue": lambda: cases.overdue(at=at),  # what is late is nobody's to put aside
        "answered": lambda: awake.open().filter(adviser=user, next_due_at=None).exclude(answered_at=None),
        "aside": lambda: cases.open().filter(snoozed_until__gt=at),
    }.get(filters.view, awake.unanswered)()
    if filters.kind:
        view = view.filter(kind=filters.kind)
    if filters.language:
        view = view.filter(language=filters.language)
    if filters.programme.isdecimal():
        view = view.filter(programme_id=int(filters.programme))
    if filters.adviser.isdecimal():
        view = view.filter(adviser_id=int(filters.adviser))
    return view


def page(filters: Filters, *, user: User, at: datetime, after: str = "") -> Page:
    """The most urgent cases of the view after the key ``after``, with what a line of the queue shows."""
    cases = _beyond(filtered(filters, user=user, at=at), after)
    rows = list(
        cases.most_urgent_first()
        .select_related("person", "programme", "adviser")
        .prefetch_related(
            Prefetch("person__scores", PersonScore.objects.filter(metric=SCORE), to_attr="conversion_scores")
        )
        .defer("question")
        .annotate(excerpt=Substr("question", 1, EXCERPT_LENGTH))[: PAGE_SIZE + 1]
    )
    has_more = len(rows) > PAGE_SIZE
    rows = rows[:PAGE_SIZE]
    return Page(_lines(rows, at=at), _key(rows[-1]) if has_more else "")


def _lines(cases: list[Case], *, at: datetime) -> list[Row]:
    looking: dict[int, list[str]] = {}
    there = Presence.objects.filter(case__in=cases, seen_at__gt=at - PRESENT_FOR).select_related("user")
    for one in there.order_by("-doing", "user_id"):  # whoever writes before whoever looks
        looking.setdefault(one.case_id, []).append(f"{one.user} {one.get_doing_display()}")
    return [
        Row(
            case,
            deadlines.words(owed_at(case), at=at),
            score,
            reason(case, at=at, score=score),
            ranking.why(case, at=at),
            looking.get(case.pk, []),
        )
        for case in cases
        for score in [next(iter(case.person.conversion_scores), None)]  # type: ignore[attr-defined]  # prefetched
    ]


def owed_at(case: Case) -> datetime:
    """By when the next thing is owed: the answer, or, to somebody who wrote again, the further reply."""
    return case.next_due_at or case.answer_due_at


def reason(case: Case, *, at: datetime, score: PersonScore | None = None) -> str:
    """Why a case comes now: the strongest of its reasons, in words."""
    due = deadlines.words(owed_at(case), at=at)
    if case.next_due_at is not None:
        return _("They wrote again and wait for a reply.")
    if due.level == "late":
        return _("The promise is broken: answer at once.")
    if case.nudged_at is not None:
        return _("They have asked again where the answer is.")
    if case.priority > queue.ORDINARY:
        return _("Marked as urgent.")
    if due.level == "soon":
        return _("The promise ends within four hours.")
    if score is not None and score.value >= LIKELY:
        return _("Likely to enrol: %(share)d in 100 like them do.") % {"share": round(100 * score.value)}
    return _("Next by deadline.")


def stamp(*, at: datetime) -> str:
    """Changes whenever a queue on screen may have to be read again; one statement, however long the queue is.

    Whatever is done to a case leaves an event, so the last of them says whether anything happened; who looks at which
    case is in a small table of its own. The minute is part of it because deadlines are told in minutes.
    """
    with connection.cursor() as cursor:
        cursor.execute(_STAMP, [at - PRESENT_FOR])
        event, there = cursor.fetchone()
    return f"{int(at.timestamp()) // 60}-{event or 0}-{(there or '')[:8]}"


def counts(*, user: User, at: datetime) -> dict[str, int]:
    """How many cases each view holds; counting stops one past the ceiling, so it costs the same for any queue."""
    return {view: filtered(Filters(view), user=user, at=at)[: COUNTED_UP_TO + 1].count() for view in Filters.VIEWS}


def capped(count: int) -> str:
    """A count as it is shown: "1,000+" once counting stopped."""
    return f"{COUNTED_UP_TO:,}+" if count > COUNTED_UP_TO else str(count)


def _key(case: Case) -> str:
    return f"{case.priority}_{(case.rank_at or case.answer_due_at).isoformat()}_{case.pk}"


def _beyond(cases, after: str):
    """Those that come after the key in the order of urgency; a key that cannot be read means the first page."""
    try:
        first, second, third = after.split("_")
        priority, due, pk = int(first), datetime.fromisoformat(second), int(third)
    except ValueError:
        return cases
    return cases.filter(priority__lte=priority).filter(  # the first condition alone bounds the walk along the index
        Q(priority__lt=priority) | Q(priority=priority, rank_at__gt=due) | Q(priority=priority, rank_at=due, pk__gt=pk)
    )
