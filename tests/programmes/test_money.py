"""Money as readers of three languages write it."""

from types import SimpleNamespace

import pytest
from django.utils.translation import override

from programmes import money


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
        assert money.price_of(SimpleNamespace(price_minor=0, currency="EUR", price_text="")) == "Free"
        assert money.price_of(SimpleNamespace(price_minor=None, currency="EUR", price_text="TBC")) == "TBC"
