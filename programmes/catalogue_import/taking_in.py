"""From a file to a report: which collection it is for, what it would change, and changing it in one transaction."""

from collections import Counter
from collections.abc import Callable, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

from django.db import transaction
from django.utils.text import slugify
from django.utils.translation import gettext as _

from people.importing import imports
from people.models import ImportRun, User
from programmes import feeds, site
from programmes.catalogue_import import writing
from programmes.catalogue_import.compare import URN, Changes, compare
from programmes.feeds import ProgrammeRecord, RejectedRecord
from programmes.models import Collection, Programme

KIND = "catalogue"


class BadCollection(Exception):
    """The catalogue cannot go into that collection; the message says why."""


def import_catalogue(
    path: str | Path,
    *,
    at: datetime,
    by: User | None = None,
    collection_slug: str = "",
    name: str = "",
    mapping: Mapping[str, Any] | None = None,
    close_missing: bool = False,
    is_rehearsal: bool = False,
    run: ImportRun | None = None,
    file_name: str = "",
    tell: Callable[[int, int], None] = lambda done, total: None,
) -> dict[str, Any]:
    """Take in the programmes of a feed and publish a sheet for each; report as every importer does.

    A programme is known by its identifier in the source: again, it is updated, or counted as unchanged. Intakes that
    the feed no longer names are closed; with ``close_missing``, so are programmes. A rehearsal reports the same and
    changes nothing. ``mapping`` says which column of a table is what. Raises Unreadable for a file that is no
    catalogue, BadMapping, and BadCollection where others' programmes would get among the school's own.
    """
    file_name = file_name or Path(path).name
    records, rejected = _read(path, mapping, file_name=file_name)
    tell(0, len(records))
    with transaction.atomic():
        site.build_tree(at=at)
        collection = collection_for(records, file_name, slug=collection_slug, name=name)
        if collection.pk:
            Collection.objects.select_for_update().get(pk=collection.pk)
        changes = compare(records, collection, is_complete=close_missing and _is_whole(rejected))
        _keep_what_was_rejected(changes, rejected)
        if close_missing and not _is_whole(rejected):
            changes.notes.append({"line": 0, "why": _("The feed is not whole, so nothing missing was closed.")})
        if is_rehearsal:
            report = _report(None, changes, rejected, collection, records)
            transaction.set_rollback(True)
            return report | {"first": changes.first}
        run = run or imports.start(KIND, file_name, at=at, by=by)
        if not collection.pk:
            collection.save()
            imports.note_created(run, collection)
        for programme in changes.programmes:
            programme.collection = collection
        writing.write(changes, run, at=at, by=by, tell=lambda done: tell(done, len(records)))
        counts = {"created": len(changes.programmes), "updated": changes.updated + changes.closed}
        imports.finish(run, at=at, rejected=_plain(rejected), unchanged=changes.unchanged, **counts)
        return _report(run, changes, rejected, collection, records)


def _read(
    path: str | Path, mapping: Mapping[str, Any] | None, *, file_name: str
) -> tuple[list[ProgrammeRecord], list[RejectedRecord]]:
    records: list[ProgrammeRecord] = []
    rejected: list[RejectedRecord] = []
    for record in feeds.read_feed(path, mapping=mapping, file_name=file_name):
        if isinstance(record, ProgrammeRecord):
            records.append(record)
        else:
            rejected.append(record)
    return records, rejected


def _is_whole(rejected: list[RejectedRecord]) -> bool:
    """Whether we know of every programme of the feed which it is; what is broken off or nameless may be any."""
    return all(record.external_id for record in rejected)


def _keep_what_was_rejected(changes: Changes, rejected: list[RejectedRecord]) -> None:
    """A programme whose record is faulty is not missing: it stays on offer."""
    named = {record.external_id for record in rejected}
    for row, before in list(changes.before):
        if not isinstance(row, Programme) or before != {"is_open": True} or row.is_open:
            continue  # not one that was closed
        if named & {row.external_id, row.code, f"{URN}{row.uuid}"} - {""}:
            row.is_open = True
            changes.before.remove((row, before))
            changes.known.remove(row)
            changes.closed -= 1


def _plain(rejected: list[RejectedRecord]) -> list[dict[str, Any]]:
    return [{"line": record.line, "why": record.why} for record in rejected]


def _report(run: ImportRun | None, changes: Changes, rejected, collection: Collection, records) -> dict[str, Any]:
    return {
        "created": len(changes.programmes),
        "updated": changes.updated + changes.closed,
        "unchanged": changes.unchanged,
        "rejected": _plain(rejected),
        "import_id": str(run.uuid) if run else "",
        "collection": collection.slug,
        "intakes": sum(len(record.intakes) for record in records),
        "closed": changes.closed,
        "notes": changes.notes,
    }


def collection_for(records: list[ProgrammeRecord], file_name: str, *, slug: str = "", name: str = "") -> Collection:
    """The collection the feed goes into: the one asked for, the one it was exported from, or one of the provider's.

    A new one is not saved. Raises BadCollection if foreign programmes would get among the school's own.
    """
    own = site.own_collection()
    is_export = not records or any(record.texts is not None for record in records)
    if is_export and not slug and _are_ours(records, own):
        return own
    if slug and slugify(slug) == own.slug:
        if not is_export:
            raise BadCollection(
                _("“%(slug)s” is the school's own collection; choose another one.") % {"slug": own.slug}
            )
        return own
    providers = Counter(record.provider_name for record in records if record.provider_name)
    provider = providers.most_common(1)[0][0] if providers else ""
    wanted = slug or name or _exported_from(records) or provider or file_name.partition(".")[0]
    slug = slugify(wanted)[:50].strip("-")
    if not slug:
        raise BadCollection(_("Give the collection a slug with --collection."))
    found = Collection.objects.filter(slug=slug).first()
    if found and found.is_own:
        raise BadCollection(_("“%(slug)s” is the school's own collection; choose another one.") % {"slug": slug})
    if found:
        return found
    name = name or provider or file_name.partition(".")[0]
    address = next((record.provider_url for record in records if record.provider_url), "")
    source = " · ".join(part for part in (provider or name, address, file_name) if part)
    return Collection(slug=slug, name=name[:120], source=source[:300])


def _are_ours(records: list[ProgrammeRecord], own: Collection) -> bool:
    ids = {record.external_id for record in records}
    return any(
        ids & {f"{URN}{uuid}", external or None} for uuid, external in own.programmes.values_list("uuid", "external_id")
    )


def _exported_from(records: list[ProgrammeRecord]) -> str:
    """The slug of the collection that an export of ours names, unless it is a school's own."""
    names = {record.collection for record in records} - {""}
    return names.pop() if len(names) == 1 else ""
