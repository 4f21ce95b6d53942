"""A catalogue as a table (CSV or workbook): one row per intake, rows with the same id are one programme.

Columns, of which only ``id`` and ``title`` are needed: id, title, abstract, description, field, level,
qualification, entry_requirements, url, language, provider, provider_url, credits, weekly_hours, total_hours, eqf_level,
accredited_by, unit, unit_text, intake_id, start, end, apply_by, duration, seats, modality, attendance, venue, price,
currency, price_label. Their Spanish and Catalan names are recognised too; a mapping names them otherwise. A table with
a column ``matricula`` is an export of ours: ``programmes.feeds.export_table``.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

from django.utils.translation import gettext as _

from people.importing import mappings
from people.importing.cells import BadCell
from people.importing.input_files import BadRow, TableRow, Unreadable, read_table
from people.importing.mappings import TableMapping
from programmes.feeds import exact, export_table
from programmes.feeds.markup import clean_html, plain, web_address
from programmes.feeds.prices import is_currency, read_prices
from programmes.feeds.records import IntakeRecord, ProgrammeRecord, RejectedRecord
from programmes.feeds.wording import language_code, modality_of, read_date, read_day_first_date, weeks_in

_NAMES = {
    "id": "id code código codigo codi",
    "title": "title name título titulo títol titol nombre nom",
    "abstract": "abstract summary resumen resum",
    "description": "description descripción descripcion descripció descripcio",
    "field": "field subject área area àrea àmbit",
    "level": "level nivel nivell",
    "qualification": "qualification award titulación titulació",
    "entry_requirements": "entry_requirements requirements requisitos requisits",
    "url": "url web link enlace enllaç",
    "language": "language idioma llengua",
    "provider": "provider provider_name centro centre",
    "provider_url": "provider_url",
    "credits": "credits ects créditos creditos crèdits",
    "weekly_hours": "weekly_hours horas_semana hores_setmana",
    "total_hours": "total_hours hours horas hores",
    "eqf_level": "eqf_level eqf mec",
    "accredited_by": "accredited_by acreditación acreditació",
    "unit": "unit module asignatura assignatura",
    "unit_text": "unit_text",
    "intake_id": "intake_id edición edició",
    "start": "start start_on start_date inicio inici",
    "end": "end end_on end_date fin fi final",
    "apply_by": "apply_by deadline plazo termini",
    "duration": "duration duración duracion durada",
    "seats": "seats places plazas places",
    "modality": "modality mode modalidad modalitat",
    "attendance": "attendance horario horari",
    "venue": "venue place sede seu",
    "price": "price fee precio preu",
    "currency": "currency moneda",
    "price_label": "price_label",
}
FIELDS = tuple(_NAMES)
_COLUMN_OF = {name: column for column, names in _NAMES.items() for name in names.split()}
_TEXT_LIMIT = 500
_LONG = 100_000
_STATED = ("credits", "weekly_hours", "total_hours", "eqf_level", "accredited_by")
_SECTIONS: dict[str, set[str] | None] = {
    "source": {"name"}, "columns": set(FIELDS), "defaults": set(FIELDS), "values": set(FIELDS), "empty": {"values"},
}  # fmt: skip


def recognised(headings: Iterable[str]) -> dict[str, str]:
    """``{field: heading}`` for the headings that are usual."""
    columns: dict[str, str] = {}
    for heading in headings:
        if column := _COLUMN_OF.get(heading.lower().replace(" ", "_")):
            columns.setdefault(column, heading)
    return columns


def check_mapping(document: Mapping[str, Any]) -> None:
    """Raise BadMapping for sections that no table can be read by."""
    _mapping_of(document)


def _mapping_of(document: Mapping[str, Any]) -> tuple[TableMapping, dict[str, str]]:
    mappings.check_keys(dict(document), _SECTIONS)
    shared = {key: part for key, part in document.items() if key != "defaults"}
    mapping = TableMapping(**mappings.shared_parts(shared, FIELDS))
    for column in ("id", "title"):
        if column not in mapping.columns:
            why = _("The mapping does not say which column is “%(key)s”.")
            raise mappings.BadMapping(why % {"key": column})
    return mapping, {key: mappings.string(dict(document), "defaults", key) for key in document.get("defaults", {})}


def read_programme_table(
    path: str | Path, *, mapping: Mapping[str, Any] | None = None
) -> Iterator[ProgrammeRecord | RejectedRecord]:
    """Programmes in the order of their first rows, then the rejected rows. A bad row costs only its own intake.

    Raises Unreadable and BadMapping.
    """
    known, defaults = _mapping_of(mapping) if mapping and mapping.get("columns") else (None, {})
    programmes: dict[str, ProgrammeRecord] = {}
    rejected: list[RejectedRecord] = []
    rows = read_table(path)
    first = next(rows, None)
    if known is None and isinstance(first, TableRow) and export_table.MARK in first.values:
        yield from export_table.read_export(first, rows)
        return
    for row in () if first is None else (first, *rows):
        if isinstance(row, BadRow):
            rejected.append(RejectedRecord(row.line, row.why))
            continue
        if row is first:
            headings = known.named_columns if known else []
            mappings.check_headings(headings, row.values, file_name=Path(path).name)
        try:
            cells = _mapped(row, known, defaults) if known else _cells(row)
            if row is first:
                _require_columns(cells, path)
            _add(row.line, cells, programmes)
        except (ValueError, BadCell) as error:
            rejected.append(RejectedRecord(row.line, str(error), plain(row.values.get("id", ""))[:_TEXT_LIMIT]))
    if not programmes and not rejected:
        raise Unreadable(_("“%(name)s” has column headings but no rows.") % {"name": Path(path).name})
    yield from programmes.values()
    yield from rejected


def _mapped(row: TableRow, mapping: TableMapping, defaults: Mapping[str, str]) -> dict[str, str]:
    cells = dict(defaults)
    for key in mapping.columns:
        if said := " ".join(mapping.cells(row, key, limit=_LONG, keep_lines=True)):
            cells[key] = said
    return {"id": "", "title": ""} | cells


def _cells(row: TableRow) -> dict[str, str]:
    cells: dict[str, str] = {}
    for heading, value in row.values.items():
        if column := _COLUMN_OF.get(heading.lower().replace(" ", "_")):
            cells.setdefault(column, value)
    return cells


def _require_columns(cells: dict[str, str], path: str | Path) -> None:
    missing = [column for column in ("id", "title") if column not in cells]
    if missing:
        raise Unreadable(
            _("“%(name)s” is not a catalogue: the column “%(column)s” is missing.")
            % {"name": Path(path).name, "column": missing[0]}
        )


def _add(line: int, cells: dict[str, str], programmes: dict[str, ProgrammeRecord]) -> None:
    external_id = plain(cells["id"])[:_TEXT_LIMIT]
    if not external_id:
        raise ValueError(_("The row has no id."))
    known = programmes.get(external_id)
    programme = known or _programme(line, external_id, cells)
    intake = _intake(cells, course_id=external_id, number=len(programme.intakes) + 1)
    if intake:
        _join(programme, intake)
    unit = [plain(cells.get("unit", ""))[:_TEXT_LIMIT], plain(cells.get("unit_text", ""))[:5000]]
    if unit[0] and unit not in programme.units:
        programme.units.append(unit)
    programmes[external_id] = programme


def _join(programme: ProgrammeRecord, intake: IntakeRecord) -> None:
    """Add the intake; a row that repeats an intake adds its price to it."""
    for position, earlier in enumerate(programme.intakes):
        if earlier.external_id == intake.external_id:
            if replace(earlier, prices=()) != replace(intake, prices=()):
                raise ValueError(_("The intake “%(id)s” is there twice.") % {"id": intake.external_id})
            programme.intakes[position] = replace(earlier, prices=(*earlier.prices, *intake.prices))
            return
    programme.intakes.append(intake)


def _programme(line: int, external_id: str, cells: dict[str, str]) -> ProgrammeRecord:
    title = plain(cells["title"])[:_TEXT_LIMIT]
    if not title:
        raise ValueError(_("The row has no title."))
    subjects = [plain(subject) for subject in cells.get("field", "").replace("|", ";").split(";")]
    return ProgrammeRecord(
        line=line,
        external_id=external_id,
        title=title,
        provider_name=plain(cells.get("provider", ""))[:_TEXT_LIMIT],
        provider_url=web_address(cells.get("provider_url", "")),
        abstract=plain(cells.get("abstract", ""))[:5000],
        description_html=clean_html(cells.get("description", "")),
        subjects=[subject for subject in subjects if subject],
        level=plain(cells.get("level", ""))[:_TEXT_LIMIT],
        qualification=plain(cells.get("qualification", ""))[:_TEXT_LIMIT],
        entry_requirements_html=clean_html(cells.get("entry_requirements", "")),
        url=web_address(cells.get("url", "")),
        language=language_code(cells.get("language", "")),
        stated=exact.programme({name: _figure(cells[name]) for name in _STATED if cells.get(name)}),
    )


def _figure(text: str) -> str:
    return plain(text).replace(",", ".") if text[:1].isdigit() else plain(text)


def _intake(cells: dict[str, str], *, course_id: str, number: int) -> IntakeRecord | None:
    about_intake = ("intake_id", "start", "end", "duration", "modality", "venue", "price")
    if not any(cells.get(column) for column in about_intake):
        return None
    start_text = plain(cells.get("start", ""))[:_TEXT_LIMIT]
    start_on, end_on = _day(start_text, prose=True), _day(cells.get("end", ""))
    if start_on and end_on and end_on < start_on:
        raise ValueError(_("The end lies before the start."))
    currency = plain(cells.get("currency", "")).upper()
    if currency and not is_currency(currency):
        raise ValueError(_("“%(code)s” is not a currency.") % {"code": currency[:20]})
    duration = plain(cells.get("duration", ""))[:_TEXT_LIMIT]
    language = language_code(cells.get("language", ""))
    return IntakeRecord(
        external_id=plain(cells.get("intake_id", "")) or f"{course_id}#{start_on or number}",
        start_on=start_on,
        start_text=start_text,
        end_on=end_on,
        duration_text=duration,
        duration_weeks=weeks_in(duration),
        apply_by=_day(cells.get("apply_by", "")),
        modality=modality_of(cells.get("modality", "")),
        attendance_text=plain(cells.get("attendance") or cells.get("modality", ""))[:_TEXT_LIMIT],
        languages=(language,) if language else (),
        venue_name=plain(cells.get("venue", ""))[:_TEXT_LIMIT],
        prices=read_prices(cells.get("price", ""), currency=currency, label=plain(cells.get("price_label", ""))),
        stated=exact.intake({"seats": plain(cells["seats"])}) if cells.get("seats") else {},
    )


def _day(text: str, *, prose: bool = False) -> date | None:
    """The day; a start may be prose (“autumn 2026”), anything else that is not a date is refused."""
    text = text.strip()
    day = read_date(text) or read_day_first_date(text)
    if text and day is None and not (prose and not text[0].isdigit()):
        raise ValueError(_("“%(date)s” is not a date.") % {"date": text[:40]})
    return day
