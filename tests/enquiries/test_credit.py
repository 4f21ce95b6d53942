"""Credit is shared out to the last millionth and the last cent, under every model."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from enquiries.models import Touch
from enquiries.origins import credit
from enquiries.origins.credit import Step
from enquiries.origins.models import Model
from tests.factories.enquiries import ARRIVED

DAY = timedelta(days=1)
Kind = Touch.Kind


def step(days_before: float, source="a", kind=Kind.LINK):
    return Step(at=ARRIVED - days_before * DAY, kind=kind, source=source)


paths = st.lists(
    st.builds(
        step,
        st.floats(min_value=-1, max_value=90),
        st.sampled_from(["a", "b", "c"]),
        st.sampled_from([Kind.LINK, Kind.DIRECT, Kind.SPOKEN]),
    ),
    min_size=1,
    max_size=40,
)


@given(paths, st.sampled_from(Model.values), st.integers(min_value=-(10**12), max_value=10**12))
def test_parts_add_up_to_the_whole_whatever_the_path_and_the_model(steps, model, amount):
    kept = credit.path(steps, received_at=ARRIVED)
    shares = credit.shares(kept, model, received_at=ARRIVED)
    assert kept and len(shares) == len(kept)
    assert sum(shares) == credit.WHOLE and min(shares) >= 0
    assert sum(credit.split(amount, shares)) == amount


@pytest.mark.parametrize(
    ("model", "expected"),
    [
        (Model.FIRST, [1_000_000, 0, 0]),
        (Model.LAST, [0, 0, 1_000_000]),
        (Model.LINEAR, [333_334, 333_333, 333_333]),
        (Model.POSITION, [400_000, 200_000, 400_000]),
        (Model.DECAY, [142_857, 285_714, 571_429]),
    ],
)
def test_models_share_as_their_names_say(model, expected):
    steps = [step(14, "a"), step(7, "b"), step(0, "c")]
    assert credit.shares(steps, model, received_at=ARRIVED) == expected


def test_two_ends_without_anything_between_share_alike():
    assert credit.shares([step(3), step(1, "b")], Model.POSITION, received_at=ARRIVED) == [500_000, 500_000]


def test_one_visit_is_one_step_and_a_straight_visit_counts_only_alone():
    clicked, again = step(1, "google"), Step(at=ARRIVED - DAY + timedelta(minutes=9), kind=Kind.LINK, source="google")
    straight = step(0, "", Kind.DIRECT)
    assert credit.path([clicked, again, straight], received_at=ARRIVED) == [clicked]
    assert credit.path([straight], received_at=ARRIVED) == [straight]


def test_what_they_said_stands_before_the_first_click():
    said = Step(at=ARRIVED + DAY, kind=Kind.SPOKEN, source="friend")
    kept = credit.path([step(2, "google"), said], received_at=ARRIVED)
    assert [one.source for one in kept] == ["friend", "google"]
    assert credit.shares(kept, Model.DECAY, received_at=ARRIVED) == [500_000, 500_000]
