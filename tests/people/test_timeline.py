"""The timeline: what is read of it, however long it is, and what nobody may rewrite."""

from datetime import UTC, datetime, timedelta
from itertools import chain

import pytest
from django.db import DatabaseError, connection, transaction
from django.test.utils import CaptureQueriesContext
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from wagtail import hooks

from people import timeline
from people.models import Touchpoint
from people.timeline import Sieve
from tests.factories.people import MONDAY_9AM, PersonFactory, UserFactory

pytestmark = pytest.mark.django_db
MANY = 50_000
KINDS = ("enquiries.received", "contact_centre.answered", "tutoring.contacted")


def _fill(person, *, rows, kind="tutoring.clicked", channel="web", summary="", step=timedelta(minutes=1)):
    """``rows`` touchpoints, one a minute back from Monday nine o'clock, laid down by the database itself."""
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO people_touchpoint (at, person_id, channel, direction, kind, summary, is_two_way, about_kind, "
            "emotion, campaign) SELECT %s - n * %s, %s, %s, 'in', %s, %s, FALSE, '', '', '' "
            "FROM generate_series(1, %s) n",
            [MONDAY_9AM, step, person.pk, channel, kind, summary, rows],
        )


def _read(act) -> tuple[int, int, set[str]]:
    """How many queries ``act`` makes, how many rows of the table they read, and by which indexes."""
    with CaptureQueriesContext(connection) as queries:
        act()
    rows, indexes = 0, set()
    for query in queries.captured_queries:
        with connection.cursor() as cursor:
            cursor.execute(f"EXPLAIN (ANALYZE, FORMAT JSON) {query['sql']}")
            plan = cursor.fetchone()[0][0]["Plan"]
        for node in _nodes(plan):
            if node.get("Relation Name") == "people_touchpoint":
                thrown_away = node.get("Rows Removed by Filter", 0) + node.get("Rows Removed by Index Recheck", 0)
                rows += int((node["Actual Rows"] + thrown_away) * node["Actual Loops"])
                indexes.add(node.get("Index Name", node["Node Type"]))
    return len(queries), rows, indexes


def _nodes(plan):
    return chain([plan], *(_nodes(child) for child in plan.get("Plans", [])))


@pytest.fixture
def long_and_short():
    """Somebody with fifty thousand touchpoints, among them five calls of ten years ago, and somebody with five."""
    long, short = PersonFactory(), PersonFactory()
    _fill(long, rows=MANY)
    _fill(long, rows=5, kind="contact_centre.call_reached", channel="phone", step=timedelta(days=3650))
    _fill(short, rows=5)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE people_touchpoint")
    return long, short


def test_fifty_thousand_touchpoints_cost_the_queries_and_rows_of_a_screenful(long_and_short):
    long, short = long_and_short
    queries_short, _rows, _indexes = _read(lambda: timeline.stretch(short, size=20))
    queries, rows, indexes = _read(lambda: timeline.stretch(long, size=20))
    assert queries == queries_short == 1
    assert rows <= 2 * 21  # each key, and the row it leads to
    assert indexes == {"touchpoint_timeline", "people_touchpoint_pkey"}


def test_the_end_of_a_long_timeline_is_reached_without_reading_what_is_above(long_and_short):
    long, _short = long_and_short
    deep = (MONDAY_9AM - timedelta(minutes=MANY - 10), 2**62)
    _queries, rows, _indexes = _read(lambda: timeline.stretch(long, before=deep, size=20))
    assert rows <= 2 * 21


def test_rare_kinds_are_found_in_a_long_timeline_without_reading_it(long_and_short):
    long, _short = long_and_short
    rare = Sieve(kinds=("contact_centre.call_reached", "contact_centre.call_missed"))
    assert len(timeline.stretch(long, sieve=rare, size=20).touchpoints) == 5
    for sieve in (rare, Sieve(floor="contact_centre"), Sieve(kinds=("enquiries.received",))):
        _queries, rows, _indexes = _read(lambda sieve=sieve: timeline.stretch(long, sieve=sieve, size=20))
        assert rows <= 20
    queries, rows, _indexes = _read(lambda: timeline.kinds_of(long))
    assert (queries, rows <= 3) == (1, True)
    assert timeline.kinds_of(long) == ["contact_centre.call_reached", "tutoring.clicked"]


@pytest.mark.parametrize("sieve", [Sieve(channel="phone"), Sieve(words="beca"), Sieve(direction="out")])
def test_what_no_index_serves_is_looked_for_in_a_bounded_number_of_rows(long_and_short, sieve):
    long, _short = long_and_short
    _queries, rows, _indexes = _read(lambda: timeline.stretch(long, sieve=sieve, size=20))
    assert rows <= 2 * (timeline.LOOKED_AT + 1)
    piece = timeline.stretch(long, sieve=sieve, size=20)
    assert piece.touchpoints == []
    assert piece.rest[0] == piece.looked_until == MONDAY_9AM - timedelta(minutes=timeline.LOOKED_AT)


def test_a_call_of_ten_years_ago_is_found_by_going_on(long_and_short):
    long, _short = long_and_short
    found = [one for piece in timeline.walk(long, sieve=Sieve(channel="phone")) for one in piece]
    assert [one.kind for one in found] == ["contact_centre.call_reached"] * 5


ROWS = st.lists(
    st.tuples(
        st.integers(0, 6),  # hours: many at the same instant
        st.sampled_from(KINDS),
        st.sampled_from(["web", "phone"]),
        st.sampled_from(["in", "out"]),
        st.sampled_from(["", "100% beca", "una_beca", "BECA \\ ajut"]),
    ),
    max_size=25,
)
SIEVES = st.builds(
    Sieve,
    kinds=st.sampled_from([(), KINDS[:1], KINDS[1:], KINDS, ("no.such",)]),
    floor=st.sampled_from(["", "", "enquiries", "tutoring"]),
    channel=st.sampled_from(["", "phone"]),
    direction=st.sampled_from(["", "in"]),
    since=st.sampled_from([None, MONDAY_9AM + timedelta(hours=2)]),
    until=st.sampled_from([None, MONDAY_9AM + timedelta(hours=5)]),
    words=st.sampled_from(["", "", "beca", "0%", "a_b", "\\"]),
)


def _expected(rows, sieve):
    kinds = sieve.kinds or (tuple(kind for kind in KINDS if kind.startswith(f"{sieve.floor}.")) if sieve.floor else ())
    return [
        row
        for row in sorted(rows, key=lambda row: (row.at, row.pk), reverse=True)
        if ((not kinds and not sieve.floor) or row.kind in kinds)
        and sieve.channel in ("", row.channel)
        and sieve.direction in ("", row.direction)
        and (sieve.since is None or row.at >= sieve.since)
        and (sieve.until is None or row.at < sieve.until)
        and sieve.words.lower() in row.summary.lower()
    ]


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(rows=ROWS, sieve=SIEVES, size=st.integers(1, 7), looked_at=st.integers(3, 30))
def test_stretches_laid_together_are_the_sieved_timeline_and_nothing_twice(rows, sieve, size, looked_at):
    person, other = PersonFactory(email=""), PersonFactory(email="")
    made = [
        Touchpoint(
            person=whose,
            at=MONDAY_9AM + timedelta(hours=hours),
            kind=kind,
            channel=channel,
            direction=direction,
            summary=summary,
        )
        for hours, kind, channel, direction, summary in rows
        for whose in (person, other)
    ]
    Touchpoint.objects.bulk_create(made)
    as_set, timeline.LOOKED_AT = timeline.LOOKED_AT, looked_at
    try:
        pieces = list(timeline.walk(person, sieve=sieve, size=size))
    finally:
        timeline.LOOKED_AT = as_set
    found = [one for piece in pieces for one in piece]
    assert found == _expected([one for one in made if one.person_id == person.pk], sieve)
    Touchpoint.objects.filter(person__in=[person, other]).delete()


@pytest.mark.parametrize(
    "change", [{"kind": "people.signed_in"}, {"at": datetime(2020, 1, 1, tzinfo=UTC)}, {"about_id": 7}]
)
def test_what_happened_is_not_rewritten_by_anybody(change):
    touchpoint = timeline.record(PersonFactory(), at=MONDAY_9AM, channel="web", direction="in", kind="x.y")
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        Touchpoint.objects.filter(pk=touchpoint.pk).update(**change)
    touchpoint.refresh_from_db()
    assert (touchpoint.kind, touchpoint.at, touchpoint.about_id) == ("x.y", MONDAY_9AM, None)


def test_who_wrote_a_line_may_say_how_the_person_felt_and_nobody_else():
    author, person = UserFactory(), PersonFactory()
    call = timeline.record(person, at=MONDAY_9AM, channel="phone", direction="out", kind="x.y", by=author)
    timeline.note_feeling(call, emotion="worry", sentiment=-0.5, by=author)
    with pytest.raises(timeline.NotTheirs):
        timeline.note_feeling(call, emotion="calm", sentiment=1.0, by=UserFactory())
    call.refresh_from_db()
    assert (call.emotion, call.sentiment) == ("worry", -0.5)


def test_a_line_leads_to_what_it_is_about_with_one_call_for_each_kind_of_thing():
    person, reader, asked = PersonFactory(), UserFactory(), []
    others = [PersonFactory() for _one in range(3)]
    shown = [
        timeline.record(person, at=MONDAY_9AM, channel="web", direction="in", kind="x.y", about=one) for one in others
    ]
    shown.append(timeline.record(person, at=MONDAY_9AM, channel="web", direction="in", kind="x.y"))

    def find(ids, user):
        asked.append((sorted(ids), user))
        return {number: f"/there/{number}/" for number in ids if number != others[2].pk}

    with hooks.register_temporarily("register_touchpoint_links", lambda: {"people.person": find}):
        found = timeline.addresses(shown, user=reader)
    assert asked == [([one.pk for one in others], reader)]
    assert found == {shown[0].pk: f"/there/{others[0].pk}/", shown[1].pk: f"/there/{others[1].pk}/"}
