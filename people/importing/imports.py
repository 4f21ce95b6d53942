"""Files taken in: what each made and changed, so that it can be put back exactly, or be refused with a reason."""

from collections import defaultdict
from collections.abc import Callable, Iterable
from datetime import datetime
from itertools import islice

from django.apps import apps
from django.contrib.contenttypes.models import ContentType
from django.db import IntegrityError, connection, models, transaction
from django.db.models.functions import Cast
from django.utils.translation import gettext as _
from wagtail import hooks
from wagtail.blocks import StreamValue
from wagtail.log_actions import log
from wagtail.models import ModelLogEntry, Page, PageLogEntry, ReferenceIndex

from people.announcements import announce
from people.models import DuplicatePair, ImportChange, ImportRun, User

CHUNK = 2_000
# Rows that libraries keep beside ours (revisions, search entries, log lines) are no use somebody made of a row.
LIBRARIES = ("wagtail", "django.", "modelcluster", "taggit", "treebeard", "allauth", "people.models.ImportChange")
# What machines work out about a person, and who looked at them, is none either: it goes with the row.
DERIVED = frozenset({"people.likenesskey", "people.personscore", "people.auditentry"})
WORKED_OUT = frozenset({"compared_at"})  # columns machines write beside what somebody changed


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
    made = [(obj._meta.label_lower, obj.pk) for obj in objects]
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO people_importchange (run_id, model, row_id)"
            " SELECT %s, * FROM unnest(%s::text[], %s::bigint[])",
            [run.pk, [label for label, _pk in made], [pk for _label, pk in made]],
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

    Announces ``after_import_undone``, for floors that keep something beside their rows.

    Raises CannotUndo, with nothing changed, if a made row has since been used or edited by others, or a changed one
    changed again. What machines worked out about a made row (``DERIVED``) goes with it. A number of statements that
    does not grow with the rows made.
    """
    run = ImportRun.objects.select_for_update().get(pk=run.pk)
    if run.undone_at is not None:
        return run
    if run.finished_at is None:
        raise CannotUndo(_("This import is not finished."))
    made = _made(run)
    for model in made:
        _refuse_if_edited(model, run)
        _refuse_if_used(model, run)
    _put_back(run)
    for model in reversed(made):
        _delete(model, run)
    _refuse_what_points_nowhere()
    run.undone_at = at
    run.save(update_fields=["undone_at"])
    announce("after_import_undone", at=at, run=run, by=by)
    log(instance=run, action="people.undo_import", user=by)
    return run


def _made(run: ImportRun) -> list[type[models.Model]]:
    """The models of the rows the run made, in the order in which they were first noted."""
    first = run.changes.filter(before__isnull=True).values("model").annotate(first=models.Min("pk")).order_by("first")
    return [apps.get_model(row["model"]) for row in first]


def _ids(run: ImportRun, model: type[models.Model]) -> models.QuerySet:
    """The keys of the rows of ``model`` that the run made."""
    return run.changes.filter(before__isnull=True, model=model._meta.label_lower).values("row_id")


def _counts(model: type[models.Model]) -> bool:
    """Whether rows of ``model`` are something people did; what libraries and machines keep is not."""
    is_library = f"{model.__module__}.{model.__name__}".startswith(LIBRARIES)
    label = model._meta.label_lower
    is_derived = label in DERIVED or any(label in models() for models in hooks.get_hooks("register_derived_models"))
    return not is_library and not is_derived


def _refuse_if_used(model: type[models.Model], run: ImportRun) -> None:
    """Rows of ours that point at a made row, and were not made by the run themselves, are in use by others."""
    for relation in model._meta.get_fields(include_hidden=True):
        if isinstance(relation, models.ForeignObjectRel) and (relation.one_to_many or relation.one_to_one):
            other = relation.related_model
            if _counts(other) and not issubclass(other, model):
                _refuse(model, other, {f"{relation.field.name}__in": _ids(run, model)}, run)
    for other in apps.get_models():
        names = {field.name for field in other._meta.concrete_fields}
        if {"about_kind", "about_id"} <= names and _counts(other):
            about = {"about_kind": model._meta.label_lower, "about_id__in": _ids(run, model)}
            _refuse(model, other, about, run)


def _refuse(model, other, pointing: dict, run: ImportRun) -> None:
    users = other._base_manager.filter(**pointing).exclude(pk__in=_ids(run, other))
    if other is DuplicatePair:
        users = users.filter(decided_by__isnull=False)  # a guess of ours goes with the person; a decision stays
    user_id = users.values_list("pk", flat=True).first()
    if user_id is not None:
        raise CannotUndo(
            _("It made a row (%(made)s) that has been used since (%(user)s %(id)s).")
            % {"made": model._meta.verbose_name, "user": other._meta.verbose_name, "id": user_id}
        )


def _refuse_if_edited(model: type[models.Model], run: ImportRun) -> None:
    """Somebody who edited a made row in the back office would lose their work."""
    if issubclass(model, Page):
        edits = PageLogEntry.objects.filter(page_id__in=_ids(run, model)).annotate(row=models.F("page_id"))
    else:
        made = _ids(run, model).annotate(text=Cast("row_id", models.CharField())).values("text")
        edits = ModelLogEntry.objects.filter(
            content_type__app_label=model._meta.app_label,
            content_type__model=model._meta.model_name,
            object_id__in=made,
        ).annotate(row=models.F("object_id"))
    edit = edits.filter(timestamp__gt=run.finished_at, user__isnull=False).first()
    if edit is not None:
        raise CannotUndo(
            _("It made a row (%(made)s %(id)s) that somebody has edited since.")
            % {"made": model._meta.verbose_name, "id": edit.row}
        )


def _put_back(run: ImportRun) -> None:
    """Later changes first, so that a row changed twice ends as it began."""
    changed = run.changes.filter(before__isnull=False)
    for label in changed.order_by("model").values_list("model", flat=True).distinct():
        model = apps.get_model(label)
        changes = changed.filter(model=label).order_by("-pk").iterator(chunk_size=CHUNK)
        while chunk := list(islice(changes, CHUNK)):
            _put_back_rows(model, chunk)


def _put_back_rows(model: type[models.Model], changes: list[ImportChange]) -> None:
    ids = {change.row_id for change in changes}
    rows = {row.pk: row for row in model._base_manager.select_for_update(of=("self",)).filter(pk__in=ids)}
    fields = _fields(model)
    touched: dict[tuple[str, ...], dict[int, models.Model]] = defaultdict(dict)
    for change in changes:
        row = rows.get(change.row_id)
        if row is None or not change.before or _differs(row, change.after, fields):
            raise CannotUndo(
                _("It changed a row (%(row)s %(id)s) that has been changed again since.")
                % {"row": model._meta.verbose_name, "id": change.row_id}
            )
        for name, value in change.before.items():
            # Whoever was compared since, as the import left them, is to be compared again.
            is_stale = name in WORKED_OUT and _differs(row, {name: (change.after or {})[name]}, fields, skip=())
            setattr(row, fields[name].attname, None if is_stale else fields[name].to_python(value))
        names = tuple(sorted(fields[name].name for name in change.before))
        if _is_plain(model) or model._meta.label_lower in _deletions():
            touched[names][row.pk] = row
        else:  # other floors may keep something beside their rows, such as a page its place in the search
            row.save(update_fields=names)
    for names, together in touched.items():
        model._base_manager.bulk_update(together.values(), names, batch_size=500)


def _plain(value):
    """A row that is pointed at is kept by its key, an instant to the microsecond."""
    if isinstance(value, models.Model):
        return value.pk
    if isinstance(value, StreamValue):
        return value.get_prep_value()
    return value.isoformat() if isinstance(value, datetime) else value


def _fields(model: type[models.Model]) -> dict[str, models.Field]:
    """Fields by attribute name (``intake_id``) and by name (``intake``)."""
    fields = model._meta.concrete_fields
    return {field.name: field for field in fields} | {field.attname: field for field in fields}


def _differs(row: models.Model, after: dict | None, fields: dict[str, models.Field], skip=WORKED_OUT) -> bool:
    return any(
        getattr(row, fields[name].attname) != fields[name].to_python(value)
        for name, value in (after or {}).items()
        if name not in skip
    )


def _is_plain(model: type[models.Model]) -> bool:
    """Rows of this floor are only rows: nothing listens for their coming and going."""
    return model._meta.app_label == "people"


def _deletions() -> dict[str, Callable[[models.QuerySet], None]]:
    """How floors delete many of their rows at once; they bring up to date what they keep beside them themselves."""
    return {
        label: delete for offer in hooks.get_hooks("register_import_deletions") for label, delete in offer().items()
    }


def _delete(model: type[models.Model], run: ImportRun) -> None:
    rows = model._base_manager.filter(pk__in=_ids(run, model))
    if delete := _deletions().get(model._meta.label_lower):
        delete(rows)
    elif issubclass(model, Page):  # a page is a place in a tree: the tree must close the gap
        for page in rows.order_by("-path"):
            page.delete()
    elif _is_plain(model):
        _delete_plain(model, run)
    else:
        ids = list(rows.values_list("pk", flat=True))
        for start in range(0, len(ids), CHUNK):
            model._base_manager.filter(pk__in=ids[start : start + CHUNK]).delete()


def _delete_plain(model: type[models.Model], run: ImportRun) -> None:
    """In one statement each: what machines keep about the rows, then the rows. That nobody else does was asked."""
    for relation in model._meta.get_fields(include_hidden=True):
        if isinstance(relation, models.ForeignObjectRel) and (relation.one_to_many or relation.one_to_one):
            other = relation.related_model._base_manager.filter(**{f"{relation.field.name}__in": _ids(run, model)})
            if relation.related_model is model or relation.on_delete is models.SET_NULL:
                other.update(**{relation.field.name: None})
            elif relation.related_model is DuplicatePair or not _counts(relation.related_model):
                other._raw_delete(other.db)
    named = _ids(run, model).annotate(text=Cast("row_id", models.CharField())).values("text")
    ReferenceIndex.objects.filter(
        base_content_type=ContentType.objects.get_for_model(model), object_id__in=named
    ).delete()
    rows = model._base_manager.filter(pk__in=_ids(run, model))
    rows._raw_delete(rows.db)


def _refuse_what_points_nowhere() -> None:
    """Let the database look now, not at the end, whether somebody began to use a row while it was being deleted."""
    with connection.cursor() as cursor:
        try:
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        except IntegrityError:
            raise CannotUndo(_("It made a row that somebody is using at this moment.")) from None
        cursor.execute("SET CONSTRAINTS ALL DEFERRED")
