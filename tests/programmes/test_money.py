"""Money as readers of three languages write it."""

from datetime import date

import pytest
from django.utils.translation import override

from programmes import money
from programmes.models import Intake


@pytest.mark.parametrize(
    ("amount_minor", "currency", "language", "shown"),
    [
        (125_000, "EUR", "en", "€1,250"),
        (125_050, "EUR", "en", "€1,250.50"),
        (125_000, "EUR", "ca", "1.250 €"),
        (1_250_000, "EUR", "es", "12.500 €"),
        (125_000, "GBP", "en", "£1,250"),
        (5_000, "JPY", "en", "JP¥5,000"),
        (0, "EUR", "en", "€0"),
    ],
)
def test_amount_is_shown_in_the_readers_format(amount_minor, currency, language, shown):
    assert money.show(amount_minor, currency, language).replace("\xa0", " ") == shown


def test_price_of_an_intake_is_its_amount_or_the_words_of_the_source():
    with override("en"):
        assert money.price_of(Intake(price_minor=0), on=date(2027, 1, 1)) == "Free"
        assert money.price_of(Intake(price_text="TBC"), on=date(2027, 1, 1)) == "TBC"


PRICED = Intake(
    price_minor=100_000,
    early_price_minor=90_000,
    early_until=date(2027, 1, 31),
    late_price_minor=120_000,
    late_from=date(2027, 3, 1),
)


@pytest.mark.parametrize(
    ("on", "shown"),
    [
        (date(2027, 1, 31), "€900"),
        (date(2027, 2, 1), "€1,000"),
        (date(2027, 2, 28), "€1,000"),
        (date(2027, 3, 1), "€1,200"),
    ],
)
def test_price_is_the_one_of_the_day(on, shown):
    with override("en"):
        assert money.price_of(PRICED, on=on) == shown
        assert [tier.price for tier in money.tiers(PRICED, on=on) if tier.is_today] == [shown]


def test_price_list_says_until_and_from_when():
    with override("en"):
        listed = [(tier.label, tier.price, tier.when) for tier in money.tiers(PRICED, on=date(2027, 2, 1))]
    assert listed == [
        ("Early-bird price", "€900", "until 31 January 2027"),
        ("Price", "€1,000", "until 28 February 2027"),
        ("Late price", "€1,200", "from 1 March 2027"),
    ]


def test_intake_without_a_price_has_no_price_list():
    assert money.tiers(Intake(price_text="On request"), on=date(2027, 1, 1)) == []
