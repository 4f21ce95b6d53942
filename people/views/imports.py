"""Importing people and histories step by step: the file, its columns, what would happen, and what happened."""

import csv
from collections.abc import Iterator
from urllib.parse import quote

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse, StreamingHttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.module_loading import import_string
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from people.back_office import formula_safe
from people.identity import likeness, names
from people.importing import imports, kinds, people_import, uploads
from people.importing.input_files import Unreadable
from people.importing.kept_files import UploadGone
from people.models import Channel, Consent, Identity, ImportMapping, ImportUpload, Person, Purpose
from people.views.import_forms import NAMES, FileForm

LIKELY_ON_A_PAGE = 20
RECENT = 20
REJECTED_SHOWN = 200
State = ImportUpload.State


@require_http_methods(["GET", "HEAD", "POST"])
def choose(request):
    """Choose a file; below, those that are on their way. Of each kind, for those who may import it."""
    mine = {code: kind for code, kind in kinds.offered().items() if request.user.has_perm(kind.permission)}
    if not mine:
        raise PermissionDenied
    wished = next(code for code in (request.GET.get("kind"), people_import.KIND, *mine) if code in mine)
    choices = [(code, kind.name) for code, kind in mine.items()]
    form = FileForm(request.POST or None, request.FILES or None, initial={"kind": wished}, kinds=choices)
    if request.method == "POST" and form.is_valid():
        chosen = form.cleaned_data
        try:
            upload = uploads.receive(
                chosen["file"],
                kind=chosen["kind"],
                file_name=names.clean(chosen["file"].name, longest=120),
                source=names.clean(chosen["source"], longest=80),
                at=timezone.now(),
                by=request.user,
            )
        except Unreadable as refusal:
            form.add_error("file", str(refusal))
        else:
            return redirect("people_import_columns", upload.uuid)
    recent = ImportUpload.objects.filter(kind__in=mine).select_related("by", "run").order_by("-created_at", "-pk")
    sources = ImportMapping.objects.filter(kind__in=mine)
    context = {
        "page_title": mine[wished].title,
        "header_icon": "upload",
        "form": form,
        "step": 1,
        "sources": sources.order_by("source").values_list("source", flat=True).distinct(),
        "recent": recent[:RECENT],
    }
    return render(request, "people/admin/import/choose.html", context, status=422 if form.errors else 200)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def columns(request, uuid):
    """Say what each column is; the guess is only a guess."""
    upload, kind = _found(request, uuid)
    if upload.state not in (State.UPLOADED, State.LOOKING, State.MAPPED):
        return redirect("people_import", uuid)
    try:
        table = uploads.table(upload)
    except UploadGone:
        return _gone(request)
    facts = {"kind": upload.kind, "table": table, "document": uploads.guess(upload, table)}
    form = import_string(kind.form)(request.POST or None, request.FILES or None, **facts)
    if request.method == "POST" and form.is_valid():
        try:
            upload = uploads.map_columns(upload, form.sections, at=timezone.now())
        except uploads.NotNow:
            return redirect("people_import", uuid)
        if upload.rows_total <= uploads.LOOK_AT_ONCE:
            uploads.look_now(upload, at=timezone.now())
        return redirect("people_import", uuid)
    context = {**_header(upload, kind), "form": form, "notes": table.notes, "step": 2}
    return render(request, "people/admin/import/columns.html", context, status=422 if form.errors else 200)


@never_cache
@require_GET
def show(request, uuid):
    """Wherever the file has got to: being looked through, waiting for a decision, under way, done."""
    upload, kind = _found(request, uuid)
    if upload.state == State.UPLOADED:
        return redirect("people_import_columns", uuid)
    context = {**_header(upload, kind), "run": upload.run}
    if upload.state == State.MAPPED:
        return render(request, "people/admin/import/preview.html", context | _preview(request, upload, kind))
    if upload.state in uploads.LATER:
        return render(request, "people/admin/import/report.html", context | _report(request, upload))
    return render(request, "people/admin/import/under_way.html", context | {"step": 3 if not upload.run else 4})


@never_cache
@require_GET
def progress(request, uuid):
    """How far it is; the page is fetched anew when there is something else to see."""
    upload, _kind = _found(request, uuid)
    if upload.state in (State.LOOKING, State.QUEUED, State.RUNNING):
        return render(request, "people/admin/import/progress.html", {"upload": upload})
    response = HttpResponse()
    response["HX-Refresh"] = "true"
    return response


@require_POST
def decide(request, uuid):
    """Keep what was chosen for likely duplicates, and take the file in if that is what the button says."""
    upload, _kind = _found(request, uuid)
    try:
        uploads.decide(upload, dict(_decisions(request.POST, upload)))
        if "start" in request.POST:
            uploads.queue(upload, at=timezone.now(), by=request.user)
    except uploads.NotNow:
        messages.error(request, _("This file is being taken in already, or its columns are not chosen yet."))
    page = request.POST.get("page", "")
    return redirect(f"{reverse('people_import', args=[uuid])}{f'?p={quote(page)}' if page else ''}")


@require_POST
def cancel(request, uuid):
    upload, kind = _found(request, uuid)
    try:
        uploads.cancel(upload)
    except uploads.NotNow:
        messages.error(request, _("This file is being taken in already; undo the import afterwards."))
        return redirect("people_import", uuid)
    messages.success(request, _("The file is deleted; nothing of it was taken in."))
    return redirect(f"{reverse('people_import_choose')}?kind={kind.code}")


@require_POST
def undo(request, uuid):
    """Whoever brought a file in may take it out again; for others' files it takes the right to undo imports."""
    upload, _kind = _found(request, uuid, run__isnull=False)
    if upload.by_id != request.user.pk and not request.user.has_perm("people.undo_import"):
        messages.error(request, _("Only whoever imported the file, or a director, can undo this."))
        return redirect("people_import", uuid)
    try:
        imports.undo(upload.run, at=timezone.now(), by=request.user)
    except imports.CannotUndo as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("The import is undone: everything is as it was before."))
    return redirect("people_import", uuid)


@require_GET
def rejected_rows(request, uuid):
    """The rows that were not taken, to be put right and imported again."""
    upload, _kind = _found(request, uuid)
    rows = uploads.rejected_rows(upload)
    try:
        first = next(rows, [])
    except UploadGone:
        return _gone(request)
    response = StreamingHttpResponse(_csv(first, rows), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="rejected-{upload.uuid}.csv"'
    return response


def _found(request, uuid, **conditions) -> tuple[ImportUpload, kinds.UploadKind]:
    """A file, for those who may import its kind; for everybody else there is none."""
    upload = get_object_or_404(ImportUpload.objects.select_related("run", "by"), uuid=uuid, **conditions)
    kind = kinds.offered().get(upload.kind)
    if kind is None:  # a catalogue: it has screens of its own
        raise Http404
    if not request.user.has_perm(kind.permission):
        raise PermissionDenied
    return upload, kind


class _Echo:
    def write(self, value: str) -> str:
        return value


def _csv(first: list[str], rows: Iterator[list[str]]) -> Iterator[str]:
    writer = csv.writer(_Echo())
    yield "\ufeff"  # spreadsheets read UTF-8 only with its mark
    for row in (first, *rows):
        yield writer.writerow([formula_safe(cell) for cell in row])


def _decisions(posted, upload: ImportUpload) -> Iterator[tuple[str, str]]:
    """Only what this file has a question about."""
    found = {str(one["line"]): one["person"] for one in upload.preview.get("likely", ())}
    for key in (people_import.KNOWN, *people_import.KINDS):
        if posted.get(f"kind-{key}") in people_import.CHOICES:
            yield key, posted[f"kind-{key}"]
    for line, person in found.items():
        choice = posted.get(f"line-{line}")
        if choice == people_import.SAME:
            yield line, person or choice
        elif choice in (*people_import.CHOICES, ""):
            yield line, choice


def _preview(request, upload: ImportUpload, kind: kinds.UploadKind) -> dict:
    preview, decisions = upload.preview, upload.decisions
    page = Paginator(preview.get("likely", []), LIKELY_ON_A_PAGE).get_page(request.GET.get("p"))
    known = Person.objects.prefetch_related("identities").in_bulk(
        [one["person"] for one in page if one["person"]], field_name="uuid"
    )
    by_uuid = {str(uuid): person for uuid, person in known.items()}
    reasons = [
        {
            "code": code,
            "reason": likeness.SENTENCES[code],
            "count": preview["kinds"][code],
            "choice": decisions.get(code, people_import.DEFAULTS[code]),
        }
        for code in people_import.KINDS
        if preview.get("kinds", {}).get(code)
    ]
    likely = [
        {
            **_readable(one, kind),
            "reason": likeness.SENTENCES[one["kind"]],
            "percent": round(100 * one["probability"]),
            "found": by_uuid.get(one["person"]),
            "choice": _line_choice(decisions.get(str(one["line"]), "")),
        }
        for one in page
    ]
    counts = preview.get("counts", {})
    return {
        "step": 3,
        "counts": {key: counts.get(key, 0) for key in ("created", "updated", "unchanged", "rejected")},
        "kinds": reasons,
        "told": _told(counts, kind.words),
        "likely": likely,
        "likely_total": sum(preview.get("kinds", {}).values()),
        "page": page,
        "first": [_readable(one, kind) for one in preview.get("first", ())],
        "rejected": preview.get("rejected", ()),
        "notes": preview.get("notes", ()),
        "not_mapped": preview.get("not_mapped", ()),
        "known": decisions.get(people_import.KNOWN, people_import.SAME),
        "takes_in": counts.get("created", 0) + counts.get("updated", 0),
    }


def _told(counts: dict, words: kinds.Words) -> list[dict]:
    """What would be made, in the words of the kind."""
    named = [
        ("created", words.created),
        ("person_created", words.made),
        ("person_updated", words.added_to),
        ("person_unchanged", words.known),
        ("updated", words.updated),
        ("unchanged", words.unchanged),
    ]
    return [{"number": counts.get(key, 0), "words": text} for key, text in named if text]


def _line_choice(decided: str) -> str:
    return people_import.SAME if decided and decided not in people_import.CHOICES else decided


def _readable(row: dict, kind: kinds.UploadKind) -> dict:
    """A row of the look with its words in the reader's language."""
    ways = dict(Identity.Kind.choices)
    named = {**NAMES, **kind.labels}
    return {
        **row,
        "ways": [(ways.get(code, code), value) for code, value in row.get("ways", ())],
        "facts": [(named.get(key, key), value) for key, value in row.get("facts", {}).items()],
        "consents": [
            (Purpose(one["purpose"]).label, Channel(one["channel"]).label, Consent.Decision(one["decision"]).label)
            for one in row.get("consents", ())
        ],
    }


def _report(request, upload: ImportUpload) -> dict:
    run = upload.run
    has_changed = run is not None and run.finished_at is not None and run.undone_at is None
    has_changed = has_changed and run is not None and bool(run.created or run.updated)
    mine = upload.by_id == request.user.pk or request.user.has_perm("people.undo_import")
    return {
        "step": 4,
        "rejected": run.rejected[:REJECTED_SHOWN] if run else [],
        "rejected_count": len(run.rejected) if run else 0,
        "may_undo": has_changed and mine,
        "has_file": bool(upload.stored_as),
    }


def _header(upload: ImportUpload, kind: kinds.UploadKind) -> dict:
    return {
        "page_title": kind.title,
        "page_subtitle": upload.file_name,
        "header_icon": "upload",
        "upload": upload,
        "kind": kind,
    }


def _gone(request):
    messages.error(request, _("This file is no longer kept. Choose it again, please."))
    return redirect("people_import_choose")
