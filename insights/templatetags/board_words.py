"""Figures in words and in the reader's format."""

from datetime import date

from django import template
from django.urls import reverse
from django.utils.formats import date_format, number_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from insights.board import Card
from insights.kpis import Figure
from printing import plots

register = template.Library()


@register.simple_tag
def figure(value: float | None, unit: str) -> str:
    """``value`` as people read it: 31.4 %, 12,450 €, 84."""
    if value is None:
        return _("nothing to measure")
    places = 1 if unit == "%" else 0
    words = number_format(round(value, places), decimal_pos=places, force_grouping=True)
    return {"%": f"{words} %", "EUR": f"{words} €"}.get(unit, words)


@register.simple_tag
def change(card: Card, day: date | None) -> str:
    """How the figure stands against the same day of the previous intake."""
    if card.change is None or day is None:
        return _("nothing to compare with yet")
    facts = {"change": figure(abs(card.change), card.figure.kpi.unit), "day": date_format(day, "SHORT_DATE_FORMAT")}
    if card.figure.kpi.unit == "%":
        facts["change"] = number_format(abs(card.change), decimal_pos=1)
        if card.change > 0:
            return _("▲ %(change)s points more than on %(day)s") % facts
        if card.change < 0:
            return _("▼ %(change)s points less than on %(day)s") % facts
    elif card.change > 0:
        return _("▲ %(change)s more than on %(day)s") % facts
    elif card.change < 0:
        return _("▼ %(change)s less than on %(day)s") % facts
    return _("the same as on %(day)s") % facts


@register.simple_tag
def counts(measured: Figure) -> str:
    """What was counted, as the link to the list says it."""
    numerator = number_format(round(measured.numerator), force_grouping=True)
    if measured.kpi.id == "kpi-3":
        contacts = int(measured.denominator or 0)
        return ngettext("in %(count)s contact", "in %(count)s contacts", contacts) % {"count": contacts}
    if measured.denominator is None:
        return _("see the list")
    total = number_format(round(measured.denominator), force_grouping=True)
    return _("%(part)s of %(total)s") % {"part": numerator, "total": total}


@register.simple_tag
def plot_script_url() -> str:
    return reverse("insights_plot_script", args=[plots.javascript_version()])
