"""Plots: the school's figures as Altair charts in the house palette, for screens, mails and paper alike.

Rows are plain dicts with keys ``x`` (a date, a number or a word), ``y`` (a number) and, where there are several
series, ``series``. Series are named at the end of their line; there is no legend. The palette
follows Okabe and Ito's colours for colour-blind readers, in the website's tones.
"""

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

import altair as alt
import vl_convert
from babel.dates import format_date
from django.utils.formats import number_format
from django.utils.translation import get_language
from django.utils.translation import gettext as _

PALETTE = ["#0f4c55", "#c9581f", "#3b7fb5", "#8a6d1d", "#8c4a7e", "#4f8f5b"]
INK, MUTED, LINE = "#17292c", "#506164", "#dbd2c2"
FONT = "Liberation Sans, Helvetica, Arial, sans-serif"
# Dates and numbers follow these regions; plain "en" would print American dates.
REGIONS = {"ca": "ca_ES", "es": "es_ES", "en": "en_GB"}
Row = dict[str, Any]


def line_trend(
    rows: Sequence[Row],
    *,
    title: str,
    unit: str = "",
    target: float | None = None,
    marks: Sequence[tuple[date, str]] = (),
    width: int = 560,
    height: int = 240,
) -> alt.LayerChart:
    """Return lines over time, each with its last value and, among several, its name at its end.

    ``target`` draws a dashed line with its figure, ``marks`` an upright one with its words on each of those days.
    """
    data = alt.Data(values=[_plain(row) for row in rows])
    several = any("series" in row for row in rows)
    x = alt.X("x:T" if _is_dated(rows) else "x:O", title=None, axis=_time_axis(rows))
    y = alt.Y("y:Q", title=unit or None, scale=alt.Scale(zero=True, nice=True), axis=alt.Axis(tickCount=4))
    colour = _colour(rows) if several else alt.value(PALETTE[0])
    base = alt.Chart(data).encode(x=x, y=y, color=colour)
    lines = base.mark_line(strokeWidth=2.5, interpolate="monotone")
    ends = alt.Chart(alt.Data(values=_ends(rows))).encode(x=x, y=y, color=colour)
    words = ends.mark_text(align="left", dx=8, fontSize=12, fontWeight=600).encode(text="label:N", y="label_y:Q")
    layers = [lines, ends.mark_point(filled=True, size=60, opacity=1), words]
    if target is not None:
        layers += _target(target, label=_("target"))
    if marks:
        layers += _marks(marks)
    return _dressed(alt.layer(*layers), title=title, width=width, height=height, end=110 if several else 60)


def bars(
    rows: Sequence[Row], *, title: str, unit: str = "", target: float | None = None, width: int = 560
) -> alt.LayerChart:
    """Return one bar per row, longest first, with its name on the left and its figure at its end."""
    values = [{**_plain(row), "x": str(row["x"]), "label": _figure(row["y"], unit)} for row in rows]
    base = alt.Chart(alt.Data(values=values)).encode(
        y=alt.Y("x:N", sort="-x", title=None, axis=alt.Axis(labelLimit=220, ticks=False, domain=False)),
        x=alt.X("y:Q", title=None, axis=None, scale=alt.Scale(zero=True)),
    )
    drawn = base.mark_bar(color=PALETTE[0], height={"band": 0.68}, cornerRadiusEnd=2)
    words = base.mark_text(align="left", dx=6, fontSize=12, color=INK).encode(text="label:N")
    layers = [drawn, words]
    if target is not None:
        layers.append(
            alt.Chart(alt.Data(values=[{"y": target}])).mark_rule(color=PALETTE[1], strokeDash=[4, 3]).encode(x="y:Q")
        )
    return _dressed(alt.layer(*layers), title=title, width=width, height=30 * max(len(rows), 1), end=60)


def sparkline(values: Iterable[float], *, width: int = 120, height: int = 28) -> alt.LayerChart:
    """Return a bare line the height of a word, with its last point marked."""
    points = [{"x": place, "y": float(value)} for place, value in enumerate(values)]
    x, y = alt.X("x:Q", axis=None), alt.Y("y:Q", axis=None, scale=alt.Scale(zero=False))
    line = alt.Chart(alt.Data(values=points)).mark_line(color=PALETTE[0], strokeWidth=1.75).encode(x=x, y=y)
    last = alt.Chart(alt.Data(values=points[-1:])).mark_point(filled=True, color=PALETTE[1], size=32, opacity=1)
    return alt.layer(line, last.encode(x=x, y=y)).properties(width=width, height=height).configure_view(stroke=None)


def to_svg(chart: alt.TopLevelMixin) -> str:
    """Return the chart as an SVG element with its title as its name, to stand in a page, a mail or a PDF."""
    return vl_convert.vegalite_to_svg(spec(chart))


def spec(chart: alt.TopLevelMixin) -> dict[str, Any]:
    """Return the Vega-Lite description with its dates and numbers in the active language, for interactive charts."""
    described = chart.to_dict()
    region = _region().replace("_", "-")
    described.setdefault("config", {})["locale"] = {
        "number": vl_convert.get_format_locale(region),
        "time": vl_convert.get_time_format_locale(region),
    }
    return described


def summary(rows: Sequence[Row], *, unit: str = "") -> str:
    """Return in words what the plot of these rows shows: first and last, lowest and highest, for each series."""
    if not rows:
        return _("There is nothing to show yet.")
    said = []
    for name, members in _by_series(rows).items():
        words = _("from %(first)s (%(start)s) to %(last)s (%(end)s); lowest %(low)s, highest %(high)s") % {
            "first": _figure(members[0]["y"], unit),
            "start": _place(members[0]["x"]),
            "last": _figure(members[-1]["y"], unit),
            "end": _place(members[-1]["x"]),
            "low": _figure(min(row["y"] for row in members), unit),
            "high": _figure(max(row["y"] for row in members), unit),
        }
        said.append(f"{name}: {words}" if name else words[:1].upper() + words[1:])
    return ". ".join(said) + "."


def _plain(row: Row) -> Row:
    x = row["x"]
    return {**row, "x": x.isoformat() if isinstance(x, date) else x, "y": float(row["y"])}


def _is_dated(rows: Sequence[Row]) -> bool:
    return bool(rows) and isinstance(rows[0]["x"], date)


def _by_series(rows: Sequence[Row]) -> dict[str, list[Row]]:
    series: dict[str, list[Row]] = {}
    for row in rows:
        series.setdefault(str(row.get("series", "")), []).append(row)
    return series


def _time_axis(rows: Sequence[Row]) -> alt.Axis:
    if not _is_dated(rows):
        return alt.Axis(grid=False, labelAngle=0)
    days = (max(row["x"] for row in rows) - min(row["x"] for row in rows)).days
    return alt.Axis(grid=False, labelAngle=0, tickCount=6, format="%-d %b" if days <= 120 else "%b %Y")


def _ends(rows: Sequence[Row]) -> list[Row]:
    ends = [
        {**_plain(members[-1]), "label": f"{name} {_figure(members[-1]['y'], '')}".strip()}
        for name, members in _by_series(rows).items()
    ]
    # Names of lines that end close together are moved apart, upwards, by about the height of a word.
    gap = 0.075 * max((abs(float(row["y"])) for row in rows), default=0)
    below = None
    for end in sorted(ends, key=lambda end: end["y"]):
        end["label_y"] = end["y"] if below is None else max(end["y"], below + gap)
        below = end["label_y"]
    return ends


def _colour(rows: Sequence[Row]) -> alt.Color:
    names = list(_by_series(rows))
    tones = [PALETTE[place % len(PALETTE)] for place in range(len(names))]
    return alt.Color("series:N", legend=None, scale=alt.Scale(domain=names, range=tones))


def _target(target: float, *, label: str) -> list[alt.Chart]:
    base = alt.Chart(alt.Data(values=[{"y": target, "label": f"{label} {_figure(target, '')}"}])).encode(y="y:Q")
    rule = base.mark_rule(color=MUTED, strokeDash=[4, 3])
    words = base.mark_text(align="left", baseline="bottom", dx=3, dy=-3, fontSize=11, color=MUTED)
    return [rule, words.encode(text="label:N", x=alt.value(0))]


def _marks(marks: Sequence[tuple[date, str]]) -> list[alt.Chart]:
    # The words of one day stand below each other, and so do those of neighbours, at the head of their lines.
    values = [{"x": day.isoformat(), "label": label, "dy": place % 4 * 13} for place, (day, label) in enumerate(marks)]
    base = alt.Chart(alt.Data(values=values)).encode(x="x:T")
    rules = base.mark_rule(color=PALETTE[1], strokeDash=[2, 3])
    words = [
        base.transform_filter(alt.datum.dy == dy)
        .mark_text(align="left", baseline="top", dx=3, dy=dy, fontSize=11, color=PALETTE[1])
        .encode(text="label:N", y=alt.value(0))
        for dy in range(0, min(len(values), 4) * 13, 13)
    ]
    return [rules, *words]


def _figure(value: float, unit: str) -> str:
    places = 0 if float(value).is_integer() else 1
    words = number_format(value, decimal_pos=places, force_grouping=True)
    return f"{words} {unit}".strip()


def _place(x: Any) -> str:
    return format_date(x, format="long", locale=_region()) if isinstance(x, date) else str(x)


def _region() -> str:
    language = (get_language() or "en")[:2]
    return REGIONS.get(language, REGIONS["en"])


def _dressed(chart: alt.LayerChart, *, title: str, width: int, height: int, end: int) -> alt.LayerChart:
    return (
        chart.properties(
            title=title,
            description=title,
            width=width,
            height=height,
            padding={"left": 4, "top": 4, "right": end, "bottom": 4},
        )
        .configure(background="transparent", font=FONT)
        .configure_view(stroke=None)
        .configure_title(anchor="start", fontSize=15, fontWeight=600, color=INK, offset=14)
        .configure_axis(
            labelColor=MUTED, titleColor=MUTED, gridColor=LINE, domainColor=LINE, tickColor=LINE, labelFontSize=11
        )
    )


def javascript() -> str:
    """Vega, Vega-Lite and vegaEmbed as one script for the browser; ``javascript_version`` changes whenever it does."""
    return vl_convert.javascript_bundle()


def javascript_version() -> str:
    return vl_convert.__version__
