"""The sheet in a mail."""

from datetime import date

import pytest

from programmes.supports import mail_block
from tests.factories.programmes import MONDAY_9AM, IntakeFactory, ProgrammeFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def programme():
    programme = ProgrammeFactory(code="nursing", title="Community <nursing>", page=True)
    IntakeFactory(programme=programme, price_minor=125_000, early_price_minor=110_000, early_until=date(2027, 1, 31))
    return programme


@pytest.mark.parametrize(("language", "price"), [("en", "€1,100"), ("ca", "1.100 €"), ("es", "1.100 €")])
def test_block_says_what_decides_in_the_language_of_the_reader(programme, language, price):
    block = mail_block.block(programme, language=language, at=MONDAY_9AM)
    for form in (block.html, block.text):
        assert price in form.replace("\xa0", " ").replace("&nbsp;", " ")
        assert f"/{language}/programmes/nursing/" in form
    assert "Community <nursing>" in block.text
    assert "Community &lt;nursing&gt;" in block.html


def test_block_knows_which_facts_it_told(programme):
    block = mail_block.block(programme, language="en", at=MONDAY_9AM)
    told = {version.fact for version in block.versions}
    assert {"price", "early_price", "starts_on"} <= told
    assert "requirements" not in told


def test_programme_without_a_sheet_is_told_by_its_facts():
    programme = ProgrammeFactory(title="Not published yet")
    block = mail_block.block(programme, language="en", at=MONDAY_9AM)
    assert block.text.startswith("Not published yet")
    assert "http" not in block.text
