"""What happened with people, in a spreadsheet: one contact per row, read into records by a mapping.

A mapping is a TOML file like ``docs/examples/history.toml``; without one, columns are recognised by their usual names.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from django.utils.translation import gettext as _

from people import timeline
from people.identity.addresses import BadIdentity, Given
from people.importing import cells, input_files, mappings, spoken
from people.importing.cells import BadCell
from people.importing.input_files import BadRow, TableRow, Unreadable
from people.importing.mappings import SHARED_SECTIONS, BadMapping, TableMapping
from people.importing.people_files import CONTACTS, NUMBERS, USUAL_NAMES, RejectedRow, Table, names_of, ways_of
from people.models import Channel, Touchpoint

KIND = "people.history"
TEXT_LIMIT = 10_000
WHO = (*CONTACTS, *NUMBERS, "given_name", "family_name", "name")
FIELDS = (*WHO, "at", "channel", "direction", "kind", "text", "two_way", "by", "campaign")
SECTIONS: dict[str, set[str] | None] = {
    **SHARED_SECTIONS,
    "columns": set(FIELDS),
    "values": set(FIELDS),
    "defaults": {"channel", "direction", "kind"},
}
USUAL_HISTORY_NAMES = {
    **{key: USUAL_NAMES[key] for key in WHO},
    "at": "at|date|when|date and time|fecha|fecha y hora|cuándo|data|data i hora|quan",
    "channel": "channel|canal|medio|mitjà",
    "direction": "direction|sentido|dirección|sentit|direcció",
    "kind": "kind|type|tipo|tipus|clase|classe",
    "text": "text|note|notes|comment|comments|summary|texto|nota|notas|comentario|comentarios|resumen|comentari|"
    "comentaris|resum",
    "two_way": "two-way|two way|exchange|contacto efectivo|contacte efectiu",
    "by": "by|staff|adviser|agent|por|gestor|asesor|agente|per|assessor|gestora|asesora|assessora",
    "campaign": "campaign|campaña|campanya",
}


@dataclass(frozen=True)
class HistoryMapping(TableMapping):
    """Which column of a file of contacts is what; ``defaults`` hold for every row that does not say."""

    defaults: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class HistoryRecord:
    """One contact. ``facts`` holds the name, which tells apart those who share an address."""

    line: int
    ways: tuple[Given, ...]
    facts: dict[str, Any]
    at: datetime
    channel: str
    direction: str
    kind: str
    text: str = ""
    is_two_way: bool = False
    by: str = ""  # the e-mail address of whoever did it here
    campaign: str = ""


def read_mapping(path: str | Path) -> HistoryMapping:
    """The mapping in a TOML file. Raises BadMapping, naming the key."""
    return mapping_of(mappings.read_document(path))


def mapping_of(document: dict) -> HistoryMapping:
    """The same from the sections themselves."""
    mappings.check_keys(document, SECTIONS)
    shared = mappings.shared_parts(document, FIELDS)
    if "at" not in shared["columns"]:
        raise BadMapping(_("The mapping does not say which column holds the date: “columns.at”."))
    defaults = {key: mappings.string(document, "defaults", key) for key in document.get("defaults", {})}
    try:
        spoken.choice(defaults.get("channel", ""), Channel, _("channel"), spoken.CHANNELS)
        spoken.choice(defaults.get("direction", ""), Touchpoint.Direction, _("direction"), spoken.DIRECTIONS)
        _kind(defaults.get("kind", ""))
    except BadCell as wrong:
        raise BadMapping(str(wrong)) from None
    return HistoryMapping(**shared, defaults=defaults)


def recognised(table: Table) -> HistoryMapping:
    """The mapping that the headings suggest. Raises Unreadable if they tell neither who nor when."""
    columns = mappings.recognise(table.headings, USUAL_HISTORY_NAMES)
    columns.pop("external_id", None)  # nobody says whose numbers they are
    if "at" not in columns or not columns.keys() & {*CONTACTS, *NUMBERS}:
        raise Unreadable(
            _("In “%(name)s” no columns that tell who and when were recognised; use a mapping.")
            % {"name": table.path.name}
        )
    return HistoryMapping(columns={key: (column,) for key, column in columns.items()})


def read_history(path: str | Path, mapping: HistoryMapping, *, at: datetime) -> Iterator[HistoryRecord | RejectedRow]:
    """The contacts of a CSV file or workbook, in order; a row that is not taken says why. Raises Unreadable."""
    for row in input_files.read_table(path):
        if isinstance(row, BadRow):
            yield RejectedRow(row.line, row.why)
            continue
        try:
            yield _record(row, mapping, at=at)
        except (BadCell, BadIdentity) as refused:
            yield RejectedRow(row.line, str(refused))


def _record(row: TableRow, mapping: HistoryMapping, *, at: datetime) -> HistoryRecord:
    ways = ways_of(row, mapping)
    if not ways:
        raise BadCell(_("There is no e-mail address, no telephone number and no identifier."))
    happened_at = cells.instant(_one(row, mapping, "at"), formats=mapping.date_formats, zone=mapping.timezone)
    if happened_at is None:
        raise BadCell(_("The date is missing."))
    if happened_at > at:
        raise BadCell(_("It is dated in the future."))
    given, family = names_of(row, mapping)
    channel = spoken.choice(_one(row, mapping, "channel"), Channel, _("channel"), spoken.CHANNELS)
    directions = Touchpoint.Direction
    return HistoryRecord(
        line=row.line,
        ways=ways,
        facts={"given_name": given, "family_name": family},
        at=happened_at,
        channel=channel or Channel.IMPORT.value,
        direction=spoken.choice(_one(row, mapping, "direction"), directions, _("direction"), spoken.DIRECTIONS)
        or directions.INNER.value,
        kind=_kind(_one(row, mapping, "kind")) or KIND,
        text="\n".join(mapping.cells(row, "text", limit=TEXT_LIMIT, keep_lines=True)),
        is_two_way=spoken.is_yes(_one(row, mapping, "two_way")),
        by=_one(row, mapping, "by").lower(),
        campaign=_campaign(_one(row, mapping, "campaign")),
    )


def _one(row: TableRow, mapping: HistoryMapping, key: str) -> str:
    return next(iter(mapping.cells(row, key)), "") or mapping.defaults.get(key, "")


def _kind(text: str) -> str:
    """The code of a kind of touchpoint that a floor has named, from the code or the name in the reader's language."""
    if not text:
        return ""
    named = timeline.kinds()
    found = text if text in named else next((code for code, name in named.items() if str(name) == text), None)
    if found is None:
        raise BadCell(_("“%(value)s” is no kind of contact that is known.") % {"value": text[:40]})
    return found


def _campaign(text: str) -> str:
    if len(text) > 80 or not all(mark.isascii() and (mark.isalnum() or mark in "-_") for mark in text):
        raise BadCell(_("“%(value)s” is no code of a campaign.") % {"value": text[:40]})
    return text
