"""Plans, agreements, studies, partners and mentions, smallest valid row first."""

from datetime import date

import factory
from factory.django import DjangoModelFactory

from enquiries.models import (
    CampaignAction,
    LeadAgreement,
    MarketingPlan,
    MarketStudy,
    Mention,
    Partner,
    SocialChannel,
    SocialPost,
)
from tests.factories.enquiries import ARRIVED, CampaignFactory
from tests.factories.sends import SegmentFactory


class PlanFactory(DjangoModelFactory):
    class Meta:
        model = MarketingPlan

    year = 2026
    name = factory.Sequence(lambda number: f"Plan {number}")


class AgreementFactory(DjangoModelFactory):
    class Meta:
        model = LeadAgreement

    name = "Leads of the spring"
    profile = factory.SubFactory(SegmentFactory)
    from_day = date(2026, 3, 1)
    until_day = date(2026, 3, 31)
    enquiries = 10
    fit_percent = 50
    answer_hours = 24


class StudyFactory(DjangoModelFactory):
    class Meta:
        model = MarketStudy

    title = factory.Sequence(lambda number: f"Study {number}")
    supplier = "Sondeig Vora Mar"
    on = date(2026, 2, 1)
    cost_minor = 100_000
    findings = "Evenings matter most."


class PartnerFactory(DjangoModelFactory):
    class Meta:
        model = Partner

    code = factory.Sequence(lambda number: f"portal-{number}")
    name = factory.Sequence(lambda number: f"Portal {number}")


class ActionFactory(DjangoModelFactory):
    class Meta:
        model = CampaignAction

    campaign = factory.SubFactory(CampaignFactory)
    code = factory.Sequence(lambda number: f"action-{number}")
    name = "Posters at the station"
    kind = CampaignAction.Kind.MEDIA
    medium = "outdoor"
    starts_on = date(2026, 3, 10)


class ChannelFactory(DjangoModelFactory):
    class Meta:
        model = SocialChannel

    network = "instagram"
    handle = factory.Sequence(lambda number: f"@school{number}")
    posts_per_week = 2


class PostFactory(DjangoModelFactory):
    class Meta:
        model = SocialPost

    channel = factory.SubFactory(ChannelFactory)
    on = date(2026, 3, 12)
    text = "Today in the workshop."


class MentionFactory(DjangoModelFactory):
    """About us, noted, without a time to be answered by; ``mentions.note`` gives it one."""

    class Meta:
        model = Mention

    network = "x"
    text = "Has anybody tried their evening courses?"
    said_at = ARRIVED
    logged_at = ARRIVED
