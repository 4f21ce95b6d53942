"""How many people an audience of a campaign has, where it is a segment of people we know."""

from datetime import datetime

from contact_centre.segments import previewing, rules
from enquiries.models import Campaign, CampaignAudience


def count(campaign: Campaign, *, at: datetime) -> int:
    """Count the segments among its audiences anew; return how many could not be counted in time or at all."""
    uncounted = 0
    for audience in _segments(campaign):
        try:
            audience.size = previewing.preview(audience.segment.rules, at=at).total
        except (previewing.TooSlow, rules.BadRules):
            audience.size, uncounted = None, uncounted + 1
        audience.save(update_fields=["size"])
    return uncounted


def _segments(campaign: Campaign):
    rows = CampaignAudience.objects.filter(campaign=campaign, segment__isnull=False)
    return rows.select_related("segment").order_by("pk")
