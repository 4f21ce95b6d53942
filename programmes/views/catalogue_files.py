"""Taking in a catalogue step by step: the file, its columns, what would happen, what happened; and one to take out."""

from django.apps import apps
from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.http import Http404, HttpResponse, StreamingHttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from people.identity import names
from people.importing import imports
from people.importing.input_files import Unreadable
from people.importing.kept_files import UploadGone
from people.importing.uploads import NotNow
from people.models import ImportUpload
from programmes import exports
from programmes.catalogue_import import KIND, uploads
from programmes.models import Collection, Level
from programmes.views.catalogue_forms import ColumnsForm, ExportForm, FileForm

RECENT = 15
REJECTED_SHOWN = 200
State = ImportUpload.State
MAY, SEE = "programmes.import_catalogue", "programmes.view_programme"
may_import = permission_required(MAY, raise_exception=True)


@may_import
@require_http_methods(["GET", "HEAD", "POST"])
def choose(request):
    """Choose a file; below, those that are on their way, and the catalogue to take out."""
    form = FileForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        chosen = form.cleaned_data
        try:
            upload = uploads.receive(
                chosen["file"],
                file_name=names.clean(chosen["file"].name, longest=120),
                collection=chosen["new"] or chosen["collection"],
                close_missing=chosen["close_missing"],
                at=timezone.now(),
                by=request.user,
            )
        except Unreadable as refusal:
            form.add_error("file", str(refusal))
        else:
            if upload.state == State.LOOKING:
                uploads.look(upload, now=timezone.now)
            return redirect("programmes_import", upload.uuid)
    recent = ImportUpload.objects.filter(kind=KIND).select_related("by", "run").order_by("-created_at", "-pk")[:RECENT]
    context = {**_header(), "form": form, "export": ExportForm(), "step": 1, "recent": recent}
    status = 422 if form.errors else 200
    return render(request, "programmes/admin/import/choose.html", context, status=status)


@may_import
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def columns(request, uuid):
    """Say what each column of a table is; the guess is only a guess."""
    upload = _found(uuid)
    if upload.state not in (State.UPLOADED, State.LOOKING, State.MAPPED):
        return redirect("programmes_import", uuid)
    try:
        headings = uploads.headings(upload)
    except UploadGone:
        return _gone(request)
    form = ColumnsForm(request.POST or None, headings=headings, document=uploads.guess(upload, headings))
    if request.method == "POST" and form.is_valid():
        try:
            upload = uploads.map_columns(upload, form.sections, at=timezone.now())
        except NotNow:
            return redirect("programmes_import", uuid)
        uploads.look(upload, now=timezone.now)
        return redirect("programmes_import", uuid)
    context = {**_header(upload), "form": form, "upload": upload, "step": 2}
    status = 422 if form.errors else 200
    return render(request, "programmes/admin/import/columns.html", context, status=status)


@may_import
@never_cache
@require_GET
def show(request, uuid):
    """Wherever the file has got to."""
    upload = _found(uuid)
    if upload.state == State.UPLOADED:
        return redirect("programmes_import_columns", uuid)
    context = {**_header(upload), "upload": upload, "run": upload.run}
    if upload.state == State.MAPPED:
        return render(request, "programmes/admin/import/preview.html", context | _preview(upload))
    if upload.state in uploads.LATER:
        return render(request, "programmes/admin/import/report.html", context | _report(request, upload))
    context["step"] = 4 if upload.run else 3
    return render(request, "programmes/admin/import/under_way.html", context)


@may_import
@never_cache
@require_GET
def progress(request, uuid):
    """How far it is; the page is fetched anew when there is something else to see."""
    upload = _found(uuid)
    if upload.state in (State.LOOKING, State.QUEUED, State.RUNNING):
        return render(request, "programmes/admin/import/progress.html", {"upload": upload})
    response = HttpResponse()
    response["HX-Refresh"] = "true"
    return response


@may_import
@require_POST
def start(request, uuid):
    try:
        uploads.queue(_found(uuid), at=timezone.now(), by=request.user)
    except NotNow:
        messages.error(request, _("This file is being taken in already, or has not been looked through yet."))
    return redirect("programmes_import", uuid)


@may_import
@require_POST
def cancel(request, uuid):
    try:
        uploads.cancel(_found(uuid))
    except NotNow:
        messages.error(request, _("This file is being taken in already; undo the import afterwards."))
        return redirect("programmes_import", uuid)
    messages.success(request, _("The file is deleted; nothing of it was taken in."))
    return redirect("programmes_import_choose")


@may_import
@require_POST
def undo(request, uuid):
    """Whoever may take a catalogue in may take it out again."""
    upload = _found(uuid)
    if upload.run is None:
        raise Http404
    try:
        imports.undo(upload.run, at=timezone.now(), by=request.user)
    except imports.CannotUndo as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("The import is undone: everything is as it was before."))
    return redirect("programmes_import", uuid)


@permission_required(SEE, raise_exception=True)
@require_GET
def export(request):
    """A whole collection as a file."""
    form = ExportForm(request.GET)
    if not form.is_valid():
        raise Http404
    found = exports.FORMATS[form.cleaned_data["format"]]
    slug = form.cleaned_data["collection"]
    today = timezone.localdate()
    catalogue = exports.offered(slug, on=today)
    response = StreamingHttpResponse(
        (piece.encode() for piece in found.lines(catalogue)), content_type=found.content_type
    )
    name = f"{catalogue.collection.slug or 'catalogue'}-{today.isoformat()}.{found.suffix}"
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


def _found(uuid) -> ImportUpload:
    return get_object_or_404(ImportUpload.objects.select_related("run", "by"), uuid=uuid, kind=KIND)


def _preview(upload: ImportUpload) -> dict:
    preview = upload.preview
    counts = preview.get("counts", {})
    slug = preview.get("collection", "")
    return {
        "step": 3,
        "counts": counts,
        "collection": Collection.objects.filter(slug=slug).first() or slug,
        "is_new": not Collection.objects.filter(slug=slug).exists(),
        "first": [_readable(one) for one in preview.get("first", ())],
        "rejected": preview.get("rejected", ()),
        "notes": preview.get("notes", ()),
        "close_missing": bool(upload.decisions.get("close_missing")),
        "changes": counts.get("created", 0) + counts.get("updated", 0),
        "is_table": bool(upload.columns),
    }


def _readable(row: dict) -> dict:
    """A row of the preview with its words in the reader's language."""
    changed = []
    for label in row["changed"]:
        model, name = label.split(".")
        changed.append(str(apps.get_model("programmes", model)._meta.get_field(name).verbose_name))
    return {**row, "changed": list(dict.fromkeys(changed)), "level": dict(Level.choices).get(row["level"], "")}


def _report(request, upload: ImportUpload) -> dict:
    run = upload.run
    is_done = run is not None and run.finished_at is not None and run.undone_at is None
    return {
        "step": 4,
        "rejected": run.rejected[:REJECTED_SHOWN] if run else [],
        "rejected_count": len(run.rejected) if run else 0,
        "notes": upload.preview.get("notes", ()),
        "may_undo": bool(is_done and run and (run.created or run.updated)),
    }


def _header(upload: ImportUpload | None = None) -> dict:
    return {
        "page_title": _("Import and export the catalogue"),
        "page_subtitle": upload.file_name if upload else "",
        "header_icon": "upload",
    }


def _gone(request):
    messages.error(request, _("This file is no longer kept. Choose it again, please."))
    return redirect("programmes_import_choose")
