"""Corrections at the desk: each is a case whose answer starts from the draft.

Sending it is answering the case; closing the case without an answer sets the correction aside, for the reason given.
Whoever needs both rows locks the correction before the case, as the drafting does.
"""

from collections.abc import Iterable
from datetime import datetime

from django.utils.translation import gettext as _

from contact_centre import queue
from contact_centre.models import Case, CaseEvent
from people.models import Channel, OutgoingMessage, User
from programmes.models import Correction
from programmes.told import corrections

ABOUT = Correction._meta.label_lower


class Rewritten(Exception):
    """The draft is another one than the adviser has before them: the facts changed again."""


def open_cases(*, corrections: Iterable[Correction], at: datetime) -> None:
    """Owe each person their correction, in the hands of the adviser who told them, if they still work at the desk.

    A draft that was rewritten keeps its case, which then says what the draft says.
    """
    advisers = set(queue.advisers().values_list("pk", flat=True))
    for correction in corrections:
        case = queue.open_case(
            correction.person,
            kind=Case.Kind.CORRECTION,
            at=at,
            question=_summary(correction),
            programme=correction.programme,
            channel=Channel.EMAIL,
            language=correction.language,
            about=correction,
            adviser=_teller(correction, advisers),
        )
        _say_again(case, correction, at=at)


def close_cases(*, corrections: Iterable[Correction], at: datetime) -> None:
    """End the cases of drafts that were withdrawn: there is nothing left to correct."""
    why = {correction.pk: correction.why for correction in corrections}
    for case in Case.objects.open().filter(about_kind=ABOUT, about_id__in=why).order_by("pk"):
        queue.close(case, by=None, at=at, note=why[case.about_id])


def set_aside(*, case: Case, by: User | None, at: datetime) -> None:
    """The case of a draft was closed without an answer: the correction is set aside, for the reason of closing."""
    correction = of_case(case)
    if correction is None or correction.state != Correction.State.DRAFTED:
        return
    closing = case.events.filter(kind=CaseEvent.Kind.CLOSED).order_by("-pk").first()
    why = closing.note if closing and closing.note.strip() else _("The case was closed without an answer.")
    corrections.set_aside(correction, why=why, at=at, by=by)


def of_case(case: Case) -> Correction | None:
    """The correction that ``case`` is about, if it is about one."""
    if case.about_kind != ABOUT:
        return None
    return Correction.objects.select_related("person", "programme").filter(pk=case.about_id or 0).first()


def held_of(case: Case) -> Correction | None:
    """The same, kept from everybody else until the transaction ends."""
    correction = of_case(case)
    return corrections.held(correction) if correction else None


def refuse_rewritten(correction: Correction | None, *, seen: str) -> None:
    """Raise Rewritten unless ``seen``, the mark of the draft an answer was started from, is that of today's draft."""
    is_drafted = correction is not None and correction.state == Correction.State.DRAFTED
    if correction is not None and is_drafted and seen and seen != mark(correction):
        raise Rewritten(correction.pk)


def mark(correction: Correction) -> str:
    """What tells one draft of a correction from the next."""
    return correction.drafted_at.isoformat()


def sent(correction: Correction | None, *, message: OutgoingMessage, at: datetime, by: User) -> bool:
    """The answer to the case is the correction, if it still is a draft; return whether it is."""
    if correction is None or correction.state != Correction.State.DRAFTED:
        return False
    corrections.sent(correction, message=message, at=at, by=by)
    return True


def _teller(correction: Correction, advisers: set[int]) -> User | None:
    """Who told the person last what has changed, if they can take the case."""
    told = correction.told.filter(telling__by__in=advisers).select_related("telling__by")
    last = told.order_by("-telling__told_at", "-telling_id").first()
    return last.telling.by if last else None


def _say_again(case: Case, correction: Correction, *, at: datetime) -> None:
    if case.question == (summary := _summary(correction)):
        return
    case = queue.locked(case)
    case.question = summary
    case.save(update_fields=["question"])
    queue.write_event(case, CaseEvent.Kind.NOTED, at=at, note=_("The facts changed again; the draft was rewritten."))


def _summary(correction: Correction) -> str:
    return "\n".join(corrections.lines(correction))
