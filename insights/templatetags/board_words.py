"""Figures in words and in the reader's format."""

from datetime import date

from django import template
from django.urls import reverse
from django.utils.formats import date_format, number_format
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from insights.arguments import Share
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


@register.simple_tag
def share_words(share: float | None) -> str:
    """A share from 0 to 1 in per cent."""
    return "–" if share is None else f"{number_format(round(100 * share, 1), decimal_pos=1)} %"


@register.simple_tag
def points(gap: float) -> str:
    """A difference of shares in points of per cent, with its sign: +12, −3."""
    rounded = round(100 * gap)
    sign = "+" if rounded > 0 else "−" if rounded < 0 else ""
    return f"{sign}{abs(rounded)}"


@register.simple_tag
def wait(milliseconds: float | None) -> str:
    """A wait as people say it: 240 ms, 1.3 s."""
    if milliseconds is None:
        return "–"
    if milliseconds < 1000:
        return f"{round(milliseconds)} ms"
    return f"{number_format(round(milliseconds / 1000, 1), decimal_pos=1)} s"


@register.simple_tag
def band(share: Share) -> SafeString:
    """A share as a point in its interval, on a line from nothing to all."""
    if share.value is None or share.interval is None:
        return SafeString("")
    low, high = (round(100 * end, 1) for end in share.interval)
    words = _("between %(low)s and %(high)s") % {"low": share_words(low / 100), "high": share_words(high / 100)}
    return format_html(
        '<svg class="report-bar" viewBox="-4 0 108 12" preserveAspectRatio="none" role="img" aria-label="{}">'
        '<line x1="0" y1="6" x2="100" y2="6"/><rect x="{}" y="2" width="{}" height="8" rx="2"/>'
        '<rect class="report-bar__point" x="{}" y="1" width="2" height="10"/></svg>',
        words,
        low,
        round(high - low, 1),
        round(100 * share.value - 1, 1),
    )
