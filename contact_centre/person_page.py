"""What the page of a person says: how they may be contacted, what they want, and what to do next."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils.translation import gettext as _

from contact_centre import day, deadlines
from contact_centre.deadlines import DueIn
from contact_centre.models import Case
from people.contact.ways import Way
from people.contact.ways import ways as contact_ways
from people.models import Channel, DuplicatePair, Merge, Person, PersonScore, Purpose, Touchpoint

QUIET_DAYS = 14  # a prospect we have not spoken with for two weeks has usually decided, for us or for another
REACHED = (Channel.EMAIL, Channel.PHONE, Channel.WHATSAPP)


@dataclass(frozen=True)
class Next:
    """One thing to do next; ``case`` is the case it concerns, if there is one."""

    text: str
    why: str
    case: Case | None = None


def with_rarities(people: QuerySet[Person]) -> QuerySet[Person]:
    """Note on each person what few have, so that the panels about it need not ask: ``is_merged``, ``may_be_double``."""
    merges = Merge.objects.filter(survivor=OuterRef("pk"), undone_at=None)
    pairs = DuplicatePair.objects.filter(
        Q(one=OuterRef("pk")) | Q(other=OuterRef("pk")), state=DuplicatePair.State.OPEN
    )
    return people.annotate(is_merged=Exists(merges), may_be_double=Exists(pairs))


def ways(person: Person, *, at: datetime) -> list[Way]:
    """The channels on which we have an address, to answer and to offer: what each allows now, the preferred first."""
    pairs = [(channel, purpose) for channel in REACHED for purpose in (Purpose.ENQUIRY, Purpose.COMMERCIAL)]
    return contact_ways(person, pairs, at=at)


def open_cases(person: Person, *, at: datetime) -> list[tuple[Case, DueIn]]:
    """What the person waits for, the most urgent first."""
    cases = person.cases.open().select_related("programme", "adviser").most_urgent_first()[:10]
    return [(case, deadlines.words(case.answer_due_at, at=at)) for case in cases]


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
        Next(_("Answer: %(kind)s") % {"kind": case.get_kind_display()}, day.reason(case, at=at, score=score), case)
        for case, _due in cases
        if case.answered_at is None
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
