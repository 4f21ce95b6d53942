"""Files of people, histories, leads on their way in: kept, mapped, looked through, taken in by a worker, forgotten.

The row is the queue: a worker claims it, commits some thousand rows at a time together with how far it came, and says
with every commit that it lives. Whoever finds a claim that has gone silent goes on where it stopped.
"""

import time
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from itertools import islice
from pathlib import Path
from typing import Any

import structlog
from django.core.files import File
from django.db import IntegrityError, OperationalError, transaction
from django.db.models import Q
from django.utils import translation
from django.utils.translation import gettext as _
from wagtail.log_actions import log as log_action
from wagtail.users.models import UserProfile

from people import tasks
from people.importing import imports, kept_files, kinds, people_files, people_import
from people.importing.import_look import chunks, look_through
from people.importing.input_files import TableRow, Unreadable, read_table
from people.importing.kept_files import UploadGone
from people.importing.mappings import BadMapping
from people.models import ImportMapping, ImportRun, ImportUpload, User

log = structlog.get_logger("matricula.imports")
FOLDER, FILE = "people-files", "file"
KEPT = timedelta(days=30)  # for the rejected rows to be put right; then it is personal data nobody needs
SILENT = timedelta(minutes=2)  # a worker commits every few seconds
TRIES = 6
SECONDS = 300  # a task stops then and another goes on
LOOK_AT_ONCE = 2_000  # rows; more are looked through by a worker
State = ImportUpload.State
LATER = (State.DONE, State.FAILED)


class NotNow(Exception):
    """The upload is in a state in which this cannot be done."""


# --- a file comes in -----------------------------------------------------------------------------------------------


def receive(
    file: File, *, kind: str, file_name: str, source: str, at: datetime, by: User | None = None
) -> ImportUpload:
    """Keep a file. Raises Unreadable, and keeps nothing, if it is no whole table."""
    number = kept_files.keep(FOLDER, **{FILE: file})
    try:
        with kept_files.opened(FOLDER, number, FILE) as (path,):
            rows = people_files.count_rows(path)
            people_files.look(path)
    except Unreadable as refusal:
        kept_files.forget(FOLDER, number)
        raise Unreadable(str(refusal).replace(f"“{FILE}”", f"“{file_name}”")) from None
    return ImportUpload.objects.create(
        kind=kind,
        file_name=file_name[:255],
        stored_as=number,
        source=source[:120],
        rows_total=rows,
        created_at=at,
        by=by,
    )


def table(upload: ImportUpload) -> people_files.Table:
    """The headings and first rows of the file. Raises UploadGone."""
    with kept_files.opened(FOLDER, upload.stored_as, FILE) as (path,):
        return people_files.look(path)


def guess(upload: ImportUpload, found: people_files.Table) -> dict[str, Any]:
    """The sections of a mapping: what was chosen, else what the last file of this source had, else by the headings."""
    if upload.columns:
        return upload.columns
    remembered = ImportMapping.objects.filter(kind=upload.kind, source=upload.source).first()
    if remembered and _fits(upload.kind, remembered.columns, found):
        return remembered.columns
    try:
        return kinds.of(upload.kind).guess(found)
    except Unreadable:
        return {"columns": {}}


def _fits(kind: str, document: dict, found: people_files.Table) -> bool:
    try:
        return set(mapping_of(kind, document).named_columns) <= set(found.headings)
    except BadMapping:  # what it names, such as a campaign, may be gone
        return False


def mapping_of(kind: str, document: dict) -> Any:
    """Raises BadMapping."""
    return kinds.of(kind).mapping_of(document)


@transaction.atomic
def map_columns(upload: ImportUpload, document: dict, *, at: datetime) -> ImportUpload:
    """Say which column is what, remember it for the next file of this source, and have the file looked through.

    Raises BadMapping, and NotNow if the file is being taken in already.
    """
    mapping_of(upload.kind, document)
    upload = _locked(upload, *State.values)
    if upload.state not in (State.UPLOADED, State.LOOKING, State.MAPPED):
        raise NotNow
    if upload.source:
        ImportMapping.objects.update_or_create(
            kind=upload.kind, source=upload.source, defaults={"columns": document, "changed_at": at}
        )
    upload.columns, upload.decisions, upload.preview = document, {}, {}
    upload.state, upload.claimed_at, upload.rows_done = State.LOOKING, None, 0
    upload.save()
    if upload.rows_total > LOOK_AT_ONCE:
        tasks.take_in_uploads.delay_on_commit()
    return upload


@transaction.atomic
def decide(upload: ImportUpload, decisions: dict[str, str]) -> ImportUpload:
    """Note what is to become of likely duplicates, by line or by kind; what is not named stays. Raises NotNow."""
    upload = _locked(upload, State.MAPPED)
    upload.decisions = {**upload.decisions, **decisions}
    upload.save(update_fields=["decisions"])
    return upload


@transaction.atomic
def queue(upload: ImportUpload, *, at: datetime, by: User | None) -> ImportUpload:
    """Let a worker take the file in; asking twice is asking once. Raises NotNow."""
    upload = _locked(upload, *State.values)
    if upload.state in (State.QUEUED, State.RUNNING, State.DONE):
        return upload
    if upload.state != State.MAPPED:
        raise NotNow
    upload.run = imports.start(upload.kind, upload.file_name, at=at, by=by)
    upload.run.rows_total = upload.rows_total
    upload.run.save(update_fields=["rows_total"])
    upload.state, upload.claimed_at, upload.rows_done = State.QUEUED, None, 0
    upload.save()
    log_action(instance=upload.run, action="people.import", user=by, timestamp=at)
    tasks.take_in_uploads.delay_on_commit()
    return upload


@transaction.atomic
def cancel(upload: ImportUpload) -> None:
    """Forget a file that nobody has begun to take in. Raises NotNow."""
    upload = _locked(upload, State.UPLOADED, State.LOOKING, State.MAPPED)
    number = upload.stored_as
    upload.delete()
    transaction.on_commit(lambda: kept_files.forget(FOLDER, number))


def _locked(upload: ImportUpload, *states: str) -> ImportUpload:
    found = ImportUpload.objects.select_for_update(of=("self",)).filter(pk=upload.pk, state__in=states).first()
    if found is None:
        raise NotNow
    return found


# --- a worker takes it in ------------------------------------------------------------------------------------------


def work_due(*, at: datetime, seconds: float = SECONDS) -> int:
    """Look through and take in what waits, and what a worker left; returns how many files are done with."""
    started, done = time.monotonic(), 0

    def now() -> datetime:
        return at + timedelta(seconds=time.monotonic() - started)

    while (upload := _claim(at=now())) is not None:
        if not work(upload, now=now, until=at + timedelta(seconds=seconds)):
            tasks.take_in_uploads.delay_on_commit()
            break
        done += 1
    return done


def work(upload: ImportUpload, *, now: Callable[[], datetime], until: datetime | None = None) -> bool:
    """Do what a claimed upload waits for; False if there was no time for all of it, or somebody else has it now.

    Reasons are written in the language of whoever brought the file.
    """
    try:
        with (
            kept_files.opened(FOLDER, upload.stored_as, FILE) as (path,),
            translation.override(_language(upload)),
        ):
            if upload.state == State.LOOKING:
                _look_through(upload, path, at=now())
                return True
            return _take_in(upload, path, now=now, until=until)
    except UploadGone:
        _fail(upload, _("The file is no longer kept."), at=now())
    except (Unreadable, BadMapping) as refusal:
        _fail(upload, str(refusal), at=now())
    except Exception:
        log.exception("import_failed", upload=upload.pk)
        _fail(upload, _("Something went wrong; it has been logged."), at=now())
        raise
    return True


def look_now(upload: ImportUpload, *, at: datetime) -> None:
    """Look through a file of which the columns were chosen, without waiting for a worker. Raises UploadGone."""
    with kept_files.opened(FOLDER, upload.stored_as, FILE) as (path,):
        _look_through(upload, path, at=at)


def take_in(
    path: Path, *, kind: str, document: dict, source: str, duplicates: str, now: Callable[[], datetime]
) -> ImportUpload:
    """Take a file in at once, row of record and all, so that a killed process is gone on with by the sweep.

    ``duplicates`` is what becomes of rows that are like somebody known. Raises Unreadable and BadMapping.
    """
    with path.open("rb") as file:
        upload = receive(File(file), kind=kind, file_name=path.name, source=source, at=now())
    upload.columns, upload.decisions = document, dict.fromkeys(people_import.KINDS, duplicates)
    upload.run = imports.start(kind, path.name, at=now())
    upload.run.rows_total = upload.rows_total
    upload.run.save(update_fields=["rows_total"])
    upload.state, upload.claimed_at = State.RUNNING, now()
    upload.save()
    work(upload, now=now)
    kept_files.forget(FOLDER, upload.stored_as)
    ImportUpload.objects.filter(pk=upload.pk).update(stored_as="")
    upload.refresh_from_db()
    return upload


def rehearse(path: Path, *, kind: str, document: dict, source: str, duplicates: str, at: datetime) -> dict[str, Any]:
    """What ``take_in`` would report. Raises Unreadable and BadMapping."""
    decisions = dict.fromkeys(people_import.KINDS, duplicates)
    upload = ImportUpload(kind=kind, source=source, columns=document, decisions=decisions)
    found = look_through(*_reader(upload, path, at=at), rejected_shown=None)
    counts = {key: found["counts"].get(key, 0) for key in ("created", "updated", "unchanged")}
    return {**counts, "rejected": found["rejected"], "import_id": ""}


def _language(upload: ImportUpload) -> str:
    profile = UserProfile.objects.filter(user=upload.by).first() if upload.by_id else None
    return profile.get_preferred_language() if profile else translation.get_language()


@transaction.atomic
def _claim(*, at: datetime) -> ImportUpload | None:
    """Of two workers, only one gets a row; the other one looks for the next."""
    is_silent = Q(claimed_at=None) | Q(claimed_at__lt=at - SILENT)
    waiting = Q(state=State.QUEUED) | (Q(state__in=[State.RUNNING, State.LOOKING]) & is_silent)
    mine = ImportUpload.objects.filter(kind__in=kinds.offered())  # catalogues have a way in of their own
    rows = mine.select_for_update(skip_locked=True, of=("self",)).filter(waiting)
    upload = rows.order_by("created_at", "pk").first()
    if upload is not None:
        upload.state = State.RUNNING if upload.state == State.QUEUED else upload.state
        upload.claimed_at = at
        upload.save(update_fields=["state", "claimed_at"])
    return upload


def _take_in(upload: ImportUpload, path: Path, *, now: Callable[[], datetime], until: datetime | None) -> bool:
    run = upload.run
    assert run is not None  # whoever queued it began the run
    taking, rows = _reader(upload, path, at=run.started_at)
    for chunk in chunks(islice(rows, upload.rows_done, None)):
        if not _take_batch(upload, taking, chunk, at=now()):
            return False
        if until and now() > until:
            ImportUpload.objects.filter(pk=upload.pk, claimed_at=upload.claimed_at).update(state=State.QUEUED)
            return False
    _finish(upload, State.DONE, at=now())
    return True


def _take_batch(upload: ImportUpload, taking: Any, chunk: list, *, at: datetime) -> bool:
    """One transaction with its progress. False if another worker has taken the file over in the meantime."""
    for attempt in range(TRIES):
        try:
            with transaction.atomic():
                row = ImportUpload.objects.select_for_update(of=("self",)).get(pk=upload.pk)
                if (row.state, row.claimed_at) != (State.RUNNING, upload.claimed_at):
                    return False
                run = ImportRun.objects.select_for_update().get(upload=row)
                people_import.add_counts(run, taking.take(chunk, run))
                row.rows_done, row.claimed_at = run.rows_done, at
                row.save(update_fields=["rows_done", "claimed_at"])
            upload.rows_done, upload.claimed_at = row.rows_done, row.claimed_at
        except (IntegrityError, OperationalError):
            # Somebody else was quicker with an address of this batch: theirs is found the next time.
            if attempt == TRIES - 1:
                raise
        else:
            return True
    return False


@transaction.atomic
def _finish(upload: ImportUpload, state: str, *, at: datetime, why: str = "") -> None:
    row = ImportUpload.objects.select_for_update(of=("self",)).get(pk=upload.pk)
    if row.state in LATER or row.claimed_at != upload.claimed_at:
        return
    if row.run_id:
        run = ImportRun.objects.select_for_update().get(upload=row)
        imports.finish(
            run, at=at, rejected=run.rejected, created=run.created, updated=run.updated, unchanged=run.unchanged
        )
    # What the look found holds copies of what people told us; nobody needs them any more.
    row.state, row.why, row.preview, row.decisions = state, why[:250], {}, {}
    row.save(update_fields=["state", "why", "preview", "decisions"])
    upload.state, upload.why = row.state, row.why


def _fail(upload: ImportUpload, why: str, *, at: datetime) -> None:
    """What was taken in so far stays, and can be undone."""
    _finish(upload, State.FAILED, at=at, why=why)


def _reader(upload: ImportUpload, path: Path, *, at: datetime) -> tuple[Any, Iterator]:
    mapping: Any = mapping_of(upload.kind, upload.columns)
    source = f"import:{upload.source or mapping.name or upload.kind}"[:120]
    return kinds.of(upload.kind).begin(kinds.Reading(path, mapping, at, source, upload.decisions))


def _look_through(upload: ImportUpload, path: Path, *, at: datetime) -> None:
    taking, rows = _reader(upload, path, at=at)
    mine = ImportUpload.objects.filter(pk=upload.pk, state=State.LOOKING, columns=upload.columns)
    preview = look_through(taking, rows, tell=lambda done: mine.update(rows_done=done))
    found = people_files.look(path)
    preview |= {
        "notes": list(found.notes),
        "not_mapped": list(people_files.not_mapped(found, mapping_of(upload.kind, upload.columns))),
    }
    # Somebody may have chosen other columns in the meantime; then it is looked through again.
    mine.update(preview=preview, state=State.MAPPED, rows_done=0, claimed_at=None)
    upload.refresh_from_db()


# --- afterwards ----------------------------------------------------------------------------------------------------


def rejected_rows(upload: ImportUpload) -> Iterator[list[str]]:
    """The rows that were not taken as they stood in the file, each with its line and the reason. Raises UploadGone."""
    run = upload.run
    why = {row["line"]: row["why"] for row in (run.rejected if run else [])}
    with kept_files.opened(FOLDER, upload.stored_as, FILE) as (path,):
        headings: list[str] = []
        for row in read_table(path):
            if isinstance(row, TableRow) and not headings:
                headings = list(row.values)
                yield [*headings, _("Line"), _("Why")]
            if row.line in why:
                values = list(row.values.values()) if isinstance(row, TableRow) else [""] * len(headings)
                yield [*values, str(row.line), why[row.line]]


def forget_old(*, at: datetime) -> int:
    """Delete the files whose time is up, and what was remembered of them; returns how many."""
    old = ImportUpload.objects.filter(created_at__lt=at - KEPT).exclude(stored_as="")
    old = old.exclude(state__in=[State.QUEUED, State.RUNNING])
    gone = 0
    for upload in old:
        kept_files.forget(FOLDER, upload.stored_as)
        gone += ImportUpload.objects.filter(pk=upload.pk).update(stored_as="", preview={}, decisions={})
    return gone
