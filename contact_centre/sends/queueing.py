"""From the list into the outbox: some hundreds in one transaction, each person once, whatever dies in between.

A delivery leaves the state "waiting" in the same transaction in which its message comes to be, so a process that is
killed leaves either both or neither. Rows are claimed with SKIP LOCKED: any number of workers may run.
"""

import time
from collections import defaultdict
from datetime import datetime, timedelta
from typing import Any

import structlog
from django.db import connection, transaction
from django.db.models import Exists, OuterRef
from django.utils.translation import gettext as _

from contact_centre.models import Delivery, MessageTemplate, Send
from contact_centre.sends import comparing, lists, pressure, stop, tracking
from contact_centre.wording import choosing, rendering, telling
from contact_centre.wording.rendering import Rendered
from people.contact import contact_hours, outbox, policy
from people.models import OutgoingMessage, Person

log = structlog.get_logger("matricula.sends")
State = Delivery.State
BATCH = 500
ABOUT = Send._meta.label_lower
IN_A_SWEEP = 10  # seconds: the sweep has other work
IN_A_TASK = 240  # seconds, far below the limit of a task

_TOGETHER = "SELECT state FROM contact_centre_send WHERE id = %s FOR SHARE"
_ONE_BY_ONE = "SELECT state FROM contact_centre_send WHERE id = %s FOR NO KEY UPDATE"
# Columns as arrays: written value by value, half of the time of a send went into the text of this statement.
_WRITE = """
INSERT INTO people_outgoingmessage (uuid, person_id, channel, purpose, "to", language, topic, subject, body, action_url,
    action_label, key, state, why, due_at, created_at, attempts, about_kind, about_id)
SELECT gen_random_uuid(), person, %(channel)s, %(purpose)s, address, language, %(topic)s, subject, body, '', '', key,
    'queued', '', due, %(at)s, 0, %(about_kind)s, %(about)s
FROM unnest(%(people)s::bigint[], %(addresses)s::text[], %(languages)s::text[], %(subjects)s::text[],
    %(bodies)s::text[], %(keys)s::text[], %(dues)s::timestamptz[])
    AS letter (person, address, language, subject, body, key, due)
ON CONFLICT (key) DO NOTHING
"""
_QUEUED = """
UPDATE contact_centre_delivery d SET state = 'queued', why = '', message_id = m.id, queued_at = %s
FROM people_outgoingmessage m
WHERE d.send_id = %s AND d.person_id = ANY(%s) AND m.key = %s || d.person_id::text
"""


def key_of(send: Send, person_id: int) -> str:
    """The key of one person's message: the outbox takes it once."""
    return f"send:{send.uuid}:{person_id}"


def work_due(*, at: datetime, seconds: float) -> dict[str, int]:
    """Start what is due, queue what waits, end what is done; the more valuable send first, for about ``seconds``."""
    started = time.monotonic()
    begun = start_due(at=at)
    settled = 0
    # A send that cannot be read must not keep the others from leaving.
    broken: set[int] = set()
    while time.monotonic() - started < seconds:
        now = at + timedelta(seconds=time.monotonic() - started)
        done = 0
        for send in _running(at=now).exclude(pk__in=broken):
            try:
                done += queue_batch(send, at=now)
            except Exception:  # whatever is wrong with one send, the next one must still leave
                log.exception("send_not_queued", send=send.pk)
                broken.add(send.pk)
        settled += done
        if not done:
            break
    return {"sends_started": begun, "deliveries_settled": settled, "sends_done": end_done(at=at)}


def sweep(*, at: datetime) -> dict[str, int]:
    """What the sweep does: some seconds of what is due, and the comparisons whose sample is reached."""
    told = tracking.work_due(at=at)
    decided = comparing.decide_due(at=at)
    return {"mail_events": told, "comparisons_decided": decided, **work_due(at=at, seconds=IN_A_SWEEP)}


def wake() -> None:
    """Go on with a worker once this is written down; without a broker the next sweep goes on."""
    transaction.on_commit(_call_a_worker, robust=True)


def _call_a_worker() -> None:
    from contact_centre import tasks  # noqa: PLC0415 -- tasks are leaves

    tasks.queue_sends.apply_async(retry=False, expires=120, queue="bulk")


def start_due(*, at: datetime) -> int:
    """Write the lists of approved sends whose hour has come; return how many began."""
    begun = 0
    for pk in Send.objects.filter(state=Send.State.APPROVED, due_at__lte=at).values_list("pk", flat=True):
        try:
            begun += _start(pk, at=at)
        except Exception as fault:  # its rules may be unreadable by now; the next send must still begin
            log.exception("send_not_started", send=pk)
            why = _("Its list could not be written: %(fault)s") % {"fault": fault}
            Send.objects.filter(pk=pk, state=Send.State.APPROVED).update(state=Send.State.HALTED, why=why[:250])
    if begun:
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE contact_centre_delivery")
    return begun


@transaction.atomic
def _start(pk: int, *, at: datetime) -> bool:
    # The lock is the claim, and with SKIP LOCKED a second worker goes on to the next send.
    rows = Send.objects.select_for_update(skip_locked=True, of=["self"]).filter(pk=pk, state=Send.State.APPROVED)
    send = rows.select_related("segment").first()
    if send is None:
        return False
    lists.write(send, at=at)
    send.state, send.listed_at = Send.State.SENDING, at
    send.save(update_fields=["state", "listed_at"])
    return True


@transaction.atomic
def queue_batch(send: Send, *, at: datetime, size: int = BATCH) -> int:
    """Settle up to ``size`` deliveries of ``send``: into the outbox, or left out with the reason; return how many.

    Nothing happens while all sends are stopped, in the night hours of the school, once the hour's share has left, or
    when this send was halted.
    """
    if not _may_go_on(send) or stop.is_stopped() or _is_night(send, at):
        return 0
    room = min(size, _room_this_hour(send, at))
    waiting = Delivery.objects.filter(send=send, state=State.WAITING, due_at__lte=at).order_by("due_at", "pk")
    rows = list(waiting.select_for_update(skip_locked=True, of=["self"]).select_related("variant")[: max(0, room)])
    if not rows:
        return 0
    left_out: dict[str, list[int]] = defaultdict(list)
    people = _people(rows, send, left_out, at=at)
    ready = _rendered(rows, people, send, left_out, at=at)
    _put_in_outbox(ready, people, send, at=at)
    for why, ids in left_out.items():
        Delivery.objects.filter(send=send, person_id__in=ids).update(state=State.LEFT_OUT, why=why[:250])
    return len(rows)


def end_done(*, at: datetime) -> int:
    """Close sends of which nothing waits any more, neither on the list nor in the outbox."""
    waits = Delivery.objects.filter(send=OuterRef("pk"), state__in=[State.WAITING, State.REST])
    leaving = OutgoingMessage.objects.filter(
        delivery__send=OuterRef("pk"), state__in=[OutgoingMessage.State.QUEUED, OutgoingMessage.State.SENDING]
    )
    over = Send.objects.filter(~Exists(waits), ~Exists(leaving), state=Send.State.SENDING, listed_at__isnull=False)
    return over.update(state=Send.State.DONE, ended_at=at)


def _running(*, at: datetime):
    waits = Delivery.objects.filter(send=OuterRef("pk"), state=State.WAITING, due_at__lte=at)
    return Send.objects.filter(Exists(waits), state=Send.State.SENDING).order_by("-value", "pk")


def _may_go_on(send: Send) -> bool:
    """Whether it is still sending; whoever halts it waits for the batches that run, and those after see the halt.

    Where only so many may leave in an hour, the batches of one send come one after the other, so that all count.
    """
    lock = _ONE_BY_ONE if send.per_hour else _TOGETHER
    with connection.cursor() as cursor:
        cursor.execute(lock, [send.pk])
        row = cursor.fetchone()
    return row is not None and row[0] == Send.State.SENDING


def _is_night(send: Send, at: datetime) -> bool:
    if not lists.asked(send).minds_hours:
        return False
    rules = policy.rules_of_school()
    zone = contact_hours.SCHOOL_ZONE
    return bool(contact_hours.wait(at, zone=zone, quiet_from=rules.quiet_from, quiet_until=rules.quiet_until))


def _room_this_hour(send: Send, at: datetime) -> int:
    if not send.per_hour:
        return BATCH * 100
    last_hour = Delivery.objects.filter(send=send, state=State.QUEUED, queued_at__gt=at - timedelta(hours=1))
    return send.per_hour - last_hour.count()


def _people(rows: list[Delivery], send: Send, left_out: dict[str, list[int]], *, at: datetime) -> dict[int, tuple]:
    """Who gets it: person, address and the hour before which it must not leave. The others with their reason."""
    ids = [row.person_id for row in rows]
    persons = Person.objects.in_bulk(ids)
    verdicts = policy.each(Person.objects.filter(pk__in=ids), lists.asked(send), at=at)
    # Somebody who was made one with another on the same list has it already.
    keys = [key_of(send, pk) for pk in ids]
    had = OutgoingMessage.objects.filter(person__in=ids, about_kind=ABOUT, about_id=send.pk).exclude(key__in=keys)
    served = set(had.values_list("person", flat=True))
    allowed = {}
    for pk in ids:
        reason, address, not_before = verdicts.get(pk, ("erased", "", None))
        if pk in served:
            left_out["twice"].append(pk)
        elif reason and reason not in lists.WAITS:
            left_out[reason].append(pk)
        else:
            allowed[pk] = (persons[pk], address, not_before if reason in ("quiet", "hours") else None)
    places = pressure.ask_many(list(allowed), purpose=send.purpose, at=at, value=send.value, keys=keys, send=send)
    for pk, place in places.items():
        if not place:
            del allowed[pk]
            left_out[f"outbid:{place.outbid_by}" if place.outbid_by else "cap"].append(pk)
    return allowed


def _rendered(
    rows: list[Delivery], people: dict[int, tuple], send: Send, left_out: dict[str, list[int]], *, at: datetime
) -> dict[int, Rendered]:
    """The letter of each, in the language they read; whoever's would have a gap is left out and the gap named."""
    groups: dict[tuple[str, str], list[Person]] = defaultdict(list)
    for row in rows:
        if row.person_id in people:
            person = people[row.person_id][0]
            groups[row.variant.template_code, person.language].append(person)
    texts = choosing.by_codes({code for code, _language in groups}, channel=send.channel)
    ready: dict[int, Rendered] = {}
    for (code, language), readers in groups.items():
        template: MessageTemplate | None = texts.get(code, {}).get(language[:2])
        if template is None:
            left_out["no_text"] += [person.pk for person in readers]
            continue
        for pk, letter in rendering.render_many(template, readers, at=at, programme=send.programme).items():
            if letter.missing:
                left_out[f"missing:{','.join(letter.missing)}"].append(pk)
            else:
                ready[pk] = letter
    return ready


def _put_in_outbox(ready: dict[int, Rendered], people: dict[int, tuple], send: Send, *, at: datetime) -> None:
    if not ready:
        return
    keys = [key_of(send, pk) for pk in ready]
    facts: dict[str, Any] = {
        "channel": send.channel,
        "purpose": send.purpose,
        "topic": send.topic,
        "about_kind": ABOUT,
        "about": send.pk,
        "at": at,
        "people": list(ready),
        "addresses": [people[pk][1] for pk in ready],
        "languages": [letter.language for letter in ready.values()],
        "subjects": [letter.subject[:250] for letter in ready.values()],
        "bodies": [letter.body.replace("\x00", "") for letter in ready.values()],
        "keys": keys,
        "dues": [people[pk][2] or at for pk in ready],
    }
    with connection.cursor() as cursor:
        cursor.execute(_WRITE, facts)
        cursor.execute(_QUEUED, [at, send.pk, list(ready), f"send:{send.uuid}:"])
    if any(letter.versions for letter in ready.values()):
        kept = OutgoingMessage.objects.in_bulk(keys, field_name="key")
        telling.note_many([(kept[key_of(send, pk)], letter) for pk, letter in ready.items()], at=at)
    transaction.on_commit(outbox.wake, robust=True)
