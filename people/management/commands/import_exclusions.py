"""``import_exclusions FILE --list NAME``: addresses that must not be written to or called with offers."""

import json

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone
from django.utils.translation import gettext as _

from people.contact import exclusions
from people.importing.import_report import REJECTED_SHOWN
from people.importing.input_files import Unreadable


class Command(BaseCommand):
    help = "Makes the exclusion list NAME what the file holds: e-mail addresses and telephone numbers."

    def add_arguments(self, parser):
        parser.add_argument("file")
        parser.add_argument("--list", required=True, metavar="NAME", dest="name", help="what the list is called")
        parser.add_argument("--json", action="store_true", help="end with one JSON object")

    def handle(self, *args, file, name, **options):
        try:
            report = exclusions.import_list(file, name=name, at=timezone.now()).report()
        except Unreadable as refusal:
            raise CommandError(str(refusal), returncode=2) from None
        words = _("Added: %(created)d. Already there: %(unchanged)d. Removed: %(removed)d. Rejected: %(rejected)d.")
        self.stdout.write(words % {**report, "rejected": len(report["rejected"])})
        for row in report["rejected"][:REJECTED_SHOWN]:
            self.stdout.write(_("Line %(line)s: %(why)s") % row)
        if options["json"]:
            self.stdout.write(json.dumps(report))
        if report["rejected"]:
            raise SystemExit(1)
