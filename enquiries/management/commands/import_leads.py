"""``import_leads FILE --campaign SLUG``: enquiries from a spreadsheet."""

import json

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone
from django.utils.translation import gettext as _

from enquiries.leads import lead_import
from enquiries.leads.lead_files import BadMapping, read_mapping
from people.importing import import_report
from people.importing.input_files import Unreadable


class Command(BaseCommand):
    help = "Takes in the leads of a CSV file or workbook: past ones as history, open ones as enquiries with a case."

    def add_arguments(self, parser):
        parser.add_argument("file")
        parser.add_argument("--campaign", required=True, metavar="SLUG", help="made, closed, if there is none yet")
        parser.add_argument("--mapping", metavar="FILE", help="a TOML file that says which column is what")
        parser.add_argument("--dry-run", action="store_true", help="report what would be done and change nothing")
        parser.add_argument("--json", action="store_true", help="end with one JSON object")

    def handle(self, *args, file, campaign, mapping, dry_run, **options):
        try:
            report = lead_import.import_leads(
                file,
                campaign_slug=campaign,
                mapping=read_mapping(mapping) if mapping else None,
                at=timezone.now(),
                is_rehearsal=dry_run,
            )
        except (Unreadable, BadMapping, lead_import.BadCampaign) as refusal:
            raise CommandError(str(refusal), returncode=2) from None
        self._tell(report, is_rehearsal=dry_run)
        if options["json"]:
            self.stdout.write(json.dumps(report))
        if report["rejected"]:
            raise SystemExit(1)

    def _tell(self, report: dict, *, is_rehearsal: bool) -> None:
        if report["campaign_created"]:
            self.stdout.write(_("The campaign “%(slug)s” was made, closed.") % {"slug": report["campaign"]})
        words = _("Created: %(created)d. Unchanged: %(unchanged)d. Rejected: %(rejected)d.")
        self.stdout.write(words % {**report, "rejected": len(report["rejected"])})
        for line in import_report.lines(report, is_rehearsal=is_rehearsal):
            self.stdout.write(line)
