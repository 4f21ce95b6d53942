"""Which enquiries are perhaps none, by the named rules that can be looked up. Somebody decides on each."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Exists, F, OuterRef, Q
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from enquiries.models import Enquiry
from people import relatives
from people.models import Identity, User

Rule = Enquiry.InvalidRule
WITHIN = timedelta(days=7)  # the same question later than that may be a new one
WHY = {
    Rule.TWICE: _("The same person asked about the same less than a week before, and that enquiry is open."),
    Rule.TEST: _("They write from an address of our own staff."),
    Rule.UNREACHABLE: _("Everything they left came back, or is a wrong number."),
    Rule.CHILD: _("They are too young to decide alone, and we know no guardian."),
}


@dataclass(frozen=True)
class Suspicion:
    """One rule that may hold, and why."""

    rule: str
    why: str | Promise

    @property
    def name(self) -> str:
        return str(Rule(self.rule).label)


def conditions() -> dict[str, Q]:
    """The rules that are looked up for many enquiries at once, as conditions on ``Enquiry``."""
    reach = Identity.objects.filter(person=OuterRef("person"), kind__in=Identity.REACHABLE)
    earlier = Enquiry.objects.live().filter(
        person=OuterRef("person"),
        received_at__lt=OuterRef("received_at"),
        received_at__gte=OuterRef("received_at") - WITHIN,
        state__in=[Enquiry.State.RECEIVED, Enquiry.State.CONTACTED, Enquiry.State.QUALIFIED],
    )
    same = earlier.filter(Q(programme=OuterRef("programme")) | Q(programme=None))
    ours = User.objects.filter(is_staff=True, is_active=True, email__iexact=OuterRef("value"))
    return {
        Rule.TWICE: Exists(same) | Q(programme=None) & Exists(earlier.filter(programme=None)),
        Rule.TEST: Q(Exists(reach.filter(kind=Identity.Kind.EMAIL).filter(Exists(ours)))),
        Rule.UNREACHABLE: Exists(reach) & ~Exists(reach.filter(is_undeliverable=False)),
    }


def suggested() -> Q:
    """A condition on ``Enquiry`` that holds where any of the rules does; only of those that may still be set apart."""
    some = Q()
    for condition in conditions().values():
        some |= Q(condition)
    return some & Q(state__in=_open_states(), is_history=False)


def of(enquiry: Enquiry, *, at: datetime) -> list[Suspicion]:
    """The rules that may hold for one enquiry; none for one that has ended or applied."""
    if enquiry.state not in _open_states() or enquiry.is_history:
        return []
    named = {f"is_{rule}": condition for rule, condition in conditions().items()}
    row = Enquiry.objects.filter(pk=enquiry.pk).annotate(
        **{name: Q(condition) for name, condition in named.items()}, whose=F("person_id")
    )
    found = row.values(*named).get()
    rules = [rule for rule in conditions() if found[f"is_{rule}"]]
    person = enquiry.person
    if relatives.is_minor(person, at) and not relatives.guardians_of(person, at):
        rules.append(Rule.CHILD)
    return [Suspicion(rule, WHY[Rule(rule)]) for rule in rules]


def _open_states() -> list[str]:
    return [state for state, moves in Enquiry.MOVES.items() if Enquiry.State.INVALID in moves]
