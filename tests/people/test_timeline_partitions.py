"""The way to monthly partitions that docs/decisions describes, walked on the tables of this test."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from django.db import DatabaseError, connection, transaction

from people import timeline
from people.models import Touchpoint
from people.timeline import Sieve
from tests.factories.people import PersonFactory

pytestmark = pytest.mark.django_db
SCRIPT = Path(__file__).parents[2] / "docs/decisions/0014-timeline-partitions.sql"
AUTUMN, JANUARY, MAY = (datetime(*day, 9, tzinfo=UTC) for day in ((2026, 10, 1), (2027, 1, 15), (2027, 5, 1)))


def _parts():
    return [part.partition("\n")[2] for part in SCRIPT.read_text().split("-- part: ")[1:]]


def _run(sql):
    with connection.cursor() as cursor:
        cursor.execute(
            "SET CONSTRAINTS ALL IMMEDIATE"
        )  # what this test wrote is settled, as it is between transactions
        cursor.execute(sql.replace("CONCURRENTLY ", ""))  # which a transaction, as the one of this test, does not allow


def _rows_of(table):
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT count(*) FROM {table}")
        return cursor.fetchone()[0]


def _note(person, at, **facts):
    return timeline.record(person, at=at, channel="web", direction="out", kind="x.y", **facts)


def test_timeline_reads_and_writes_across_partitions_as_before():
    person = PersonFactory()
    before = _note(person, AUTUMN)
    for part in _parts():
        _run(part)
    in_january, later = _note(person, JANUARY), _note(person, MAY)
    assert (_rows_of("people_touchpoint_until_2026"), _rows_of("people_touchpoint_2027_01")) == (1, 1)
    assert _rows_of("people_touchpoint_later") == 1
    assert in_january.pk > before.pk  # numbers go on where they were
    assert timeline.page(person) == [later, in_january, before]
    piece = timeline.stretch(person, sieve=Sieve(kinds=("x.y",)), size=1)
    assert timeline.stretch(person, before=piece.rest, size=1).touchpoints == [in_january]
    assert timeline.kinds_of(person) == ["x.y"]
    for touchpoint in (before, in_january):
        with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
            Touchpoint.objects.filter(pk=touchpoint.pk).update(at=MAY)
    other = PersonFactory()
    Touchpoint.objects.filter(person=person).update(person=other)  # a merge still may
    assert len(timeline.page(other)) == 3


def test_period_is_read_from_its_partitions_only():
    for part in _parts():
        _run(part)
    with connection.cursor() as cursor:
        cursor.execute(
            "EXPLAIN SELECT count(*) FROM people_touchpoint WHERE at >= %s AND at < %s",
            [JANUARY, JANUARY + timedelta(days=5)],
        )
        plan = " ".join(line for (line,) in cursor.fetchall())
    assert "people_touchpoint_2027_01" in plan
    assert "people_touchpoint_until_2026" not in plan
