"""Many sheets into the page tree at once: one page costs Wagtail some twenty queries, a catalogue has a thousand.

What ``Page.add_child`` would leave behind is left behind here: places in the tree, the number of children, the search
index, the reference index and the words of the catalogue's search.
"""

from collections.abc import Sequence
from datetime import datetime

from django.contrib.contenttypes.models import ContentType
from django.db import connection, models, transaction
from wagtail.models import Page, ReferenceIndex
from wagtail.search.backends import get_search_backends

from programmes import words
from programmes.models import CataloguePage, Intake, Programme, ProgrammePage, SheetWords


@transaction.atomic
def add_sheets(catalogue: CataloguePage, pages: Sequence[ProgrammePage], *, at: datetime) -> list[SheetWords]:
    """Publish new sheets below ``catalogue``; their slugs must be free. Return what the search noted of them."""
    if not pages:
        return []
    parent = Page.objects.select_for_update().get(pk=catalogue.pk)
    last = parent.get_last_child()
    first_step = Page._str2int(last.path[len(parent.path) :]) + 1 if last else 1
    content_type = ContentType.objects.get_for_model(ProgrammePage)
    for number, page in enumerate(pages):
        page.path = Page._get_path(parent.path, parent.depth + 1, first_step + number)
        page.depth, page.numchild = parent.depth + 1, 0
        page.content_type, page.locale = content_type, catalogue.locale
        page.url_path = f"{parent.url_path}{page.slug}/"
        page.draft_title, page.live, page.has_unpublished_changes = page.title, True, False
        page.first_published_at = page.last_published_at = page.latest_revision_created_at = at
    _insert(pages)
    Page.objects.filter(pk=parent.pk).update(numchild=models.F("numchild") + len(pages))
    note_changes(pages)
    return list(SheetWords.objects.filter(page__in=pages))


def note_changes(pages: Sequence[ProgrammePage]) -> None:
    """Bring the search and reference indexes up to date with sheets written without ``save``."""
    if not pages:
        return
    words.write(pages)
    for backend in get_search_backends(with_auto_update=True):
        backend.add_bulk(ProgrammePage, list(pages))
    for page in pages:
        ReferenceIndex.create_or_update_for_object(page)


def index_programmes(programmes: Sequence[Programme]) -> None:
    """The same for programmes, which the back office searches."""
    for backend in get_search_backends(with_auto_update=True):
        backend.add_bulk(Programme, list(programmes))
    for programme in programmes:
        ReferenceIndex.create_or_update_for_object(programme)


def refresh_statistics() -> None:
    """Tell the planner how large the tables are now; until autovacuum comes by, it would still think them empty."""
    tables = [connection.ops.quote_name(model._meta.db_table) for model in (Page, ProgrammePage, Programme, Intake)]
    with connection.cursor() as cursor:
        cursor.execute(f"ANALYZE {', '.join(tables)}")


def _insert(pages: Sequence[ProgrammePage]) -> None:
    """Django makes many rows at once only of models with one table; a sheet has two."""
    base = [field.attname for field in Page._meta.concrete_fields if not field.primary_key]
    rows = Page.objects.bulk_create(
        [Page(**{name: getattr(page, name) for name in base}) for page in pages], batch_size=500
    )
    for page, row in zip(pages, rows, strict=True):
        page.pk = page.id = page.page_ptr_id = row.pk
        page._state.adding, page._state.db = False, row._state.db
    own = ProgrammePage._meta.local_concrete_fields
    manager = ProgrammePage._base_manager
    for start in range(0, len(pages), 500):
        # What Model.save() calls for each table of a model, here for many rows.
        manager._insert(pages[start : start + 500], fields=own, using=manager.db, raw=True)
