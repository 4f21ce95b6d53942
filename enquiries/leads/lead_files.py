"""Leads in a spreadsheet, read into records by a mapping: no database, no guessing.

A mapping is a TOML file like ``docs/examples/fair.toml``. Without one, columns are recognised by their usual names
in English, Spanish and Catalan.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path
from typing import Any

import phonenumbers
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils.translation import gettext as _

from people.importing.cells import BadCell, instant, unguarded, visible
from people.importing.input_files import BadRow, TableRow, Unreadable, read_table
from people.importing.mappings import (
    BadMapping,
    check_columns,
    check_headings,
    check_keys,
    check_region,
    check_zone,
    flag,
    read_document,
    recognise,
    string,
    table,
    texts,
)
from people.importing.people_files import Table

FIELDS = (
    "external_id", "given_name", "family_name", "name", "email", "phone", "message", "programme", "source", "medium",
    "campaign", "country", "language", "received_at",
)  # fmt: skip
_LIMITS = {"email": 254, "phone": 40, "message": 10_000, "given_name": 150, "family_name": 150, "name": 300}
_LIMIT, _ANSWER_LIMIT = 500, 2_000
_USUAL_NAMES = {
    "external_id": "id|lead id|prospect id|external id",
    "given_name": "given name|first name|nombre de pila|nom de pila",
    "family_name": "family name|last name|surname|apellidos|apellido|cognoms|cognom",
    "name": "name|full name|nombre|nombre completo|nombre y apellidos|nom|nom complet|nom i cognoms",
    "email": "email|e-mail|mail|email address|correo|correo electrónico|correu|correu electrònic|adreça electrònica",
    "phone": "phone|telephone|mobile|phone number|teléfono|móvil|telèfon|mòbil|whatsapp",
    "message": "message|comments|comment|notes|mensaje|comentarios|comentario|observaciones|consulta|missatge"
    "|comentaris|comentari|observacions",
    "programme": "programme|program|course|programa|curso|curs",
    "source": "source|lead source|origen|fuente|font|procedència",
    "medium": "medium|medio|mitjà",
    "campaign": "campaign|campaña|campanya",
    "country": "country|país|pais",
    "language": "language|idioma|llengua",
    "received_at": "date|received at|created at|fecha|data",
}
_SECTIONS = {
    "source": {"name", "issuer", "history", "date_format", "date_formats", "timezone", "region"},
    "belongs": {"campaign", "partner"},
    "empty": {"values"},
    "outcome": {"column", "enrolled", "lost", "open", "lost_reason", "lost_reason_column"},
    "answers": {"columns", "asked_later"},
    "withheld": {"staff_judgement", "after_the_fact", "unknown_origin"},
    "columns": set(FIELDS),
    "values": set(FIELDS),
}


@dataclass(frozen=True)
class Mapping:
    """Which column of a file is what.

    ``answers`` are kept with the lead; of these, ``asked_later`` are filled in during the first talk, so that a
    blank betrays that nobody talked. ``withheld`` columns are read by nobody: they were written with the outcome
    in sight. Scoring may use ``scoring_columns`` only.
    """

    name: str = ""
    issuer: str = ""
    is_history: bool = False
    date_formats: tuple[str, ...] = ()
    timezone: str = "Europe/Madrid"
    region: str = "ES"
    columns: dict[str, str] = field(default_factory=dict)
    empty: frozenset[str] = frozenset({""})
    values: dict[str, dict[str, str]] = field(default_factory=dict)
    outcome_column: str = ""
    enrolled: frozenset[str] = frozenset()
    lost: frozenset[str] = frozenset()
    open: frozenset[str] = frozenset()
    lost_reason: str = ""
    lost_reason_column: str = ""
    answers: tuple[str, ...] = ()
    asked_later: tuple[str, ...] = ()
    withheld: dict[str, tuple[str, ...]] = field(default_factory=dict)
    campaign: str = ""  # its code, where the whole file belongs to one
    partner: str = ""  # its code, where the whole file comes from one

    @property
    def named_columns(self) -> list[str]:
        """Every column that is read."""
        named = [*self.columns.values(), self.outcome_column, self.lost_reason_column, *self.answers]
        return [column for column in named if column]

    @property
    def scoring_columns(self) -> tuple[str, ...]:
        """The answers known when the lead arrived."""
        return tuple(column for column in self.answers if column not in self.asked_later)


@dataclass(frozen=True)
class LeadRecord:
    """One lead. Contacts are as typed; ``outcome`` is "enrolled", "lost" or "" (open or not stated)."""

    line: int
    external_id: str = ""
    given_name: str = ""
    family_name: str = ""
    name: str = ""
    email_as_typed: str = ""
    phone_as_typed: str = ""
    message: str = ""
    programme: str = ""
    source: str = ""
    medium: str = ""
    campaign: str = ""
    language: str = ""
    country: str = ""
    received_at: datetime | None = None
    outcome: str = ""
    lost_reason: str = ""
    answers: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class RejectedRow:
    """A row that was not taken, and why."""

    line: int
    why: str


# --- the mapping ---------------------------------------------------------------------------------------------------


def read_mapping(path: str | Path) -> Mapping:
    """The mapping in a TOML file. Raises BadMapping, naming the key, if one is unknown or of a wrong kind."""
    return mapping_of(read_document(path))


def mapping_of(document: dict) -> Mapping:
    """The same from the sections themselves."""
    check_keys(document, _SECTIONS)
    mapping = _mapping(document)
    _check(mapping)
    return mapping


def guess(table: Table) -> dict[str, Any]:
    """The sections of a mapping by the usual names of the headings. Raises Unreadable."""
    return {"columns": _recognised(list(table.headings), table.path.name).columns}


def _mapping(document: dict) -> Mapping:
    outcome = document.get("outcome", {})
    answers = texts(document, "answers", "columns")
    asked_later = texts(document, "answers", "asked_later")
    return Mapping(
        name=string(document, "source", "name"),
        issuer=string(document, "source", "issuer"),
        is_history=flag(document, "source", "history"),
        date_formats=_date_formats(document),
        timezone=string(document, "source", "timezone") or "Europe/Madrid",
        region=string(document, "source", "region") or "ES",
        columns={key: string(document, "columns", key) for key in document.get("columns", {})},
        empty=frozenset({"", *texts(document, "empty", "values")}),
        values={key: table(document, "values", key) for key in document.get("values", {})},
        outcome_column=string(document, "outcome", "column"),
        **{key: frozenset(texts(document, "outcome", key)) for key in ("enrolled", "lost", "open")},
        lost_reason=string(document, "outcome", "lost_reason") if outcome else "",
        lost_reason_column=string(document, "outcome", "lost_reason_column") if outcome else "",
        answers=(*answers, *(column for column in asked_later if column not in answers)),
        asked_later=asked_later,
        withheld={key: texts(document, "withheld", key) for key in document.get("withheld", {})},
        campaign=string(document, "belongs", "campaign"),
        partner=string(document, "belongs", "partner"),
    )


def _date_formats(document: dict) -> tuple[str, ...]:
    one = string(document, "source", "date_format")
    return (one,) if one else texts(document, "source", "date_formats")


def _check(mapping: Mapping) -> None:
    check_columns(mapping.columns)
    if "external_id" in mapping.columns and not mapping.issuer:
        raise BadMapping(_("The mapping needs “source.issuer”: it says whose numbers “columns.external_id” are."))
    if (mapping.enrolled or mapping.lost) and not mapping.outcome_column:
        raise BadMapping(_("The mapping needs “outcome.column” to tell the outcomes."))
    for value in (mapping.enrolled & mapping.lost) | (mapping.open & (mapping.enrolled | mapping.lost)):
        raise BadMapping(_("The mapping gives the value “%(value)s” two outcomes.") % {"value": value})
    kept = {*mapping.answers, *mapping.columns.values()}
    for key, columns in mapping.withheld.items():
        for column in columns:
            if column in kept:
                why = _("The column “%(column)s” is in “%(key)s” and is used all the same.")
                raise BadMapping(why % {"column": column, "key": f"withheld.{key}"})
    check_zone(mapping.timezone)
    check_region(mapping.region)


# --- the rows ------------------------------------------------------------------------------------------------------


def read_leads(path: str | Path, mapping: Mapping | None = None) -> Iterator[LeadRecord | RejectedRow]:
    """The leads of a CSV file or workbook, in order.

    Raises Unreadable, by the call itself, if the file is no table, lacks a column the mapping names, or has neither
    contacts nor identifiers that are recognised.
    """
    rows = read_table(path)
    first = next((row for row in rows if isinstance(row, TableRow)), None)
    if first is None:
        raise Unreadable(_("“%(name)s” has column headings but no rows.") % {"name": Path(path).name})
    mapping = mapping or _recognised(list(first.values), Path(path).name)
    check_headings(mapping.named_columns, first.values, file_name=Path(path).name)
    return _leads(read_table(path), mapping)


def _recognised(headings: list[str], name: str) -> Mapping:
    columns = recognise(headings, _USUAL_NAMES)
    if not columns.keys() & {"email", "phone"}:
        raise Unreadable(
            _("In “%(name)s” no column for e-mail or telephone was recognised; use a mapping.") % {"name": name}
        )
    # Without a mapping nobody says whose numbers they are, so they identify nothing.
    columns.pop("external_id", None)
    return Mapping(name=name, columns=columns)


def _leads(rows: Iterator[TableRow | BadRow], mapping: Mapping) -> Iterator[LeadRecord | RejectedRow]:
    for row in rows:
        if isinstance(row, BadRow):
            yield RejectedRow(row.line, row.why)
            continue
        try:
            yield _lead(row, mapping)
        except BadCell as refused:
            yield RejectedRow(row.line, str(refused))


def _lead(row: TableRow, mapping: Mapping) -> LeadRecord:
    found: dict[str, Any] = {key: _value(row, column, mapping, key=key) for key, column in mapping.columns.items()}
    _require_contact(found, mapping)
    outcome, lost_reason = _outcome(row, mapping)
    lead = LeadRecord(
        line=row.line,
        received_at=instant(
            found.pop("received_at", ""),
            formats=mapping.date_formats,
            zone=mapping.timezone,
        ),
        email_as_typed=found.pop("email", ""),
        phone_as_typed=found.pop("phone", ""),
        outcome=outcome,
        lost_reason=lost_reason,
        answers={
            column: answer for column in mapping.answers if (answer := _value(row, column, mapping, key="answers"))
        },
    )
    language = re.match(r"[a-z]{2}(?=[-_]|$)", found.pop("language", "").lower())
    return replace(lead, language=language[0] if language else "", **found)


def _value(row: TableRow, column: str, mapping: Mapping, *, key: str) -> str:
    text = row.values.get(column, "")
    if text in mapping.empty:
        return ""
    limit = _ANSWER_LIMIT if key == "answers" else _LIMITS.get(key, _LIMIT)
    if len(text) > limit:
        why = _("The cell “%(column)s” is longer than %(limit)s characters.")
        raise BadCell(why % {"column": column, "limit": limit})
    text = visible(unguarded(text), keep_lines=key in ("message", "answers"))
    return mapping.values.get(key, {}).get(text, text)


def _require_contact(found: dict[str, str], mapping: Mapping) -> None:
    email, phone = found.get("email", ""), found.get("phone", "")
    if not email and not phone:
        if not found.get("external_id"):
            raise BadCell(_("There is no e-mail address, no telephone number and no identifier."))
        return
    if not (_is_email(email) or _is_phone(phone, mapping.region)):
        if email and phone:
            raise BadCell(_("Neither the e-mail address nor the telephone number is valid."))
        if email:
            raise BadCell(_("The e-mail address is not valid, and there is no telephone number."))
        raise BadCell(_("The telephone number is not valid, and there is no e-mail address."))


def _is_email(text: str) -> bool:
    try:
        validate_email(text)
    except ValidationError:
        return False
    return True


def _is_phone(text: str, region: str) -> bool:
    if not re.fullmatch(r"[+\d][\d\s().\-/]*", text):
        return False
    if text.startswith("00"):
        text = "+" + text[2:]
    try:
        return phonenumbers.is_possible_number(phonenumbers.parse(text, region))
    except phonenumbers.NumberParseException:
        return False


def _outcome(row: TableRow, mapping: Mapping) -> tuple[str, str]:
    if not mapping.outcome_column:
        return "", ""
    text = row.values.get(mapping.outcome_column, "")
    if text in mapping.enrolled:
        return "enrolled", ""
    if text in mapping.lost:
        reason = _value(row, mapping.lost_reason_column, mapping, key="lost_reason") or mapping.lost_reason
        return "lost", reason
    if text in mapping.open or text in mapping.empty:
        return "", ""
    raise BadCell(_("“%(value)s” is not an outcome the mapping knows.") % {"value": text[:40]})
