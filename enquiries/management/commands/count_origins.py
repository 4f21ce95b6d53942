"""``manage.py count_origins``: makes the figures of sources anew."""

from django.core.management.base import BaseCommand
from django.utils import timezone

from enquiries.models import StaleDay
from enquiries.origins import counting, heard, staleness


class Command(BaseCommand):
    help = "Counts anew the days of sources that changed, or all of them."

    def add_arguments(self, parser):
        parser.add_argument("--all", action="store_true", help="every day on which anybody asked or paid")

    def handle(self, *args, **options):
        at = timezone.now()
        heard.note_calls(at=at)
        staleness.look(at=at)
        if options["all"]:
            staleness.mark_all(at=at)
        days = counting.count_stale(at=at, at_most=StaleDay.objects.count())
        self.stdout.write(f"{days} days counted.")
