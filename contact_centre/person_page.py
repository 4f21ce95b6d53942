"""What the page of a person says: how they may be contacted, what they want, and what to do next."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from statistics import median

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import BooleanField, Exists, ExpressionWrapper, F, OuterRef, Q, QuerySet, When
from django.db.models import Case as Sorting
from django.db.models.functions import JSONObject
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from contact_centre import deadlines, inbox
from contact_centre.deadlines import DueIn
from contact_centre.models import Case, Walk
from people.contact.ways import Way
from people.contact.ways import ways as contact_ways
from people.models import Channel, DuplicatePair, Merge, Person, PersonScore, Purpose, Touchpoint

QUIET_DAYS = 14  # a prospect we have not spoken with for two weeks has usually decided, for us or for another
OPEN_SHOWN = 10
CASES_READ = 60  # enough to tell how somebody is served; who has more is on the list of those who come back
METRICS = {"conversion": gettext_lazy("Chance to enrol"), "dropout": gettext_lazy("Risk of leaving")}
SCORED = ("metric", "value", "label", "reasons", "as_of")
REACHED = (Channel.EMAIL, Channel.PHONE, Channel.WHATSAPP)


@dataclass(frozen=True)
class Next:
    """One thing to do next; ``case`` is the case it concerns, if there is one."""

    text: str
    why: str
    case: Case | None = None


def with_rarities(people: QuerySet[Person]) -> QuerySet[Person]:
    """Note on each person what few have, so that the panels about it need not ask.

    ``is_merged``, ``may_be_double``, ``is_on_journey``; and ``kept_scores``, as ``scores`` reads them.
    """
    merges = Merge.objects.filter(survivor=OuterRef("pk"), undone_at=None)
    pairs = DuplicatePair.objects.filter(
        Q(one=OuterRef("pk")) | Q(other=OuterRef("pk")), state=DuplicatePair.State.OPEN
    )
    walks = Walk.objects.filter(person=OuterRef("pk"), state=Walk.State.WALKING)
    kept = PersonScore.objects.filter(person=OuterRef("pk")).order_by("metric")
    return people.annotate(
        is_merged=Exists(merges),
        may_be_double=Exists(pairs),
        is_on_journey=Exists(walks),
        kept_scores=ArraySubquery(kept.values(row=JSONObject(**{name: name for name in SCORED}))),
    )


def scores(person: Person) -> list[PersonScore]:
    """The figures about a person that were written down, as ``with_rarities`` read them."""
    return [
        PersonScore(person=person, **{**row, "as_of": datetime.fromisoformat(row["as_of"])})
        for row in person.kept_scores  # type: ignore[attr-defined]  # annotated
    ]


@dataclass(frozen=True)
class Service:
    """How the person was served, from their latest cases: each counted once, whoever answered it."""

    cases: int
    answered: int
    in_time: int
    waiting: int
    asked_again: int
    usual_answer: timedelta | None  # the median from asking to the first answer


def service(cases: list[Case]) -> Service:
    """Count the person's cases; one that is still open and within its promise is neither in time nor late."""
    answered = [(case, case.answered_at) for case in cases if case.answered_at is not None]
    took = [answered_at - case.opened_at for case, answered_at in answered]
    return Service(
        cases=len(cases),
        answered=len(answered),
        in_time=sum(answered_at <= case.answer_due_at for case, answered_at in answered),
        waiting=sum(case.answered_at is None and case.state != Case.State.CLOSED for case in cases),
        asked_again=sum(case.nudged_at is not None for case in cases),
        usual_answer=median(took) if took else None,  # type: ignore[type-var]  # spans can be halved too
    )


def ways(person: Person, *, at: datetime) -> list[Way]:
    """The channels on which we have an address, to answer and to offer: what each allows now, the preferred first."""
    pairs = [(channel, purpose) for channel in REACHED for purpose in (Purpose.ENQUIRY, Purpose.COMMERCIAL)]
    return contact_ways(person, pairs, at=at)


def latest_cases(person: Person) -> list[Case]:
    """The person's cases: those that are open, the most urgent first, then the newest of the others."""
    is_over = Q(state__in=Case.CLOSED)
    found = person.cases.select_related("programme", "adviser").annotate(
        is_over=ExpressionWrapper(is_over, BooleanField())
    )
    ends = When(is_over, then=F("opened_at"))
    return list(
        found.order_by("is_over", Sorting(ends).desc(nulls_last=True), "-priority", "rank_at", "id")[:CASES_READ]
    )


def open_cases(cases: list[Case], *, at: datetime) -> list[tuple[Case, DueIn]]:
    """What the person waits for, the most urgent first."""
    still_open = [case for case in cases if case.state not in Case.CLOSED][:OPEN_SHOWN]
    return [(case, deadlines.words(inbox.owed_at(case), at=at)) for case in still_open]


def next_steps(
    cases: list[tuple[Case, DueIn]],
    ways_open: list[Way],
    *,
    last: Touchpoint | None,
    score: PersonScore | None,
    at: datetime,
) -> list[Next]:
    """What an adviser should do now, from the cases, the ledger and the silence, the most pressing first."""
    steps = [
        Next(_("Answer: %(kind)s") % {"kind": case.get_kind_display()}, inbox.reason(case, at=at, score=score), case)
        for case, _due in cases
        if case.answered_at is None
    ]
    steps += [
        Next(_("Reply: %(kind)s") % {"kind": case.get_kind_display()}, inbox.reason(case, at=at, score=score), case)
        for case, _due in cases
        if case.answered_at is not None and case.next_due_at is not None
    ]
    may_reach = [way for way in ways_open if way.verdict.allowed]
    if not ways_open:
        steps.append(Next(_("Ask for an address"), _("We have no e-mail address or telephone number.")))
    elif not may_reach:
        steps.append(Next(_("Do not contact them now"), ways_open[0].verdict.why))
    elif not steps and last is not None and at - last.at > timedelta(days=QUIET_DAYS):
        silence = deadlines.span(at - last.at)
        steps.append(Next(_("Ask how they are doing"), _("Nothing has happened for %(time)s.") % {"time": silence}))
    return steps
