"""Doors for machines: where ad platforms and partner portals hand leads in."""

from uuid import uuid4

from django.db import models
from django.utils.translation import gettext_lazy as _

from enquiries.models.campaigns import Campaign
from enquiries.models.plans import Partner


class LeadDoor(models.Model):
    """An address at which one sender hands in leads, each signed with the secret of the door."""

    class Kind(models.TextChoices):
        SIGNED = "signed", _("Partner portal (signed)")
        META = "meta", _("Meta lead forms")
        GOOGLE = "google", _("Google lead forms")
        LINKEDIN = "linkedin", _("LinkedIn lead forms")

    uuid = models.UUIDField(default=uuid4, unique=True, editable=False)
    name = models.CharField(_("name"), max_length=120)
    kind = models.CharField(_("kind"), max_length=8, choices=Kind.choices, default=Kind.SIGNED)
    campaign = models.ForeignKey(
        Campaign, models.SET_NULL, null=True, blank=True, related_name="doors", verbose_name=_("campaign")
    )
    partner = models.ForeignKey(
        Partner, models.SET_NULL, null=True, blank=True, related_name="doors", verbose_name=_("partner")
    )
    secret = models.CharField(max_length=120, editable=False)
    fields = models.JSONField(_("names of their fields"), default=dict, blank=True)  # {theirs: ours}
    purposes = models.JSONField(_("consents their form asks for"), default=dict, blank=True)  # {their field: purpose}
    is_open = models.BooleanField(_("open"), default=True)
    made_at = models.DateTimeField(editable=False)
    last_at = models.DateTimeField(null=True, blank=True, editable=False)

    class Meta:
        verbose_name = _("door for leads")
        verbose_name_plural = _("doors for leads")

    def __str__(self):
        return self.name
