"""Catalogues on their way in from the back office: kept, mapped, looked through, taken in by a worker, forgotten.

The row is the queue, as with files of people. A catalogue is taken in in one transaction, so that it is there whole or
not at all; how far it is, is told beside the transaction. Whoever finds a claim that has gone silent begins again.
"""

import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Any

import structlog
from django.core.files import File
from django.db import connections, transaction
from django.db.models import Q
from django.utils import translation
from django.utils.translation import gettext as _
from wagtail.log_actions import log as log_action
from wagtail.users.models import UserProfile

from people.importing import imports, kept_files
from people.importing.input_files import TableRow, Unreadable, read_table
from people.importing.kept_files import UploadGone
from people.importing.mappings import BadMapping
from people.importing.uploads import FILE, FOLDER, SILENT, NotNow
from people.models import ImportMapping, ImportUpload, User
from programmes import feeds, tasks
from programmes.catalogue_import.taking_in import KIND, BadCollection, import_catalogue
from programmes.feeds import export_table, table

log = structlog.get_logger("matricula.imports")
State = ImportUpload.State
LATER = (State.DONE, State.FAILED)
SHOWN = 200  # notes and refused records that a preview holds
SAMPLE_ROWS = 20
LOOK_AT_ONCE_BYTES = 2 * 1024 * 1024
SECONDS_BETWEEN = 1.0  # of one telling how far it is and the next


def receive(
    file: File, *, file_name: str, collection: str, close_missing: bool, at: datetime, by: User | None = None
) -> ImportUpload:
    """Keep a file. Raises Unreadable, and keeps nothing, if it cannot be a catalogue at all."""
    number = kept_files.keep(FOLDER, **{FILE: file})
    try:
        with kept_files.opened(FOLDER, number, FILE) as (path,):
            needs_columns = feeds.format_of(path) == feeds.TABLE and not _is_export(path)
    except Unreadable as refusal:
        kept_files.forget(FOLDER, number)
        raise Unreadable(str(refusal).replace(f"“{FILE}”", f"“{file_name}”")) from None
    return ImportUpload.objects.create(
        kind=KIND,
        file_name=file_name[:255],
        stored_as=number,
        source=collection[:50],
        decisions={"close_missing": "1"} if close_missing else {},
        state=State.UPLOADED if needs_columns else State.LOOKING,
        created_at=at,
        by=by,
    )


def _is_export(path: Any) -> bool:
    row = next(read_table(path), None)
    return isinstance(row, TableRow) and export_table.MARK in row.values


def headings(upload: ImportUpload) -> dict[str, list[str]]:
    """The columns of a table with some of what stands in each. Raises UploadGone."""
    with kept_files.opened(FOLDER, upload.stored_as, FILE) as (path,):
        found: dict[str, list[str]] = {}
        for number, row in enumerate(read_table(path)):
            if number >= SAMPLE_ROWS:
                break
            for heading, value in row.values.items() if isinstance(row, TableRow) else ():
                samples = found.setdefault(heading, [])
                if value and value[:80] not in samples and len(samples) < 3:
                    samples.append(value[:80])
        return found


def guess(upload: ImportUpload, columns: dict[str, list[str]]) -> dict[str, Any]:
    """The mapping that was chosen, else that of the last table for the collection, else by the headings."""
    if upload.columns:
        return upload.columns
    remembered = ImportMapping.objects.filter(kind=KIND, source=upload.source).first() if upload.source else None
    if remembered and _named(remembered.columns) <= set(columns):
        return remembered.columns
    return {"columns": {field: [heading] for field, heading in table.recognised(columns).items()}}


def _named(document: dict[str, Any]) -> set[str]:
    named = document.get("columns", {}).values()
    return {one for part in named for one in ([part] if isinstance(part, str) else part)}


@transaction.atomic
def map_columns(upload: ImportUpload, document: dict[str, Any], *, at: datetime) -> ImportUpload:
    """Say which column is which, remember it, and have the file looked through. Raises BadMapping and NotNow."""
    table.check_mapping(document)
    upload = _locked(upload, State.UPLOADED, State.LOOKING, State.MAPPED)
    if upload.source:
        ImportMapping.objects.update_or_create(
            kind=KIND, source=upload.source, defaults={"columns": document, "changed_at": at}
        )
    upload.columns, upload.preview = document, {}
    upload.state, upload.claimed_at = State.LOOKING, None
    upload.save()
    return upload


def look(upload: ImportUpload, *, now: Callable[[], datetime]) -> None:
    """Look through a small file at once; a larger one is left to a worker."""
    if _size(upload) <= LOOK_AT_ONCE_BYTES:
        ImportUpload.objects.filter(pk=upload.pk).update(claimed_at=now())
        upload.refresh_from_db()
        work(upload, now=now)
    else:
        tasks.take_in_catalogues.delay_on_commit()


def _size(upload: ImportUpload) -> int:
    try:
        with kept_files.opened(FOLDER, upload.stored_as, FILE) as (path,):
            return path.stat().st_size
    except UploadGone:
        return 0


@transaction.atomic
def queue(upload: ImportUpload, *, at: datetime, by: User | None) -> ImportUpload:
    """Let a worker take the catalogue in; asking twice is asking once. Raises NotNow."""
    upload = _locked(upload, *State.values)
    if upload.state in (State.QUEUED, State.RUNNING, State.DONE):
        return upload
    if upload.state != State.MAPPED:
        raise NotNow
    upload.run = imports.start(KIND, upload.file_name, at=at, by=by)
    upload.state, upload.claimed_at, upload.rows_done = State.QUEUED, None, 0
    upload.save()
    log_action(instance=upload.run, action="people.import", user=by, timestamp=at)
    tasks.take_in_catalogues.delay_on_commit()
    return upload


@transaction.atomic
def cancel(upload: ImportUpload) -> None:
    """Forget a file that nobody has begun to take in. Raises NotNow."""
    upload = _locked(upload, State.UPLOADED, State.LOOKING, State.MAPPED, State.FAILED)
    number = upload.stored_as
    upload.delete()
    transaction.on_commit(lambda: kept_files.forget(FOLDER, number))


def _locked(upload: ImportUpload, *states: str) -> ImportUpload:
    rows = ImportUpload.objects.select_for_update(of=("self",)).filter(pk=upload.pk, kind=KIND, state__in=states)
    found = rows.first()
    if found is None:
        raise NotNow
    return found


# --- a worker ------------------------------------------------------------------------------------------------------


def work_due(*, at: datetime) -> int:
    """Look through and take in what waits, and what a worker left; returns how many files are done with."""
    started, done = time.monotonic(), 0

    def now() -> datetime:
        return at + timedelta(seconds=time.monotonic() - started)

    while (upload := _claim(at=now())) is not None:
        work(upload, now=now)
        done += 1
    return done


@transaction.atomic
def _claim(*, at: datetime) -> ImportUpload | None:
    is_silent = Q(claimed_at=None) | Q(claimed_at__lt=at - SILENT)
    waiting = Q(state=State.QUEUED) | (Q(state__in=[State.RUNNING, State.LOOKING]) & is_silent)
    rows = ImportUpload.objects.select_for_update(skip_locked=True, of=("self",)).filter(waiting, kind=KIND)
    upload = rows.order_by("created_at", "pk").first()
    if upload is not None:
        upload.state = State.RUNNING if upload.state == State.QUEUED else upload.state
        upload.claimed_at = at
        upload.save(update_fields=["state", "claimed_at"])
    return upload


def work(upload: ImportUpload, *, now: Callable[[], datetime]) -> None:
    """Do what a claimed upload waits for. Reasons are written in the language of whoever brought the file."""
    try:
        with (
            kept_files.opened(FOLDER, upload.stored_as, FILE) as (path,),
            translation.override(_language(upload)),
            _telling(upload, now) as tell,
        ):
            _import(upload, path, at=now(), tell=tell)
    except UploadGone:
        _fail(upload, _("The file is no longer kept."), at=now())
    except (Unreadable, BadMapping, BadCollection) as refusal:
        _fail(upload, str(refusal), at=now())
    except Exception:
        log.exception("import_failed", upload=upload.pk)
        _fail(upload, _("Something went wrong; it has been logged."), at=now())
        raise


@transaction.atomic
def _import(upload: ImportUpload, path: Any, *, at: datetime, tell: Callable[[int, int], None]) -> None:
    is_look = upload.state == State.LOOKING
    report = import_catalogue(
        path,
        at=at,
        by=upload.by,
        collection_slug=upload.source,
        mapping=upload.columns,
        close_missing=bool(upload.decisions.get("close_missing")),
        is_rehearsal=is_look,
        run=upload.run,
        file_name=upload.file_name,
        tell=tell,
    )
    mine = ImportUpload.objects.filter(pk=upload.pk, claimed_at__gte=upload.claimed_at or at)
    total = report["created"] + report["updated"] + report["unchanged"]
    if is_look:
        # Somebody may have chosen other columns in the meantime; then it is looked through again.
        mine = mine.filter(state=State.LOOKING, columns=upload.columns)
        mine.update(preview=_preview(report), state=State.MAPPED, rows_total=total, rows_done=0, claimed_at=None)
    else:
        mine.update(preview={"notes": report["notes"][:SHOWN]}, state=State.DONE, rows_total=total, rows_done=total)
    upload.refresh_from_db()


def _preview(report: dict[str, Any]) -> dict[str, Any]:
    counts = {name: report[name] for name in ("created", "updated", "unchanged", "closed", "intakes")}
    return {
        "counts": counts | {"rejected": len(report["rejected"]), "notes": len(report["notes"])},
        "collection": report["collection"],
        "first": report["first"],
        "rejected": report["rejected"][:SHOWN],
        "notes": report["notes"][:SHOWN],
    }


def _language(upload: ImportUpload) -> str:
    profile = UserProfile.objects.filter(user=upload.by).first() if upload.by_id else None
    return profile.get_preferred_language() if profile else translation.get_language()


@transaction.atomic
def _fail(upload: ImportUpload, why: str, *, at: datetime) -> None:
    """Nothing of it was taken in."""
    row = ImportUpload.objects.select_for_update(of=("self",)).get(pk=upload.pk)
    if row.state in LATER:
        return
    if row.run is not None:
        imports.finish(row.run, at=at, rejected=[], created=0, updated=0, unchanged=0)
    row.state, row.why, row.preview = State.FAILED, why[:250], {}
    row.save(update_fields=["state", "why", "preview"])
    upload.refresh_from_db()


@contextmanager
def _telling(upload: ImportUpload, now: Callable[[], datetime]) -> Iterator[Callable[[int, int], None]]:
    """Write down how far it is, and that it lives, past the transaction in which everything else happens."""
    last = -SECONDS_BETWEEN

    def write(done: int, total: int, at: datetime) -> None:
        rows = ImportUpload.objects.filter(pk=upload.pk).exclude(state__in=LATER)
        rows.update(rows_done=done, rows_total=max(total, done), claimed_at=at)

    def tell(done: int, total: int) -> None:
        nonlocal last
        if time.monotonic() - last >= SECONDS_BETWEEN:
            last = time.monotonic()
            beside.submit(write, done, total, now())

    with ThreadPoolExecutor(max_workers=1) as beside:  # a thread has a connection of its own
        try:
            yield tell
        finally:
            beside.submit(connections.close_all)
