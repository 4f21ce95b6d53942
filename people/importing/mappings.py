"""Which column of a file is what: TOML files written by hand, or the same sections chosen in the back office."""

import tomllib
from collections.abc import Collection, Iterable
from collections.abc import Mapping as Sections
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import phonenumbers
from django.utils.translation import gettext as _

from people.importing.cells import BadCell, unguarded, visible
from people.importing.input_files import TableRow, Unreadable


class BadMapping(Exception):
    """The mapping cannot be used; the message names the key."""


def read_document(path: str | Path) -> dict:
    """The sections of a TOML file. Raises BadMapping."""
    path = Path(path)
    try:
        return tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except (OSError, UnicodeDecodeError):
        raise BadMapping(_("The mapping “%(name)s” cannot be read.") % {"name": path}) from None
    except tomllib.TOMLDecodeError as error:
        why = _("The mapping “%(name)s” is not valid TOML: %(error)s.")
        raise BadMapping(why % {"name": path.name, "error": error}) from None


def check_keys(document: dict, known: Sections[str, set[str] | None]) -> None:
    """Raise BadMapping for a section or key nobody reads; a section that is None takes any key."""
    for section, content in document.items():
        if section not in known or not isinstance(content, dict):
            raise BadMapping(_("The mapping has a section “%(key)s”, which is not known.") % {"key": section})
        keys = known[section]
        for key in () if keys is None else content.keys() - keys:
            why = _("The mapping has a key “%(key)s”, which is not known.")
            raise BadMapping(why % {"key": f"{section}.{key}"})


def check_columns(columns: dict[str, str]) -> None:
    """Raise BadMapping if no column is named, or one by nothing."""
    if not columns:
        raise BadMapping(_("The mapping has no section “%(key)s”.") % {"key": "columns"})
    for key, column in columns.items():
        if not column:
            raise BadMapping(_("In the mapping, “%(key)s” is empty.") % {"key": f"columns.{key}"})


def check_zone(name: str) -> None:
    """Raise BadMapping if ``source.timezone`` names no time zone."""
    try:
        ZoneInfo(name)
    except (ValueError, OSError, LookupError):
        raise BadMapping(_("“source.timezone” names no time zone: “%(name)s”.") % {"name": name}) from None


def check_region(region: str) -> None:
    """Raise BadMapping if ``source.region`` is no country telephone numbers are dialled in."""
    if region not in phonenumbers.SUPPORTED_REGIONS:
        raise BadMapping(_("“source.region” is no country code: “%(name)s”.") % {"name": region})


def string(document: dict, section: str, key: str) -> str:
    """A text of ``section``, empty if it is not there. This and those below raise BadMapping for another kind."""
    value = document.get(section, {}).get(key, "")
    if not isinstance(value, str):
        raise _wrong(section, key, _("a text"))
    return value.strip()


def flag(document: dict, section: str, key: str) -> bool:
    value = document.get(section, {}).get(key, False)
    if not isinstance(value, bool):
        raise _wrong(section, key, _("true or false"))
    return value


def texts(document: dict, section: str, key: str) -> tuple[str, ...]:
    value = document.get(section, {}).get(key, [])
    if not isinstance(value, list) or not all(isinstance(item, str) for item in value):
        raise _wrong(section, key, _("a list of texts"))
    return tuple(item.strip() for item in value)


def table(document: dict, section: str, key: str) -> dict[str, str]:
    value = document[section][key]
    if not isinstance(value, dict) or not all(isinstance(item, str) for item in value.values()):
        raise _wrong(section, key, _("a table of texts"))
    return value


def _wrong(section: str, key: str, kind: str) -> BadMapping:
    return BadMapping(_("In the mapping, “%(key)s” must be %(kind)s.") % {"key": f"{section}.{key}", "kind": kind})


@dataclass(frozen=True)
class TableMapping:
    """What all tables share: whose they are, how they write dates and numbers, which columns hold what."""

    name: str = ""
    issuer: str = ""  # whose numbers the external ids are
    timezone: str = "Europe/Madrid"
    region: str = "ES"  # where telephone numbers without a prefix are dialled
    date_formats: tuple[str, ...] = ()
    columns: dict[str, tuple[str, ...]] = field(default_factory=dict)  # a field may stand in several columns
    external_ids: dict[str, str] = field(default_factory=dict)  # issuer: column, besides ``columns.external_id``
    empty: frozenset[str] = frozenset({""})
    values: dict[str, dict[str, str]] = field(default_factory=dict)  # by the lower-case text of the cell

    @property
    def named_columns(self) -> list[str]:
        """Every column that is read."""
        return [*(one for columns in self.columns.values() for one in columns), *self.external_ids.values()]

    def cells(self, row: TableRow, key: str, *, limit: int = 500, keep_lines: bool = False) -> list[str]:
        """What stands in the columns of ``key``, readable, with the empty ones left out. Raises BadCell."""
        return [
            text
            for column in self.columns.get(key, ())
            if (text := self.cell(row, column, key=key, limit=limit, keep_lines=keep_lines))
        ]

    def cell(self, row: TableRow, column: str, *, key: str, limit: int = 500, keep_lines: bool = False) -> str:
        """What stands in one column, as the mapping translates it. Raises BadCell for a cell that is too long."""
        text = row.values.get(column, "")
        if text in self.empty:
            return ""
        if len(text) > limit:
            why = _("The cell “%(column)s” is longer than %(limit)s characters.")
            raise BadCell(why % {"column": column, "limit": limit})
        text = visible(unguarded(text), keep_lines=keep_lines)
        meant = self.values.get(key)
        return meant.get(text.casefold(), text) if meant else text


SHARED_SECTIONS: dict[str, set[str] | None] = {
    "source": {"name", "issuer", "date_formats", "timezone", "region"},
    "empty": {"values"},
    "external_ids": None,
}


def shared_parts(document: dict, fields: Collection[str]) -> dict[str, Any]:
    """What ``TableMapping`` holds, from the sections of a document, checked. Raises BadMapping."""
    columns = {key: _columns(document, key) for key in document.get("columns", {})}
    check_columns({key: "".join(named) for key, named in columns.items()})
    for key in columns.keys() - set(fields):
        raise BadMapping(_("The mapping has a key “%(key)s”, which is not known.") % {"key": f"columns.{key}"})
    issuer = string(document, "source", "issuer")
    if "external_id" in columns and not issuer:
        raise BadMapping(_("The mapping needs “source.issuer”: it says whose numbers “columns.external_id” are."))
    zone = string(document, "source", "timezone") or "Europe/Madrid"
    region = string(document, "source", "region").upper() or "ES"
    check_zone(zone)
    check_region(region)
    return {
        "name": string(document, "source", "name"),
        "issuer": issuer[:60],
        "timezone": zone,
        "region": region,
        "date_formats": texts(document, "source", "date_formats"),
        "columns": columns,
        "external_ids": {key: string(document, "external_ids", key) for key in document.get("external_ids", {})},
        "empty": frozenset({"", *texts(document, "empty", "values")}),
        "values": {
            key: {said.casefold(): meant for said, meant in table(document, "values", key).items()}
            for key in document.get("values", {})
        },
    }


def check_headings(named: Iterable[str], headings: Collection[str], *, file_name: str) -> None:
    """Raise Unreadable for a column that the mapping names and the file does not have."""
    for column in named:
        if column and column not in headings:
            why = _("“%(name)s” has no column “%(column)s”, which the mapping names.")
            raise Unreadable(why % {"name": file_name, "column": column})


def heading_key(heading: str) -> str:
    """A heading as it is compared with the usual names: small letters, no underscores or colons."""
    return " ".join(heading.casefold().replace("_", " ").strip(" :*.").split())


def recognise(headings: Iterable[str], usual_names: dict[str, str]) -> dict[str, str]:
    """``{field: heading}`` for the headings that are usual; “Nombre” beside “Apellidos” is the given name."""
    field_of = {usual: key for key, names in usual_names.items() for usual in names.split("|")}
    columns: dict[str, str] = {}
    for heading in headings:
        key = field_of.get(heading_key(heading))
        if key:
            columns.setdefault(key, heading)
    if "name" in columns and "family_name" in columns and "given_name" not in columns:
        columns["given_name"] = columns.pop("name")
    return columns


def _columns(document: dict, key: str) -> tuple[str, ...]:
    value = document["columns"][key]
    return texts(document, "columns", key) if isinstance(value, list) else (string(document, "columns", key),)
