"""The enquiries in Wagtail's admin and on the walls of other floors; one module per topic."""

from enquiries.wagtail_hooks import (
    campaign_calendar,
    campaigns,
    door,
    enquiries,
    forms,
    leads,
    life,
    listening,
    menus,
    origins,
    plans,
    revival,
    sessions,
)

__all__ = [
    "campaign_calendar",
    "campaigns",
    "door",
    "enquiries",
    "forms",
    "leads",
    "life",
    "listening",
    "menus",
    "origins",
    "plans",
    "revival",
    "sessions",
]
