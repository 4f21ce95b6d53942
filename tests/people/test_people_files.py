"""A table of people becomes records; what cannot be read says which line and why."""

from datetime import UTC, date, datetime
from io import BytesIO

import pytest
from openpyxl import Workbook

from config.environment import ROOT
from people.importing import history_files, people_files
from people.importing.input_files import Unreadable
from people.importing.mappings import BadMapping
from people.importing.people_files import PersonRecord, RejectedRow

EXAMPLES = ROOT / "docs/examples"
AT = datetime(2026, 3, 2, 9, tzinfo=UTC)


@pytest.fixture
def people(tmp_path):
    def read(content, document=None, name="people.csv"):
        path = tmp_path / name
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        table = people_files.look(path)
        mapping = people_files.mapping_of(document) if document else people_files.recognised(table)
        people_files.check(table, mapping)
        return list(people_files.read_people(path, mapping, at=AT))

    return read


def ways(record):
    return [(way.kind, way.value) for way in record.ways]


@pytest.mark.parametrize(
    "headings",
    [
        "Given name,Family name,E-mail,Mobile,Date of birth,Language",
        "Nombre;Apellidos;Correo electrónico;Móvil;Fecha de nacimiento;Idioma",
        "NOM\tCognoms\tAdreça electrònica\tMòbil\tData de naixement\tLlengua",
    ],
)
def test_usual_headings_are_recognised(people, headings):
    sign = next(sign for sign in ",;\t" if sign in headings)
    row = sign.join(["Núria", "Puig", "Nuria@Example.org", "612 34 56 78", "31/12/1990", "ca"])
    (record,) = people(f"\ufeff{headings}\n{row}\n")
    assert record.facts == {
        "given_name": "Núria", "family_name": "Puig", "birth_date": date(1990, 12, 31), "language": "ca"
    }  # fmt: skip
    assert ways(record) == [("email", "nuria@example.org"), ("phone", "+34612345678")]


@pytest.mark.parametrize(
    ("row", "why"),
    [
        ("Anna,,,", "no e-mail address"),
        ("Anna,anna(at)example,,", "not an e-mail address"),
        ("Anna,anna@example.org,12,", "not a telephone number"),
        ("Anna,anna@example.org,,31/02/1990", "not a date of birth"),
        (f"{'A' * 10_000},anna@example.org,,", "longer than"),
        ("Anna,anna@example.org,,,one too many", "5 cells"),
        ("An\0na,anna@example.org,,", "NUL"),
    ],
)
def test_bad_row_is_rejected_with_its_line_and_the_others_go_in(people, row, why):
    refused, record = people(f"Given name,Email,Phone,Birth date\n{row}\nLaia,laia@example.org,,\n")
    assert isinstance(refused, RejectedRow)
    assert refused.line == 2
    assert why in refused.why
    assert ways(record) == [("email", "laia@example.org")]


def test_whole_names_are_split(people):
    rows = people('Name,Email\nNúria Puig Serra,a@example.org\n"Puig Serra, Núria",b@example.org\nZoe,c@example.org\n')
    assert [(row.facts.get("given_name"), row.facts.get("family_name")) for row in rows] == [
        ("Núria", "Puig Serra"), ("Núria", "Puig Serra"), ("Zoe", None)
    ]  # fmt: skip


def test_several_columns_and_cells_of_one_kind(people):
    document = {"columns": {"email": ["Mail 1", "Mail 2"], "phone": "Tel"}, "source": {"region": "FR"}}
    (record,) = people("Mail 1,Mail 2,Tel\na@example.org; b@example.org,a@example.org,01 42 68 53 00\n", document)
    assert ways(record) == [("email", "a@example.org"), ("email", "b@example.org"), ("phone", "+33142685300")]


def test_ids_of_several_systems(people):
    document = {
        "columns": {"external_id": "Id", "student_number": "Expedient"},
        "source": {"issuer": "secretary"},
        "external_ids": {"moodle": "Moodle"},
    }
    (record,) = people("Id,Expedient,Moodle\n7,2026-001,n.puig\n", document)
    assert [way.key for way in record.ways] == [
        ("external", "7", "secretary"), ("external", "n.puig", "moodle"), ("student_number", "2026-001", "")
    ]  # fmt: skip


CONSENT = {
    "columns": {"email": "Mail"},
    "consents": {
        "news": {
            "purpose": "commercial", "channel": "email", "column": "News", "at": "Date", "proof": "Proof",
            "wording": "Words",
        }
    },
}  # fmt: skip


@pytest.mark.parametrize(
    ("cells", "why"),
    [
        ("yes,,v1,form 7", "no date"),
        ("yes,1/2/2026,v1,", "no proof"),
        ("yes,1/2/2026,,form 7", "no wording"),
        ("yes,1/2/2027,v1,form 7", "future"),
        ("perhaps,1/2/2026,v1,form 7", "neither yes nor no"),
    ],
)
def test_consent_that_proves_nothing_is_refused(people, cells, why):
    (refused,) = people(f"Mail,News,Date,Words,Proof\na@example.org,{cells}\n", CONSENT)
    assert why in refused.why


def test_consents_are_read_with_what_proves_them(people):
    rows = people(
        "Mail,News,Date,Words,Proof\na@example.org,x,1/2/2026,v1,form 7\nb@example.org,no,,,\nc@example.org,,,,\n",
        CONSENT,
    )
    granted, denied = rows[0].consents[0], rows[1].consents[0]
    assert (granted.decision, granted.at, granted.wording_version, granted.proof) == (
        "granted", datetime(2026, 1, 31, 23, tzinfo=UTC), "v1", "form 7"
    )  # fmt: skip
    assert (denied.decision, denied.at) == ("denied", None)
    assert rows[2].consents == ()


def test_workbook_with_dates_numbers_and_empty_rows(people):
    book = Workbook()
    sheet = book.active
    sheet.append(["Nom", "Correu", "Telèfon", "Data de naixement", "Correu"])
    sheet.append(["Núria Puig", "nuria@example.org", 612345678, datetime(1990, 2, 1), ""])
    sheet.append([])
    sheet.append(["Pol", "pol@example.org", None, None, None])
    file = BytesIO()
    book.save(file)
    first, second = people(file.getvalue(), name="people.xlsx")
    assert first.facts["birth_date"] == date(1990, 2, 1)
    assert ("phone", "+34612345678") in ways(first)
    assert second.line == 4


def test_formulas_of_a_workbook_are_not_read_as_names(people):
    book = Workbook()
    book.active.append(["Nom", "Correu"])
    book.active.append(['=CONCATENATE("a","b")', "a@example.org"])
    file = BytesIO()
    book.save(file)
    (record,) = people(file.getvalue(), name="people.xlsx")
    assert isinstance(record, PersonRecord)
    assert record.facts == {}


def test_windows_1252_and_what_an_export_guarded(people):
    first, second = people(
        "Nom;Correu;Telèfon\nNúria;n@example.org;'+34612345678\nÀlex;a@example.org;\n".encode("cp1252")
    )
    assert first.facts["given_name"] == "Núria"
    assert ("phone", "+34612345678") in ways(first)
    assert second.facts["given_name"] == "Àlex"


@pytest.mark.parametrize(
    ("document", "key"),
    [
        ({"columns": {"shoe_size": "A"}}, "columns.shoe_size"),
        ({"columns": {"email": "A"}, "colours": {}}, "colours"),
        ({"columns": {"external_id": "A"}}, "source.issuer"),
        ({"columns": {"email": "A"}, "overwrite": {"fields": ["user"]}}, "user"),
        ({"columns": {"email": "A"}, "consents": {"x": {"purpose": "commercial"}}}, "consents.x"),
        ({"columns": {"email": "A"}, "source": {"region": "Spain"}}, "SPAIN"),
        ({"columns": {"email": 3}}, "columns.email"),
        ({}, "columns"),
    ],
)
def test_bad_mapping_names_its_key(document, key):
    with pytest.raises(BadMapping, match=key.replace(".", r"\.")):
        people_files.mapping_of(document)


def test_file_without_anybody_is_refused(people):
    with pytest.raises(Unreadable, match="use a mapping"):
        people("Colour,Shape\nred,round\n")
    with pytest.raises(Unreadable, match="no rows"):
        people("Name,Email\n")
    with pytest.raises(Unreadable, match="which the mapping names"):
        people("Mail\na@example.org\n", {"columns": {"email": "Correu"}})


def test_example_mappings_read_the_headings_they_show(people, tmp_path):
    example = EXAMPLES / "people.toml"
    headings = example.read_text().splitlines()[1].removeprefix("# ")
    row = "7;2026-1;Núria;Puig;a@example.org;b@example.org;612345678;1/2/90;català;Catalunya;np;x;1/2/2026;v1;full 7;39"
    (record,) = people(f"{headings}\n{row}\n", people_files.mappings.read_document(example))
    assert record.facts["country"] == "ES"
    assert len(record.ways) == 6
    assert record.consents[0].proof == "full 7"
    example = EXAMPLES / "history.toml"
    path = tmp_path / "history.csv"
    headings = example.read_text().splitlines()[1].removeprefix("# ")
    path.write_text(f"{headings}\n7;;1/2/2026 10:00;Fira;;Visita;Parlem;sí;\n")
    (contact,) = history_files.read_history(path, history_files.read_mapping(example), at=AT)
    assert (contact.channel, contact.direction, contact.kind) == ("in_person", "out", "people.history")


def test_columns_nobody_reads_are_told(tmp_path):
    path = tmp_path / "people.csv"
    path.write_text("Email,Shoe size,Star sign\na@example.org,39,leo\n")
    table = people_files.look(path)
    assert people_files.not_mapped(table, people_files.recognised(table)) == ("Shoe size", "Star sign")


def test_history_is_read_with_its_words_in_three_languages(tmp_path):
    path = tmp_path / "history.csv"
    path.write_text("Correu;Data;Canal;Sentit;Text;Two-way\na@example.org;1/2/2026 10:00;trucada;entrant;Preus?;sí\n")
    (record,) = history_files.read_history(path, history_files.recognised(people_files.look(path)), at=AT)
    assert (record.at, record.channel, record.direction, record.text, record.is_two_way, record.kind) == (
        datetime(2026, 2, 1, 9, tzinfo=UTC), "phone", "in", "Preus?", True, "people.history"
    )  # fmt: skip


@pytest.mark.parametrize(
    ("row", "why"),
    [
        ("a@example.org;;;x", "date is missing"),
        ("a@example.org;1/2/2099;;x", "future"),
        ("a@example.org;1/2/2026;a dance;x", "no kind of contact"),
        (";1/2/2026;;x", "no e-mail address"),
        (f"a@example.org;1/2/2026;;{'x' * 10_001}", "longer than"),
    ],
)
def test_bad_history_says_why(tmp_path, row, why):
    path = tmp_path / "history.csv"
    path.write_text(f"Email;Date;Kind;Text\n{row}\n")
    (refused,) = history_files.read_history(path, history_files.recognised(people_files.look(path)), at=AT)
    assert why in refused.why
