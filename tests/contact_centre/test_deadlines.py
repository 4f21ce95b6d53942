from datetime import UTC, datetime, timedelta

import pytest
from django.utils import translation

from contact_centre import deadlines
from contact_centre.deadlines import DueIn

NINE = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)


def test_answer_is_due_the_promised_hours_later_whatever_the_day():
    friday_evening = datetime(2026, 3, 6, 20, 30, tzinfo=UTC)

    assert deadlines.answer_due_at(friday_evening, hours=24) == datetime(2026, 3, 7, 20, 30, tzinfo=UTC)


def test_answer_is_due_after_the_opening_even_when_nothing_is_promised():
    assert deadlines.answer_due_at(NINE, hours=0) == NINE + timedelta(hours=1)


@pytest.mark.parametrize(
    ("left", "said"),
    [
        (timedelta(days=3), DueIn("in 3 days", "good")),
        (timedelta(hours=24), DueIn("in 24 h", "good")),
        (timedelta(hours=4, seconds=1), DueIn("in 4 h", "good")),
        (timedelta(hours=4), DueIn("in 4 h", "soon")),
        (timedelta(hours=1, minutes=5), DueIn("in 1 h 5 min", "soon")),
        (timedelta(seconds=5), DueIn("in 1 min", "soon")),
        (timedelta(0), DueIn("1 min late", "late")),
        (timedelta(minutes=-20), DueIn("20 min late", "late")),
        (timedelta(days=-2), DueIn("2 days late", "late")),
    ],
)
def test_a_deadline_in_words(left, said):
    with translation.override("en"):
        assert deadlines.words(NINE + left, at=NINE) == said
