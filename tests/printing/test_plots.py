from datetime import date
from xml.etree import ElementTree

from django.utils.translation import override

from printing import plots

MONTHS = [
    {"x": date(2026, month, 1), "y": y, "series": series}
    for series, figures in {"Enquiries": [40, 52, 61], "Enrolled": [8, 9, 14]}.items()
    for month, y in enumerate(figures, start=1)
]
REASONS = [{"x": "Price", "y": 12}, {"x": "Dates", "y": 31}, {"x": "Elsewhere", "y": 7.5}]


def words(svg):
    return {"".join(node.itertext()) for node in ElementTree.fromstring(svg).iter("{http://www.w3.org/2000/svg}text")}


def test_trend_names_each_line_at_its_end_and_has_no_legend():
    svg = plots.to_svg(plots.line_trend(MONTHS, title="Three months", unit="people"))

    assert {"Three months", "people", "Enquiries 61", "Enrolled 14"} <= words(svg)
    assert "role-legend" not in svg


def test_trend_shows_its_target():
    svg = plots.to_svg(plots.line_trend(MONTHS, title="Three months", target=70))

    assert any("70" in said and "target" in said for said in words(svg))


def test_bars_carry_their_figures_longest_first():
    svg = plots.to_svg(plots.bars(REASONS, title="Why not", unit="%"))

    assert {"Why not", "31 %", "12 %", "Dates"} <= words(svg)
    assert svg.index(">Dates<") < svg.index(">Price<") < svg.index(">Elsewhere<")


def test_sparkline_is_wordless():
    assert words(plots.to_svg(plots.sparkline([3, 4, 2, 8]))) == set()


def test_plots_of_nothing_and_of_one_point_are_drawn():
    assert plots.to_svg(plots.line_trend([], title="Empty")).startswith("<svg")
    assert plots.to_svg(plots.bars([], title="Empty")).startswith("<svg")
    assert plots.to_svg(plots.sparkline([])).startswith("<svg")
    assert plots.to_svg(plots.line_trend(MONTHS[:1], title="One")).startswith("<svg")


def test_svg_brings_no_scripts_styles_or_addresses():
    svg = plots.to_svg(plots.bars([{"x": "<script>alert(1)</script>", "y": 1}], title="</svg><script>"))

    tags = {node.tag.split("}")[1] for node in ElementTree.fromstring(svg).iter()}
    assert not tags & {"script", "style", "image", "foreignObject"}


def test_spec_holds_the_figures():
    described = plots.spec(plots.bars(REASONS, title="Why not"))

    assert described["title"] == "Why not"
    assert "layer" in described


def test_summary_says_in_words_what_the_plot_shows():
    with override("en"):
        said = plots.summary(MONTHS, unit="people")

    assert said.startswith("Enquiries: from 40 people (1 January 2026) to 61 people (1 March 2026)")
    assert "Enrolled: from 8 people" in said
    assert plots.summary([]) != ""
