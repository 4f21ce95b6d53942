"""The KPIs: what each counts, over which rows, and which of those are hits. The list behind a figure is these rows.

A KPI is a contract: id, name, unit, formula in words, version, owner. A change of what it counts raises its version.
Imported history carries no dates of its own, so it belongs to no period: it counts when its campaign is asked for.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet, Sum
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from contact_centre.models import Case
from enquiries.models import Campaign, CampaignTarget, Enquiry
from enrolment.models import Enrolment, LedgerEntry
from insights.models import KpiTarget
from people.models import Identity, Person, Touchpoint
from programmes.models import Intake
from programmes.selling import benchmark

SCHOOL_ZONE = ZoneInfo("Europe/Madrid")
COMING_DAYS = 200  # an intake further away is not on sale yet


@dataclass(frozen=True)
class Period:
    """Days from ``start`` to ``end``, both counted, in the school's time; ``campaign`` narrows it."""

    start: date
    end: date
    campaign: Campaign | None = None

    @property
    def begins_at(self) -> datetime:
        return datetime.combine(self.start, time(), tzinfo=SCHOOL_ZONE)

    @property
    def ends_at(self) -> datetime:
        return datetime.combine(self.end + timedelta(days=1), time(), tzinfo=SCHOOL_ZONE)

    def within(self, field: str) -> Q:
        return Q(**{f"{field}__gte": self.begins_at, f"{field}__lt": self.ends_at})


@dataclass(frozen=True)
class Kpi:
    """One indicator. ``rows`` gives what is counted, ``hits`` narrows it to the numerator."""

    id: str
    name: str | Promise
    unit: str  # "%", "people", "enquiries", "enrolments", "EUR"
    formula: str | Promise
    owner: str | Promise
    rows: Callable[[Period], QuerySet]
    hits: Callable[[QuerySet, Period], QuerySet] | None = None
    version: int = 1
    higher_is_better: bool = True
    total: str = ""  # a field to add up instead of counting rows
    people: str = "person"  # the path from a row to its person; empty if the row is one
    on_board: bool = True  # the board has nine places; the others stand below it

    @property
    def has_hits(self) -> bool:
        """For templates, which would call ``hits`` instead of asking whether there is one."""
        return self.hits is not None


@dataclass(frozen=True)
class Figure:
    """A KPI measured: ``value`` is the share in per cent, else the numerator; None where there is nothing."""

    kpi: Kpi
    numerator: float
    denominator: float | None
    value: float | None
    target: float | None = None


def enquiries_of(period: Period) -> QuerySet:
    received = Enquiry.objects.exclude(state=Enquiry.State.INVALID)
    if period.campaign is None:
        return received.live().filter(period.within("received_at"))
    of_campaign = received.filter(campaign=period.campaign)
    return of_campaign.filter(Q(is_history=True) | period.within("received_at"))


def answered_cases(period: Period) -> QuerySet:
    """Cases from enquiries whose answer was due, or given, in the period."""
    cases = Case.objects.filter(kind=Case.Kind.ENQUIRY).filter(period.within("answer_due_at"))
    return cases if period.campaign is None else cases.filter(enquiry__campaign=period.campaign)


def contacts(period: Period) -> QuerySet:
    found = Touchpoint.objects.filter(period.within("at"), is_two_way=True)
    return found if period.campaign is None else found.filter(campaign=period.campaign.slug)


def people_known(period: Period) -> QuerySet:
    people = Person.objects.known().filter(created_at__lt=period.ends_at)
    if period.campaign is not None:
        people = people.filter(Exists(Enquiry.objects.filter(person=OuterRef("pk"), campaign=period.campaign)))
    return people


def out_of_reach(people: QuerySet, _period: Period) -> QuerySet:
    """Nobody can be reached who has no address or number that works."""
    working = Identity.objects.filter(person=OuterRef("pk"), kind__in=Identity.REACHABLE, is_undeliverable=False)
    return people.filter(~Exists(working))


def coming_intakes(period: Period) -> QuerySet:
    """The school's own intakes still to start after the period's end."""
    return Intake.objects.filter(
        programme__collection__is_own=True,
        seats__gt=0,
        starts_on__gt=period.end,
        starts_on__lte=period.end + timedelta(days=COMING_DAYS),
    )


def enrolments_of(period: Period) -> QuerySet:
    made = Enrolment.objects.filter(period.within("enrolled_at"))
    if period.campaign is not None:
        made = made.filter(application__enquiry__campaign=period.campaign)
    return made


def money_of(period: Period) -> QuerySet:
    entries = LedgerEntry.objects.filter(period.within("at"), kind__in=["settlement", "refund"], currency="EUR")
    if period.campaign is not None:
        entries = entries.filter(application__enquiry__campaign=period.campaign)
    return entries


KPIS: dict[str, Kpi] = {
    kpi.id: kpi
    for kpi in [
        Kpi(
            "kpi-1",
            _("Conversion from enquiry to enrolment"),
            "%",
            _("Enquiries of the period that ended in an enrolment ÷ valid enquiries received in the period"),
            _("Director"),
            enquiries_of,
            lambda rows, period: rows.filter(state=Enquiry.State.ENROLLED),
        ),
        Kpi(
            "kpi-2",
            _("Share contacted"),
            "%",
            _("Enquiries that one of us answered or spoke with ÷ valid enquiries received in the period"),
            _("Contact-centre lead"),
            enquiries_of,
            lambda rows, period: rows.filter(case__answered_at__isnull=False),
        ),
        Kpi(
            "kpi-3",
            _("People attended"),
            "people",
            _("Different people with at least one two-way contact in the period; beside it, the number of contacts"),
            _("Contact-centre lead"),
            contacts,
        ),
        Kpi(
            "kpi-4",
            _("People we cannot reach"),
            "%",
            _("People without any working e-mail address or telephone ÷ people known at the end of the period"),
            _("Data protection"),
            people_known,
            out_of_reach,
            higher_is_better=False,
            people="",
        ),
        Kpi(
            "kpi-5",
            _("Seats filled for the coming intakes"),
            "%",
            _("Enrolments in the intakes that start in the 200 days after the period ÷ seats of those intakes"),
            _("Director"),
            coming_intakes,
            people="",
        ),
        Kpi(
            "kpi-6",
            _("Answered in time"),
            "%",
            _("Enquiries answered before their promised time ÷ enquiries whose promised time fell in the period"),
            _("Contact-centre lead"),
            answered_cases,
            lambda rows, period: rows.filter(answered_at__lte=F("answer_due_at")),
        ),
        Kpi(
            "enquiries",
            _("Enquiries"),
            "enquiries",
            _("Valid enquiries received in the period"),
            _("Director"),
            enquiries_of,
        ),
        Kpi(
            "enrolments",
            _("Enrolments"),
            "enrolments",
            _("Enrolments made in the period"),
            _("Admissions"),
            enrolments_of,
        ),
        Kpi(
            "collected",
            _("Money collected"),
            "EUR",
            _("Payments settled in the period less refunds, from the ledger"),
            _("Finance"),
            money_of,
            total="amount_minor",
            people="application__person",
        ),
        Kpi(
            "benchmark",
            _("Comparisons with rivals up to date"),
            "%",
            _(
                "Programmes on offer with a rival written down whose comparison was reviewed in the 90 days up to the "
                "end of the period ÷ programmes of the school on offer"
            ),
            _("Marketing"),
            lambda period: benchmark.live_programmes(),
            lambda rows, period: benchmark.reviewed(rows, on=period.end),
            people="",
            on_board=False,
        ),
    ]
}


def measure(kpi: Kpi, period: Period) -> Figure:
    """The figure of ``kpi`` for ``period``, in at most two queries and one for its target."""
    numerator, denominator = _count(kpi, period)
    value: float | None = numerator
    if kpi.unit == "%":
        value = round(100 * numerator / denominator, 1) if denominator else None
    return Figure(kpi, numerator, denominator, value, target_of(kpi, on=period.end, campaign=period.campaign))


def measure_all(period: Period) -> list[Figure]:
    return [measure(kpi, period) for kpi in KPIS.values()]


def target_of(kpi: Kpi, *, on: date, campaign: Campaign | None = None) -> float | None:
    """The target in force; a campaign's own enrolments, whole or per programme, stand before the school's."""
    if campaign is not None:
        if kpi.id != "enrolments":
            return None
        if campaign.metric == Campaign.Metric.ENROLMENTS:
            return campaign.target
        by_programme = CampaignTarget.objects.filter(campaign=campaign)
        return by_programme.aggregate(total=Sum("enrolments"))["total"] or None
    newest = KpiTarget.objects.filter(kpi=kpi.id, valid_from__lte=on).order_by("-valid_from").first()
    return newest.value if newest else None


def _count(kpi: Kpi, period: Period) -> tuple[float, float | None]:
    rows = kpi.rows(period)
    if kpi.id == "kpi-3":  # distinct people, and apart the contacts
        counted = rows.aggregate(people=Count("person", distinct=True), contacts=Count("pk"))
        return counted["people"], counted["contacts"]
    if kpi.id == "kpi-5":
        seats = rows.aggregate(seats=Sum("seats"))["seats"] or 0
        return Enrolment.objects.active().filter(intake__in=rows).count(), seats
    if kpi.total:
        # Settlements stand negative in the ledger: they lower what is owed.
        minor = -(rows.aggregate(total=Sum(kpi.total))["total"] or 0)
        return minor / 100, None
    if kpi.hits is None:
        return rows.count(), None
    return kpi.hits(rows, period).count(), rows.count()
