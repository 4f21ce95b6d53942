"""The smallest valid campaign and enquiry."""

from datetime import UTC, datetime

import factory
from factory.django import DjangoModelFactory

from enquiries.models import Campaign, Enquiry
from tests.factories.people import PersonFactory

ARRIVED = datetime(2026, 3, 2, 8, 0, tzinfo=UTC)  # a Monday


class CampaignFactory(DjangoModelFactory):
    class Meta:
        model = Campaign

    slug = factory.Sequence(lambda number: f"spring-{number}")
    name = "Spring"
    state = Campaign.State.LIVE


class EnquiryFactory(DjangoModelFactory):
    """An enquiry as a row; ``enquiries.intake.arrivals.receive`` makes one with its case and touchpoint."""

    class Meta:
        model = Enquiry

    class Params:
        lost = factory.Trait(state=Enquiry.State.LOST, lost_reason="budget", ended_at=ARRIVED)
        history = factory.Trait(is_history=True)

    person = factory.SubFactory(PersonFactory)
    language = "en"
    message = "When does it start?"
    received_at = ARRIVED
