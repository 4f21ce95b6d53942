"""What somebody may do at which age."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from people import ages
from people.models import Person

NOON = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
BIRTHS = st.dates(date(1904, 1, 1), date(2025, 12, 31))


@given(BIRTHS, st.integers(0, 100))
def test_years_are_complete_on_the_birthday_and_not_the_day_before(birth_date, years):
    day = ages.birthday(birth_date, years)
    assert ages.has_turned(birth_date, years, on=day)
    assert not ages.has_turned(birth_date, years, on=day - timedelta(days=1))
    assert (day.year, day.month) == (birth_date.year + years, birth_date.month)


@given(st.integers(476, 506).map(lambda n: n * 4), st.integers(0, 100))
def test_who_was_born_on_29_february_has_the_birthday_on_the_last_day_of_february(year, years):
    day = ages.birthday(date(year, 2, 29), years)
    assert (day + timedelta(days=1)).month == 3


@given(BIRTHS, BIRTHS, st.integers(1, 30))
def test_an_age_once_reached_stays_reached(birth_date, on, later):
    if ages.has_turned(birth_date, ages.OF_AGE, on=on):
        assert ages.has_turned(birth_date, ages.OF_AGE, on=on + timedelta(days=later))
        assert not ages.is_minor_on(birth_date, on=on)


def test_majority_begins_with_the_eighteenth_birthday_by_the_schools_clock():
    person = Person(birth_date=date(2008, 3, 2))
    half_past_midnight_in_barcelona = datetime(2026, 3, 1, 23, 30, tzinfo=UTC)
    assert ages.is_minor(person, half_past_midnight_in_barcelona - timedelta(hours=1))
    assert not ages.is_minor(person, half_past_midnight_in_barcelona)
    assert ages.may_contract(person, half_past_midnight_in_barcelona)


@pytest.mark.parametrize(
    ("country", "age"), [("ES", 14), ("es ", 14), ("", 14), ("Catalunya", 14), ("FR", 15), ("DE", 16), ("PT", 13)]
)
def test_children_consent_alone_from_the_age_of_their_country(country, age):
    day_before = date(2026 - age, 3, 3)
    assert not ages.may_consent(Person(birth_date=day_before, country=country), NOON)
    assert ages.may_consent(Person(birth_date=date(2026 - age, 3, 2), country=country), NOON)


def test_whose_birth_date_is_not_known_counts_as_of_age():
    assert ages.may_consent(Person(), NOON)
    assert ages.may_contract(Person(), NOON)


@pytest.mark.parametrize(("born", "plausible"), [("2026-03-03", False), ("2026-03-02", True), ("1880-01-01", False)])
def test_nobody_alive_was_born_tomorrow_or_in_the_nineteenth_century(born, plausible):
    assert ages.is_plausible(date.fromisoformat(born), on=date(2026, 3, 2)) is plausible
