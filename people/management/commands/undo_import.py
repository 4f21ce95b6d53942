import json
from uuid import UUID

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from people.importing import imports
from people.models import ImportRun


class Command(BaseCommand):
    help = "Puts everything an import changed back exactly, or refuses and says why."

    def add_arguments(self, parser):
        parser.add_argument("id", type=UUID, help="the import_id that the import reported")
        parser.add_argument("--json", action="store_true", help="print one JSON object as the last line")

    def handle(self, *, id, json: bool, **_options):
        run = ImportRun.objects.filter(uuid=id).first()
        if run is None:
            raise CommandError(f"There is no import {id}.", returncode=2)
        try:
            run = imports.undo(run, at=timezone.now())
        except imports.CannotUndo as refusal:
            raise CommandError(str(refusal), returncode=2)
        made, changed = (
            run.changes.filter(before__isnull=True).count(),
            run.changes.filter(before__isnull=False).count(),
        )
        self.stdout.write(_as_json(id, made, changed) if json else f"{made} rows deleted, {changed} put back")


def _as_json(id, made, changed):
    return json.dumps({"undone": str(id), "deleted": made, "restored": changed})
