"""The table that our export writes: every fact in a column of its own, under the name of our field.

One row per intake; a programme's own facts and texts stand in its first row. It is made to be edited in a spreadsheet
and read back, so nothing in it is prose, and a programme with a faulty row is refused whole.
"""

from collections.abc import Iterator

from django.utils.translation import gettext as _

from people.importing.cells import unguarded
from people.importing.input_files import BadRow, TableRow
from programmes.feeds import exact
from programmes.feeds.markup import plain, web_address
from programmes.feeds.records import IntakeRecord, ProgrammeRecord, RejectedRecord
from programmes.models import LANGUAGES

MARK = "matricula"
VERSION = "1"
ABOUT = (MARK, "id", "languages", "collection", "provider", "provider_url")
PROGRAMME = (*exact.PROGRAMME, *exact.FIELD)
INTAKE = {f"intake_{exact.MONEY.get(name, name)}": exact.MONEY.get(name, name) for name in exact.INTAKE}
TEXTS = {f"{language}_{name}": (language, name) for language in LANGUAGES for name in exact.TEXTS}
HEADINGS = (*ABOUT, *PROGRAMME, "intake_id", *INTAKE, *TEXTS)


def read_export(first: TableRow, rest: Iterator[TableRow | BadRow]) -> Iterator[ProgrammeRecord | RejectedRecord]:
    """The programmes of an export, in its order; a row that cannot be read rejects the programme it belongs to."""
    programmes: dict[str, ProgrammeRecord] = {}
    refused: dict[str, RejectedRecord] = {}
    nameless: list[RejectedRecord] = []
    for row in (first, *rest):
        if isinstance(row, BadRow):
            nameless.append(RejectedRecord(row.line, row.why))
            continue
        told = {heading: unguarded(value) for heading, value in row.values.items()}
        external_id = plain(told.get("id", "")) or plain(told.get("code", ""))
        if not external_id:
            nameless.append(RejectedRecord(row.line, _("The row has no id.")))
            continue
        try:
            if external_id not in programmes and external_id not in refused:
                programmes[external_id] = _programme(row.line, external_id, told)
            if external_id in programmes:
                _add_intake(programmes[external_id], told)
        except exact.BadFact as refusal:
            programmes.pop(external_id, None)
            refused[external_id] = RejectedRecord(row.line, str(refusal), external_id)
    yield from programmes.values()
    yield from refused.values()
    yield from nameless


def _programme(line: int, external_id: str, told: dict[str, str]) -> ProgrammeRecord:
    facts = {name: told[name] for name in (*PROGRAMME, "languages", "collection") if name in told}
    texts: dict[str, dict[str, str]] = {}
    for heading, (language, name) in TEXTS.items():
        if heading in told:
            texts.setdefault(language, {})[name] = told[heading]
    if "languages" not in facts:  # somebody wrote the table, or took the column out
        facts["languages"] = " ".join(code for code in LANGUAGES if any(texts.get(code, {}).values()))
    stated, sheets, collection = exact.beside(facts, texts)
    if not stated.get("title"):
        raise exact.BadFact(_("The row has no title."))
    return ProgrammeRecord(
        line=line,
        external_id=external_id,
        title=stated["title"],
        provider_name=plain(told.get("provider", ""))[:500],
        provider_url=web_address(told.get("provider_url", "")),
        stated=stated,
        texts=sheets,
        collection=collection,
    )


def _add_intake(programme: ProgrammeRecord, told: dict[str, str]) -> None:
    facts = {name: told[heading] for heading, name in INTAKE.items() if heading in told}
    code = facts.get("code", "").strip()
    external_id = plain(told.get("intake_id", "")) or (f"#{code}" if code else "")
    if not external_id:
        return
    if any(intake.external_id == external_id for intake in programme.intakes):
        raise exact.BadFact(_("The intake “%(id)s” is there twice.") % {"id": external_id})
    programme.intakes.append(IntakeRecord(external_id=external_id, stated=exact.intake(facts)))
