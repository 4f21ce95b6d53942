"""``import_catalogue FILE``: programmes and intakes of another institution."""

import json

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone
from django.utils.translation import gettext as _

from people.importing import import_report
from programmes import catalogue_import, feeds


class Command(BaseCommand):
    help = "Takes in a catalogue (XCRI-CAP 1.2, schema.org JSON-LD or CSV) into a collection of its own."

    def add_arguments(self, parser):
        parser.add_argument("file")
        parser.add_argument("--collection", default="", metavar="SLUG", help="by default the provider's name")
        parser.add_argument("--name", default="", help="the name of a new collection")
        parser.add_argument("--dry-run", action="store_true", help="report what would be done and change nothing")
        parser.add_argument("--json", action="store_true", help="end with one JSON object")

    def handle(self, *args, file, collection, name, dry_run, **options):
        try:
            report = catalogue_import.import_catalogue(
                file, at=timezone.now(), collection_slug=collection, name=name, is_rehearsal=dry_run
            )
        except (feeds.Unreadable, catalogue_import.BadCollection) as refusal:
            raise CommandError(str(refusal), returncode=2) from None
        self._tell(report, is_rehearsal=dry_run)
        if options["json"]:
            self.stdout.write(json.dumps(report))
        if report["rejected"]:
            raise SystemExit(1)

    def _tell(self, report: dict, *, is_rehearsal: bool) -> None:
        words = _("Created: %(created)d. Updated: %(updated)d. Unchanged: %(unchanged)d. Rejected: %(rejected)d.")
        self.stdout.write(words % {**report, "rejected": len(report["rejected"])})
        for line in import_report.lines(report, is_rehearsal=is_rehearsal):
            self.stdout.write(line)
