"""Leads in spreadsheets: invented rows, and the counts of the real file where it lies."""

import os
from collections import Counter
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from enquiries.leads import taking
from enquiries.leads.lead_files import BadMapping, LeadRecord, RejectedRow, read_leads, read_mapping
from people.importing.input_files import Unreadable

ROOT = Path(__file__).resolve().parents[2]
EXAMPLES = ROOT / "docs" / "examples"
MADRID = ZoneInfo("Europe/Madrid")
FAIR_HEADINGS = (
    "Codi;Nom;Cognoms;Correu electrònic;Telèfon;Programa d'interès;Llengua;Data;Com ens has conegut?;Comentaris;"
    "Valoració de l'estand\n"
)


@pytest.fixture
def leads(tmp_path):
    def read(content, mapping=None):
        path = tmp_path / "leads.csv"
        path.write_text(content, encoding="utf-8")
        return list(read_leads(path, mapping))

    return read


@pytest.fixture
def mapped(tmp_path):
    def read(text):
        path = tmp_path / "mapping.toml"
        path.write_text(text, encoding="utf-8")
        return read_mapping(path)

    return read


def test_fair_example_reads_a_row_whole(leads):
    row = "F1;Anna;Puig Riba;anna@example.org;612 34 56 78;Forn;català;07/03/2027 10:30;Amics;Bon dia;Freda\n"
    assert leads(FAIR_HEADINGS + row, read_mapping(EXAMPLES / "fair.toml")) == [
        LeadRecord(
            line=2,
            external_id="F1",
            given_name="Anna",
            family_name="Puig Riba",
            email_as_typed="anna@example.org",
            phone_as_typed="612 34 56 78",
            message="Bon dia",
            programme="Forn",
            language="ca",
            received_at=datetime(2027, 3, 7, 10, 30, tzinfo=MADRID),
            answers={"Com ens has conegut?": "Amics"},
        )
    ]


@pytest.mark.parametrize(
    ("row", "why"),
    [
        (";Anna;;;;;;;;;\n", "no identifier"),
        ("F1;Anna;;anna@;12;;;;;;\n", "Neither"),
        ("F1;Anna;;anna@;;;;;;;\n", "e-mail address is not valid"),
        ("F1;Anna;;;6.12E+08;;;;;;\n", "telephone number is not valid"),
        ("F1;Anna;;a@example.org;;;;2027-13-45;;;\n", "not a date"),
        (f"F1;{'A' * 200};;a@example.org;;;;;;;\n", "longer"),
        ("F1;Anna\n", "cells"),
    ],
)
def test_bad_row_is_rejected_and_the_next_is_read(leads, row, why):
    good = "F2;Bru;;bru@example.org;;;;;;;\n"
    rejected, lead = leads(FAIR_HEADINGS + row + good, read_mapping(EXAMPLES / "fair.toml"))
    assert isinstance(rejected, RejectedRow)
    assert rejected.line == 2
    assert why in rejected.why
    assert lead.given_name == "Bru"


def test_one_valid_contact_is_enough(leads):
    (lead,) = leads("nom;correu;telèfon\nAnna;anna@;+34 612 34 56 78\n")
    assert (lead.email_as_typed, lead.phone_as_typed) == ("anna@", "+34 612 34 56 78")


def test_unseen_characters_are_taken_out_of_names(leads):
    (lead,) = leads("name,email\n\u202eAn\u200bna\u0007\u00a0 Puig\u2066,a@example.org\n")
    assert lead.name == "Anna Puig"


@pytest.mark.parametrize(
    "headings",
    ["Name,E-mail,Phone,Message", "Nombre,Correo electrónico,Teléfono,Mensaje", "Nom,Correu,Telèfon,Missatge"],
)
def test_usual_headings_are_recognised(leads, headings):
    (lead,) = leads(f"{headings}\nAnna,anna@example.org,612345678,Hola\n")
    assert (lead.name, lead.email_as_typed, lead.phone_as_typed, lead.message) == (
        "Anna",
        "anna@example.org",
        "612345678",
        "Hola",
    )


def test_name_beside_surnames_is_the_given_name(leads):
    (lead,) = leads("Nombre;Apellidos;Correo;Fecha;Comentario\nAnna;Puig;anna@example.org;31/12/2026;Hola\n")
    assert (lead.given_name, lead.family_name, lead.name) == ("Anna", "Puig", "")
    assert lead.received_at == datetime(2026, 12, 31, tzinfo=MADRID)
    assert taking.shown(lead) == {"message": "Hola", "received_at": "31/12/2026"}  # the day the file has, not of UTC


def test_table_without_contacts_needs_a_mapping(leads):
    with pytest.raises(Unreadable, match="mapping"):
        leads("colour,size\nred,3\n")


def test_column_the_mapping_names_must_be_there(leads):
    with pytest.raises(Unreadable, match="Codi"):
        leads("a;b\n1;2\n", read_mapping(EXAMPLES / "fair.toml"))


OUTCOMES = """
[source]
issuer = "old"
history = true
[columns]
external_id = "id"
[outcome]
column = "end"
enrolled = ["won"]
lost = ["gone"]
open = ["talking"]
lost_reason_column = "why"
"""


def test_outcomes_are_read_and_an_unknown_one_is_refused(leads, mapped):
    found = leads("id,end,why\n1,won,\n2,gone,price\n3,talking,\n4,,\n5,maybe,\n", mapped(OUTCOMES))
    assert [(lead.outcome, lead.lost_reason) for lead in found[:4]] == [
        ("enrolled", ""),
        ("lost", "price"),
        ("", ""),
        ("", ""),
    ]
    assert isinstance(found[4], RejectedRow)
    assert "maybe" in found[4].why


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("[colums]\n", "colums"),
        ("[columns]\nmail = 'x'\n", "columns.mail"),
        ("[columns]\nemail = 3\n", "columns.email"),
        ("[columns]\nemail = ''\n", "columns.email"),
        ("[source]\nhistory = 'yes'\n", "source.history"),
        ("[source]\nname = 'x'\n", "columns"),
        ("[columns]\nexternal_id = 'x'\n", "source.issuer"),
        ("[columns]\nemail = 'x'\n[outcome]\nlost = ['0']\n", "outcome.column"),
        ("[columns]\nemail = 'x'\n[outcome]\ncolumn = 'y'\nlost = ['0']\nenrolled = ['0']\n", "“0”"),
        ("[columns]\nemail = 'x'\n[answers]\ncolumns = ['Tags']\n[withheld]\nstaff_judgement = ['Tags']\n", "Tags"),
        ("[columns]\nemail = 'x'\n[answers]\ncolumns = 'all'\n", "answers.columns"),
        ("[columns]\nemail = 'x'\n[values]\nsource = 'x'\n", "values.source"),
        ("[columns]\nemail = 'x'\n[source]\ntimezone = 'Mars/Olympus'\n", "source.timezone"),
        ("not toml", "TOML"),
    ],
)
def test_bad_mapping_is_refused_by_the_name_of_its_key(mapped, text, names):
    with pytest.raises(BadMapping) as refusal:
        mapped(text)
    assert names in str(refusal.value)


def test_missing_mapping_is_refused(tmp_path):
    with pytest.raises(BadMapping):
        read_mapping(tmp_path / "none.toml")


def test_history_example_withholds_what_the_staff_wrote():
    mapping = read_mapping(EXAMPLES / "x-education.toml")
    withheld = {column for columns in mapping.withheld.values() for column in columns}
    assert mapping.is_history
    assert {"Tags", "Lead Quality", "Lead Profile", "Last Activity", "Last Notable Activity"} < withheld
    assert not withheld & {*mapping.answers}
    assert "What is your current occupation" not in mapping.scoring_columns


@pytest.mark.real_data
def test_every_real_lead_is_accepted():
    folder = Path(os.environ.get("MATRICULA_SHARED_DATA") or ROOT.parent / "shared" / "data") / "x-education-leads"
    if not folder.is_dir():
        pytest.skip(f"The folder with the real leads is not there: {folder}")
    mapping = read_mapping(EXAMPLES / "x-education.toml")
    found = list(read_leads(folder / "leads.csv.gz", mapping))
    assert Counter(map(type, found)) == {LeadRecord: 6930}
    assert round(sum(lead.outcome == "enrolled" for lead in found) / len(found), 3) == 0.385
    assert not any("Select" in (*lead.answers.values(), lead.source, lead.country) for lead in found)
    assert "google" not in {lead.source for lead in found}
