"""What somebody had before their eyes when they decided: nobody approves, or writes over, what they have not seen."""

from hashlib import sha256

from django.db import models
from django.utils.translation import gettext_lazy as _

# For whoever writes, and for whoever decides.
NOT_SAVED = _(
    "Not saved yet: somebody else changed this after you had opened it. What you wrote stands here; saving again puts "
    "it in the place of theirs."
)
LOOK_AGAIN = _("It was changed after you had opened it: look at it as it is now.")


class Overtaken(Exception):
    """It was changed after whoever acts now had opened it."""


def mark(*parts: object) -> str:
    """A mark of how ``parts`` stand now, to be carried by the form that shows them; of rows all columns count."""
    said = [_columns(part) if isinstance(part, models.Model) else part for part in parts]
    return sha256(repr(said).encode()).hexdigest()[:24]


def check(given: str, now: str) -> None:
    """Raise Overtaken if the mark ``given`` is not that of ``now``; whoever gives none is not asked."""
    if given and given != now:
        raise Overtaken


def _columns(row: models.Model) -> list[tuple[str, object]]:
    return [(column.attname, getattr(row, column.attname)) for column in row._meta.concrete_fields]
