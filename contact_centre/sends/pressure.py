"""One budget of unasked messages per person, over all channels; whoever takes a place holds the person's row meanwhile.

A place is taken by every commercial message that left, is leaving or waits in the outbox. When two sends want the last
one, the more valuable send gets it and the other says so. What is owed to somebody is never counted nor refused.
"""

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import connection, transaction
from django.utils.translation import gettext as _

from contact_centre.models import Send
from people.contact import policy
from people.contact.contact_statement import OWN_CAP_DAYS
from people.models import Person, Purpose

USUAL_VALUE = 50  # of 100: what a message is worth to which nobody gave a worth


@dataclass(frozen=True)
class Place:
    """Whether somebody may get one message more, and why not: ``full`` or the uuid of the send that outbids."""

    granted: bool
    why: str = ""
    outbid_by: int | None = None

    def __bool__(self) -> bool:
        return self.granted


FREE = Place(granted=True)

# What took a place since the instant it counts from; the person's own rhythm is one message in so many days.
_TAKEN = """
SELECT p.id, count(m.at) FILTER (WHERE m.at > %(since)s),
    CASE p.frequency WHEN 'weekly' THEN count(m.at) FILTER (WHERE m.at > %(weekly)s)
        WHEN 'fortnightly' THEN count(m.at) FILTER (WHERE m.at > %(fortnightly)s)
        WHEN 'monthly' THEN count(m.at) FILTER (WHERE m.at > %(monthly)s) ELSE -1 END
FROM people_person p LEFT JOIN LATERAL (
    SELECT coalesce(o.sent_at, o.claimed_at, o.due_at) AS at FROM people_outgoingmessage o
    WHERE o.person_id = p.id AND o.purpose = 'commercial' AND o.state IN ('queued', 'sending', 'sent')
        AND o.key <> ALL(%(mine)s)
) m ON true
WHERE p.id = ANY(%(people)s) GROUP BY p.id, p.frequency
"""
# Sends that are worth more and have this person on their list too; the older one wins between equals.
_RIVALS = """
SELECT d.person_id, s.id FROM contact_centre_delivery d JOIN contact_centre_send s ON s.id = d.send_id
WHERE d.person_id = ANY(%(people)s) AND d.state = 'waiting' AND s.purpose = 'commercial' AND s.state = 'sending'
    AND s.id IS DISTINCT FROM %(send)s AND d.due_at <= %(until)s
    AND (s.value > %(value)s OR s.value = %(value)s AND s.id < %(send)s)
ORDER BY s.value DESC, s.id
"""


def ask(
    person: Person | int,
    *,
    purpose: str,
    at: datetime,
    value: int = USUAL_VALUE,
    key: str = "",
    send: Send | None = None,
) -> Place:
    """``ask_many`` for one person."""
    pk = person if isinstance(person, int) else person.pk
    return ask_many([pk], purpose=purpose, at=at, value=value, keys=[key] if key else [], send=send)[pk]


def ask_many(
    people: Collection[int],
    *,
    purpose: str,
    at: datetime,
    value: int = USUAL_VALUE,
    keys: Collection[str] = (),
    send: Send | None = None,
) -> dict[int, Place]:
    """Whether each of ``people`` (ids) has a place free for one more message worth ``value``.

    Call it in the transaction in which the messages are put in the outbox: the persons stay locked until its end, so
    that nobody else takes the same place. ``keys`` of messages in the outbox do not count against themselves.
    """
    if purpose != Purpose.COMMERCIAL or not people:
        return dict.fromkeys(people, FREE)
    ids = sorted(set(people))
    _lock(ids)
    rules = policy.rules_of_school()
    since = {name: at - timedelta(days=days) for name, days in OWN_CAP_DAYS.items()}
    facts: dict[str, Any] = {"people": ids, "mine": list(keys), "since": at - timedelta(days=rules.cap_days), **since}
    rivals = _rivals(ids, at=at, until=at + timedelta(days=rules.cap_days), value=value, send=send)
    found: dict[int, Place] = {}
    with connection.cursor() as cursor:
        cursor.execute(_TAKEN, facts)
        for pk, taken, own in cursor.fetchall():
            room = rules.commercial_cap - taken
            if own >= 0:  # they said how often
                room = min(room, 1 - own)
            found[pk] = _place(room, rivals.get(pk, []))
    return {pk: found.get(pk, Place(False, "full")) for pk in people}


def words(place: Place) -> str:
    """Why there is no place, for people to read."""
    if place.granted:
        return ""
    if place.outbid_by is not None:
        rival = Send.objects.filter(pk=place.outbid_by).only("name", "value").first()
        if rival is not None:
            return _("«%(send)s» is worth more (%(value)d) and takes their last place.") % {
                "send": rival.name,
                "value": rival.value,
            }
    return _("They have had enough commercial messages for now.")


def _place(room: int, rivals: list[int]) -> Place:
    if room <= 0:
        return Place(False, "full")
    if len(rivals) >= room:
        return Place(False, "outbid", outbid_by=rivals[0])
    return FREE


def _rivals(ids: list[int], *, at: datetime, until: datetime, value: int, send: Send | None) -> dict[int, list[int]]:
    found: dict[int, list[int]] = defaultdict(list)
    with connection.cursor() as cursor:
        cursor.execute(_RIVALS, {"people": ids, "send": send.pk if send else None, "until": until, "value": value})
        for person, rival in cursor.fetchall():
            found[person].append(rival)
    return found


def _lock(ids: list[int]) -> None:
    """In the order of their ids, so that two who lock the same people never wait for each other in a circle."""
    if not transaction.get_connection().in_atomic_block:
        raise transaction.TransactionManagementError("A place is taken in the transaction that uses it.")
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1 FROM people_person WHERE id = ANY(%s) ORDER BY id FOR NO KEY UPDATE", [ids])
