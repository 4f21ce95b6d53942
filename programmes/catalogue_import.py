"""Taking in another institution's catalogue: into a collection of its own, again and again, and out again."""

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from hashlib import sha256
from pathlib import Path
from typing import Any

from django.db import models, transaction
from django.utils.text import slugify
from django.utils.translation import gettext as _

from people.importing import imports
from people.models import ImportRun, User
from programmes import feeds, site, tree
from programmes.feeds import IntakeRecord, PriceRecord, ProgrammeRecord, RejectedRecord
from programmes.models import LANGUAGES, CataloguePage, Collection, Intake, Level, Programme, ProgrammePage

KIND = "catalogue"
BATCH = 500
LEVELS = (
    (Level.MASTER, re.compile(r"\b(?:masters?|m[aà]ster|m(?:sc|ba|ed|phil)|ma)\b", re.IGNORECASE)),
    (Level.POSTGRADUATE, re.compile(r"\bpost-?grad|\bposgrad", re.IGNORECASE)),
)


class BadCollection(Exception):
    """The catalogue cannot go into that collection; the message says why."""


@dataclass
class Changes:
    """What is to be written: new rows, and old rows with their fields as they were."""

    programmes: list[Programme] = field(default_factory=list)
    intakes: list[Intake] = field(default_factory=list)
    pages: list[ProgrammePage] = field(default_factory=list)
    before: list[tuple[models.Model, dict[str, Any]]] = field(default_factory=list)
    updated: int = 0
    unchanged: int = 0


def import_catalogue(
    path: str | Path,
    *,
    at: datetime,
    by: User | None = None,
    collection_slug: str = "",
    name: str = "",
    is_rehearsal: bool = False,
) -> dict[str, Any]:
    """Take in the programmes of a feed and publish a sheet for each; report as every importer does.

    A programme is known by its identifier in the source: again, it is updated, or counted as unchanged. Intakes that
    the feed no longer names are closed. A rehearsal reports the same and changes nothing. Raises Unreadable for a
    file that is no catalogue, and BadCollection for the school's own collection.
    """
    records = list(feeds.read_feed(path))
    programmes = [record for record in records if isinstance(record, ProgrammeRecord)]
    rejected = [{"line": record.line, "why": record.why} for record in records if isinstance(record, RejectedRecord)]
    with transaction.atomic():
        run = imports.start(KIND, Path(path).name, at=at, by=by)
        collection = _collection(programmes, Path(path), slug=collection_slug, name=name, run=run)
        changes = _compare(programmes, collection)
        _write(changes, run, at=at)
        imports.finish(
            run,
            at=at,
            rejected=rejected,
            created=len(changes.programmes),
            updated=changes.updated,
            unchanged=changes.unchanged,
        )
        report = imports.report(run) | {
            "collection": collection.slug,
            "intakes": sum(len(r.intakes) for r in programmes),
        }
        if is_rehearsal:
            report["import_id"] = ""
            transaction.set_rollback(True)
    return report


def _collection(programmes: list[ProgrammeRecord], path: Path, *, slug: str, name: str, run: ImportRun) -> Collection:
    site.build_tree(at=run.started_at)
    providers = Counter(record.provider_name for record in programmes if record.provider_name)
    provider = providers.most_common(1)[0][0] if providers else ""
    name = name or provider or path.name.partition(".")[0]
    slug = slugify(slug or name)[:50].strip("-")
    if not slug:
        raise BadCollection(_("Give the collection a slug with --collection."))
    found = Collection.objects.select_for_update().filter(slug=slug).first()
    if found and found.is_own:
        raise BadCollection(_("“%(slug)s” is the school's own collection; choose another one.") % {"slug": slug})
    if found:
        return found
    address = next((record.provider_url for record in programmes if record.provider_url), "")
    source = " · ".join(part for part in (provider or name, address, path.name) if part)
    made = Collection.objects.create(slug=slug, name=name[:120], source=source[:300])
    imports.note_created(run, made)
    return made


def _compare(records: Iterable[ProgrammeRecord], collection: Collection) -> Changes:
    known = {
        programme.external_id: programme
        for programme in collection.programmes.prefetch_related("intakes", "pages__locale")
    }
    catalogues = {page.locale.language_code: page for page in CataloguePage.objects.select_related("locale")}
    taken = {language: set(page.get_children().values_list("slug", flat=True)) for language, page in catalogues.items()}
    codes = set(Programme.objects.values_list("code", flat=True))
    records = list(records)
    usual = Counter(record.language for record in records if record.language in LANGUAGES).most_common(1)
    changes = Changes()
    for record in records:
        programme = known.get(record.external_id)
        if programme is None:
            language = record.language if record.language in LANGUAGES else (usual[0][0] if usual else "en")
            code = _free(f"{collection.slug}-{record.external_id}", codes, limit=80)
            programme = Programme(collection=collection, external_id=record.external_id, code=code, **_facts(record))
            changes.programmes.append(programme)
            _compare_intakes(record, programme, {}, changes)
            slug = _free(record.title, taken[language], limit=200)
            page = ProgrammePage(programme=programme, slug=slug, **_texts(record))
            page.locale = catalogues[language].locale
            changes.pages.append(page)
            continue
        changed = _note_differences(programme, _facts(record), changes)
        known_intakes = {intake.external_id: intake for intake in programme.intakes.all()}
        changed |= _compare_intakes(record, programme, known_intakes, changes)
        for page in programme.pages.all()[:1]:
            changed |= _note_differences(page, _texts(record) | {"draft_title": record.title[:255]}, changes)
        changes.updated += changed
        changes.unchanged += not changed
    return changes


def _compare_intakes(record: ProgrammeRecord, programme: Programme, known: dict[str, Intake], changes: Changes) -> bool:
    changed = False
    codes = {intake.code for intake in known.values()}
    for intake_record in record.intakes:
        facts = _intake_facts(intake_record)
        intake = known.pop(intake_record.external_id[:255], None)
        if intake is None:
            code = _free(intake_record.external_id, codes, limit=80)
            intake = Intake(programme=programme, external_id=intake_record.external_id[:255], code=code, **facts)
            changes.intakes.append(intake)
            changed = True
        else:
            changed |= _note_differences(intake, facts, changes)
    for gone in known.values():
        changed |= _note_differences(gone, {"is_open": False}, changes)
    return changed


def _note_differences(row: models.Model, wanted: dict[str, Any], changes: Changes) -> bool:
    before = {name: getattr(row, name) for name, value in wanted.items() if getattr(row, name) != value}
    for name in before:
        setattr(row, name, wanted[name])
    if before:
        changes.before.append((row, before))
    return bool(before)


def _write(changes: Changes, run: ImportRun, *, at: datetime) -> None:
    """All rows in bulk; noted in the order in which one points at another."""
    Programme.objects.bulk_create(changes.programmes, batch_size=BATCH)
    Intake.objects.bulk_create(changes.intakes, batch_size=BATCH)
    tree.index_programmes(changes.programmes)
    imports.note_made(run, changes.programmes)
    imports.note_made(run, changes.intakes)
    by_language: dict[str, list[ProgrammePage]] = {}
    for page in changes.pages:
        page.programme_id = page.programme.pk
        by_language.setdefault(page.locale.language_code, []).append(page)
    for language, pages in by_language.items():
        noted = tree.add_sheets(site.catalogue_in(language), pages, at=at)
        imports.note_made(run, pages)
        imports.note_made(run, noted)
    _write_changed(changes, at=at)
    imports.note_changed_many(run, changes.before)
    tree.refresh_statistics()


def _write_changed(changes: Changes, *, at: datetime) -> None:
    by_model: dict[type[models.Model], tuple[list[Any], set[str]]] = {}
    for row, before in changes.before:
        rows, names = by_model.setdefault(type(row), ([], set()))
        rows.append(row)
        names.update(before)
    for model, (rows, names) in by_model.items():
        model._base_manager.bulk_update(rows, sorted(names), batch_size=BATCH)
        if model is Programme:
            Programme.objects.filter(pk__in=[row.pk for row in rows]).update(updated_at=at)
        if model is ProgrammePage:
            tree.note_changes(rows)


# --- from the words of a feed to our fields -------------------------------------------------------------------------


def _facts(record: ProgrammeRecord) -> dict[str, Any]:
    level = record.qualification or record.level
    modalities = {intake.modality for intake in record.intakes} - {""}
    languages = dict.fromkeys(language for intake in record.intakes for language in intake.languages)
    lengths = {(intake.duration_weeks, intake.duration_text) for intake in record.intakes}
    weeks, length = lengths.pop() if len(lengths) == 1 else (None, "")
    return {
        "title": record.title[:255],
        "level": next((code for code, pattern in LEVELS if pattern.search(level)), Level.OTHER),
        "level_text": level[:120],
        "modality": modalities.pop() if len(modalities) == 1 else "",
        "taught_in": ", ".join(languages or ([record.language] if record.language else []))[:60],
        "length_weeks": weeks if weeks and weeks < 32_768 else None,
        "length_text": length[:200],
    }


def _texts(record: ProgrammeRecord) -> dict[str, Any]:
    return {
        "title": record.title[:255],
        "promise": _shortened(record.abstract, limit=250),
        "description": record.description_html,
        "requirements": record.entry_requirements_html,
        "source_url": record.url if len(record.url) <= 500 else "",
    }


def _intake_facts(record: IntakeRecord) -> dict[str, Any]:
    price = _price(record.prices)
    return {
        "starts_on": record.start_on,
        "start_text": record.start_text[:200],
        "ends_on": record.end_on,
        "apply_by": record.apply_by,
        "campus": record.venue_name[:200],
        "timetable": record.attendance_text[:200],
        "modality": record.modality,
        "currency": (price and price.currency) or "EUR",
        "price_minor": price.amount_minor if price else None,
        "price_text": "; ".join(one.text for one in record.prices)[:500],
        "is_open": True,
    }


def _price(prices: tuple[PriceRecord, ...]) -> PriceRecord | None:
    """The price, if there is only one or all are the same; which of several holds for a reader is not ours to guess."""
    distinct = {(price.amount_minor, price.currency) for price in prices}
    if len(distinct) != 1 or prices[0].amount_minor is None or prices[0].amount_minor > 2_147_483_647:
        return None
    return prices[0]


def _shortened(text: str, *, limit: int) -> str:
    return text if len(text) <= limit else text[: limit - 1].rpartition(" ")[0] + "…"


def _free(text: str, taken: set[str], *, limit: int) -> str:
    """A slug made of ``text`` that nobody has; it is then taken."""
    slug = slugify(text)[:limit].strip("-") or "programme"
    if slug in taken:
        slug = f"{slug[: limit - 9]}-{sha256(text.encode()).hexdigest()[:8]}"
    number, base = 2, slug[: limit - 6]
    while slug in taken:
        slug, number = f"{base}-{number}", number + 1
    taken.add(slug)
    return slug
