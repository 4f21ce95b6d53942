"""``manage.py build_site``: the website's pages in three languages, as far as they are missing."""

from django.core.management.base import BaseCommand
from django.utils import timezone

from programmes import site


class Command(BaseCommand):
    help = "Makes the home, catalogue and legal pages in three languages; what exists stays as it is."

    def handle(self, *args, **options):
        made = site.build_site(at=timezone.now())
        self.stdout.write(f"The website stands at {made.root_url}.")
