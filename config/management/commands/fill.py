"""``manage.py fill``: a synthetic school with many people, by bulk loading."""

import json

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from config.demo import bulk


class Command(BaseCommand):
    help = "Adds synthetic people with a plausible history of enquiries and cases, by bulk loading."

    def add_arguments(self, parser):
        parser.add_argument("--people", type=int, required=True, metavar="N")
        parser.add_argument("--seed", type=int, default=1)
        parser.add_argument("--open-share", type=float, default=0.1, help="share of cases still waiting (0-1)")
        parser.add_argument("--json", action="store_true")

    def handle(self, *args, **options):
        if options["people"] < 1 or not 0 <= options["open_share"] <= 1:
            raise CommandError("--people must be at least 1 and --open-share between 0 and 1.", returncode=2)
        made = bulk.load(
            people=options["people"], at=timezone.now(), seed=options["seed"], open_share=options["open_share"]
        )
        self.stdout.write(json.dumps({"created": made}) if options["json"] else f"{made} people added.")
