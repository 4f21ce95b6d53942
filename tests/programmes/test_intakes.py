"""Intakes: what is refused and in which words, and amounts as people type them."""

from datetime import date

import pytest
from django.core.exceptions import ValidationError
from django.utils.translation import override

from programmes import amounts
from programmes.editing import campuses
from programmes.models import Campus, Intake
from tests.factories.programmes import IntakeFactory, ProgrammeFactory

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("typed", "currency", "minor"),
    [
        ("1.950,00", "EUR", 195_000),
        ("1,950.00", "EUR", 195_000),
        ("1950", "EUR", 195_000),
        ("1.950", "EUR", 195_000),
        ("1950,5", "EUR", 195_050),
        ("1 950,00 €", "EUR", 195_000),
        ("1.234.567", "EUR", 123_456_700),
        ("0", "EUR", 0),
        ("1.950", "JPY", 1_950),
        ("1.950", "KWD", 1_950),
    ],
)
def test_amount_is_read_with_the_separators_of_any_language(typed, currency, minor):
    assert amounts.read(typed, currency) == minor


@pytest.mark.parametrize("typed", ["", "-3", "free", "12.34,5", "1..2", "1e9", "٣", "9" * 19])
def test_what_is_no_amount_is_refused(typed):
    with pytest.raises(amounts.NotAnAmount):
        amounts.read(typed)


def test_amount_with_more_decimals_than_the_currency_has_is_refused():
    with pytest.raises(amounts.TooPrecise):
        amounts.read("19,50", "JPY")


@pytest.mark.parametrize("language", ["ca", "es", "en"])
@pytest.mark.parametrize("minor", [0, 5, 99_900, 195_050, 123_456_789])
def test_amount_as_written_is_read_back(language, minor):
    assert amounts.read(amounts.write(minor, "EUR", language)) == minor


@pytest.mark.parametrize(
    ("wrong", "field", "words"),
    [
        ({"currency": "EUX"}, "currency", "“EUX” is not the code of a currency in use"),
        ({"currency": "ESP"}, "currency", "“ESP” is not the code of a currency in use"),
        ({"seats": -1}, "seats", "Seats cannot be fewer than none"),
        ({"ends_on": date(2027, 2, 1)}, "ends_on", "It cannot end before it starts, on 1 March 2027"),
        ({"apply_by": date(2027, 3, 2)}, "apply_by", "The deadline cannot be after the start, on 1 March 2027"),
        ({"early_price_minor": 100}, "early_until", "Until when does the early-bird price hold?"),
        ({"early_until": date(2027, 1, 1)}, "early_price_minor", "Write the early-bird price, or take its date away"),
        (
            {"early_price_minor": 125_000, "early_until": date(2027, 1, 1)},
            "early_price_minor",
            "must be lower than the usual one, €1,250",
        ),
        ({"late_price_minor": 200_000}, "late_from", "From when does the late price hold?"),
        ({"late_from": date(2027, 2, 1)}, "late_price_minor", "Write the late price, or take its date away"),
        (
            {"late_price_minor": 100, "late_from": date(2027, 2, 1)},
            "late_price_minor",
            "must be higher than the usual one, €1,250",
        ),
        (
            {
                "early_price_minor": 100,
                "early_until": date(2027, 2, 1),
                "late_price_minor": 200_000,
                "late_from": date(2027, 2, 1),
            },
            "late_from",
            "must begin after the early-bird price has ended",
        ),
        (
            {"price_minor": None, "early_price_minor": 100, "early_until": date(2027, 2, 1)},
            "price_minor",
            "Write the usual price too",
        ),
    ],
)
def test_wrong_intake_is_refused_in_words_beside_the_field(wrong, field, words):
    intake = IntakeFactory.build(**wrong)
    with override("en"), pytest.raises(ValidationError) as refused:
        intake.clean()
    assert words in " ".join(refused.value.message_dict[field])


def test_intake_with_every_price_and_date_is_accepted():
    IntakeFactory.build(
        apply_by=date(2027, 3, 1),
        early_price_minor=100_000,
        early_until=date(2027, 1, 31),
        late_price_minor=150_000,
        late_from=date(2027, 2, 15),
    ).clean()


def test_places_follow_the_name_of_their_campus():
    campus = Campus.objects.create(name="Campus Gràcia")
    there = IntakeFactory(venue=campus, campus="Campus Gràcia")
    elsewhere = IntakeFactory(programme=ProgrammeFactory(), campus="Campus Gràcia")
    campus.name = "Campus Vila de Gràcia"
    campus.save()
    assert campuses.rewrite_places(campus) == [there.programme_id]
    assert campuses.rewrite_places(campus) == []
    assert Intake.objects.get(pk=there.pk).campus == "Campus Vila de Gràcia"
    assert Intake.objects.get(pk=elsewhere.pk).campus == "Campus Gràcia"
