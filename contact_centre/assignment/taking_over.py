"""Taking a case out of a colleague's hands: with a reason, and they are told."""

from datetime import datetime

from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext as _
from wagtail.log_actions import log

from contact_centre import notices, queue
from contact_centre.models import Case, CaseEvent
from people.models import User


class ReasonMissing(Exception):
    """Whoever takes over says why."""


@transaction.atomic
def take_over(case: Case, *, held_by: int | None, by: User, at: datetime, why: str) -> Case:
    """Put a case that ``held_by`` (a login's number) holds into the hands of ``by``, and tell them why.

    Taking over one's own case changes nothing. Raises ReasonMissing without a reason, CaseClosed if it is over,
    CaseAlreadyTaken if by now somebody else holds it than whom the asker saw: of two at once, the second is told so.
    """
    if not why.strip():
        raise ReasonMissing(case.pk)
    case = queue.locked(case)
    if case.state == Case.State.CLOSED:
        raise queue.CaseClosed(case.pk)
    if case.adviser_id == by.pk:
        return case
    if case.adviser_id != held_by:
        raise queue.CaseAlreadyTaken(case.pk)
    former = case.adviser
    if case.state == Case.State.WAITING:
        queue.move(case, Case.State.IN_HAND)
    case.adviser, case.taken_at, case.unowned_due_at = by, at, None
    case.save(update_fields=["state", "adviser", "taken_at", "unowned_due_at"])
    kind = CaseEvent.Kind.TAKEN_OVER
    event = queue.write_event(case, kind, at=at, by=by, note=why.strip(), data={"from": held_by})
    log(instance=case, action="contact_centre.take_over", user=by, timestamp=at, data={"from": held_by})
    if former is not None:
        notices.tell(
            former,
            key=f"taken_over:{event.pk}",
            text=lambda: _("%(who)s took over a case of yours: %(why)s") % {"who": by, "why": why.strip()[:200]},
            url=reverse("contact_centre_case", args=[case.uuid]),
            at=at,
            case=case,
        )
    return case
