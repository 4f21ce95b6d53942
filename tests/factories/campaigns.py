"""A campaign to which nothing is missing, and what hangs on one."""

from datetime import date

from enquiries.campaigns import steps
from enquiries.models import (
    Campaign,
    CampaignAction,
    CampaignAudience,
    CampaignChannel,
    OriginFigure,
)
from tests.factories.enquiries import ARRIVED, CampaignFactory
from tests.factories.people import UserFactory

STARTS, ENDS = date(2026, 3, 2), date(2026, 4, 30)


def ready_campaign(**fields) -> Campaign:
    """A planned campaign that may go live."""
    campaign = CampaignFactory(
        **{
            "state": Campaign.State.PLANNED,
            "metric": Campaign.Metric.ENROLMENTS,
            "baseline": 10,
            "target": 24,
            "budget_minor": 500_000,
            "starts_on": STARTS,
            "ends_on": ENDS,
            "owner": UserFactory(),
            **fields,
        }
    )
    CampaignAudience.objects.create(campaign=campaign, words="People who want to change their job")
    CampaignChannel.objects.create(campaign=campaign, medium="social", message="Change your job in six months")
    for code in steps.BEFORE_LAUNCH:
        steps.write(campaign, code, text="Thought through.", is_done=True, at=ARRIVED, by=campaign.owner)
    return campaign


def action(campaign: Campaign, **fields) -> CampaignAction:
    values = {"code": "stand", "name": "Stand at the fair", "kind": "fair", "medium": "fair", "starts_on": STARTS}
    return CampaignAction.objects.create(campaign=campaign, **{**values, **fields})


def brought(campaign: Campaign, **fields) -> OriginFigure:
    """What one source is credited with, in whole enquiries."""
    values = {"on": STARTS, "model": "last", "source": "instagram", "medium": "social"}
    counts = {name: fields.pop(name, 0) * 1_000_000 for name in ("enquiries", "contacted", "applied", "enrolled")}
    return OriginFigure.objects.create(campaign=campaign, **{**values, **counts, **fields})
