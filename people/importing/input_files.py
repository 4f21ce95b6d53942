"""Opening files that other people made: size, compression, encoding and shape are all in doubt.

``open_input`` answers whether a file can be read at all and as what; ``read_table`` turns a CSV file or a
workbook into rows with the line they stood on. Whatever is wrong is said in one sentence for the person who
chose the file: ``Unreadable`` when nothing can be read, a ``BadRow`` when only that row cannot.
"""

import codecs
import csv
import gzip
import io
import re
import tempfile
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time
from pathlib import Path
from typing import TextIO

from django.utils.translation import gettext as _

SIZE_LIMIT_BYTES = 500 * 1024 * 1024
CELL_LIMIT_CHARACTERS = 131_072  # csv's own default; a longer cell is nearly always a quote never closed
COLUMN_LIMIT = 2_000
DELIMITERS = (",", ";", "\t")

_BLOCK = 1024 * 1024
_GZIP = b"\x1f\x8b"
_ZIP = b"PK\x03\x04"
_OLE = b"\xd0\xcf\x11\xe0"  # old .xls, and the envelope of a workbook with a password
_BOMS = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))
_DECLARED = re.compile(rb"""^\s*<\?xml[^>]{0,200}?encoding\s*=\s*["']([A-Za-z0-9._-]{1,40})["']""")
_CONTROL_BYTES = bytes(set(range(32)) - {9, 10, 12, 13, 27})


class Unreadable(Exception):
    """Nothing can be read from the file; the message is one sentence for the person who chose it."""


@dataclass(frozen=True)
class TableRow:
    """One row: ``line`` is where it starts in the file (the row number in a workbook), cells are stripped text."""

    line: int
    values: dict[str, str]


@dataclass(frozen=True)
class BadRow:
    """A row that cannot be read, and why; the rows after it still can."""

    line: int
    why: str


@dataclass(frozen=True)
class InputFile:
    """A file that was read once from end to end: whole, within the limit, and of a known kind and encoding."""

    path: Path
    kind: str  # "text" or "workbook"
    encoding: str
    is_compressed: bool
    size_bytes: int  # decompressed
    head: bytes
    notes: tuple[str, ...] = ()

    def open_bytes(self) -> io.BufferedReader | gzip.GzipFile:
        """The decompressed bytes, from the beginning."""
        return _decompressed(self.path, is_compressed=self.is_compressed)

    def open_text(self) -> TextIO:
        """The text, from the beginning, with its own line ends and without a byte order mark."""
        errors = "windows_1252_bytes" if self.encoding.startswith("utf-8") else "replace"
        return io.TextIOWrapper(self.open_bytes(), encoding=self.encoding, errors=errors, newline="")


def open_input(path: str | Path, *, limit_bytes: int = SIZE_LIMIT_BYTES) -> InputFile:
    """Look at a file once, plain or gzip by its content, and say how to read it.

    Text is UTF-8, UTF-16 with a mark, or what an XML declaration says; bytes that are not valid UTF-8 are read
    as Windows-1252, with a note. Raises Unreadable for a file that is missing, a folder, not permitted, empty,
    binary, damaged, or larger than ``limit_bytes`` once decompressed.
    """
    path = Path(path)
    is_compressed = _starts_compressed(path)
    size, head, is_utf8 = _scan(path, is_compressed=is_compressed, limit_bytes=limit_bytes)
    if not size:
        raise Unreadable(_("The file “%(name)s” is empty.") % {"name": path.name})
    if head.startswith(_OLE):
        raise Unreadable(
            _("“%(name)s” is protected by a password or is an old .xls workbook: save it as .xlsx without one.")
            % {"name": path.name}
        )
    if head.startswith(_ZIP):
        return InputFile(path, "workbook", "", is_compressed, size, head)
    encoding, notes = _encoding(path, head, is_utf8=is_utf8)
    return InputFile(path, "text", encoding, is_compressed, size, head, notes)


def read_table(path: str | Path, *, limit_bytes: int = SIZE_LIMIT_BYTES) -> Iterator[TableRow | BadRow]:
    """Rows of a CSV file (comma, semicolon or tab) or of the first sheet of a workbook, by column heading.

    Empty rows are left out. Of two columns with one heading the second is called “heading (2)”. The heading is
    read at once, so Unreadable is raised by the call, not halfway through the rows.
    """
    opened = open_input(path, limit_bytes=limit_bytes)
    if opened.kind == "workbook":
        rows = _workbook_rows(opened, limit_bytes=limit_bytes)
    else:
        if opened.head.lstrip(codecs.BOM_UTF8 + b" \t\r\n")[:1] in (b"<", b"{", b"["):
            raise Unreadable(_("“%(name)s” is not a table with columns and rows.") % {"name": opened.path.name})
        rows = _csv_rows(opened)
    columns = _headings(next(rows, None), opened.path.name)
    return _with_headings(rows, columns, pad=opened.kind == "workbook")


# --- bytes and encodings -------------------------------------------------------------------------------------------


def _as_windows_1252(error: UnicodeError) -> tuple[str, int]:
    if not isinstance(error, UnicodeDecodeError):
        raise error
    return error.object[error.start : error.end].decode("cp1252", "replace"), error.end


codecs.register_error("windows_1252_bytes", _as_windows_1252)


def _decompressed(path: Path, *, is_compressed: bool) -> io.BufferedReader | gzip.GzipFile:
    return gzip.open(path, "rb") if is_compressed else path.open("rb")


def _starts_compressed(path: Path) -> bool:
    try:
        with path.open("rb") as file:
            return file.read(2) == _GZIP
    except FileNotFoundError:
        raise Unreadable(_("There is no file “%(name)s”.") % {"name": path}) from None
    except IsADirectoryError:
        raise Unreadable(_("“%(name)s” is a folder, not a file.") % {"name": path}) from None
    except PermissionError:
        raise Unreadable(_("The file “%(name)s” may not be read: permission is missing.") % {"name": path}) from None
    except (OSError, ValueError):
        raise Unreadable(_("The file “%(name)s” cannot be opened.") % {"name": path}) from None


def _scan(path: Path, *, is_compressed: bool, limit_bytes: int) -> tuple[int, bytes, bool]:
    """Size, first block, and whether all of it is UTF-8. Reading on stops at the limit, so a bomb costs one block."""
    size, head, is_utf8 = 0, b"", True
    decoder = codecs.getincrementaldecoder("utf-8")()
    try:
        with _decompressed(path, is_compressed=is_compressed) as stream:
            while block := stream.read(_BLOCK):
                size += len(block)
                if size > limit_bytes:
                    raise Unreadable(
                        _("“%(name)s” is larger than %(megabytes)s MB once decompressed.")
                        % {"name": path.name, "megabytes": limit_bytes // (1024 * 1024)}
                    )
                head = head or block[:65536]
                is_utf8 = is_utf8 and _decodes(decoder, block)
    except (EOFError, gzip.BadGzipFile, zlib.error):
        raise Unreadable(_("The compressed file “%(name)s” is damaged or cut off.") % {"name": path.name}) from None
    except OSError:
        raise Unreadable(_("The file “%(name)s” cannot be read to its end.") % {"name": path.name}) from None
    return size, head, is_utf8 and _decodes(decoder, b"", final=True)


def _decodes(decoder: codecs.IncrementalDecoder, block: bytes, *, final: bool = False) -> bool:
    try:
        decoder.decode(block, final)
    except UnicodeDecodeError:
        return False
    return True


def _encoding(path: Path, head: bytes, *, is_utf8: bool) -> tuple[str, tuple[str, ...]]:
    for mark, encoding in _BOMS:
        if head.startswith(mark):
            return encoding, () if is_utf8 or encoding == "utf-16" else (_wrong_bytes(),)
    controls = len(head) - len(head.translate(None, _CONTROL_BYTES))
    if controls > max(8, len(head) // 100):
        raise Unreadable(_("“%(name)s” is a binary file, not text.") % {"name": path.name})
    if is_utf8:
        return "utf-8", ()
    declared = _DECLARED.match(head)
    if declared:
        try:
            encoding = codecs.lookup(declared[1].decode("ascii")).name
            "".encode(encoding)
        except (LookupError, TypeError, ValueError):
            encoding = ""
        if encoding and not encoding.startswith(("utf", "ascii")):
            return ("cp1252" if encoding == "iso8859-1" else encoding), ()
    return "utf-8", (_wrong_bytes(),)


def _wrong_bytes() -> str:
    return _("Some characters were not valid UTF-8 and were read as Windows-1252.")


# --- tables --------------------------------------------------------------------------------------------------------


def _headings(first: tuple[int, list[str]] | BadRow | None, name: str) -> list[str]:
    cells = first[1] if isinstance(first, tuple) else []
    while cells and not cells[-1]:
        cells.pop()
    if not cells or len(cells) > COLUMN_LIMIT:
        raise Unreadable(_("“%(name)s” is not a table: its first row holds no column headings.") % {"name": name})
    columns: list[str] = []
    for number, cell in enumerate(cells, start=1):
        heading = " ".join(cell.split()) or f"({number})"
        repeat, unique = 2, heading
        while unique in columns:
            unique, repeat = f"{heading} ({repeat})", repeat + 1
        columns.append(unique)
    return columns


def _with_headings(
    rows: Iterator[tuple[int, list[str]] | BadRow], columns: list[str], *, pad: bool
) -> Iterator[TableRow | BadRow]:
    width = len(columns)
    for row in rows:
        if isinstance(row, BadRow):
            yield row
            continue
        line, cells = row
        while len(cells) > width and not cells[-1]:
            cells.pop()
        if len(cells) > width or (len(cells) < width and not pad):
            why = _("The row has %(cells)s cells, but there are %(columns)s columns.")
            yield BadRow(line, why % {"cells": len(cells), "columns": width})
        else:
            cells += [""] * (width - len(cells))
            yield TableRow(line, dict(zip(columns, cells, strict=True)))


class _Lines:
    """Lines for the csv reader that remember where the present record began and whether a quote is open."""

    def __init__(self, stream: TextIO):
        self.stream, self.number, self.quotes, self.has_nul, self.ended = stream, 0, 0, False, False

    def __iter__(self) -> Iterator[str]:
        return self

    def __next__(self) -> str:
        line = self.stream.readline(CELL_LIMIT_CHARACTERS * 10)
        if not line:
            self.ended = True
            raise StopIteration
        self.number += line.endswith(("\n", "\r"))  # an endless line comes in pieces
        self.quotes += line.count('"')
        self.has_nul = self.has_nul or "\0" in line
        return line

    def begin(self) -> int:
        self.quotes, self.has_nul = 0, False
        return self.number + 1


def _csv_rows(opened: InputFile) -> Iterator[tuple[int, list[str]] | BadRow]:
    delimiter, skip = _delimiter(opened)
    with opened.open_text() as stream:
        lines = _Lines(stream)
        if skip:
            next(lines, None)
        reader = csv.reader(lines, delimiter=delimiter)
        while True:
            line = lines.begin()
            try:
                cells = next(reader)
            except StopIteration:
                return
            except csv.Error:
                yield BadRow(line, _("A cell is too long, or a quotation mark is never closed."))
                continue
            if lines.has_nul:
                yield BadRow(line, _("The row holds NUL bytes."))
            elif lines.ended and lines.quotes % 2:
                yield BadRow(line, _("A quotation mark opened here is never closed."))
            elif any(cell.strip() for cell in cells):
                yield line, [cell.strip() for cell in cells]


def _delimiter(opened: InputFile) -> tuple[str, bool]:
    """The delimiter that gives the widest heading the next rows agree with, and whether line 1 only names it."""
    with opened.open_text() as stream:
        sample = stream.read(65536)
    first = sample.split("\n", 1)[0].strip().lower()
    if re.fullmatch(r"sep=[,;\t]?", first):
        return first[4:] or "\t", True
    scores = {delimiter: _agreement(sample, delimiter) for delimiter in DELIMITERS}
    return max(DELIMITERS, key=lambda delimiter: scores[delimiter]), False


def _agreement(sample: str, delimiter: str) -> tuple[float, int]:
    widths = []
    try:
        for row in csv.reader(io.StringIO(sample, newline=""), delimiter=delimiter):
            if row:
                widths.append(len(row))
            if len(widths) == 30:
                break
    except csv.Error:
        if not widths:
            return 0, 0
    if not widths or widths[0] == 1:
        return 0, 0
    return sum(width == widths[0] for width in widths) / len(widths), widths[0]


def _workbook_rows(opened: InputFile, *, limit_bytes: int) -> Iterator[tuple[int, list[str]] | BadRow]:
    from openpyxl import load_workbook  # noqa: PLC0415 -- heavy, and most files are CSV

    broken = Unreadable(
        _("“%(name)s” is not a workbook that can be read: it is damaged, protected or not .xlsx.")
        % {"name": opened.path.name}
    )
    # The ZIP directory is at the end, so a compressed workbook is unpacked to disk first.
    with tempfile.SpooledTemporaryFile(max_size=16 * _BLOCK) as file:
        with opened.open_bytes() as stream:
            while block := stream.read(_BLOCK):
                file.write(block)
        file.seek(0)
        try:
            with zipfile.ZipFile(file) as archive:
                unpacked = sum(entry.file_size for entry in archive.infolist())
            if unpacked > limit_bytes:
                raise Unreadable(
                    _("“%(name)s” is larger than %(megabytes)s MB once decompressed.")
                    % {"name": opened.path.name, "megabytes": limit_bytes // (1024 * 1024)}
                )
            file.seek(0)
            book = load_workbook(file, read_only=True, data_only=True)
            sheet = book.worksheets[0]
            sheet.reset_dimensions()  # what the file claims about its size is often wrong
            rows = enumerate(sheet.iter_rows(values_only=True), start=1)
        except Unreadable:
            raise
        # openpyxl lets whatever a broken part provokes through: KeyError, ValueError, ParseError, BadZipFile…
        except Exception as error:
            raise broken from error
        try:
            yield from _sheet_cells(rows, broken)
        finally:
            book.close()


def _sheet_cells(rows: Iterator, broken: Unreadable) -> Iterator[tuple[int, list[str]]]:
    while True:
        try:
            line, values = next(rows)
        except StopIteration:
            return
        except Exception as error:  # as above: the sheet itself is parsed only now
            raise broken from error
        cells = [_cell_text(value) for value in values]
        while cells and not cells[-1]:
            cells.pop()
        if cells:
            yield line, cells


def _cell_text(value: object) -> str:
    """A cell as a person would type it: no “.0” behind telephone numbers, dates in ISO form."""
    if value is None:
        return ""
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    if isinstance(value, datetime):
        return value.date().isoformat() if value.time() == time.min else value.isoformat(sep=" ", timespec="seconds")
    if isinstance(value, date):
        return value.isoformat()
    return str(value).strip()
