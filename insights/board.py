"""The director's board: at most nine figures, each with its target, its comparison, its trend and its rows."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.utils.formats import number_format
from django.utils.translation import gettext as _

from enquiries.models import Campaign
from insights import kpis, snapshots
from insights.kpis import SCHOOL_ZONE, Figure, Period

TREND_DAYS = 120


@dataclass(frozen=True)
class Card:
    """One figure of the board. ``before`` is its value on the same day of the previous intake, if it was kept."""

    figure: Figure
    before: float | None
    trend: list[tuple[date, float]]

    @property
    def standing(self) -> str:
        """ "reached", "below" or "" where there is no target."""
        value, target = self.figure.value, self.figure.target
        if value is None or target is None:
            return ""
        better = value >= target if self.figure.kpi.higher_is_better else value <= target
        return "reached" if better else "below"

    @property
    def target_words(self) -> str:
        target = self.figure.target
        if target is None:
            return ""
        words = number_format(target, decimal_pos=0, force_grouping=True)
        return f"{words} {unit_name(self.figure.kpi.unit)}"

    @property
    def change(self) -> float | None:
        """The value less the one before, in the KPI's unit."""
        if self.figure.value is None or self.before is None:
            return None
        return round(self.figure.value - self.before, 1)


@dataclass(frozen=True)
class Board:
    """What a director reads in ten seconds. ``compared_with`` is None where no snapshot can be compared."""

    period: Period
    cards: list[Card]
    compared_with: date | None
    as_of: datetime


def read(*, at: datetime, campaign: Campaign | None = None, days: int = snapshots.TRAILING_DAYS) -> Board:
    """The board of the last ``days`` days; only the whole school's of thirty days is kept and can be compared."""
    today = at.astimezone(SCHOOL_ZONE).date()
    period = Period(today - timedelta(days=days - 1), today, campaign)
    is_kept = campaign is None and days == snapshots.TRAILING_DAYS
    compared_with = snapshots.comparison_day(today) if is_kept else None
    before = snapshots.values_on(compared_with) if compared_with else {}
    trends = snapshots.trend(today - timedelta(days=TREND_DAYS), today) if is_kept else {}
    cards = [
        Card(figure, before.get(figure.kpi.id), trends.get(figure.kpi.id, [])) for figure in kpis.measure_all(period)
    ]
    return Board(period, cards, compared_with if before else None, at)


def unit_name(unit: str) -> str:
    return {
        "%": "%",
        "EUR": "€",
        "people": _("people"),
        "enquiries": _("enquiries"),
        "enrolments": _("enrolments"),
    }[unit]
