"""What an importer tells an operator after its counts: the rejected rows, and how to put the import back."""

from collections.abc import Iterator

from django.utils.translation import gettext as _

REJECTED_SHOWN = 20


def lines(report: dict, *, is_rehearsal: bool) -> Iterator[str]:
    """One line for each of the first rejected rows, then what became of the database.

    ``report`` is what ``imports.report`` gives: ``rejected`` holds ``{"line": n, "why": "…"}``.
    """
    rejected = report["rejected"]
    for row in rejected[:REJECTED_SHOWN]:
        yield _("Line %(line)s: %(why)s") % row
    if len(rejected) > REJECTED_SHOWN:
        yield _("… and %(count)d more.") % {"count": len(rejected) - REJECTED_SHOWN}
    if is_rehearsal:
        yield _("This was a rehearsal: nothing has changed.")
    else:
        yield _("To put it back: undo_import %(id)s") % {"id": report["import_id"]}
