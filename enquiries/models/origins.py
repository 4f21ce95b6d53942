"""Where people come from: touches of campaigns, the links, numbers and words that tell of them, and their credit."""

from uuid import uuid4

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from enquiries.models.campaigns import Campaign, CampaignAction, Medium
from enquiries.models.enquiries import Enquiry
from people.models import Person
from programmes.models import PrintBatch, Programme
from programmes.models.naming import NamedInThreeLanguages


class Visitor(models.Model):
    """A browser whose owner let us remember how they came; the person, once they have told who they are."""

    uuid = models.UUIDField(default=uuid4, unique=True, editable=False)
    person = models.ForeignKey(Person, models.CASCADE, null=True, blank=True, related_name="browsers")
    agreed_at = models.DateTimeField()
    wording_version = models.CharField(max_length=40, blank=True)
    seen_at = models.DateTimeField()

    class Meta:
        verbose_name = _("remembered browser")
        verbose_name_plural = _("remembered browsers")
        indexes = [models.Index(fields=["seen_at"], name="visitor_by_time")]

    def __str__(self):
        return f"visitor:{self.pk}"


class Touch(models.Model):
    """One time that somebody came to us, and from where; append-only."""

    class Kind(models.TextChoices):
        LINK = "link", _("Marked link")
        AD = "ad", _("Advertisement")
        SEARCH = "search", _("Search engine")
        REFERRAL = "referral", _("Other website")
        DIRECT = "direct", _("Straight to us")
        SHORT_LINK = "short", _("Short link")
        PRINT = "print", _("Printed code")
        PHONE = "phone", _("Telephone number of a campaign")
        SPOKEN = "spoken", _("They said so")
        SEND = "send", _("Message of ours")
        FILE = "file", _("List of leads")
        PARTNER = "partner", _("Partner")

    person = models.ForeignKey(Person, models.CASCADE, null=True, blank=True, related_name="touches")
    visitor = models.ForeignKey(Visitor, models.CASCADE, null=True, blank=True, related_name="touches")
    enquiry = models.ForeignKey(Enquiry, models.SET_NULL, null=True, blank=True, related_name="touches")
    at = models.DateTimeField()
    kind = models.CharField(_("kind"), max_length=8, choices=Kind.choices)
    source = models.CharField(_("source"), max_length=120, blank=True)
    medium = models.CharField(_("medium"), max_length=120, blank=True)
    campaign = models.ForeignKey(Campaign, models.SET_NULL, null=True, blank=True, related_name="touches")
    action = models.ForeignKey(CampaignAction, models.SET_NULL, null=True, blank=True, related_name="touches")
    marks = models.JSONField(default=dict, blank=True)  # utm_*, click ids by their name
    referrer = models.CharField(_("came from"), max_length=300, blank=True)  # without its query
    landing = models.CharField(_("first page"), max_length=300, blank=True)
    print_batch = models.ForeignKey(PrintBatch, models.SET_NULL, null=True, blank=True, related_name="+")

    class Meta:
        verbose_name = _("touch")
        verbose_name_plural = _("touches")
        indexes = [
            models.Index(fields=["person", "at"], name="touch_by_person"),
            models.Index(fields=["visitor", "at"], name="touch_by_visitor"),
            models.Index(fields=["campaign", "at"], name="touch_by_campaign"),
        ]

    def __str__(self):
        return f"{self.kind}:{self.pk}"


class ShortLink(models.Model):
    """A short address of ours, /go/<code>, that leads on with the marks of a campaign."""

    code = models.SlugField(_("code"), max_length=40, unique=True)
    name = models.CharField(_("name"), max_length=160)
    page = models.ForeignKey(
        "wagtailcore.Page", models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("page")
    )
    address = models.CharField(_("or an address of our website"), max_length=300, blank=True)
    campaign = models.ForeignKey(
        Campaign, models.SET_NULL, null=True, blank=True, related_name="short_links", verbose_name=_("campaign")
    )
    action = models.ForeignKey(
        CampaignAction, models.SET_NULL, null=True, blank=True, related_name="short_links", verbose_name=_("action")
    )
    source = models.CharField(_("source"), max_length=120)
    medium = models.CharField(_("medium"), max_length=8, choices=Medium.choices)
    ends_on = models.DateField(_("until"), null=True, blank=True)
    made_at = models.DateTimeField(editable=False)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+", editable=False
    )

    class Meta:
        verbose_name = _("short link")
        verbose_name_plural = _("short links")

    def __str__(self):
        return self.code


class ShortLinkCount(models.Model):
    """How often a short link was followed on one day."""

    link = models.ForeignKey(ShortLink, models.CASCADE, related_name="counts")
    on = models.DateField()
    visits = models.PositiveIntegerField(default=0)

    class Meta:
        verbose_name = _("count of a short link")
        verbose_name_plural = _("counts of short links")
        constraints = [models.UniqueConstraint(fields=["link", "on"], name="short_link_count_a_day")]

    def __str__(self):
        return f"{self.link_id}:{self.on}"


class CampaignNumber(models.Model):
    """A telephone number of ours that stands in one campaign only, so that a call tells where it comes from."""

    number = models.CharField(_("telephone number"), max_length=20)  # E.164
    campaign = models.ForeignKey(Campaign, models.CASCADE, related_name="numbers", verbose_name=_("campaign"))
    action = models.ForeignKey(
        CampaignAction, models.SET_NULL, null=True, blank=True, related_name="numbers", verbose_name=_("action")
    )
    medium = models.CharField(_("medium"), max_length=8, choices=Medium.choices)
    from_day = models.DateField(_("from"))
    until_day = models.DateField(_("until"), null=True, blank=True)

    class Meta:
        verbose_name = _("number of a campaign")
        verbose_name_plural = _("numbers of campaigns")
        indexes = [models.Index(fields=["number", "from_day"], name="campaign_number_by_day")]

    def __str__(self):
        return self.number


class SpokenSource(NamedInThreeLanguages):
    """An answer to "how did you hear of us?", as advisers may choose it at the telephone."""

    code = models.SlugField(_("code"), max_length=40, unique=True)
    medium = models.CharField(_("medium"), max_length=8, choices=Medium.choices)
    position = models.PositiveSmallIntegerField(_("place"), default=0)
    is_offered = models.BooleanField(_("can be chosen"), default=True)

    class Meta:
        verbose_name = _("spoken source")
        verbose_name_plural = _("spoken sources")


class OriginFigure(models.Model):
    """What one source is credited with under one model, for the enquiries received on one day.

    Kept so that a report reads days and not enquiries; ``enquiries.origins.figures`` makes a day anew when anything
    about its enquiries changed. Shares of enquiries and enrolments are in millionths, money in minor units: both add
    up to the whole exactly.
    """

    on = models.DateField()
    model = models.CharField(max_length=8)  # of enquiries.origins.models.Model
    campaign = models.ForeignKey(Campaign, models.CASCADE, null=True, blank=True, related_name="+")
    action = models.ForeignKey(CampaignAction, models.SET_NULL, null=True, blank=True, related_name="+")
    programme = models.ForeignKey(Programme, models.SET_NULL, null=True, blank=True, related_name="+")
    source = models.CharField(max_length=120, blank=True)
    medium = models.CharField(max_length=120, blank=True)
    enquiries = models.BigIntegerField(default=0)
    contacted = models.BigIntegerField(default=0)
    applied = models.BigIntegerField(default=0)
    enrolled = models.BigIntegerField(default=0)
    collected_minor = models.BigIntegerField(default=0)
    currency = models.CharField(max_length=3, blank=True)

    class Meta:
        verbose_name = _("figure of a source")
        verbose_name_plural = _("figures of sources")
        indexes = [
            models.Index(fields=["model", "on"], name="origin_figure_by_day"),
            models.Index(fields=["campaign", "model", "on"], name="origin_figure_by_campaign"),
        ]

    def __str__(self):
        return f"{self.on}:{self.model}:{self.source}"


class StaleDay(models.Model):
    """A day whose figures of sources have to be made anew."""

    on = models.DateField(unique=True)
    since = models.DateTimeField()

    class Meta:
        verbose_name = _("day to be counted again")
        verbose_name_plural = _("days to be counted again")

    def __str__(self):
        return str(self.on)


class OriginReading(models.Model):
    """How far one ledger was looked through for what changes figures of sources."""

    name = models.CharField(max_length=20, unique=True)
    seen_id = models.BigIntegerField(default=0)
    turn_id = models.BigIntegerField(default=0)  # where the next look that goes back begins
    seen_at = models.DateTimeField()
    turned_at = models.DateTimeField()

    class Meta:
        verbose_name = _("look through a ledger")
        verbose_name_plural = _("looks through ledgers")

    def __str__(self):
        return self.name
