"""Course catalogues of other systems, read into plain records: XCRI-CAP 1.2, schema.org, ELM v3 and tables.

Nothing in here touches the database or the network. ``read_feed`` recognises the format by content and yields
records in the order of the file; what cannot be taken comes as a ``RejectedRecord`` in its place.
"""

import re
from collections.abc import Iterator, Mapping
from itertools import chain
from pathlib import Path
from typing import Any

from django.utils.translation import gettext as _

from people.importing.input_files import InputFile, Unreadable, open_input
from programmes.feeds import json_nodes
from programmes.feeds.elm import is_elm, read_elm, read_elm_xml
from programmes.feeds.jsonld import read_jsonld
from programmes.feeds.records import IntakeRecord, PriceRecord, ProgrammeRecord, RejectedRecord
from programmes.feeds.table import read_programme_table
from programmes.feeds.xcri import read_xcri

__all__ = [
    "IntakeRecord",
    "PriceRecord",
    "ProgrammeRecord",
    "RejectedRecord",
    "Unreadable",
    "format_of",
    "read_feed",
]
SIZE_LIMIT_BYTES = 50 * 1024 * 1024
XML, JSON, TABLE = "xml", "json", "table"


def format_of(path: str | Path) -> str:
    """What the file is by its first sign: XML, JSON or a table. Raises Unreadable."""
    return _format(open_input(path, limit_bytes=SIZE_LIMIT_BYTES))


def _format(opened: InputFile) -> str:
    start = ""
    if opened.kind == "text":
        with opened.open_text() as stream:
            start = stream.read(4096).lstrip("\ufeff \t\r\n")[:1]
    return XML if start == "<" else JSON if start in ("{", "[") else TABLE


def read_feed(
    path: str | Path, *, mapping: Mapping[str, Any] | None = None, file_name: str = ""
) -> Iterator[ProgrammeRecord | RejectedRecord]:
    """The programmes of a catalogue file of at most 50 MB, plain or gzip.

    ``mapping`` holds the sections of a mapping for a table. Raises Unreadable, by the call itself, if the file is
    not a catalogue in one of the formats, and BadMapping. A course whose identifier came before in the same file is
    rejected.
    """
    try:
        opened = open_input(path, limit_bytes=SIZE_LIMIT_BYTES)
        kind = _format(opened)
        if kind == XML:
            records = read_elm_xml(opened) if _root(opened) == "Courses" else read_xcri(opened)
        elif kind == JSON:
            document = json_nodes.load(opened)
            records = read_elm(document) if is_elm(document) else read_jsonld(document)
        else:
            records = read_programme_table(path, mapping=mapping)
        first = next(records, None)  # so that a file that is no catalogue is refused here
    except Unreadable as refusal:
        stored = Path(path).name
        raise Unreadable(str(refusal).replace(f"“{stored}”", f"“{file_name or stored}”")) from None
    return iter(()) if first is None else _without_repeats(chain([first], records))


def _root(opened: InputFile) -> str:
    """The local name of the first element, from the head alone; whether it is well-formed is seen later."""
    with opened.open_text() as stream:
        head = stream.read(8192)
    found = re.search(r"<(?:[\w.-]+:)?([\w.-]+)[\s/>]", re.sub(r"<\?.*?\?>|<!--.*?-->", "", head, flags=re.DOTALL))
    return found[1] if found else ""


def _without_repeats(records: Iterator[ProgrammeRecord | RejectedRecord]) -> Iterator[ProgrammeRecord | RejectedRecord]:
    first_lines: dict[str, int] = {}
    for record in records:
        if isinstance(record, ProgrammeRecord) and record.external_id in first_lines:
            why = _("The identifier was already used on line %(line)s.") % {"line": first_lines[record.external_id]}
            yield RejectedRecord(record.line, why, record.external_id)
            continue
        if isinstance(record, ProgrammeRecord):
            first_lines[record.external_id] = record.line
        yield record
