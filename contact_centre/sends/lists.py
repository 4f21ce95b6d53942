"""Who is on the list of a send: written down person by person in one statement, each once, the left out with why."""

from datetime import datetime

from django.db import connection, transaction
from django.db.models import QuerySet

from contact_centre import phases, segments
from contact_centre.models import Delivery, Send
from people.contact import policy
from people.contact.contact_statement import Asked, Part
from people.models import Person

State = Delivery.State
STAYS_AWAY = ("paused",)  # for weeks: news of today would be stale when they come back
WAITS = tuple(sorted(set(policy.LATER) - set(STAYS_AWAY)))  # some hours; the budget is looked at when it is queued

# The same person always falls into the same share, on every machine and at every repetition.
_BUCKET = "(('x' || substr(md5(%s || ':' || {id}::text), 1, 8))::bit(32)::bigint %% %s)"
_WRITE = """
INSERT INTO contact_centre_delivery (send_id, person_id, variant_id, state, why, due_at)
SELECT %s, person_id, variant_id,
    CASE WHEN reason <> '' THEN 'left_out' WHEN variant_id = ANY(%s) THEN 'held_out'
        WHEN place > %s THEN 'rest' ELSE 'waiting' END, reason, %s
FROM (
    SELECT *, row_number() OVER (PARTITION BY variant_id, reason ORDER BY md5(%s || person_id::text)) AS place
    FROM shared
) placed ON CONFLICT (send_id, person_id) DO NOTHING
"""
_ALL_AT_ONCE = 2**31 - 1


class NobodyToShare(Exception):
    """The send has no variant, so there is nothing to write."""


@transaction.atomic
def write(send: Send, *, at: datetime) -> int:
    """Write one delivery for everybody in the segment of ``send``; return how many are new.

    Whom the policy or the phase of life leaves out is written down with the reason. Writing again adds who is new and
    changes nobody. Raises NobodyToShare, and rules.BadRules of the segment.
    """
    people = everybody(send, at=at)
    inside = in_phase(people, send, at=at)
    statement = policy.rows_of(inside, asked(send), at=at)
    written = 0
    if statement is not None:
        written += _insert(send, _barred(statement), at=at)
    if send.phase:
        sql, params = people.order_by().values("pk").query.sql_with_params()
        others = Part("SELECT id AS person_id, 'phase' AS reason FROM people_person WHERE id IN (")
        others = others + Part(sql, *params) + Part(")")
        written += _insert(send, others, at=at)
    return written


def everybody(send: Send, *, at: datetime) -> QuerySet[Person]:
    """The people of the segment, those in another phase of life included."""
    return segments.people_of(send.segment, at=at) if send.segment else Person.objects.none()


def in_phase(people: QuerySet[Person], send: Send, *, at: datetime) -> QuerySet[Person]:
    """Those of ``people`` whose phase of life the send is for; all if it is for any."""
    return people.filter(phases.condition(send.phase, at=at)) if send.phase else people


def asked(send: Send) -> Asked:
    """What the send wants of the policy."""
    return Asked(send.channel, send.purpose, send.topic)


def _barred(statement: Part) -> Part:
    head = "SELECT person_id, CASE WHEN reason = ANY(%s) THEN '' ELSE reason END AS reason FROM ("
    return Part(head, list(WAITS)) + statement + Part(") asked")


def _insert(send: Send, people: Part, *, at: datetime) -> int:
    variants = list(send.variants.order_by("position", "pk"))
    total = sum(variant.share for variant in variants)
    if not total:
        raise NobodyToShare(send.pk)
    seed, bounds, reached = str(send.uuid), [], 0
    for variant in variants:
        reached += variant.share
        bounds.append(Part("WHEN bucket < %s THEN %s::bigint", reached, variant.pk))
    shares = bounds[0]
    for bound in bounds[1:]:
        shares = shares + Part(" ") + bound
    held = [variant.pk for variant in variants if not variant.template_code]
    sample = send.planned_sample if send.rest_to_winner and send.planned_sample else _ALL_AT_ONCE
    sql, params = (
        Part("WITH shared AS (SELECT person_id, reason, CASE ")
        + shares
        + Part(" END AS variant_id FROM (SELECT person_id, reason, ")
        + Part(_BUCKET.format(id="person_id"), seed, total)
        + Part(" AS bucket FROM (")
        + people
        + Part(") met) bucketed) ")
        + Part(_WRITE, send.pk, held, sample, send.due_at or at, seed)
    )
    with connection.cursor() as cursor:
        cursor.execute(sql, params)
        return cursor.rowcount
