"""The shape of journeys, what is wrong with them, and how long steps take."""

import re
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contact_centre.journeys import canvas, drawing, moves, steps
from contact_centre.journeys.drawing import CannotDraw
from contact_centre.journeys.steps import Step
from tests.factories.journeys import document, end, step

FACTS, TEMPLATES = {"applied", "enrolled"}, {"welcome"}
MADRID = ZoneInfo("Europe/Madrid")
WAIT = step("wait", "wait", "end", mode="span", minutes=60)


def texts(made):
    return [(fault.step, fault.text) for fault in steps.faults(made, facts=FACTS, templates=TEMPLATES)]


def test_good_journey_has_no_faults():
    made = document(
        step("ask", "until", {"yes": "end", "no": "mail"}, fact="applied", hours=48),
        step("mail", "message", "split", template="welcome", channel="best"),
        step(
            "split",
            "split",
            {"a": "call", "b": "wait"},
            ways=[{"code": "a", "name": "Call", "share": 1}, {"code": "b", "name": "None", "share": 1}],
        ),
        step("call", "task", "wait", text="Call them"),
        step("wait", "wait", "did", mode="weekday", weekday=1, time="10:00"),
        step("did", "branch", {"yes": "end", "no": "wait"}, fact="applied"),
        end(),
        goal="enrolled",
    )
    assert texts(made) == []


@pytest.mark.parametrize(
    ("made", "fault"),
    [
        ([], ("", "This is not a journey.")),
        ({"start": "a", "steps": [{"key": "a", "kind": "run"}]}, ("", "A step has no key or no kind that we know.")),
        ({"start": "a", "steps": [{"key": "A b", "kind": "exit"}]}, ("", "A step has no key or no kind that we know.")),
        (document(end(), end()), ("", "Two steps have the same key.")),
        ({"start": "x", "steps": [end()]}, ("", "The journey has no first step.")),
        (document(end(), goal="danced"), ("", "The goal is nothing we can see happen.")),
        (document(step("wait", "wait", "", mode="span", minutes=9)), ("wait", "Nothing comes after “then”.")),
        (document(step("wait", "wait", "no", mode="span", minutes=9)), ("wait", "Nothing comes after “then”.")),
        (document({**WAIT, "minutes": 0}, end()), ("wait", "Wait between a minute and a year.")),
        (document({**WAIT, "minutes": "9"}, end()), ("wait", "Wait between a minute and a year.")),
        (
            document({**WAIT, "mode": "date", "date": "2027-02-29", "time": "10:00"}, end()),
            ("wait", "Say on which day and at what hour the wait ends."),
        ),
        (document(step("m", "message", "end", template="gone"), end()), ("m", "Choose a template that is in use.")),
        (
            document(step("m", "message", "end", template="welcome", channel="pigeon"), end()),
            ("m", "Nothing is sent on that channel."),
        ),
        (document(step("t", "task", "end", text=" "), end()), ("t", "Say what is to be done.")),
        (
            document(step("b", "branch", {"yes": "end", "no": "end"}, fact="danced"), end()),
            ("b", "Choose what they may do."),
        ),
        (
            document(step("s", "split", {"a": "end"}, ways=[{"code": "a", "share": 1}]), end()),
            ("s", "Split into two to six ways."),
        ),
        (document(end(), WAIT), ("wait", "No way leads here.")),
        (document(step("wait", "wait", "wait", mode="span", minutes=9)), ("wait", "From here no way leads to an end.")),
        (
            document(
                step("b", "branch", {"yes": "end", "no": "b2"}, fact="applied"),
                step("b2", "task", "b", text="x"),
                end(),
            ),
            ("b", "This is a circle without a wait."),
        ),
    ],
)
def test_fault_is_named_with_its_step(made, fault):
    assert fault in texts(made)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
    max_leaves=12,
)
ROW = st.fixed_dictionaries(
    {"key": st.sampled_from(["a1", "a2", "a3", "", "?"]) | JSON, "kind": st.sampled_from([*steps.KINDS, "run"]) | JSON},
    optional={
        "exits": st.dictionaries(st.sampled_from(["next", "yes", "no", "w1"]), st.sampled_from(["a1", "a2"])) | JSON,
        "ways": JSON,
        "minutes": JSON,
        "hours": JSON,
        "fact": JSON,
    },
)


@given(st.fixed_dictionaries({"start": JSON, "steps": st.lists(ROW, max_size=4) | JSON, "goal": JSON}) | JSON)
def test_no_document_breaks_the_check(made):
    assert isinstance(steps.faults(made, facts=FACTS, templates=TEMPLATES), list)


@pytest.mark.parametrize(
    ("fields", "since", "end_at"),
    [
        ({"mode": "span", "minutes": 1440}, "2027-03-27T10:00+00:00", "2027-03-28T10:00+00:00"),
        # The clock goes forward in the night: ten in the morning is two hours before noon in UTC, not one.
        ({"mode": "weekday", "weekday": 6, "time": "10:00"}, "2027-03-27T10:00+00:00", "2027-03-28T08:00+00:00"),
        ({"mode": "weekday", "weekday": 6, "time": "02:30"}, "2027-03-27T10:00+00:00", "2027-03-28T01:30+00:00"),
        # And back in October.
        ({"mode": "weekday", "weekday": 0, "time": "10:00"}, "2027-10-30T10:00+00:00", "2027-11-01T09:00+00:00"),
        # The same day if the hour is still to come, a week later if it is over.
        ({"mode": "weekday", "weekday": 0, "time": "10:00"}, "2027-01-11T08:00+00:00", "2027-01-11T09:00+00:00"),
        ({"mode": "weekday", "weekday": 0, "time": "10:00"}, "2027-01-11T09:00+00:00", "2027-01-18T09:00+00:00"),
        ({"mode": "date", "date": "2028-02-29", "time": "09:00"}, "2028-02-01T09:00+00:00", "2028-02-29T08:00+00:00"),
        # A date that is over keeps nobody.
        ({"mode": "date", "date": "2027-01-01", "time": "09:00"}, "2027-02-01T09:00+00:00", "2027-02-01T09:00+00:00"),
    ],
)
def test_wait_ends_by_the_clock_of_the_school(fields, since, end_at):
    found = moves.wait_ends(Step("w", "wait", fields), datetime.fromisoformat(since), MADRID)
    assert found == datetime.fromisoformat(end_at)


@given(st.datetimes(datetime(2026, 1, 1), datetime(2030, 1, 1), timezones=st.just(UTC)), st.integers(0, 6), st.times())
def test_wait_for_a_weekday_ends_within_eight_days(since, weekday, hour):
    fields = {"mode": "weekday", "weekday": weekday, "time": f"{hour:%H:%M}"}
    found = moves.wait_ends(Step("w", "wait", fields), since, MADRID)
    assert timedelta(0) <= found - since <= timedelta(days=8)


@given(st.lists(st.integers(0, 100), min_size=2, max_size=4).filter(any), st.text(max_size=20))
def test_lot_falls_to_a_way_that_has_a_share_and_always_to_the_same(shares, lot):
    one = Step("s", "split", {"ways": [{"code": f"w{n}", "share": share} for n, share in enumerate(shares)]})
    way = moves.way_of(one, lot)
    assert way["share"] > 0
    assert moves.way_of(one, lot) == way


def test_shares_come_out_as_planned():
    one = Step("s", "split", {"ways": [{"code": "a", "share": 90}, {"code": "b", "share": 10}]})
    fallen = [moves.way_of(one, f"lot {number}")["code"] for number in range(5_000)].count("b")
    assert 420 < fallen < 580


def test_step_is_put_in_taken_out_and_moved():
    made = drawing.first()
    drawing.add(made, ("a1", "next"), "message", {"template": "welcome", "channel": "email"})
    drawing.add(made, ("", ""), "task", {"text": "Call"})
    order = [key for _depth, _exit, key in canvas.outline(steps.read(made))]
    assert order == ["a4", "a1", "a3", "a2"]

    drawing.move(made, "a4", ("a3", "next"))
    assert [key for _depth, _exit, key in canvas.outline(steps.read(made))] == ["a1", "a3", "a4", "a2"]
    drawing.remove(made, "a1")
    assert [key for _depth, _exit, key in canvas.outline(steps.read(made))] == ["a3", "a4", "a2"]
    assert texts(made) == []


def test_branch_put_in_leads_on_both_ways_and_can_be_led_elsewhere():
    made = drawing.first()
    key = drawing.add(made, ("a1", "next"), "branch", {"fact": "applied"})
    drawing.connect(made, (key, "no"), "a1")
    assert steps.read(made).steps[key].exits == {"yes": "a2", "no": "a1"}
    assert texts(made) == []


@pytest.mark.parametrize(
    "act",
    [
        lambda made: drawing.remove(made, "a2"),  # something ends there
        lambda made: drawing.remove(made, "gone"),
        lambda made: drawing.connect(made, ("a1", "next"), "a1"),
        lambda made: drawing.connect(made, ("a1", "yes"), "a2"),
        lambda made: drawing.move(made, "a2", ("", "")),
    ],
)
def test_change_that_would_tear_the_journey_is_refused(act):
    with pytest.raises(CannotDraw):
        act(drawing.first())


ACTS = st.lists(
    st.tuples(
        st.sampled_from(["add", "remove", "connect", "move"]), st.integers(0, 9), st.integers(0, 9), st.integers(0, 9)
    ),
    max_size=25,
)
NEW = [
    ("wait", {"mode": "span", "minutes": 60}),
    ("branch", {"fact": "applied"}),
    ("task", {"text": "x"}),
    ("exit", {}),
    ("split", {"ways": [{"code": "w1", "name": "a", "share": 1}, {"code": "w2", "name": "b", "share": 1}]}),
]


@given(ACTS)
def test_whatever_is_drawn_can_be_laid_out_and_every_exit_leads_somewhere(acts):
    made = drawing.first()
    for act, one, two, three in acts:
        keys = [row["key"] for row in made["steps"]]
        places = [("", ""), *[(row["key"], name) for row in made["steps"] for name in row["exits"]]]
        key, place, to = keys[one % len(keys)], places[two % len(places)], keys[three % len(keys)]
        before = {**made, "steps": [{**row, "exits": dict(row["exits"])} for row in made["steps"]]}
        try:
            if act == "add":
                drawing.add(made, place, *NEW[three % len(NEW)])
            elif act == "remove":
                drawing.remove(made, key)
            elif act == "connect":
                drawing.connect(made, place, to)
            else:
                drawing.move(made, key, place)
        except CannotDraw:
            made = before  # as ``change`` does, which works on a copy
    plan = steps.read(made)
    assert plan.start in plan.steps
    assert all(to in plan.steps or to == "" for one in plan.steps.values() for to in one.exits.values())
    drawn = canvas.lay_out(plan, {})
    assert {box.key for box in drawn.boxes} == set(plan.steps)
    assert len({(box.x, box.y) for box in drawn.boxes}) == len(drawn.boxes)
    assert run_behind(drawn) == []
    assert {key for _depth, _exit, key in canvas.outline(plan)} >= set(plan.steps)


def run_behind(drawn):
    """The lines that run behind a step, and so seem to lead to it."""
    found = []
    for wire in drawn.wires:
        x = y = 0
        for letter, first, second in re.findall(r"([MHVv])(-?\d+)(?: (-?\d+))?", wire.path):
            before = y
            x = int(first) if letter in "MH" else x
            y = {"M": int(second or 0), "V": int(first), "v": y + int(first)}.get(letter, y)
            down = range(min(before, y) + 1, max(before, y)) if letter in "Vv" else ()
            beside = [box for box in drawn.boxes if box.x < x < box.x + canvas.WIDTH]
            found += [(wire.source, box.key) for box in beside if down and down[0] < box.foot and box.y < down[-1]]
    return found


def test_a_way_past_a_step_is_drawn_beside_it():
    made = document(
        step("ask", "until", {"yes": "end", "no": "mail"}, fact="applied", hours=48),
        step("mail", "message", "end", template="welcome", channel="best"),
        end(),
    )
    drawn = canvas.lay_out(steps.read(made), {})
    assert len({box.x for box in drawn.boxes}) == 1
    assert run_behind(drawn) == []
    assert [wire.exit for wire in sorted(drawn.wires, key=lambda one: one.x) if wire.source == "ask"] == ["no", "yes"]


def test_long_words_are_cut_to_their_box():
    assert canvas.wrapped("Their enquiry was lost because somebody else was cheaper and quicker") == [
        "Their enquiry was lost",
        "because somebody else was…",
    ]
