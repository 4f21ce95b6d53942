"""Commercial slots and print batches for tests: the smallest valid ones, running on MONDAY_9AM."""

from datetime import timedelta

import factory
from factory.django import DjangoModelFactory

from programmes.models import PrintBatch, Slot
from tests.factories.programmes import MONDAY_9AM, ProgrammeFactory


class SlotFactory(DjangoModelFactory):
    class Meta:
        model = Slot

    name = factory.Sequence(lambda number: f"Slot {number}")
    place = Slot.Place.HOME
    programme = factory.SubFactory(ProgrammeFactory, page=True)
    headline_ca, headline_es, headline_en = "Cura a prop", "Cuida cerca", "Care close by"
    starts_at = MONDAY_9AM - timedelta(days=7)
    ends_at = MONDAY_9AM + timedelta(days=7)


class PrintBatchFactory(DjangoModelFactory):
    class Meta:
        model = PrintBatch

    code = factory.Sequence(lambda number: f"k{number + 2345}")
    name = "Brochures for the fair"
    kind = PrintBatch.Kind.FAIR
    programme = factory.SubFactory(ProgrammeFactory, page=True)
    language = "en"
    campaign = "fair-2027"
    made_at = MONDAY_9AM
