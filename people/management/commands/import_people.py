"""``import_people FILE``: people from a spreadsheet."""

import json
from pathlib import Path

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone
from django.utils.translation import gettext as _

from people.importing import import_report, imports, kinds, people_files, people_import, uploads
from people.importing.input_files import Unreadable
from people.importing.mappings import BadMapping, read_document
from people.models import ImportUpload


class Command(BaseCommand):
    help = "Takes in the people of a CSV file or workbook: known ones get what was missing, the others are made."
    kind = people_import.KIND
    files = people_files

    def add_arguments(self, parser):
        parser.add_argument("file", type=Path)
        parser.add_argument("--mapping", metavar="FILE", help="a TOML file that says which column is what")
        parser.add_argument("--source", default="", metavar="NAME", help="where the file comes from")
        parser.add_argument("--dry-run", action="store_true", help="report what would be done and change nothing")
        parser.add_argument("--json", action="store_true", help="end with one JSON object")
        self.add_choices(parser)

    def add_choices(self, parser):
        parser.add_argument(
            "--duplicates",
            choices=["skip", "match", "new"],
            default="new",
            help="what becomes of rows that only look like somebody known: left out, taken as them, or made new",
        )

    def handle(self, *args, file, mapping, source, dry_run, **options):
        duplicates = {"match": people_import.SAME}.get(options.get("duplicates", ""), options.get("duplicates", ""))
        try:
            document = read_document(mapping) if mapping else {}
            table = people_files.look(file)
            document = document or kinds.document_of(self.files.recognised(table))
            read = uploads.mapping_of(self.kind, document)
            people_files.check(table, read)
            act = self._rehearse if dry_run else self._take_in
            report = act(file, document, source, duplicates)
        except (Unreadable, BadMapping) as refusal:
            raise CommandError(str(refusal), returncode=2) from None
        report["not_mapped"] = list(people_files.not_mapped(table, read))
        self._tell(report, table.notes, is_rehearsal=dry_run)
        if options["json"]:
            self.stdout.write(json.dumps(report))
        if report["rejected"]:
            raise SystemExit(1)

    def _take_in(self, file, document, source, duplicates):
        upload = uploads.take_in(
            file, kind=self.kind, document=document, source=source, duplicates=duplicates, now=timezone.now
        )
        if upload.state != ImportUpload.State.DONE:
            raise CommandError(f"{upload.why} {upload.run.uuid}", returncode=2)
        return imports.report(upload.run)

    def _rehearse(self, file, document, source, duplicates):
        return uploads.rehearse(
            file, kind=self.kind, document=document, source=source, duplicates=duplicates, at=timezone.now()
        )

    def _tell(self, report, notes, *, is_rehearsal):
        for note in notes:
            self.stdout.write(note)
        if report["not_mapped"]:
            self.stdout.write(_("Columns nobody reads: %(names)s") % {"names": ", ".join(report["not_mapped"])})
        words = _("Created: %(created)d. Updated: %(updated)d. Unchanged: %(unchanged)d. Rejected: %(rejected)d.")
        self.stdout.write(words % {**report, "rejected": len(report["rejected"])})
        for line in import_report.lines(report, is_rehearsal=is_rehearsal):
            self.stdout.write(line)
