from xml.etree import ElementTree

import pytest

from programmes.supports.covers import MOTIFS, PALETTES, cover_svg

FIELDS = ["data", "health", "business", "languages", "arts", "trades", "gardens", "care"]


def test_cover_is_the_same_every_time():
    assert cover_svg(field_key="data", title="Data for people") == cover_svg(field_key="data", title="Data for people")


def test_cover_differs_between_titles():
    drawn = {cover_svg(field_key="data", title=f"Programme {number}") for number in range(100)}

    assert len(drawn) == 100


def test_cover_keeps_the_ground_colour_of_its_field():
    grounds = {cover_svg(field_key="health", title=f"T{number}").split("fill=")[1][:9] for number in range(20)}

    assert len(grounds) == 1


@pytest.mark.parametrize("field", FIELDS)
def test_cover_weighs_less_than_four_kilobytes(field):
    heaviest = max(len(cover_svg(field_key=field, title=f"Programme {number}").encode()) for number in range(200))

    assert heaviest < 4096


@pytest.mark.parametrize("motif", MOTIFS)
def test_every_motif_is_light_in_its_heaviest_composition(motif, monkeypatch):
    monkeypatch.setattr("programmes.supports.covers.MOTIFS", (motif,))
    covers = [cover_svg(field_key=field, title=f"Programme {number}") for field in FIELDS for number in range(200)]

    assert max(len(cover.encode()) for cover in covers) < 4096
    assert all("nan" not in cover for cover in covers)


@pytest.mark.parametrize(
    "title",
    [
        "",
        "<script>alert(1)</script>",
        "\"/><image href='http://x'/>",
        "]]>&amp;",
        "🌅" * 500,
        "\x00\x08",
        "Anàlisi l·l",
    ],
)
def test_cover_of_a_hostile_title_is_well_formed_and_says_nothing(title):
    cover = cover_svg(field_key=title, title=title)

    root = ElementTree.fromstring(cover)
    assert root.tag == "{http://www.w3.org/2000/svg}svg"
    assert {child.tag.split("}")[1] for child in root} <= {"rect", "path", "circle"}
    assert "".join(root.itertext()) == ""


def test_palettes_name_five_colours_each():
    assert all(len(palette) == 5 for palette in PALETTES)
