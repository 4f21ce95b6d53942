"""The catalogue as a table for spreadsheets: a row for each intake, every fact in a column of its own."""

import csv
from collections.abc import Iterator
from io import StringIO

from people.back_office import formula_safe
from programmes.exports.rows import Catalogue, Row, intake_id
from programmes.feeds import exact
from programmes.feeds.export_table import HEADINGS, INTAKE, MARK, PROGRAMME, TEXTS, VERSION


def lines(catalogue: Catalogue) -> Iterator[str]:
    """The table, a programme at a time, with the mark by which spreadsheets know UTF-8."""
    yield "\ufeff" + _line(HEADINGS)
    for row in catalogue.rows:
        first = _about(row, catalogue)
        for number, intake in enumerate(row.intakes or [None]):
            cells = first if number == 0 else {MARK: VERSION, "id": row.id}
            if intake is not None:
                told = exact.of_intake(intake)
                cells = cells | {"intake_id": intake_id(intake)} | {key: told[name] for key, name in INTAKE.items()}
            yield _line(formula_safe(cells.get(heading, "")) for heading in HEADINGS)


def _about(row: Row, catalogue: Catalogue) -> dict[str, str]:
    facts = row.facts()
    texts = {language: exact.of_page(page) for language, page in row.pages.items()}
    return (
        {MARK: VERSION, "id": row.id, "provider": catalogue.provider, "provider_url": catalogue.provider_url}
        | {name: facts.get(name, "") for name in ("languages", "collection", *PROGRAMME)}
        | {key: texts[language][name] for key, (language, name) in TEXTS.items() if language in texts}
    )


def _line(cells) -> str:
    buffer = StringIO()
    csv.writer(buffer).writerow(cells)
    return buffer.getvalue()
