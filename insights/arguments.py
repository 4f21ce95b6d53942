"""Conversion by argument: of the cases in which advisers used one, how many ended in an enrolment, and of the others.

What is counted are conversations of a sale: enquiries and follow-ups about a programme, opened in the period, that
were answered or in which an argument was marked, of people who were not in that programme yet. One has converted when
its person enrolled in that programme after it was opened. The lists behind the figures are these rows.
"""

from dataclasses import dataclass
from math import sqrt

from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet

from contact_centre.models import ArgumentUse, Case
from enrolment.models import Enrolment
from insights.kpis import Period
from programmes.models import Argument

KINDS = (Case.Kind.ENQUIRY, Case.Kind.FOLLOW_UP)
ENOUGH = 10  # cases on each side; below, an interval is so wide that a figure misleads
Z = 1.96  # of the normal distribution, for 95 %
GROUPS = ("used", "others")


@dataclass(frozen=True)
class Share:
    """``enrolled`` of ``cases``."""

    enrolled: int = 0
    cases: int = 0

    @property
    def value(self) -> float | None:
        """From 0 to 1; None of nothing."""
        return self.enrolled / self.cases if self.cases else None

    @property
    def interval(self) -> tuple[float, float] | None:
        """Where the true share lies in 95 of 100 such samples (Wilson 1927, which holds for few cases too)."""
        if self.value is None:
            return None
        n, p = self.cases, self.value
        middle = (p + Z**2 / (2 * n)) / (1 + Z**2 / n)
        half = Z * sqrt(p * (1 - p) / n + Z**2 / (4 * n**2)) / (1 + Z**2 / n)
        return max(0.0, middle - half), min(1.0, middle + half)


@dataclass(frozen=True)
class Conversion:
    """One argument: the cases in which it was used, and those of the same programmes in which it was not."""

    argument: Argument
    used: Share
    others: Share

    @property
    def gap(self) -> tuple[float, float, float] | None:
        """How much higher the share is where it was used, with its interval of 95 % (Newcombe 1998, method 10)."""
        if not self.used.interval or not self.others.interval:
            return None
        p1, p2 = self.used.value or 0.0, self.others.value or 0.0
        (low1, high1), (low2, high2) = self.used.interval, self.others.interval
        gap = p1 - p2
        return (
            gap,
            gap - sqrt((p1 - low1) ** 2 + (high2 - p2) ** 2),
            gap + sqrt((high1 - p1) ** 2 + (p2 - low2) ** 2),
        )

    @property
    def verdict(self) -> str:
        """ "few" where nothing can be said, "more" or "less" where the interval leaves zero out, else "same"."""
        if self.gap is None or min(self.used.cases, self.others.cases) < ENOUGH:
            return "few"
        _gap, low, high = self.gap
        if low > 0:
            return "more"
        return "less" if high < 0 else "same"


def cases_of(period: Period) -> QuerySet[Case]:
    """The conversations of the period; ``has_enrolled`` says which converted."""
    of_programme = Enrolment.objects.filter(
        person=OuterRef("person"), intake__programme=OuterRef("programme")
    )  # of this person, in what the case is about
    marked = ArgumentUse.objects.filter(case=OuterRef("pk"))
    cases = (
        Case.objects.filter(period.within("opened_at"), kind__in=KINDS, programme__isnull=False)
        .filter(Q(answered_at__isnull=False) | Exists(marked))
        .exclude(Exists(of_programme.filter(enrolled_at__lt=OuterRef("opened_at"))))
        .annotate(has_enrolled=Exists(of_programme.filter(enrolled_at__gte=OuterRef("opened_at"))))
    )
    return cases if period.campaign is None else cases.filter(enquiry__campaign=period.campaign)


def conversions(period: Period) -> list[Conversion]:
    """Every argument in use, and those retired that were used; the most used first. Three queries."""
    cases = cases_of(period)
    totals = {programme: Share(enrolled, count) for programme, count, enrolled in _counted(cases, "programme")}
    used: dict[int, dict[int, Share]] = {}
    for argument, programme, count, enrolled in _counted(
        cases.filter(arguments_used__isnull=False), "arguments_used__argument", "programme"
    ):
        used.setdefault(argument, {})[programme] = Share(enrolled, count)
    arguments = Argument.objects.filter(Q(is_retired=False) | Q(pk__in=used)).select_related("programme")
    found = [_conversion(argument, used.get(argument.pk, {}), totals) for argument in arguments.order_by("pk")]
    return sorted(found, key=lambda one: -one.used.cases)


def behind(argument: Argument, period: Period, *, group: str, only_enrolled: bool = False) -> QuerySet[Case]:
    """The cases behind one figure of the report; ``group`` is one of ``GROUPS``."""
    cases = cases_of(period)
    use = ArgumentUse.objects.filter(case=OuterRef("pk"), argument=argument)
    if group == "used":
        found = cases.filter(Exists(use))
    else:
        programmes = [argument.programme_id] if argument.programme_id else _programmes_with(argument, cases)
        found = cases.filter(~Exists(use), programme__in=programmes)
    if only_enrolled:
        found = found.filter(Q(has_enrolled=True))
    return found.select_related("person", "programme", "adviser").order_by("-opened_at", "-pk")


def _programmes_with(argument: Argument, cases: QuerySet[Case]) -> list[int]:
    return list(cases.filter(arguments_used__argument=argument).values_list("programme", flat=True).distinct())


def _counted(cases: QuerySet[Case], *by: str) -> QuerySet:
    """Groups of cases: the keys, how many there are, and how many of them converted."""
    grouped = cases.order_by().values(*by)
    counted = grouped.annotate(cases=Count("pk"), converted=Count("pk", filter=Q(has_enrolled=True)))
    return counted.values_list(*(F(name) for name in by), "cases", "converted")


def _conversion(argument: Argument, used: dict[int, Share], totals: dict[int, Share]) -> Conversion:
    programmes = [argument.programme_id] if argument.programme_id else list(used)
    here = Share(sum(one.enrolled for one in used.values()), sum(one.cases for one in used.values()))
    others = Share(
        sum(totals.get(one, Share()).enrolled - used.get(one, Share()).enrolled for one in programmes),
        sum(totals.get(one, Share()).cases - used.get(one, Share()).cases for one in programmes),
    )
    return Conversion(argument, here, others)
