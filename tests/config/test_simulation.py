"""The moved clock of the demo school: everything in its order, nothing after now."""

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from config.demo.simulation import MADRID, Simulation

NOW = datetime(2027, 3, 31, 12, tzinfo=UTC)
instants = st.datetimes(datetime(2027, 3, 20), datetime(2027, 4, 10), timezones=st.just(UTC))


@given(st.lists(instants, min_size=1, max_size=30))
def test_acts_happen_in_order_and_only_until_now(whens):
    simulation, happened = Simulation(now=NOW, seed=1), []
    for when in whens:
        simulation.at(when, lambda at: happened.append(at))
    assert simulation.run(each_day=lambda at: None) == len(happened)
    assert happened == sorted(when for when in whens if when <= NOW)


def test_an_act_may_cause_a_later_one():
    simulation, happened = Simulation(now=NOW, seed=1), []

    def ask(*, at):
        happened.append("asked")
        simulation.at(at + timedelta(hours=2), lambda at: happened.append("answered"))
        simulation.at(NOW + timedelta(hours=1), lambda at: happened.append("tomorrow"))

    simulation.at(NOW - timedelta(days=1), ask)
    simulation.run(each_day=lambda at: None)
    assert happened == ["asked", "answered"]


def test_every_morning_comes_once_across_the_change_of_the_clock():
    simulation, mornings = Simulation(now=NOW, seed=1), []
    simulation.at(datetime(2027, 3, 26, 9, tzinfo=UTC), lambda at: None)
    simulation.run(each_day=lambda at: mornings.append(at))
    assert [morning.astimezone(MADRID).day for morning in mornings] == [26, 27, 28, 29, 30, 31]
    assert {morning.astimezone(MADRID).hour for morning in mornings} == {4}


@given(instants)
def test_the_desk_is_open_from_nine_to_twenty(when):
    opened = Simulation(now=NOW, seed=3).office_hours(when).astimezone(MADRID)
    assert 9 <= opened.hour < 20
    assert opened >= when.astimezone(MADRID)
