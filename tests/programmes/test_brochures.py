"""The brochure: the sheet on paper, with a code that leads back, noting what it told."""

from datetime import date
from io import BytesIO

import pytest
import time_machine
from django.core.cache import cache
from pypdf import PdfReader

from printing import paper
from programmes.models import PrintBatch, Telling
from programmes.printed import print_batches
from tests.factories.programmes import MONDAY_9AM, IntakeFactory, ProgrammeFactory

pytestmark = pytest.mark.django_db
ADDRESS = "/en/programmes/nursing/brochure.pdf"


@pytest.fixture(autouse=True)
def monday():
    if not paper.is_available():
        pytest.skip("Pango is missing")
    cache.clear()
    with time_machine.travel(MONDAY_9AM, tick=False):
        yield


@pytest.fixture
def programme():
    programme = ProgrammeFactory(code="nursing", title="Community nursing", page=True)
    IntakeFactory(programme=programme, price_minor=125_000, early_price_minor=110_000, early_until=date(2027, 1, 31))
    return programme


def text_of(response) -> str:
    return "\n".join(page.extract_text() for page in PdfReader(BytesIO(response.content)).pages)


def test_brochure_is_tagged_and_says_the_whole_price_list(client, programme):
    response = client.get(ADDRESS)
    document = PdfReader(BytesIO(response.content))
    assert document.trailer["/Root"]["/MarkInfo"]["/Marked"]
    assert document.trailer["/Root"]["/Lang"] == "en"
    text = text_of(response)
    assert "€1,100" in text
    assert "€1,250" in text
    assert "as they were on 11 January 2027" in text


def test_brochure_of_a_batch_leads_to_its_short_address(client, programme):
    batch = print_batches.make(PrintBatch(name="Fair", programme=programme, language="en"), at=MONDAY_9AM, by=None)
    assert f"/q/{batch.code}" in text_of(client.get(f"{ADDRESS}?batch={batch.code}"))
    assert "/q/" not in text_of(client.get(ADDRESS))
    assert "/q/" not in text_of(client.get(f"{ADDRESS}?batch=nothing"))


def test_what_a_brochure_told_is_noted_once_for_each_state_of_the_facts(client, programme):
    for _time in range(2):
        client.get(ADDRESS)
    telling = Telling.objects.get(support=Telling.Support.BROCHURE)
    assert "€1,250" in telling.facts.values_list("words", flat=True)
    programme.intakes.update(price_minor=130_000)
    client.get(ADDRESS)
    assert Telling.objects.filter(support=Telling.Support.BROCHURE).count() == 2
