"""People in a spreadsheet, read into records by a mapping: no database, nothing invented.

A mapping is a TOML file like ``docs/examples/people.toml``; the back office makes the same sections from what staff
choose. Without one, columns are recognised by their usual names in English, Spanish and Catalan.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from typing import Any
from zoneinfo import available_timezones

from django.utils.translation import gettext as _

from people.identity import addresses, names
from people.identity.addresses import BadIdentity, Given
from people.importing import cells, input_files, mappings, spoken
from people.importing.cells import BadCell
from people.importing.input_files import BadRow, InputFile, TableRow, Unreadable
from people.importing.mappings import SHARED_SECTIONS, BadMapping, TableMapping
from people.models import Channel, Consent, Identity, Language, Person, Purpose

CONTACTS = ("email", "phone", "whatsapp")
NUMBERS = ("student_number", "user_name", "external_id")
FACTS = (
    "given_name", "family_name", "birth_date", "language", "country", "time_zone", "preferred_channel", "phase",
)  # fmt: skip
FIELDS = ("name", *FACTS, *CONTACTS, *NUMBERS, "source")
USUAL_NAMES = {
    "given_name": "given name|first name|nombre de pila|nom de pila",
    "family_name": "family name|last name|surname|surnames|apellidos|apellido|cognoms|cognom|llinatges",
    "name": "name|full name|nombre|nombre completo|nombre y apellidos|nom|nom complet|nom i cognoms",
    "email": "email|e-mail|mail|emails|e-mails|email address|e-mail address|correo|correos|correo electrónico|"
    "correu|correus|correu electrònic|adreça electrònica",
    "phone": "phone|phones|telephone|mobile|mobile phone|phone number|teléfono|teléfonos|móvil|telèfon|telèfons|mòbil",
    "whatsapp": "whatsapp",
    "student_number": "student number|student no|student id|número de alumno|nº de alumno|número d'alumne|"
    "núm. d'alumne|matrícula|expedient|expediente",
    "user_name": "user name|username|login|usuario|nombre de usuario|usuari|nom d'usuari",
    "external_id": "external id",
    "birth_date": "birth date|date of birth|birthday|dob|fecha de nacimiento|nacimiento|data de naixement|naixement",
    "language": "language|idioma|lengua|llengua",
    "country": "country|país|pais",
    "time_zone": "time zone|zona horaria|zona horària|fus horari",
    "preferred_channel": "preferred channel|canal preferido|canal preferit",
    "phase": "phase|fase",
    "source": "source|origen|fuente|font|procedència",
}
SECTIONS: dict[str, set[str] | None] = {
    **SHARED_SECTIONS,
    "columns": set(FIELDS),
    "values": set(FIELDS),
    "overwrite": {"fields"},
    "consents": None,
}
CONSENT_KEYS = {"purpose", "channel", "column", "at", "wording", "wording_version", "proof", "yes", "no", "withdrawn"}
LIMITS = {"name": 300, "email": 2_000, "phone": 500, "whatsapp": 500}


@dataclass(frozen=True)
class ConsentColumns:
    """Where a file says what somebody allowed: the answer, when they gave it, in which words, and what proves it."""

    purpose: str
    channel: str
    column: str
    at: str = ""
    wording: str = ""
    wording_version: str = ""  # one for the whole file, instead of a column
    proof: str = ""
    yes: frozenset[str] = spoken.YES
    no: frozenset[str] = spoken.NO
    withdrawn: frozenset[str] = spoken.WITHDRAWN

    @property
    def named_columns(self) -> list[str]:
        return [name for name in (self.column, self.at, self.wording, self.proof) if name]


@dataclass(frozen=True)
class PeopleMapping(TableMapping):
    """Which column of a file of people is what; ``overwrite`` names the facts that replace what we have."""

    overwrite: frozenset[str] = frozenset()
    consents: tuple[ConsentColumns, ...] = ()

    @property
    def named_columns(self) -> list[str]:
        return [*super().named_columns, *(name for one in self.consents for name in one.named_columns)]


@dataclass(frozen=True, slots=True)
class Said:
    """One answer about one purpose on one channel; ``at`` is missing only where somebody said no."""

    purpose: str
    channel: str
    decision: str
    at: datetime | None
    wording_version: str
    proof: str


@dataclass(frozen=True, slots=True)
class PersonRecord:
    """One row: ``facts`` holds what the file says, by field of ``Person``; ``ways`` the strongest first."""

    line: int
    facts: dict[str, Any]
    ways: tuple[Given, ...]
    consents: tuple[Said, ...] = ()
    source: str = ""


@dataclass(frozen=True)
class RejectedRow:
    """A row that was not taken, and why."""

    line: int
    why: str


@dataclass(frozen=True)
class Table:
    """A file that can be read: its headings, the first rows, what was noticed, and which columns nobody reads."""

    path: Path
    headings: tuple[str, ...]
    first_rows: tuple[TableRow, ...]
    notes: tuple[str, ...] = ()
    not_mapped: tuple[str, ...] = field(default=(), compare=False)


# --- the mapping ---------------------------------------------------------------------------------------------------


def read_mapping(path: str | Path) -> PeopleMapping:
    """The mapping in a TOML file. Raises BadMapping, naming the key, if one is unknown or of a wrong kind."""
    return mapping_of(mappings.read_document(path))


def mapping_of(document: dict) -> PeopleMapping:
    """The same from the sections themselves."""
    mappings.check_keys(document, SECTIONS)
    overwrite = frozenset(mappings.texts(document, "overwrite", "fields"))
    for key in overwrite - set(FACTS):
        raise BadMapping(_("“overwrite” names “%(key)s”, which is no field of a person.") % {"key": key})
    return PeopleMapping(
        **mappings.shared_parts(document, FIELDS),
        overwrite=overwrite,
        consents=tuple(_consent(document["consents"], name) for name in document.get("consents", {})),
    )


def _consent(section: dict, name: str) -> ConsentColumns:
    content = section[name]
    if not isinstance(content, dict):
        raise BadMapping(_("The mapping has a section “%(key)s”, which is not known.") % {"key": f"consents.{name}"})
    mappings.check_keys({name: content}, {name: CONSENT_KEYS})
    facts: dict[str, Any] = {
        key: mappings.string(section, name, key) for key in CONSENT_KEYS - {"yes", "no", "withdrawn"}
    }
    if facts["purpose"] not in Purpose.values or facts["channel"] not in Channel.values or not facts["column"]:
        why = _("“%(key)s” needs a purpose, a channel and the column that says yes or no.")
        raise BadMapping(why % {"key": f"consents.{name}"})
    for key in ("yes", "no", "withdrawn"):
        if said := mappings.texts(section, name, key):
            facts[key] = frozenset(one.casefold() for one in said)
    return ConsentColumns(**facts)


# --- the rows ------------------------------------------------------------------------------------------------------


def look(path: str | Path, *, rows: int = 5) -> Table:
    """The headings and first rows of a file. Raises Unreadable."""
    path = Path(path)
    found: list[TableRow] = []
    for row in input_files.read_table(path):
        if isinstance(row, TableRow):
            found.append(row)
        if len(found) == rows:
            break
    if not found:
        raise Unreadable(_("“%(name)s” has column headings but no rows.") % {"name": path.name})
    opened: InputFile = input_files.open_input(path)
    return Table(path, tuple(found[0].values), tuple(found), opened.notes)


def recognised(table: Table) -> PeopleMapping:
    """The mapping that the headings suggest. Raises Unreadable if nothing in it tells who somebody is."""
    columns = mappings.recognise(table.headings, USUAL_NAMES)
    columns.pop("external_id", None)  # nobody says whose numbers they are, so they identify nothing
    if not columns.keys() & {*CONTACTS, *NUMBERS}:
        raise Unreadable(
            _("In “%(name)s” no column for e-mail or telephone was recognised; use a mapping.")
            % {"name": table.path.name}
        )
    return PeopleMapping(columns={key: (column,) for key, column in columns.items()})


def not_mapped(table: Table, mapping: TableMapping) -> tuple[str, ...]:
    """The columns of the file that the mapping does not read."""
    read = set(mapping.named_columns)
    return tuple(heading for heading in table.headings if heading not in read)


def check(table: Table, mapping: TableMapping) -> None:
    """Raise Unreadable for a column that the mapping names and the file does not have."""
    mappings.check_headings(mapping.named_columns, table.headings, file_name=table.path.name)


def read_people(path: str | Path, mapping: PeopleMapping, *, at: datetime) -> Iterator[PersonRecord | RejectedRow]:
    """The people of a CSV file or workbook, in order; a row that is not taken says why. Raises Unreadable."""
    for row in input_files.read_table(path):
        if isinstance(row, BadRow):
            yield RejectedRow(row.line, row.why)
            continue
        try:
            yield _record(row, mapping, at=at)
        except BadCell as refused:
            yield RejectedRow(row.line, str(refused))
        except BadIdentity as refused:
            yield RejectedRow(row.line, str(refused))


def _record(row: TableRow, mapping: PeopleMapping, *, at: datetime) -> PersonRecord:
    ways = ways_of(row, mapping)
    if not ways:
        raise BadCell(_("There is no e-mail address, no telephone number and no identifier."))
    return PersonRecord(
        line=row.line,
        facts=_facts(row, mapping, at=at),
        ways=ways,
        consents=tuple(said for one in mapping.consents if (said := _said(row, one, mapping, at=at))),
        source=_one(row, mapping, "source")[:120],
    )


def ways_of(row: TableRow, mapping: TableMapping) -> tuple[Given, ...]:
    """Every identity of the row, normalised, the strongest first, none twice. Raises BadCell and BadIdentity."""
    given: dict[tuple[str, str, str], Given] = {}
    external = [(mapping.issuer, column) for column in mapping.columns.get("external_id", ())]
    for issuer, column in [*external, *mapping.external_ids.items()]:
        if typed := mapping.cell(row, column, key="external_id"):
            _give(given, Identity.Kind.EXTERNAL, typed, mapping, issuer=issuer[:60])
    for key in ("student_number", "user_name"):
        for typed in mapping.cells(row, key):
            _give(given, key, typed, mapping)
    for key in CONTACTS:
        for text in mapping.cells(row, key, limit=LIMITS[key], keep_lines=True):
            for typed in cells.several(text):
                _give(given, key, typed, mapping)
    return tuple(given.values())


def _give(given: dict, kind: str, typed: str, mapping: TableMapping, *, issuer: str = "") -> None:
    way = Given(str(kind), addresses.normalise(kind, typed, region=mapping.region), issuer, typed[:254])
    given.setdefault(way.key, way)


def _facts(row: TableRow, mapping: PeopleMapping, *, at: datetime) -> dict[str, Any]:
    """What the row says about a person: only fields it says something about."""
    given, family = names_of(row, mapping)
    facts: dict[str, Any] = {"given_name": given, "family_name": family}
    born: date | None = cells.birth_date(_one(row, mapping, "birth_date"), on=at.date(), formats=mapping.date_formats)
    if born:
        facts["birth_date"] = born
    facts["country"] = names.clean(_one(row, mapping, "country"), longest=60)
    facts["language"] = spoken.choice(_one(row, mapping, "language"), Language, _("language"), spoken.LANGUAGES)
    facts["preferred_channel"] = spoken.choice(
        _one(row, mapping, "preferred_channel"), Channel, _("channel"), spoken.CHANNELS
    )
    facts["phase"] = spoken.choice(_one(row, mapping, "phase"), Person.Phase, _("phase"))
    zone = _one(row, mapping, "time_zone")
    if zone and zone not in available_timezones():
        raise BadCell(_("“%(value)s” is no time zone.") % {"value": zone[:40]})
    facts["time_zone"] = zone
    return {key: value for key, value in facts.items() if value}


def names_of(row: TableRow, mapping: TableMapping) -> tuple[str, str]:
    """Given and family name, whether they stand in two columns or in one."""
    given = " ".join(mapping.cells(row, "given_name", limit=names.LONGEST))
    family = " ".join(mapping.cells(row, "family_name", limit=names.LONGEST))
    if given or family:
        return names.clean(given), names.clean(family)
    return names.split(" ".join(mapping.cells(row, "name", limit=LIMITS["name"])))


def _one(row: TableRow, mapping: TableMapping, key: str) -> str:
    return next(iter(mapping.cells(row, key)), "")


def _said(row: TableRow, one: ConsentColumns, mapping: PeopleMapping, *, at: datetime) -> Said | None:
    """What the row says about one consent. A yes without its day, its words or its proof is no yes."""
    text = mapping.cell(row, one.column, key="").casefold()
    if not text:
        return None
    decision = _decision(text, one)
    said_at = cells.instant(_of(row, one.at, mapping), formats=mapping.date_formats, zone=mapping.timezone)
    if said_at and said_at > at:
        raise BadCell(_("The consent in “%(column)s” is dated in the future.") % {"column": one.column})
    wording = _of(row, one.wording, mapping) or one.wording_version
    proof = _of(row, one.proof, mapping)
    if decision == Consent.Decision.GRANTED and not (said_at and wording and proof):
        missing = _("date") if not said_at else _("proof") if not proof else _("wording")
        why = _("The consent in “%(column)s” has no %(missing)s, so it proves nothing.")
        raise BadCell(why % {"column": one.column, "missing": missing})
    if len(wording) > 40:
        raise BadCell(_("The wording of a consent is named by its version, in 40 characters at most."))
    return Said(one.purpose, one.channel, decision, said_at, wording, proof)


def _decision(text: str, one: ConsentColumns) -> str:
    for words, decision in (
        (one.yes, Consent.Decision.GRANTED),
        (one.no, Consent.Decision.DENIED),
        (one.withdrawn, Consent.Decision.WITHDRAWN),
    ):
        if text in words:
            return decision.value
    raise BadCell(_("“%(value)s” in “%(column)s” is neither yes nor no.") % {"value": text[:40], "column": one.column})


def _of(row: TableRow, column: str, mapping: PeopleMapping) -> str:
    return mapping.cell(row, column, key="", limit=2_000) if column else ""


def count_rows(path: str | Path) -> int:
    """How many rows there are to take in, good and bad: reads the whole file, so that it is known to be whole."""
    rows: Iterable = input_files.read_table(path)
    return sum(1 for _row in rows)
