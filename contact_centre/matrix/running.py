"""The matrix at work: what became due, what leaves, what is left out and why, and who answered.

Messages are found by the sweep, so that whoever receives an enquiry waits for nothing. A text is filled when it leaves,
never before: a price that changed meanwhile goes out as it is now.
"""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

import structlog
from django.db import connection, transaction
from django.utils.translation import gettext as _
from django.utils.translation import override

from contact_centre import phases, queue
from contact_centre.matrix import moments
from contact_centre.matrix.moments import Happening, Moment
from contact_centre.models import Case, MatrixCell, MatrixDue, MessageTemplate
from contact_centre.sends import pressure
from contact_centre.wording import choosing, rendering, telling
from contact_centre.wording.rendering import Rendered
from people.contact import outbox, policy
from people.models import Channel, OutgoingMessage, Person
from programmes.told.versions import Change

log = structlog.get_logger("matricula.matrix")
State = MatrixDue.State
LOOKED_BACK = timedelta(days=2)  # how long a sweep may have been away without anything being missed
COUNTS_AS_ANSWER = timedelta(days=14)
TRIED_AGAIN = timedelta(minutes=15)
AT_ONCE = 200
WRITTEN = (Channel.EMAIL, Channel.WHATSAPP, Channel.SMS)
CALLED = (Channel.PHONE,)
COLUMNS = (*WRITTEN, *CALLED)


class LeftOut(Exception):
    """There is a reason not to write; ``why`` says so in words for staff."""

    def __init__(self, why: str):
        super().__init__(why)
        self.why = why


class Later(Exception):
    """Not now: their hours, or the school's."""

    def __init__(self, not_before: datetime, why: str):
        super().__init__(why)
        self.not_before, self.why = not_before, why


def due(code: str, happenings: Iterable[Happening], *, cells: Iterable[MatrixCell] | None = None) -> int:
    """Owe each person of ``happenings`` what the cells of the moment ``code`` say; return how many were new.

    The same happening is owed once per cell, however often it is told of.
    """
    told = list(happenings)
    running = MatrixCell.objects.filter(moment=code, is_on=True) if cells is None else cells
    owed = [
        MatrixDue(
            cell=cell,
            person_id=one.person_id,
            key=f"{cell.pk}:{one.about[0]}:{one.about[1]}:{one.at:%Y%m%d}" if one.about else f"{cell.pk}:{one.at:%s}",
            about_kind=one.about[0] if one.about else "",
            about_id=one.about[1] if one.about else None,
            programme_id=one.programme_id,
            due_at=one.at + timedelta(minutes=cell.delay_minutes),
        )
        for cell in running
        for one in told
        if cell.on_since is None or one.at >= cell.on_since
    ]
    if not owed:
        return 0
    there = set(MatrixDue.objects.filter(key__in=[one.key for one in owed]).values_list("key", flat=True))
    new = [one for one in owed if one.key not in there]
    MatrixDue.objects.bulk_create(new, ignore_conflicts=True, batch_size=1_000)
    return len(new)


def find_due(*, at: datetime) -> int:
    """Find what happened since the last days at the moments whose cells run; what is owed already stays as it is."""
    cells: dict[str, list[MatrixCell]] = {}
    for cell in MatrixCell.objects.filter(is_on=True).exclude(template_code=""):
        cells.setdefault(cell.moment, []).append(cell)
    known = moments.registered() if cells else {}
    return sum(
        due(code, known[code].found(since=at - LOOKED_BACK, until=at), cells=running)
        for code, running in cells.items()
        if code in known
    )


def send_due(*, at: datetime, limit: int = AT_ONCE) -> dict[str, int]:
    """Send what is due, one row at a time, at most ``limit``; any number of workers may run beside each other."""
    done = {"matrix_sent": 0, "matrix_left_out": 0}
    known: dict[str, Moment] | None = None
    for _turn in range(limit):
        with transaction.atomic():
            waiting = MatrixDue.objects.filter(state=State.DUE, due_at__lte=at).order_by("due_at", "pk")
            row = waiting.select_related("cell__owner", "person").select_for_update(
                skip_locked=True, of=("self",)
            ).first()  # fmt: skip
            if row is None:
                break
            known = moments.registered() if known is None else known
            outcome = _settle(row, known, at=at)
        if outcome:
            done[outcome] += 1
    return done


def _settle(row: MatrixDue, known: dict[str, Moment], *, at: datetime) -> str:
    """Write down what became of one row; whatever goes wrong with it, the next one must still leave."""
    try:
        with transaction.atomic():
            row.message = _send(row, known, at=at)
        row.state, row.sent_at, row.why = State.SENT, at, ""
    except LeftOut as refusal:
        row.state, row.why = State.LEFT_OUT, refusal.why[:250]
    except Later as wait:
        row.due_at, row.why = wait.not_before, wait.why[:250]
    except Exception as error:
        log.exception("matrix_not_sent", due=row.pk)
        row.due_at, row.why = at + TRIED_AGAIN, type(error).__name__
    row.save(update_fields=["state", "sent_at", "why", "due_at", "message"])
    return {State.SENT: "matrix_sent", State.LEFT_OUT: "matrix_left_out"}.get(State(row.state), "")


def _send(row: MatrixDue, known: dict[str, Moment], *, at: datetime) -> OutgoingMessage | None:
    """Ask everything that may object, fill the text with the facts of this instant, and hand it to the outbox."""
    cell, person, moment = row.cell, row.person, known.get(row.cell.moment)
    if not cell.is_on or moment is None:
        raise LeftOut(_("This cell of the matrix was switched off."))
    if person.erased_at or person.merged_into_id:
        raise LeftOut(_("This person is not there any more."))
    standing = moment.standing(row.about_id, at=at)
    if standing is None:
        raise LeftOut(_("It is not so any more, so there is nothing to write."))
    template = choosing.find(cell.template_code, channel=cell.channel, language=person.language)
    if template is None:
        raise LeftOut(_("No approved template with this code."))
    if template.phase and phases.of(person, at=at) != template.phase:
        raise LeftOut(_("They are in another phase of life than this text is for."))
    _ask_ledger(cell, template, person, at=at)
    filled = rendering.render(
        template,
        person=person,
        at=at,
        programme=standing.programme or row.programme,
        intake=standing.intake,
        by=standing.by or cell.owner,
        about=(row.about_kind, row.about_id) if row.about_id else None,
    )
    if filled.missing:
        raise LeftOut(_("Not known for this person: %(words)s") % {"words": ", ".join(filled.missing)})
    if cell.channel in CALLED:
        _ask_for_call(row, filled, at=at)
        return None
    place = pressure.ask(person, purpose=template.purpose, at=at)
    if not place:
        raise LeftOut(pressure.words(place))
    message = outbox.queue(
        person,
        purpose=template.purpose,
        key=f"matrix:{row.pk}",
        subject=filled.subject or template.title,
        body=filled.body,
        language=filled.language,
        at=at,
        channel=cell.channel,
        about=row,
        topic=template.topic,
    )
    if message.state == OutgoingMessage.State.REFUSED:
        raise LeftOut(message.why)
    telling.note(filled, message, at=at, about=row)
    return message


def _ask_ledger(cell: MatrixCell, template: MessageTemplate, person: Person, *, at: datetime) -> None:
    """Wait rather than queue what must wait: a text that stands in the outbox overnight would grow old there."""
    verdict = policy.may_contact(
        person, channel=cell.channel, purpose=template.purpose, at=at, topic=template.topic
    )  # fmt: skip
    if verdict.not_before is not None and not verdict.allowed:
        raise Later(verdict.not_before, verdict.why)
    if not verdict.allowed:
        raise LeftOut(verdict.why)


def _ask_for_call(row: MatrixDue, filled: Rendered, *, at: datetime) -> None:
    """A cell of the telephone column is a call for an adviser, with what to say."""
    with override(filled.language):
        queue.open_case(
            row.person,
            kind=Case.Kind.CALL,
            at=at,
            question=filled.body,
            programme=filled.programme,
            channel=Channel.PHONE,
            language=row.person.language,
            about=row,
        )


def refresh(changes: Iterable[Change], *, at: datetime) -> int:
    """Fill again what still waits in the outbox and states a fact that has just changed; return how many.

    A message leaves within seconds, but a provider may be away for an hour.
    """
    old = [change.old.pk for change in changes]
    waiting = MatrixDue.objects.filter(
        message__state=OutgoingMessage.State.QUEUED, message__tellings__versions__in=old
    )  # fmt: skip
    rows = list(waiting.select_related("cell__owner", "person", "message").distinct())
    known = moments.registered() if rows else {}
    for row in rows:
        moment = known.get(row.cell.moment)
        template = choosing.find(row.cell.template_code, channel=row.cell.channel, language=row.person.language)
        standing = moment.standing(row.about_id, at=at) if moment else None
        if template is None or standing is None or row.message is None:
            continue
        filled = rendering.render(
            template, person=row.person, at=at, programme=standing.programme or row.programme,
            intake=standing.intake, by=standing.by or row.cell.owner,
        )  # fmt: skip
        if filled.missing:
            continue
        still = OutgoingMessage.objects.filter(pk=row.message.pk, state=OutgoingMessage.State.QUEUED)
        if still.update(subject=filled.subject[:250] or template.title, body=filled.body):
            row.message.tellings.all().delete()
            telling.note(filled, row.message, at=at, about=row)
    return len(rows)


_ANSWERED = """
UPDATE contact_centre_matrixdue owed SET answered_at = found.at FROM (
    SELECT d.id, min(t.at) AS at FROM people_touchpoint t
    JOIN contact_centre_matrixdue d ON d.person_id = t.person_id
        AND d.state = 'sent' AND d.answered_at IS NULL AND t.at > d.sent_at AND t.at <= d.sent_at + %(within)s
        AND d.sent_at > %(at)s - %(within)s - %(looked_back)s
    WHERE t.at > %(since)s AND t.at <= %(at)s
        AND (t.is_two_way OR t.kind IN ('contact_centre.they_wrote', 'enquiries.received', 'enquiries.added'))
    GROUP BY d.id
) found WHERE owed.id = found.id
"""


def note_answers(*, at: datetime) -> int:
    """Mark as answered what was followed by a conversation or by a letter of theirs within two weeks."""
    facts: dict[str, Any] = {
        "at": at,
        "since": at - LOOKED_BACK,
        "within": COUNTS_AS_ANSWER,
        "looked_back": LOOKED_BACK,
    }
    with connection.cursor() as cursor:
        cursor.execute(_ANSWERED, facts)
        return cursor.rowcount


def sweep(*, at: datetime) -> dict[str, int]:
    """What the matrix owes: found, sent, and marked as answered."""
    return {"matrix_found": find_due(at=at), **send_due(at=at), "matrix_answered": note_answers(at=at)}
