"""What stands in a cell is read as it was meant, or refused with the words of the cell."""

from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from people.back_office import formula_safe
from people.importing import cells, spoken
from people.models import Channel, Language

TODAY = date(2026, 3, 2)


@pytest.mark.parametrize(
    ("text", "formats", "meant"),
    [
        ("31/12/1990", (), date(1990, 12, 31)),
        ("1.2.1990", (), date(1990, 2, 1)),
        ("1990-02-01", (), date(1990, 2, 1)),
        ("1990-02-01", ("%m/%d/%Y",), date(1990, 2, 1)),  # a date cell of a workbook
        ("02/01/1990", ("%m/%d/%Y",), date(1990, 2, 1)),
        ("01/02/90", ("%d/%m/%y",), date(1990, 2, 1)),
        ("01/02/52", ("%d/%m/%y",), date(1952, 2, 1)),  # nobody is born in 2052
        ("32905", ("excel",), date(1990, 2, 1)),
        ("", (), None),
    ],
)
def test_birth_dates_in_several_formats(text, formats, meant):
    assert cells.birth_date(text, on=TODAY, formats=formats) == meant


@pytest.mark.parametrize("text", ["31/02/1990", "1/2/1890", "1/2/2030", "yesterday", "0", "99999999", "32905"])
def test_what_is_no_birth_date_is_refused(text):
    with pytest.raises(cells.BadCell, match="date of birth"):
        cells.birth_date(text, on=TODAY)


def test_stated_format_is_not_guessed_around():
    with pytest.raises(cells.BadCell):
        cells.birth_date("31/12/1990", on=TODAY, formats=("%m/%d/%Y",))


def test_instant_without_offset_is_local():
    assert cells.instant("1/2/2026 10:00") == datetime(2026, 2, 1, 9, tzinfo=UTC)
    assert cells.instant("2026-07-01T10:00:00+00:00") == datetime(2026, 7, 1, 10, tzinfo=UTC)


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("a@x.org", ["a@x.org"]),
        ("a@x.org, b@x.org;c@x.org", ["a@x.org", "b@x.org", "c@x.org"]),
        ("612 345 678 / 93 123 45 67", ["612 345 678", "93 123 45 67"]),
        ("a@x.org\nb@x.org", ["a@x.org", "b@x.org"]),
        (" ; ", []),
    ],
)
def test_several_addresses_in_one_cell(text, parts):
    assert cells.several(text) == parts


def test_invisible_marks_are_gone():
    assert cells.visible("N\u200bú\u202eria \x07Puig") == "Núria Puig"


@given(st.text())
def test_what_an_export_guards_is_read_back(text):
    assert cells.unguarded(formula_safe(text)) == text or text[:1] in "\t\r"


@pytest.mark.parametrize(
    ("text", "choices", "also", "meant"),
    [
        ("català", Language, spoken.LANGUAGES, "ca"),
        ("Castellano", Language, spoken.LANGUAGES, "es"),
        ("es-MX", Language, spoken.LANGUAGES, "es"),
        ("Trucada", Channel, spoken.CHANNELS, "phone"),
        ("E-mail", Channel, spoken.CHANNELS, "email"),
        ("", Channel, spoken.CHANNELS, ""),
    ],
)
def test_choices_are_read_in_three_languages(text, choices, also, meant):
    assert spoken.choice(text, choices, "thing", also) == meant


def test_unknown_choice_is_refused_by_name():
    with pytest.raises(cells.BadCell, match="“pigeon” is no channel"):
        spoken.choice("pigeon", Channel, "channel", spoken.CHANNELS)
