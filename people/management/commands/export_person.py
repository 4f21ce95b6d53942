import json
from pathlib import Path
from uuid import UUID

from django.core.management.base import BaseCommand, CommandError
from django.core.serializers.json import DjangoJSONEncoder

from people.models import Person
from people.own_data import exporting


class Command(BaseCommand):
    help = "Writes everything we hold about a person into a folder, as person.json: subject access."

    def add_arguments(self, parser):
        parser.add_argument("uuid", type=UUID)
        parser.add_argument("folder", type=Path, metavar="DIR")
        parser.add_argument("--json", action="store_true", help="print one JSON object as the last line")

    def handle(self, *, uuid, folder: Path, json: bool, **_options):
        person = Person.objects.filter(uuid=uuid).first()
        if person is None:
            raise CommandError(f"There is no person {uuid}.", returncode=2)
        folder.mkdir(parents=True, exist_ok=True)
        path = folder / "person.json"
        found = exporting.export(person)
        path.write_text(_as_json(found, indent=2) + "\n", encoding="utf-8")
        self.stdout.write(
            _as_json({"person": str(uuid), "file": str(path), "sections": sorted(found)}) if json else str(path)
        )


def _as_json(found, indent=None):
    return json.dumps(found, cls=DjangoJSONEncoder, indent=indent, ensure_ascii=False)
