"""The rows behind a figure: the same rows it counts, as a list that a person can read and check."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, Max, QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _

from enrolment.models import Enrolment
from insights.kpis import KPIS, Period
from people.models import Person
from programmes import dates, money
from programmes.selling import benchmark


@dataclass(frozen=True)
class Row:
    """A line of the list. ``counts`` says whether it is in the numerator; None where every row is."""

    person: Person | None
    what: str
    when: datetime | None
    detail: str
    counts: bool | None = None
    address: str = ""


def behind(kpi_id: str, period: Period, *, only_hits: bool = False) -> QuerySet:
    """The rows of the KPI in a readable order, with what their description needs loaded."""
    kpi = KPIS[kpi_id]
    rows = kpi.rows(period)
    if only_hits and kpi.hits:
        rows = kpi.hits(rows, period)
    if kpi_id == "kpi-3":
        people = Person.objects.filter(touchpoints__in=rows)
        return people.annotate(contacts=Count("touchpoints"), last=Max("touchpoints__at")).order_by("-last", "pk")
    if kpi_id == "kpi-4":
        return rows.order_by("-created_at", "pk")
    if kpi_id == "kpi-5":
        return (
            Enrolment.objects.active()
            .filter(intake__in=rows)
            .select_related("person", "intake__programme")
            .order_by("-enrolled_at", "pk")
        )
    if kpi_id == "kpi-6":
        return rows.select_related("person", "programme").order_by("-answer_due_at", "pk")
    if kpi_id == "benchmark":
        return (rows if only_hits else benchmark.with_reviews(rows, on=period.end)).order_by("title", "pk")
    if kpi_id == "enrolments":
        return rows.select_related("person", "intake__programme").order_by("-enrolled_at", "pk")
    if kpi_id == "collected":
        return rows.select_related("application__person", "application__intake__programme").order_by("-at", "pk")
    return rows.select_related("person", "programme", "case").order_by("-received_at", "pk")


def describe(kpi_id: str, row, *, hits: frozenset = frozenset()) -> Row:
    """One row in words; ``hits`` are the keys of those in the numerator."""
    is_hit = row.pk in hits if KPIS[kpi_id].hits else None
    if kpi_id == "kpi-3":
        return Row(row, _("%(count)s contacts") % {"count": row.contacts}, row.last, "")
    if kpi_id == "kpi-4":
        return Row(row, row.source, row.created_at, "", is_hit)
    if kpi_id == "benchmark":
        reviewed = dates.show(row.reviewed_on) if row.reviewed_on else _("never reviewed")
        address = reverse("programmes_benchmark:comparison", args=[row.uuid])
        return Row(None, row.title, None, reviewed, is_hit, address)
    if kpi_id in ("kpi-5", "enrolments"):
        return Row(row.person, row.intake.programme.title, row.enrolled_at, row.get_state_display())
    if kpi_id == "kpi-6":
        return Row(row.person, str(row.programme or ""), row.answer_due_at, row.get_state_display(), is_hit)
    if kpi_id == "collected":
        amount = money.show(-row.amount_minor, row.currency)
        programme = row.application.intake.programme.title
        return Row(row.application.person, programme, row.at, f"{row.get_kind_display()}: {amount}")
    return Row(row.person, str(row.programme or ""), row.received_at, row.get_state_display(), is_hit)


def hits_among(kpi_id: str, period: Period, rows: list) -> frozenset:
    """The keys of those of ``rows`` that the KPI's numerator counts, in one query."""
    kpi = KPIS[kpi_id]
    if kpi.hits is None:
        return frozenset()
    return frozenset(
        kpi.hits(kpi.rows(period).filter(pk__in=[row.pk for row in rows]), period).values_list("pk", flat=True)
    )
