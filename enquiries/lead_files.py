"""Leads in a spreadsheet, read into records by a mapping: no database, no guessing.

A mapping is a TOML file like ``docs/examples/fair.toml``. Without one, columns are recognised by their usual names
in English, Spanish and Catalan.
"""

import re
import tomllib
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import phonenumbers
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils.translation import gettext as _

from people.input_files import BadRow, TableRow, Unreadable, read_table

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
    "message": "message|comments|comment|mensaje|comentarios|consulta|missatge|comentaris",
    "programme": "programme|program|course|programa|curso|curs",
    "source": "source|lead source|origen|fuente|font|procedència",
    "medium": "medium|medio|mitjà",
    "campaign": "campaign|campaña|campanya",
    "country": "country|país|pais",
    "language": "language|idioma|llengua",
    "received_at": "date|received at|created at|fecha|data",
}
_SECTIONS = {
    "source": {"name", "issuer", "history", "date_format", "timezone", "region"},
    "empty": {"values"},
    "outcome": {"column", "enrolled", "lost", "open", "lost_reason", "lost_reason_column"},
    "answers": {"columns", "asked_later"},
    "withheld": {"staff_judgement", "after_the_fact", "unknown_origin"},
    "columns": set(FIELDS),
    "values": set(FIELDS),
}


class BadMapping(Exception):
    """The mapping cannot be used; the message names the key."""


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
    date_format: str = ""
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


class _RowError(Exception):
    """Why a row is not taken."""


# --- the mapping ---------------------------------------------------------------------------------------------------


def read_mapping(path: str | Path) -> Mapping:
    """The mapping in a TOML file. Raises BadMapping, naming the key, if one is unknown or of a wrong kind."""
    path = Path(path)
    try:
        document = tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except (OSError, UnicodeDecodeError):
        raise BadMapping(_("The mapping “%(name)s” cannot be read.") % {"name": path}) from None
    except tomllib.TOMLDecodeError as error:
        why = _("The mapping “%(name)s” is not valid TOML: %(error)s.")
        raise BadMapping(why % {"name": path.name, "error": error}) from None
    for section, content in document.items():
        if section not in _SECTIONS or not isinstance(content, dict):
            raise BadMapping(_("The mapping has a section “%(key)s”, which is not known.") % {"key": section})
        for key in content.keys() - _SECTIONS[section]:
            raise BadMapping(_("The mapping has a key “%(key)s”, which is not known.") % {"key": f"{section}.{key}"})
    mapping = _mapping(document)
    _check(mapping)
    return mapping


def _mapping(document: dict) -> Mapping:
    outcome = document.get("outcome", {})
    answers = _list(document, "answers", "columns")
    asked_later = _list(document, "answers", "asked_later")
    return Mapping(
        name=_string(document, "source", "name"),
        issuer=_string(document, "source", "issuer"),
        is_history=_flag(document, "source", "history"),
        date_format=_string(document, "source", "date_format"),
        timezone=_string(document, "source", "timezone") or "Europe/Madrid",
        region=_string(document, "source", "region") or "ES",
        columns={key: _string(document, "columns", key) for key in document.get("columns", {})},
        empty=frozenset({"", *_list(document, "empty", "values")}),
        values={key: _table(document, "values", key) for key in document.get("values", {})},
        outcome_column=_string(document, "outcome", "column"),
        **{key: frozenset(_list(document, "outcome", key)) for key in ("enrolled", "lost", "open")},
        lost_reason=_string(document, "outcome", "lost_reason") if outcome else "",
        lost_reason_column=_string(document, "outcome", "lost_reason_column") if outcome else "",
        answers=(*answers, *(column for column in asked_later if column not in answers)),
        asked_later=asked_later,
        withheld={key: _list(document, "withheld", key) for key in document.get("withheld", {})},
    )


def _check(mapping: Mapping) -> None:
    if not mapping.columns:
        raise BadMapping(_("The mapping has no section “%(key)s”.") % {"key": "columns"})
    for key, column in mapping.columns.items():
        if not column:
            raise BadMapping(_("In the mapping, “%(key)s” is empty.") % {"key": f"columns.{key}"})
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
    try:
        ZoneInfo(mapping.timezone)
    except (ValueError, OSError, LookupError):
        raise BadMapping(_("“source.timezone” names no time zone: “%(name)s”.") % {"name": mapping.timezone}) from None
    if mapping.region not in phonenumbers.SUPPORTED_REGIONS:
        raise BadMapping(_("“source.region” is no country code: “%(name)s”.") % {"name": mapping.region})


def _wrong(section: str, key: str, kind: str) -> BadMapping:
    return BadMapping(_("In the mapping, “%(key)s” must be %(kind)s.") % {"key": f"{section}.{key}", "kind": kind})


def _string(document: dict, section: str, key: str) -> str:
    value = document.get(section, {}).get(key, "")
    if not isinstance(value, str):
        raise _wrong(section, key, _("a text"))
    return value.strip()


def _flag(document: dict, section: str, key: str) -> bool:
    value = document.get(section, {}).get(key, False)
    if not isinstance(value, bool):
        raise _wrong(section, key, _("true or false"))
    return value


def _list(document: dict, section: str, key: str) -> tuple[str, ...]:
    value = document.get(section, {}).get(key, [])
    if not isinstance(value, list) or not all(isinstance(item, str) for item in value):
        raise _wrong(section, key, _("a list of texts"))
    return tuple(item.strip() for item in value)


def _table(document: dict, section: str, key: str) -> dict[str, str]:
    value = document[section][key]
    if not isinstance(value, dict) or not all(isinstance(item, str) for item in value.values()):
        raise _wrong(section, key, _("a table of texts"))
    return value


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
    named = [*mapping.columns.values(), mapping.outcome_column, mapping.lost_reason_column, *mapping.answers]
    for column in named:
        if column and column not in first.values:
            why = _("“%(name)s” has no column “%(column)s”, which the mapping names.")
            raise Unreadable(why % {"name": Path(path).name, "column": column})
    return _leads(read_table(path), mapping)


def _recognised(headings: list[str], name: str) -> Mapping:
    field_of = {usual: key for key, names in _USUAL_NAMES.items() for usual in names.split("|")}
    columns: dict[str, str] = {}
    for heading in headings:
        key = field_of.get(heading.lower().replace("_", " ").strip(" :*"))
        if key:
            columns.setdefault(key, heading)
    if "name" in columns and "family_name" in columns and "given_name" not in columns:
        columns["given_name"] = columns.pop("name")  # “Nombre” beside “Apellidos” is the given name
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
        except _RowError as refused:
            yield RejectedRow(row.line, str(refused))


def _lead(row: TableRow, mapping: Mapping) -> LeadRecord:
    found: dict[str, Any] = {key: _value(row, column, mapping, key=key) for key, column in mapping.columns.items()}
    _require_contact(found, mapping)
    outcome, lost_reason = _outcome(row, mapping)
    lead = LeadRecord(
        line=row.line,
        received_at=_instant(found.pop("received_at", ""), mapping),
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
        raise _RowError(why % {"column": column, "limit": limit})
    text = _visible(text, keep_lines=key in ("message", "answers"))
    return mapping.values.get(key, {}).get(text, text)


def _visible(text: str, *, keep_lines: bool) -> str:
    """The text without control characters, direction marks and characters of no width.

    They make two names look alike that are not, or turn a line round in a list.
    """
    kept = []
    for sign in unicodedata.normalize("NFC", text):
        if sign in "\n\t\r":
            kept.append(sign if keep_lines else " ")
        elif unicodedata.category(sign) not in ("Cc", "Cf", "Cs", "Co", "Cn"):
            kept.append(sign)
    whole = "".join(kept)
    return whole.strip() if keep_lines else " ".join(whole.split())


def _require_contact(found: dict[str, str], mapping: Mapping) -> None:
    email, phone = found.get("email", ""), found.get("phone", "")
    if not email and not phone:
        if not found.get("external_id"):
            raise _RowError(_("There is no e-mail address, no telephone number and no identifier."))
        return
    if not (_is_email(email) or _is_phone(phone, mapping.region)):
        if email and phone:
            raise _RowError(_("Neither the e-mail address nor the telephone number is valid."))
        if email:
            raise _RowError(_("The e-mail address is not valid, and there is no telephone number."))
        raise _RowError(_("The telephone number is not valid, and there is no e-mail address."))


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
    raise _RowError(_("“%(value)s” is not an outcome the mapping knows.") % {"value": text[:40]})


def _instant(text: str, mapping: Mapping) -> datetime | None:
    """An aware instant; without an offset it is the local time of the mapping. 31/12/2026 is day first."""
    if not text:
        return None
    wrong = _RowError(_("“%(date)s” is not a date.") % {"date": text[:40]})
    try:
        if mapping.date_format:
            instant = datetime.strptime(text, mapping.date_format)  # noqa: DTZ007 -- made aware below
        elif figures := re.fullmatch(r"(\d{1,2})[/.-](\d{1,2})[/.-](\d{4})(?: (\d{1,2}):(\d{2}))?(?::\d{2})?", text):
            day, month, year, hour, minute = (int(part or 0) for part in figures.groups())
            instant = datetime(year, month, day, hour, minute)  # noqa: DTZ001 -- made aware below
        else:
            instant = datetime.fromisoformat(text)
    except ValueError:
        raise wrong from None
    if not 1990 <= instant.year <= 2100:
        raise wrong
    return instant if instant.tzinfo else instant.replace(tzinfo=ZoneInfo(mapping.timezone))
