"""Reading the queue: a page of cases in the order of urgency, however many there are.

Pages follow one another by key, not by number, and counts stop at a ceiling, so that a queue of 100,000 cases opens as
fast as one of ten.
"""

from dataclasses import dataclass, replace
from datetime import datetime
from urllib.parse import urlencode

from django.db.models import Prefetch, Q
from django.db.models.functions import Substr

from contact_centre.models import Case
from people.models import PersonScore, User

PAGE_SIZE = 30
COUNTED_UP_TO = 1000
EXCERPT_LENGTH = 180
SCORE = "conversion"  # written by insights; a queue without it simply shows none


@dataclass(frozen=True)
class Filters:
    """What the address of the queue says: which view of it, and which cases of that view."""

    view: str = "all"
    kind: str = ""
    language: str = ""
    programme: str = ""

    VIEWS = ("mine", "waiting", "overdue", "all", "answered")

    def query(self, **changed: str) -> str:
        """The part of the address after "?", with some filters changed; what is not set is left out."""
        wanted = replace(self, **changed)
        pairs = [(name, getattr(wanted, name)) for name in ("view", "kind", "language", "programme")]
        return urlencode([(name, value) for name, value in pairs if value])


@dataclass(frozen=True)
class Page:
    """One page of the queue; ``after`` opens the next one and is empty on the last."""

    cases: list[Case]
    after: str


def filtered(filters: Filters, *, user: User, at: datetime):
    """The cases of one view of the queue, not yet in order."""
    cases = Case.objects.all()
    view = {
        "mine": lambda: cases.unanswered().filter(adviser=user),
        "waiting": cases.waiting,
        "overdue": lambda: cases.overdue(at=at),
        "answered": lambda: cases.open().filter(adviser=user).exclude(answered_at=None),
    }.get(filters.view, cases.unanswered)()
    if filters.kind:
        view = view.filter(kind=filters.kind)
    if filters.language:
        view = view.filter(language=filters.language)
    if filters.programme.isdecimal():
        view = view.filter(programme_id=int(filters.programme))
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
    return Page(rows, _key(rows[-1]) if has_more else "")


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
