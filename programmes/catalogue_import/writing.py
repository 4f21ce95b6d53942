"""All that a catalogue changes, written in bulk, and noted in the order in which one row points at another."""

from collections.abc import Callable, Iterable
from datetime import datetime
from typing import Any

from django.db import models
from django.utils.text import slugify

from people.importing import imports
from people.models import ImportRun, User
from programmes import site, tree
from programmes.catalogue_import.compare import Changes
from programmes.models import Intake, Programme, ProgrammePage, Teacher
from programmes.told import versions

BATCH = 500
PAGES_AT_ONCE = 200  # between two tellings of how far it is


def write(changes: Changes, run: ImportRun, *, at: datetime, by: User | None, tell: Callable[[int], None]) -> None:
    """Write ``changes``; ``tell`` is told how many rows are behind us."""
    for named in changes.named:
        named.save()
        imports.note_created(run, named)
    Programme.objects.bulk_create(changes.programmes, batch_size=BATCH)
    Intake.objects.bulk_create(changes.intakes, batch_size=BATCH)
    tree.index_programmes(changes.programmes)
    imports.note_made(run, changes.programmes)
    imports.note_made(run, changes.intakes)
    tell(len(changes.programmes) // 4)
    for start in range(0, len(changes.pages), PAGES_AT_ONCE):
        together = changes.pages[start : start + PAGES_AT_ONCE]
        _write_pages(together, run, at=at)
        tell(len(changes.programmes) * (start + len(together)) // len(changes.pages))
    _write_changed(changes, at=at)
    imports.note_changed_many(run, changes.before)
    tree.refresh_statistics()
    touched = [programme.pk for programme in (*changes.programmes, *changes.known)]
    versions.note(touched, at=at, by=by)
    tell(len(changes.programmes) + len(changes.known))


def _write_pages(pages: Iterable[ProgrammePage], run: ImportRun, *, at: datetime) -> None:
    by_language: dict[str, list[ProgrammePage]] = {}
    for page in pages:
        page.programme_id = page.programme.pk
        by_language.setdefault(page.locale.language_code, []).append(page)
    for language, together in by_language.items():
        noted = tree.add_sheets(site.catalogue_in(language), together, at=at)
        imports.note_made(run, together)
        imports.note_made(run, noted)
    _write_teachers([page for together in by_language.values() for page in together], run)


def _write_teachers(pages: list[ProgrammePage], run: ImportRun) -> None:
    """Who teaches, by name; somebody nobody had named is made."""
    through: Any = ProgrammePage.teachers.through
    wanted = dict.fromkeys(name for page in pages for name in page.names_of_teachers)
    if not wanted:
        return
    known = {teacher.name: teacher for teacher in Teacher.objects.filter(name__in=wanted).order_by("-pk")}
    slugs = set(Teacher.objects.exclude(slug=None).values_list("slug", flat=True))
    for name in wanted:
        if name not in known:
            slug = slugify(name)[:120]
            known[name] = Teacher.objects.create(name=name, slug=None if slug in slugs else slug or None)
            slugs.add(slug)
            imports.note_created(run, known[name])
    rows = [
        through(programmepage_id=page.pk, teacher_id=known[name].pk)
        for page in pages
        for name in dict.fromkeys(page.names_of_teachers)
    ]
    imports.note_made(run, through.objects.bulk_create(rows, batch_size=BATCH))


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
            note_pages(rows)


def note_pages(pages: list[ProgrammePage]) -> None:
    """After sheets were written without ``save``: their indexes, and what the editor shows of them.

    The editor opens the latest revision. Where that is what is published, a new one says what the page says now;
    a draft that somebody is writing stays theirs.
    """
    tree.note_changes(pages)
    for page in pages:
        if page.latest_revision_id and not page.has_unpublished_changes:
            revision = page.save_revision(changed=False, clean=False)
            ProgrammePage.objects.filter(pk=page.pk).update(live_revision=revision)
