"""``import_history FILE``: what happened with people elsewhere, from a spreadsheet."""

from people.importing import history_files, history_import
from people.management.commands import import_people


class Command(import_people.Command):
    help = "Takes in contacts with people we know from a CSV file or workbook, as lines of their timelines."
    kind = history_import.KIND
    files = history_files

    def add_choices(self, parser):
        """A history makes nobody, so there is nothing to choose."""
