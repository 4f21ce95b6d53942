from django.core.management.base import BaseCommand

from people.access import roles


class Command(BaseCommand):
    help = "Prints, as a Markdown table, which rights the product gives to each role."

    def handle(self, **_options):
        self.stdout.write(table())


def table() -> str:
    """One line per role, in the order of the roles; what every role has is left out."""
    rows = ["| Role | Rights |", "| --- | --- |"]
    for role, rights in roles.listed().items():
        named = ", ".join(f"`{right}`" for right in sorted(rights - {roles.ENTER}))
        rows.append(f"| {role} | {named} |")
    return "\n".join(rows)
