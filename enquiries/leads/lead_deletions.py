"""Taking the rows of leads out again, many at once, when an import is undone.

By then it is known that nobody uses them: what people did with one refuses the undo, and nothing else points at these
tables. One statement for each.
"""

from collections.abc import Callable

from django.db import models

from contact_centre.models import CaseEvent
from enquiries.models import Enquiry, EnquiryMove, Touch


def _at_once(rows: models.QuerySet) -> None:
    rows._raw_delete(rows.db)


DELETIONS: dict[str, Callable[[models.QuerySet], None]] = {
    model._meta.label_lower: _at_once for model in (Touch, CaseEvent, EnquiryMove, Enquiry)
}
