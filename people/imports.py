"""Files taken in: what each made and changed, so that it can be put back exactly, or be refused with a reason."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime

from django.apps import apps
from django.db import models, transaction
from django.utils.translation import gettext as _
from wagtail.log_actions import log
from wagtail.models import ModelLogEntry, Page, PageLogEntry

from people.models import ImportChange, ImportRun, User

CHUNK = 2_000
# Rows that libraries keep beside ours (revisions, search entries, log lines) are no use somebody made of a row.
LIBRARIES = ("wagtail", "django.", "modelcluster", "taggit", "treebeard", "allauth", "people.models.ImportChange")


class CannotUndo(Exception):
    """The import cannot be put back exactly; the message says which row is in the way."""


def start(kind: str, file_name: str, *, at: datetime, by: User | None = None) -> ImportRun:
    """Begin a run; whatever follows is noted on it."""
    return ImportRun.objects.create(kind=kind, file_name=file_name[:255], started_at=at, by=by)


def note_created(run: ImportRun, obj: models.Model) -> None:
    """``obj`` is new, made by this run."""
    note_made(run, [obj])


def note_made(run: ImportRun, objects: Iterable[models.Model]) -> None:
    """All of ``objects`` are new, made by this run: note whoever others point at before those who point."""
    ImportChange.objects.bulk_create(
        [ImportChange(run=run, model=obj._meta.label_lower, row_id=obj.pk) for obj in objects], batch_size=CHUNK
    )


def note_changed(run: ImportRun, obj: models.Model, before: dict) -> None:
    """``obj`` was changed by this run and saved; ``before`` holds the changed fields as they were."""
    note_changed_many(run, [(obj, before)])


def note_changed_many(run: ImportRun, changed: Iterable[tuple[models.Model, dict]]) -> None:
    """The same for many rows at once."""
    ImportChange.objects.bulk_create(
        [
            ImportChange(
                run=run,
                model=obj._meta.label_lower,
                row_id=obj.pk,
                before={name: _plain(value) for name, value in before.items()},
                after={name: _plain(getattr(obj, name)) for name in before},
            )
            for obj, before in changed
        ],
        batch_size=CHUNK,
    )


def finish(
    run: ImportRun,
    *,
    at: datetime,
    rejected: list[dict],
    created: int | None = None,
    updated: int | None = None,
    unchanged: int | None = None,
) -> ImportRun:
    """End the run with its counts. Counts that are left out and are still 0 are taken from what was noted."""
    run.created = run.created if created is None else created
    run.updated = run.updated if updated is None else updated
    run.unchanged = run.unchanged if unchanged is None else unchanged
    if not (run.created or run.updated) and created is None and updated is None:
        run.created = run.changes.filter(before__isnull=True).count()
        run.updated = run.changes.filter(before__isnull=False).count()
    run.rejected = rejected
    run.finished_at = at
    run.save(update_fields=["created", "updated", "unchanged", "rejected", "finished_at"])
    return run


def report(run: ImportRun) -> dict:
    """What an importer answers with ``--json``."""
    return {
        "created": run.created,
        "updated": run.updated,
        "unchanged": run.unchanged,
        "rejected": run.rejected,
        "import_id": str(run.uuid),
    }


@transaction.atomic
def undo(run: ImportRun, *, at: datetime, by: User | None = None) -> ImportRun:
    """Put back what ``run`` changed and delete what it made; a second time changes nothing.

    Raises CannotUndo, with nothing changed, if a made row has since been used or edited by others, or a changed one
    changed again.
    """
    run = ImportRun.objects.select_for_update().get(pk=run.pk)
    if run.undone_at is not None:
        return run
    if run.finished_at is None:
        raise CannotUndo(_("This import is not finished."))
    made = _made(run)
    for model, ids in made.items():
        _refuse_if_edited(model, ids, run)
        _refuse_if_used(model, ids, made)
    _put_back(run)
    for model, ids in reversed(list(made.items())):
        _delete(model, ids)
    run.undone_at = at
    run.save(update_fields=["undone_at"])
    log(instance=run, action="people.undo_import", user=by)
    return run


def _made(run: ImportRun) -> dict[type[models.Model], set[int]]:
    """Ids of the rows the run made, by model, in the order in which the models were first noted."""
    made: dict[type[models.Model], set[int]] = defaultdict(set)
    rows = run.changes.filter(before__isnull=True).order_by("pk").values_list("model", "row_id")
    for label, row_id in rows.iterator():
        made[apps.get_model(label)].add(row_id)
    return made


def _chunks(ids: set[int]) -> Iterable[list[int]]:
    ordered = sorted(ids)
    return (ordered[start : start + CHUNK] for start in range(0, len(ordered), CHUNK))


def _is_library(model: type[models.Model]) -> bool:
    return f"{model.__module__}.{model.__name__}".startswith(LIBRARIES)


def _refuse_if_used(model: type[models.Model], ids: set[int], made: dict[type[models.Model], set[int]]) -> None:
    """Rows of ours that point at a made row, and were not made by the run themselves, are in use by others."""
    for relation in model._meta.get_fields(include_hidden=True):
        if isinstance(relation, models.ForeignObjectRel) and (relation.one_to_many or relation.one_to_one):
            other = relation.related_model
            if not _is_library(other) and not issubclass(other, model):
                _refuse(model, other, {f"{relation.field.name}__in": ids}, made)
    for other in apps.get_models():
        names = {field.name for field in other._meta.concrete_fields}
        if {"about_kind", "about_id"} <= names:
            _refuse(model, other, {"about_kind": model._meta.label_lower, "about_id__in": ids}, made)


def _refuse(model, other, pointing: dict, made) -> None:
    ((name, ids),) = [(name, ids) for name, ids in pointing.items() if name.endswith("__in")]
    rest = {key: value for key, value in pointing.items() if key != name}
    own = made.get(other, set())
    for chunk in _chunks(ids):
        users = other._base_manager.filter(**rest, **{name: chunk}).values_list("pk", flat=True)
        for user_id in users.iterator():
            if user_id not in own:
                raise CannotUndo(
                    _("It made a row (%(made)s) that has been used since (%(user)s %(id)s).")
                    % {"made": model._meta.verbose_name, "user": other._meta.verbose_name, "id": user_id}
                )


def _refuse_if_edited(model: type[models.Model], ids: set[int], run: ImportRun) -> None:
    """Somebody who edited a made row in the back office would lose their work."""
    for chunk in _chunks(ids):
        if issubclass(model, Page):
            edits = PageLogEntry.objects.filter(page_id__in=chunk)
        else:
            edits = ModelLogEntry.objects.filter(
                content_type__app_label=model._meta.app_label,
                content_type__model=model._meta.model_name,
                object_id__in=[str(pk) for pk in chunk],
            )
        edit = edits.filter(timestamp__gt=run.finished_at, user__isnull=False).first()
        if edit is not None:
            raise CannotUndo(
                _("It made a row (%(made)s %(id)s) that somebody has edited since.")
                % {"made": model._meta.verbose_name, "id": edit.object_id}
            )


def _put_back(run: ImportRun) -> None:
    """Later changes first, so that a row changed twice ends as it began."""
    for change in run.changes.filter(before__isnull=False).order_by("-pk").iterator():
        model = apps.get_model(change.model)
        row = model._base_manager.select_for_update(of=("self",)).filter(pk=change.row_id).first()
        fields = _fields(model)
        if row is None or not change.before or _differs(row, change.after, fields):
            raise CannotUndo(
                _("It changed a row (%(row)s %(id)s) that has been changed again since.")
                % {"row": model._meta.verbose_name, "id": change.row_id}
            )
        for name, value in change.before.items():
            setattr(row, fields[name].attname, fields[name].to_python(value))
        row.save(update_fields=[fields[name].name for name in change.before])


def _plain(value):
    """A row that is pointed at is kept by its key."""
    return value.pk if isinstance(value, models.Model) else value


def _fields(model: type[models.Model]) -> dict[str, models.Field]:
    """Fields by attribute name (``intake_id``) and by name (``intake``)."""
    fields = model._meta.concrete_fields
    return {field.name: field for field in fields} | {field.attname: field for field in fields}


def _differs(row: models.Model, after: dict | None, fields: dict[str, models.Field]) -> bool:
    return any(
        getattr(row, fields[name].attname) != fields[name].to_python(value) for name, value in (after or {}).items()
    )


def _delete(model: type[models.Model], ids: set[int]) -> None:
    for chunk in _chunks(ids):
        rows = model._base_manager.filter(pk__in=chunk)
        if issubclass(model, Page):  # a page is a place in a tree: the tree must close the gap
            for page in rows.order_by("-path"):
                page.delete()
        else:
            rows.delete()
