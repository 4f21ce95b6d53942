"""A KPI as it stood at the end of each day: what comparisons and trends are drawn from, and never rewritten."""

from datetime import date, datetime, timedelta

from insights.kpis import KPIS, SCHOOL_ZONE, Period, measure_all
from insights.models import KpiSnapshot
from programmes.models import Intake

TRAILING_DAYS = 30
YEAR_DAYS = 364  # whole weeks, so that a Monday is compared with a Monday


def trailing(day: date) -> Period:
    """The thirty days that end with ``day``: what the board shows and snapshots keep."""
    return Period(day - timedelta(days=TRAILING_DAYS - 1), day)


def take(day: date) -> int:
    """Write the figures of ``day`` down, once; return how many were new."""
    rows = [
        KpiSnapshot(
            kpi=figure.kpi.id,
            version=figure.kpi.version,
            day=day,
            numerator=figure.numerator,
            denominator=figure.denominator,
            value=figure.value,
        )
        for figure in measure_all(trailing(day))
    ]
    before = KpiSnapshot.objects.filter(day=day).count()
    KpiSnapshot.objects.bulk_create(rows, ignore_conflicts=True)
    return KpiSnapshot.objects.filter(day=day).count() - before


def take_due(*, at: datetime) -> dict[str, int]:
    """Write down yesterday, if nobody has. A later day is not made up: a figure of then cannot be measured now."""
    yesterday = at.astimezone(SCHOOL_ZONE).date() - timedelta(days=1)
    if KpiSnapshot.objects.filter(day=yesterday).count() >= len(KPIS):
        return {"snapshots": 0}
    return {"snapshots": take(yesterday)}


def comparison_day(day: date) -> date:
    """The same day of the previous intake: as far before its start as ``day`` is before the coming one."""
    own = Intake.objects.filter(programme__collection__is_own=True, starts_on__isnull=False)
    coming = own.filter(starts_on__gte=day).order_by("starts_on").values_list("starts_on", flat=True).first()
    if coming is None:
        return day - timedelta(days=YEAR_DAYS)
    previous = (
        own.filter(starts_on__lt=day, starts_on__lte=coming - timedelta(days=60))
        .order_by("-starts_on")
        .values_list("starts_on", flat=True)
        .first()
    )
    return day - ((coming - previous) if previous else timedelta(days=YEAR_DAYS))


def values_on(day: date) -> dict[str, float | None]:
    """KPI id → value at the end of ``day``, for the versions now in force."""
    rows = KpiSnapshot.objects.filter(day=day).values_list("kpi", "version", "value")
    return {kpi: value for kpi, version, value in rows if kpi in KPIS and KPIS[kpi].version == version}


def trend(start: date, end: date) -> dict[str, list[tuple[date, float]]]:
    """KPI id → its daily values from ``start`` to ``end``, in one query."""
    found: dict[str, list[tuple[date, float]]] = {kpi: [] for kpi in KPIS}
    rows = KpiSnapshot.objects.filter(day__range=(start, end)).order_by("day")
    for kpi, version, day, value in rows.values_list("kpi", "version", "day", "value"):
        if value is not None and kpi in KPIS and KPIS[kpi].version == version:
            found[kpi].append((day, value))
    return found
