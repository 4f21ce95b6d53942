"""Files as people send them: read, or refused with one sentence, never a crash."""

import gzip
import io
import os

import openpyxl
import pytest

from people.importing.input_files import BadRow, TableRow, Unreadable, open_input, read_table


@pytest.fixture
def written(tmp_path):
    def write(content, name="file.csv"):
        path = tmp_path / name
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return path

    return write


def rows(path):
    return list(read_table(path))


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_table_is_read_with_whichever_delimiter_it_has(written, delimiter):
    path = written("name,e-mail\nAnna,anna@example.org\n".replace(",", delimiter))
    assert rows(path) == [TableRow(2, {"name": "Anna", "e-mail": "anna@example.org"})]


def test_line_is_where_the_row_starts_when_a_cell_has_lines(written):
    path = written('name,note\r\nAnna,"one\r\ntwo"\r\n\r\nBru,three\r\n')
    assert [(row.line, row.values["note"]) for row in rows(path)] == [(2, "one\r\ntwo"), (5, "three")]


def test_gzip_is_recognised_by_content_not_by_name(written):
    assert rows(written(gzip.compress(b"a,b\n1,2\n"), "table.csv")) == [TableRow(2, {"a": "1", "b": "2"})]
    assert rows(written(b"a,b\n1,2\n", "table.csv.gz")) == [TableRow(2, {"a": "1", "b": "2"})]


def test_ragged_rows_are_reported_and_the_rest_is_read(written):
    found = rows(written("a,b\n1\n1,2\n1,2,3\n1,2,,\n"))
    assert [type(row) for row in found] == [BadRow, TableRow, BadRow, TableRow]
    assert [row.line for row in found] == [2, 3, 4, 5]


def test_row_with_nul_bytes_is_reported(written):
    found = rows(written(b"a,b\n1,\x002\n3,4\n"))
    assert isinstance(found[0], BadRow)
    assert found[1] == TableRow(3, {"a": "3", "b": "4"})


def test_quote_never_closed_is_reported_with_its_line(written):
    found = rows(written('a,b\n1,2\n3,"four\n5,6\n'))
    assert found[0] == TableRow(2, {"a": "1", "b": "2"})
    assert isinstance(found[1], BadRow)
    assert found[1].line == 3


def test_endless_cell_is_reported(written):
    found = rows(written("a,b\n1," + "x" * 200_000 + "\n3,4\n"))
    assert isinstance(found[0], BadRow)
    assert found[-1] == TableRow(3, {"a": "3", "b": "4"})


def test_second_column_of_one_name_is_numbered(written):
    assert rows(written("mail,mail,\n1,2,\n"))[0].values == {"mail": "1", "mail (2)": "2"}


def test_excel_separator_line_is_understood(written):
    assert rows(written("sep=;\na;b\n1;2,5\n")) == [TableRow(3, {"a": "1", "b": "2,5"})]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
def test_accents_survive_every_usual_encoding(written, encoding):
    assert rows(written("nom;any\nNúria Açò – “Lluïsa”;1\n".encode(encoding)))[0].values == {
        "nom": "Núria Açò – “Lluïsa”",
        "any": "1",
    }


def test_wrong_encoding_leaves_a_note(written):
    assert open_input(written("nom\nNúria\n".encode("cp1252"))).notes
    assert not open_input(written("nom\nNúria\n")).notes


def test_declared_encoding_of_xml_is_used(written):
    text = '<?xml version="1.0" encoding="iso-8859-2"?><a>Łódź</a>'
    with open_input(written(text.encode("iso-8859-2"))).open_text() as stream:
        assert "Łódź" in stream.read()


def test_bomb_is_refused_at_the_limit(written):
    bomb = gzip.compress(b"a,b\n" + b"0" * 5_000_000)
    with pytest.raises(Unreadable, match="larger"):
        open_input(written(bomb), limit_bytes=1_000_000)


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"", "empty"),
        (gzip.compress(b""), "empty"),
        (gzip.compress(b"a,b\n1,2\n" * 1000)[:-20], "damaged"),
        (b"\x1f\x8bnot gzip at all", "damaged"),
        (b"\x89PNG\r\n\x1a\n" + bytes(2000), "binary"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(2000), "password"),
        (b"PK\x03\x04" + b"broken" * 100, "workbook"),
        (b"<html><body>Not found</body></html>", "not a table"),
        (b'{"a": 1}', "not a table"),
        (b"\n\n", "no column headings"),
    ],
    ids=range(10),
)
def test_what_is_no_table_is_refused_in_one_sentence(written, content, sentence):
    with pytest.raises(Unreadable, match=sentence) as refusal:
        list(read_table(written(content)))
    assert "\n" not in str(refusal.value)


def test_missing_file_folder_and_forbidden_file_are_refused(written, tmp_path):
    with pytest.raises(Unreadable, match="no file"):
        open_input(tmp_path / "nowhere.csv")
    with pytest.raises(Unreadable, match="folder"):
        open_input(tmp_path)
    path = written("a,b\n")
    path.chmod(0)
    if not os.access(path, os.R_OK):  # the administrator may read everything
        with pytest.raises(Unreadable, match="permission"):
            open_input(path)


def workbook(*sheet_rows):
    book = openpyxl.Workbook()
    for row in sheet_rows:
        book.active.append(row)
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def test_workbook_is_read_with_row_numbers_and_plain_figures(written):
    content = workbook(["nom", "telèfon", "nota"], ["Anna", 612345678.0, None], [], ["Bru", "+34 600", "x"])
    assert rows(written(content, "leads.xlsx")) == [
        TableRow(2, {"nom": "Anna", "telèfon": "612345678", "nota": ""}),
        TableRow(4, {"nom": "Bru", "telèfon": "+34 600", "nota": "x"}),
    ]


def test_workbook_that_unpacks_beyond_the_limit_is_refused(written):
    with pytest.raises(Unreadable, match="larger"):
        list(read_table(written(workbook(*[["x" * 1000] for _ in range(300)])), limit_bytes=20_000))
