"""The smallest valid rows of what tells where people come from."""

import factory
from factory.django import DjangoModelFactory

from enquiries.models import CampaignNumber, ShortLink, SpokenSource
from tests.factories.enquiries import ARRIVED, CampaignFactory


class ShortLinkFactory(DjangoModelFactory):
    class Meta:
        model = ShortLink

    code = factory.Sequence(lambda number: f"link-{number}")
    name = "Summer"
    address = "/enquire/"
    source = "radio"
    medium = "radio"
    made_at = ARRIVED


class CampaignNumberFactory(DjangoModelFactory):
    class Meta:
        model = CampaignNumber

    number = "+34931112233"
    campaign = factory.SubFactory(CampaignFactory)
    medium = "press"
    from_day = ARRIVED.date()


class SpokenSourceFactory(DjangoModelFactory):
    class Meta:
        model = SpokenSource

    code = factory.Sequence(lambda number: f"said-{number}")
    medium = "other"
    name_ca = name_es = name_en = "A neighbour"
