"""Who comes back most often, about what, and how often after we thought it done (R95)."""

from collections import Counter
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import connection

from contact_centre.models import Case, Question
from people.models import Person

LEAST = 3  # contacts in the time looked at
SHOWN = 50
AGAIN = timedelta(days=7)  # a contact within it after our answer is a repeat

_CAME = """
    SELECT person_id, received_at AS at FROM contact_centre_inboundmessage
    WHERE state = 'filed' AND received_at >= %(since)s AND received_at < %(until)s
    UNION ALL
    SELECT person_id, started_at FROM contact_centre_call
    WHERE direction = 'in' AND person_id IS NOT NULL AND started_at >= %(since)s AND started_at < %(until)s
    UNION ALL
    SELECT person_id, opened_at FROM contact_centre_case
    WHERE kind IN ('enquiry', 'complaint') AND opened_at >= %(since)s AND opened_at < %(until)s
"""


@dataclass(frozen=True)
class Contacter:
    """Somebody who came back: how often, how often within a week after an answer, and about what."""

    person: Person
    contacts: int
    repeats: int
    last_at: datetime
    causes: list[tuple[str, int]]  # the label of a topic or of a kind of case, and how often


def frequent(*, at: datetime, days: int = 30, least: int = LEAST) -> list[Contacter]:
    """Those who came at least ``least`` times in the last ``days``, the most first. Four queries for any number."""
    since = at - timedelta(days=days)
    rows = _rows(since, at, least)
    people = Person.objects.known().in_bulk([row[0] for row in rows])
    causes = _causes(list(people), since)
    return [
        Contacter(people[pk], contacts, repeats, last_at, causes.get(pk, Counter()).most_common(3))
        for pk, contacts, repeats, last_at in rows
        if pk in people
    ]


def _rows(since: datetime, until: datetime, least: int) -> list[tuple]:
    statement = f"""
        WITH came AS ({_CAME}), often AS (
            SELECT person_id, count(*) AS contacts, max(at) AS last_at FROM came
            GROUP BY person_id HAVING count(*) >= %(least)s ORDER BY contacts DESC, last_at DESC LIMIT %(shown)s
        )
        SELECT often.person_id, often.contacts, (
            SELECT count(*) FROM came WHERE came.person_id = often.person_id AND EXISTS (
                SELECT 1 FROM contact_centre_caseevent e JOIN contact_centre_case c ON c.id = e.case_id
                WHERE c.person_id = often.person_id AND e.kind = 'answered'
                  AND e.at < came.at AND e.at >= came.at - %(again)s
            )
        ), often.last_at
        FROM often ORDER BY often.contacts DESC, often.last_at DESC
    """  # noqa: S608 -- only names of ours
    facts: dict[str, Any] = {"since": since, "until": until, "least": least, "shown": SHOWN, "again": AGAIN}
    with connection.cursor() as cursor:
        cursor.execute(statement, facts)
        return cursor.fetchall()


def _causes(people: list[int], since: datetime) -> dict[int, Counter]:
    """About what they came: the topics they asked about, and the kinds of case that no topic names."""
    found: dict[int, Counter] = {}
    asked = Question.objects.filter(case__person__in=people, case__opened_at__gte=since).exclude(state="dropped")
    for person, topic in asked.values_list("case__person", "topic"):
        found.setdefault(person, Counter())[topic] += 1
    opened = Case.objects.filter(person__in=people, opened_at__gte=since).exclude(kind=Case.Kind.ENQUIRY)
    for person, kind in opened.values_list("person", "kind"):
        found.setdefault(person, Counter())[kind] += 1
    return found
