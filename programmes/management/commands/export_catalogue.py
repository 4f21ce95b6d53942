"""``export_catalogue --format xcri|jsonld|elm|csv``: a whole collection, for other systems or to be read back."""

from pathlib import Path

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone
from django.utils.translation import gettext as _

from programmes import exports
from programmes.models import Collection


class Command(BaseCommand):
    help = "Writes the school's programmes, or another collection, in one of four formats."

    def add_arguments(self, parser):
        parser.add_argument("--format", required=True, choices=list(exports.FORMATS))
        parser.add_argument("--collection", default="", metavar="SLUG", help="by default the school's own")
        parser.add_argument("--output", default="-", metavar="FILE", help="by default the standard output")
        parser.add_argument("--public", action="store_true", help="only what is on offer, as the feeds have it")

    def handle(self, *args, collection, output, public, **options):
        try:
            pieces = exports.write(options["format"], collection, on=timezone.localdate(), is_public=public)
        except Collection.DoesNotExist:
            raise CommandError(_("There is no collection “%(slug)s”.") % {"slug": collection}, returncode=2) from None
        if output == "-":
            for piece in pieces:
                self.stdout.write(piece, ending="")
            return
        try:
            with Path(output).open("w", encoding="utf-8", newline="") as file:
                file.writelines(pieces)
        except OSError as error:
            raise CommandError(f"{output}: {error.strerror}", returncode=2) from None
