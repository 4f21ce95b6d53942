"""What is asked, topic by topic and programme by programme, and how often people have to ask twice."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import connection
from django.utils.translation import gettext as _

from contact_centre.questions import topics

PROGRAMMES_SHOWN = 30

_ASKED = """
SELECT c.programme_id, p.title, q.topic, count(*), count(*) FILTER (WHERE q.state = 'open'),
       count(*) FILTER (WHERE EXISTS (
           SELECT 1 FROM contact_centre_question AS e JOIN contact_centre_case AS ec ON ec.id = e.case_id
           WHERE ec.person_id = c.person_id AND e.topic = q.topic AND e.state = 'answered'
             AND e.id <> q.id AND e.decided_at < q.asked_at)
         OR EXISTS (
           SELECT 1 FROM contact_centre_caseevent AS v
           WHERE v.case_id = q.case_id AND v.kind = 'questions' AND v.data -> 'again' ? q.topic))
FROM contact_centre_question AS q
JOIN contact_centre_case AS c ON c.id = q.case_id
LEFT JOIN programmes_programme AS p ON p.id = c.programme_id
WHERE q.state <> 'dropped' AND q.asked_at > %s AND q.asked_at <= %s
GROUP BY c.programme_id, p.title, q.topic
"""


@dataclass(frozen=True)
class Cell:
    """How often a topic is asked about a programme; ``shade`` from 0 to 4 says how that compares."""

    count: int
    shade: int


@dataclass(frozen=True)
class Report:
    """The map of questions. ``repeated_share`` (R137) is the share of those that had been answered before, or None."""

    columns: list[str]
    rows: list[tuple[str, list[Cell], int]]
    totals: list[int]
    total: int
    still_open: int
    repeated: int
    repeated_share: float | None


def by_programme(*, at: datetime, days: int) -> Report:
    """What was asked in the last ``days``, programmes with the most questions first; what was dropped is not counted.

    A question is repeated if the same person had been answered on the same topic before, on this case or another.
    """
    with connection.cursor() as cursor:
        cursor.execute(_ASKED, [at - timedelta(days=days), at])
        found = cursor.fetchall()
    names = topics.named()
    by_topic: dict[str, int] = {}
    programmes: dict[tuple[int | None, str], dict[str, int]] = {}
    for programme_id, title, topic, count, *_more in found:
        by_topic[topic] = by_topic.get(topic, 0) + count
        programmes.setdefault((programme_id, title or _("No programme")), {})[topic] = count
    codes = [code for code in names if code in by_topic] + sorted(set(by_topic) - set(names))
    most = max((count for one in programmes.values() for count in one.values()), default=0)
    ordered = sorted(programmes.items(), key=lambda one: (-sum(one[1].values()), one[0][1]))[:PROGRAMMES_SHOWN]
    rows = [
        (title, [_cell(counts.get(code, 0), most) for code in codes], sum(counts.values()))
        for (_programme_id, title), counts in ordered
    ]
    total, repeated = sum(by_topic.values()), sum(row[5] for row in found)
    return Report(
        columns=[topics.name_of(code, names) for code in codes],
        rows=rows,
        totals=[by_topic[code] for code in codes],
        total=total,
        still_open=sum(row[4] for row in found),
        repeated=repeated,
        repeated_share=repeated / total if total else None,
    )


def _cell(count: int, most: int) -> Cell:
    return Cell(count, 0 if not count else 1 + min(3, count * 4 // (most + 1)))
