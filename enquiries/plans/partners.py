"""What partners bring, counted so that it adds up with the sources of all enquiries."""

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.db.models import Count, Q, QuerySet
from wagtail.log_actions import log

from enquiries.models import Enquiry, Partner, PartnerAgreement
from people.models import User


@dataclass(frozen=True)
class Brought:
    """What one partner brought; ``unclaimed`` are enquiries that carry its code as their source, but not its name."""

    partner: Partner
    enquiries: int
    contacted: int
    enrolled: int
    unclaimed: int


@dataclass(frozen=True)
class Source:
    """A source that is nobody's: enquiries without a partner."""

    source: str
    medium: str
    enquiries: int
    enrolled: int


@dataclass(frozen=True)
class Report:
    """All enquiries of a period, those of partners and those of nobody: together they are all."""

    partners: list[Brought]
    sources: list[Source]
    total: int

    @property
    def of_partners(self) -> int:
        return sum(line.enquiries for line in self.partners)

    @property
    def of_nobody(self) -> int:
        return sum(line.enquiries for line in self.sources)

    @property
    def enrolled(self) -> int:
        return sum(line.enrolled for line in self.partners)

    @property
    def unclaimed(self) -> int:
        return sum(line.unclaimed for line in self.partners)

    @property
    def adds_up(self) -> bool:
        return self.total == self.of_partners + self.of_nobody


def report(*, since: datetime, until: datetime) -> Report:
    """What came from ``since`` on and before ``until``, partner by partner and source by source; four queries."""
    received = Enquiry.objects.filter(received_at__gte=since, received_at__lt=until).order_by()
    enrolled = Count("pk", filter=Q(state=Enquiry.State.ENROLLED))
    contacted = Count("pk", filter=Q(contacted_at__isnull=False))
    of = {
        partner: (number, reached, joined)
        for partner, number, reached, joined in received.exclude(partner=None)
        .values_list("partner")
        .annotate(number=Count("pk"), contacted=contacted, enrolled=enrolled)
    }
    sources = [
        Source(*row)
        for row in received.filter(partner=None)
        .values_list("source", "medium")
        .annotate(number=Count("pk"), enrolled=enrolled)
        .order_by("-number", "source", "medium")
    ]
    codes: dict[str, int] = {}
    for line in sources:
        codes[line.source.lower()] = codes.get(line.source.lower(), 0) + line.enquiries
    lines = [
        Brought(partner, *of.get(partner.pk, (0, 0, 0)), codes.get(partner.code.lower(), 0))
        for partner in Partner.objects.select_related("owner").order_by("name", "pk")
    ]
    lines.sort(key=lambda line: -line.enquiries)
    return Report(lines, sources, received.count())


def holds(document_id: int) -> bool:
    """Whether a file is an agreement with a partner, and so is nobody's but the school's."""
    return PartnerAgreement.objects.filter(file_id=document_id).exists()


def unclaimed(partner: Partner) -> QuerySet[Enquiry]:
    """Enquiries whose source is the partner's code, of before it was known as a partner."""
    return Enquiry.objects.filter(partner=None, source__iexact=partner.code)


@transaction.atomic
def claim(partner: Partner, *, at: datetime, by: User | None) -> int:
    """Credit the partner with the enquiries that carry its code as their source; return how many."""
    claimed = unclaimed(partner).update(partner=partner)
    if claimed:
        log(instance=partner, action="enquiries.partner_credited", user=by, timestamp=at, data={"enquiries": claimed})
    return claimed
