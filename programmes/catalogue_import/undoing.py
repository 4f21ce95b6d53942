"""An import of a catalogue taken out again: thousands of sheets at once, and what stands beside them put right."""

from datetime import datetime

from django.contrib.contenttypes.models import ContentType
from django.db import models
from wagtail.models import Page, ReferenceIndex, Revision, WorkflowState
from wagtail.search.models import IndexEntry

from people.models import ImportRun, User
from programmes import tree
from programmes.catalogue_import.taking_in import KIND
from programmes.catalogue_import.writing import note_pages
from programmes.models import Intake, Programme, ProgrammePage
from programmes.told import versions

# Worked out by machines, or only looked at: no use that somebody made of a row.
DERIVED = frozenset(
    {"programmes.factversion", "programmes.sheetlookup", "programmes.pagewords", "programmes.languageversion"}
)


def after_undone(*, run: ImportRun, at: datetime, by: User | None) -> None:
    """Rewrite what the search knows of the sheets that were put back, and note their facts."""
    if run.kind != KIND:
        return
    changed = run.changes.filter(before__isnull=False)
    ids = {model: set(changed.filter(model=model).values_list("row_id", flat=True)) for model in _LABELS}
    note_pages(list(ProgrammePage.objects.filter(pk__in=ids["programmes.programmepage"])))
    programmes = Programme.objects.filter(pk__in=ids["programmes.programme"])
    tree.index_programmes(list(programmes))
    touched = set(programmes.values_list("pk", flat=True))
    # An intake or a sheet that the import added to a programme is gone; the programme's facts are noted all the same.
    touched |= set(Programme.objects.filter(intakes__in=ids["programmes.intake"]).values_list("pk", flat=True))
    touched |= set(Programme.objects.filter(pages__in=ids["programmes.programmepage"]).values_list("pk", flat=True))
    versions.note(touched, at=at, by=by)
    tree.refresh_statistics()


_LABELS = ("programmes.programme", "programmes.intake", "programmes.programmepage")


def delete_pages(pages: models.QuerySet) -> None:
    """Sheets have no pages below them, so the tree only has to count its children again."""
    ids = list(pages.values_list("pk", flat=True))
    parents = {path[: -Page.steplen] for path in pages.values_list("path", flat=True)}
    types = list(ContentType.objects.get_for_models(ProgrammePage, Page).values())
    named = [str(pk) for pk in ids]
    for kept in (Revision, WorkflowState):
        kept.objects.filter(base_content_type__in=types, object_id__in=named).delete()
    _delete_rows(ProgrammePage, ids)
    _delete_rows(Page, ids)
    for parent in Page.objects.filter(path__in=parents):
        Page.objects.filter(pk=parent.pk).update(numchild=parent.get_children().count())


def delete_programmes(programmes: models.QuerySet) -> None:
    """Programmes, and what is worked out about them; that nothing else points at them was asked before."""
    _delete_rows(Programme, list(programmes.values_list("pk", flat=True)))


def delete_intakes(intakes: models.QuerySet) -> None:
    """Intakes, with the versions of their facts."""
    _delete_rows(Intake, list(intakes.values_list("pk", flat=True)))


def _delete_rows(model: type[models.Model], ids: list[int]) -> None:
    """In a few statements, without asking listeners row by row: what points at the rows, then the rows."""
    for relation in model._meta.get_fields(include_hidden=True):
        if not isinstance(relation, models.ForeignObjectRel) or relation.related_model is model:
            continue
        other, name = relation.related_model, relation.field.name
        if relation.parent_link or relation.many_to_many or issubclass(other, model):
            continue
        pointing = other._base_manager.filter(**{f"{name}__in": ids})
        if relation.on_delete is models.SET_NULL:
            pointing.update(**{name: None})
        elif relation.on_delete is not models.PROTECT:
            pointing.delete()
    named = [str(pk) for pk in ids]
    kind = ContentType.objects.get_for_model(model)
    IndexEntry.objects.filter(content_type=kind, object_id__in=named).delete()
    ReferenceIndex.objects.filter(
        models.Q(base_content_type=kind) | models.Q(content_type=kind), object_id__in=named
    ).delete()
    rows = model._base_manager.filter(pk__in=ids)
    rows._raw_delete(rows.db)


DELETIONS = {
    "programmes.programmepage": delete_pages,
    "programmes.programme": delete_programmes,
    "programmes.intake": delete_intakes,
}
