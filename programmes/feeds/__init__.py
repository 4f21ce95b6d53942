"""Course catalogues of other systems, read into plain records: XCRI-CAP 1.2, schema.org JSON-LD and CSV.

Nothing in here touches the database or the network. ``read_feed`` recognises the format by content and yields
records in the order of the file; what cannot be taken comes as a ``RejectedRecord`` in its place.
"""

from collections.abc import Iterator
from itertools import chain
from pathlib import Path

from django.utils.translation import gettext as _

from people.importing.input_files import Unreadable, open_input
from programmes.feeds.jsonld import read_jsonld
from programmes.feeds.records import IntakeRecord, PriceRecord, ProgrammeRecord, RejectedRecord
from programmes.feeds.table import read_programme_table
from programmes.feeds.xcri import read_xcri

__all__ = ["IntakeRecord", "PriceRecord", "ProgrammeRecord", "RejectedRecord", "Unreadable", "read_feed"]


def read_feed(path: str | Path) -> Iterator[ProgrammeRecord | RejectedRecord]:
    """The programmes of a catalogue file, plain or gzip.

    Raises Unreadable, by the call itself, if the file is not a catalogue in one of the three formats. A course
    whose identifier came before in the same file is rejected.
    """
    opened = open_input(path)
    start = ""
    if opened.kind == "text":
        with opened.open_text() as stream:
            start = stream.read(4096).lstrip("\ufeff \t\r\n")[:1]
    if start == "<":
        records = read_xcri(opened)
    elif start in ("{", "["):
        records = read_jsonld(opened)
    else:
        records = read_programme_table(path)
    first = next(records, None)  # so that a file that is no catalogue is refused here
    return iter(()) if first is None else _without_repeats(chain([first], records))


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
