"""``import_catalogue FILE``: programmes and intakes of another institution, or of an export of ours."""

import json

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone
from django.utils.translation import gettext as _

from people.importing import import_report, mappings
from people.models import ImportMapping
from programmes import catalogue_import, feeds

NOTES_SHOWN = 20


class Command(BaseCommand):
    help = "Takes in a catalogue (XCRI-CAP 1.2, schema.org JSON-LD, ELM v3 or CSV) into a collection."

    def add_arguments(self, parser):
        parser.add_argument("file")
        parser.add_argument("--collection", default="", metavar="SLUG", help="by default the provider's name")
        parser.add_argument("--name", default="", help="the name of a new collection")
        parser.add_argument("--mapping", metavar="FILE.toml", help="which column of a table is what")
        parser.add_argument(
            "--close-missing", action="store_true", help="take off offer what the feed does not name any more"
        )
        parser.add_argument("--dry-run", action="store_true", help="report what would be done and change nothing")
        parser.add_argument("--json", action="store_true", help="end with one JSON object")

    def handle(self, *args, file, collection, name, mapping, close_missing, dry_run, **options):
        try:
            document = _remembered(collection) if mapping is None else mappings.read_document(mapping)
            report = catalogue_import.import_catalogue(
                file,
                at=timezone.now(),
                collection_slug=collection,
                name=name,
                mapping=document,
                close_missing=close_missing,
                is_rehearsal=dry_run,
            )
        except (feeds.Unreadable, mappings.BadMapping, catalogue_import.BadCollection) as refusal:
            raise CommandError(str(refusal), returncode=2) from None
        if mapping is not None and not dry_run:
            ImportMapping.objects.update_or_create(
                kind=catalogue_import.KIND,
                source=report["collection"],
                defaults={"columns": document, "changed_at": timezone.now()},
            )
        self._tell(report, is_rehearsal=dry_run)
        if options["json"]:
            self.stdout.write(json.dumps(report))
        if report["rejected"]:
            raise SystemExit(1)

    def _tell(self, report: dict, *, is_rehearsal: bool) -> None:
        words = _("Created: %(created)d. Updated: %(updated)d. Unchanged: %(unchanged)d. Rejected: %(rejected)d.")
        self.stdout.write(words % {**report, "rejected": len(report["rejected"])})
        if report["closed"]:
            self.stdout.write(_("Taken off offer: %(closed)d.") % report)
        for note in report["notes"][:NOTES_SHOWN]:
            self.stdout.write(_("Line %(line)s: %(why)s") % note)
        if len(report["notes"]) > NOTES_SHOWN:
            self.stdout.write(_("… and %(count)d more.") % {"count": len(report["notes"]) - NOTES_SHOWN})
        for line in import_report.lines(report, is_rehearsal=is_rehearsal):
            self.stdout.write(line)


def _remembered(collection: str) -> dict:
    """What the last table for that collection was read by."""
    found = ImportMapping.objects.filter(kind=catalogue_import.KIND, source=collection).first() if collection else None
    return found.columns if found else {}
