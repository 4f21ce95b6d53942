"""How often we tried to reach whoever asked: calls, letters and texts of ours, whatever came of them.

Counted anew from the timeline whenever something is added to it, so that hearing of one attempt twice counts it once.
"""

from datetime import datetime

from contact_centre.models import Call, Case
from enquiries.life import progress
from enquiries.models import Enquiry
from people.models import OutgoingMessage, Touchpoint, User

MOST = 32_767  # the column holds no more


def recount(case: Case | None) -> int | None:
    """Count the attempts on the enquiry of ``case`` anew; None if it is of no enquiry."""
    enquiry = Enquiry.objects.filter(case=case).first() if case is not None else None
    if enquiry is None:
        return None
    made = Touchpoint.objects.filter(
        person=enquiry.person_id,
        at__gte=enquiry.received_at,
        direction=Touchpoint.Direction.OUT,
        by__isnull=False,
        about_kind=Case._meta.label_lower,
        about_id=enquiry.case_id,
    )
    attempts = min(made.count(), MOST)
    Enquiry.objects.filter(pk=enquiry.pk).exclude(attempts=attempts).update(attempts=attempts)
    return attempts


def note_call(*, call: Call, at: datetime) -> None:
    """We called about an enquiry: one attempt more, and a contact if they were reached."""
    if call.case is None:
        return
    recount(call.case)
    if call.outcome == Call.Outcome.REACHED:
        progress.note_answer(case=call.case, at=at, by=call.adviser)


def note_answer(*, case: Case, at: datetime, by: User | None = None, **_others) -> None:
    """We answered: an attempt, whether or not they read it."""
    recount(case)


def note_message(*, message: OutgoingMessage, at: datetime) -> None:
    """A letter of an adviser has left: the answers after the first one are not announced otherwise."""
    if message.by_id is not None and message.about_kind == Case._meta.label_lower and message.about_id is not None:
        recount(Case.objects.filter(pk=message.about_id).first())
