import json
from uuid import UUID

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from people.models import Person
from people.privacy import erasure


class Command(BaseCommand):
    help = "Forgets a person for good: names, addresses, messages and words go, nameless figures stay."

    def add_arguments(self, parser):
        parser.add_argument("uuid", type=UUID)
        parser.add_argument("--json", action="store_true", help="print one JSON object as the last line")

    def handle(self, *, uuid, json: bool, **_options):
        person = Person.objects.filter(uuid=uuid).first()
        if person is None:
            raise CommandError(f"There is no person {uuid}.", returncode=2)
        erasure.erase(person, at=timezone.now())
        self.stdout.write(_as_json(uuid) if json else f"{uuid} is forgotten")


def _as_json(uuid):
    return json.dumps({"erased": str(uuid)})
