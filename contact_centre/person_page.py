"""What the page of a person says: how they may be contacted, what they want, and what to do next."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.utils.translation import gettext as _

from contact_centre import day, deadlines
from contact_centre.deadlines import DueIn
from contact_centre.models import Case
from people import policy
from people.models import Channel, Identity, Person, PersonScore, Purpose, Touchpoint
from people.policy import Verdict

QUIET_DAYS = 14  # a prospect we have not spoken with for two weeks has usually decided, for us or for another
LINKS: dict[str, str] = {Channel.EMAIL: "mailto:", Channel.PHONE: "tel:", Channel.WHATSAPP: "https://wa.me/"}


@dataclass(frozen=True)
class Way:
    """One way to reach a person for one purpose, with the ledger's verdict."""

    channel: str
    label: str
    purpose: str
    purpose_code: str
    verdict: Verdict

    @property
    def address(self) -> str:
        reached = self.verdict.reachable_at.partition(";")[0]
        return f"{LINKS[self.channel]}{reached.removeprefix('+') if self.channel == Channel.WHATSAPP else reached}"


@dataclass(frozen=True)
class Next:
    """One thing to do next; ``case`` is the case it concerns, if there is one."""

    text: str
    why: str
    case: Case | None = None


def ways(person: Person, *, at: datetime) -> list[Way]:
    """The channels on which we have an address, to answer; and the e-mail for news, which needs a consent."""
    kinds = {identity.kind for identity in person.identities.all()}
    channels = [Channel(kind) for kind in Identity.REACHABLE if kind in kinds]
    asked = [(channel, Purpose.ENQUIRY) for channel in channels]
    if Channel.EMAIL in channels:
        asked.append((Channel.EMAIL, Purpose.COMMERCIAL))
    return [
        Way(channel, str(channel.label), str(purpose.label), purpose.value, _verdict(person, channel, purpose, at))
        for channel, purpose in asked
    ]


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


def _verdict(person: Person, channel: str, purpose: str, at: datetime) -> Verdict:
    return policy.may_contact(person, channel=channel, purpose=purpose, at=at)
