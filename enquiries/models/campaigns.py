"""Campaigns: what is planned to bring people in, step by step, what it costs and what was changed on the way."""

from typing import Any

from django.conf import settings
from django.core.validators import MaxValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from modelcluster.fields import ParentalKey
from modelcluster.models import ClusterableModel
from wagtail.documents.models import Document

from contact_centre.models import Segment, Send
from programmes.models import Intake, Programme

CURRENCY: dict[str, Any] = {"max_length": 3, "default": "EUR"}


class Medium(models.TextChoices):
    """Through what a campaign reaches people, digital or not."""

    EMAIL = "email", _("E-mail")
    SOCIAL = "social", _("Social networks")
    SEARCH = "search", _("Search advertising")
    DISPLAY = "display", _("Display advertising")
    WEB = "web", _("Own website")
    CALL = "call", _("Calls")
    MAIL = "mail", _("Letters")
    PRESS = "press", _("Press")
    RADIO = "radio", _("Radio and television")
    OUTDOOR = "outdoor", _("Posters")
    FAIR = "fair", _("Fairs and events")
    PARTNER = "partner", _("Partners")
    OTHER = "other", _("Other")


class CampaignQuerySet(models.QuerySet):
    def with_figures(self):
        """With what each campaign brought: ``enquiries_count``, ``contacted_count`` and ``enrolled_count``.

        Invalid enquiries count nowhere; contacted is whoever was ever reached, whatever became of it.
        """
        from enquiries.models.enquiries import Enquiry  # noqa: PLC0415 -- enquiries point at campaigns

        of_campaign = Enquiry.objects.filter(campaign=models.OuterRef("pk")).exclude(state=Enquiry.State.INVALID)
        return self.annotate(
            enquiries_count=_number_of(of_campaign),
            contacted_count=_number_of(of_campaign.filter(contacted_at__isnull=False)),
            enrolled_count=_number_of(of_campaign.filter(state=Enquiry.State.ENROLLED)),
        )


def _number_of(rows):
    counted = rows.order_by().values("campaign").annotate(number=models.Count("pk")).values("number")
    return models.functions.Coalesce(models.Subquery(counted), 0)


class Campaign(ClusterableModel):
    """An effort to bring people in, with a goal set before money is spent."""

    class State(models.TextChoices):
        PLANNED = "planned", _("Planned")
        LIVE = "live", _("Live")
        CLOSED = "closed", _("Closed")

    class Metric(models.TextChoices):
        ENQUIRIES = "enquiries", _("Enquiries")
        CONTACTS = "contacts", _("People reached")
        APPLICATIONS = "applications", _("Applications")
        ENROLMENTS = "enrolments", _("Enrolments")
        COLLECTED = "collected", _("Money collected")
        ATTENDED = "attended", _("People at information sessions")

    slug = models.SlugField(_("code"), max_length=80, unique=True)
    name = models.CharField(_("name"), max_length=160)
    parent = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="children", verbose_name=_("part of")
    )
    state = models.CharField(_("state"), max_length=8, choices=State.choices, default=State.PLANNED)
    metric = models.CharField(_("what is measured"), max_length=12, choices=Metric.choices, blank=True)
    baseline = models.BigIntegerField(_("where we stand"), null=True, blank=True)  # of the metric; money in minor units
    target = models.BigIntegerField(_("where we want to be"), null=True, blank=True)
    budget_minor = models.PositiveBigIntegerField(_("budget in minor units"), default=0)
    currency = models.CharField(_("currency"), **CURRENCY)
    starts_on = models.DateField(_("starts on"), null=True, blank=True)
    ends_on = models.DateField(_("ends on"), null=True, blank=True)
    launched_at = models.DateTimeField(null=True, blank=True)
    closed_at = models.DateTimeField(null=True, blank=True)
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("owner")
    )
    objects = CampaignQuerySet.as_manager()

    class Meta:
        verbose_name = _("campaign")
        verbose_name_plural = _("campaigns")
        permissions = [("launch_campaign", _("Can let campaigns go live and close them"))]
        constraints = [
            models.CheckConstraint(
                condition=Q(ends_on=None) | Q(starts_on=None) | Q(ends_on__gte=F("starts_on")),
                name="campaign_ends_after_start",
            ),
            models.CheckConstraint(condition=Q(parent=None) | ~Q(parent=F("pk")), name="campaign_is_no_part_of_itself"),
        ]

    def __str__(self):
        return self.name


class CampaignAudience(models.Model):
    """Whom a campaign wants to reach: a saved segment of people we know, or others in words."""

    campaign = ParentalKey(Campaign, on_delete=models.CASCADE, related_name="audiences")
    segment = models.ForeignKey(
        Segment, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("segment")
    )
    words = models.CharField(_("in words"), max_length=250, blank=True)
    size = models.PositiveIntegerField(_("how many"), null=True, blank=True)

    class Meta:
        verbose_name = _("audience of a campaign")
        verbose_name_plural = _("audiences of campaigns")
        constraints = [
            models.CheckConstraint(
                condition=Q(segment__isnull=False) | ~Q(words=""), name="campaign_audience_is_somebody"
            )
        ]

    def __str__(self):
        return self.words or f"segment:{self.segment_id}"


class CampaignChannel(models.Model):
    """A medium of a campaign, and what is said there."""

    campaign = ParentalKey(Campaign, on_delete=models.CASCADE, related_name="channels")
    medium = models.CharField(_("medium"), max_length=8, choices=Medium.choices)
    message = models.TextField(_("message"), blank=True)

    class Meta:
        verbose_name = _("channel of a campaign")
        verbose_name_plural = _("channels of campaigns")
        constraints = [models.UniqueConstraint(fields=["campaign", "medium"], name="campaign_medium_once")]

    def __str__(self):
        return f"{self.campaign_id}:{self.medium}"


class CampaignStep(models.Model):
    """One of the nine steps from analysis to results, as it was written down."""

    class Step(models.TextChoices):
        ANALYSIS = "analysis", _("Analysis")
        BUDGET = "budget", _("Budget")
        OFFER = "offer", _("Offer")
        TARGETS = "targets", _("Targets")
        CONTENT = "content", _("Content")
        MESSAGES = "messages", _("Message per channel")
        RUN = "run", _("Run")
        RESPONSES = "responses", _("Responses")
        RESULTS = "results", _("Results")

    campaign = models.ForeignKey(Campaign, models.CASCADE, related_name="steps")
    step = models.CharField(max_length=9, choices=Step.choices)
    text = models.TextField(_("text"), blank=True)
    done_at = models.DateTimeField(null=True, blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+")

    class Meta:
        verbose_name = _("step of a campaign")
        verbose_name_plural = _("steps of campaigns")
        constraints = [models.UniqueConstraint(fields=["campaign", "step"], name="campaign_step_once")]

    def __str__(self):
        return f"{self.campaign_id}:{self.step}"


class CampaignTarget(models.Model):
    """What a campaign is to bring to one programme, or one of its intakes."""

    campaign = ParentalKey(Campaign, on_delete=models.CASCADE, related_name="targets")
    programme = models.ForeignKey(Programme, models.PROTECT, related_name="+", verbose_name=_("programme"))
    intake = models.ForeignKey(
        Intake, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("intake")
    )
    enquiries = models.PositiveIntegerField(_("enquiries"), default=0)
    enrolments = models.PositiveIntegerField(_("enrolments"), default=0)

    class Meta:
        verbose_name = _("target of a campaign")
        verbose_name_plural = _("targets of campaigns")
        constraints = [
            models.UniqueConstraint(
                fields=["campaign", "programme", "intake"], name="campaign_target_once", nulls_distinct=False
            )
        ]

    def __str__(self):
        return f"{self.campaign_id}:{self.programme_id}:{self.intake_id}"


class CampaignAction(models.Model):
    """Something done for a campaign: a creative, an insertion, a fair, a mailing, a call list."""

    class Kind(models.TextChoices):
        CREATIVE = "creative", _("Creative")
        PRESS = "press", _("Press")
        MEDIA = "media", _("Media buying")
        FAIR = "fair", _("Fair")
        DIRECT_MAIL = "mail", _("Direct mail")
        SOCIAL = "social", _("Social networks")
        EMAIL = "email", _("E-mail")
        CALLS = "calls", _("Call list")
        EVENT = "event", _("Event")
        OTHER = "other", _("Other")

    class State(models.TextChoices):
        PLANNED = "planned", _("Planned")
        RUNNING = "running", _("Running")
        DONE = "done", _("Done")
        CANCELLED = "off", _("Called off")

    campaign = models.ForeignKey(Campaign, models.CASCADE, related_name="actions")
    code = models.SlugField(_("code"), max_length=80)  # utm_content of its links; unique in the campaign
    name = models.CharField(_("name"), max_length=160)
    kind = models.CharField(_("kind"), max_length=8, choices=Kind.choices)
    medium = models.CharField(_("medium"), max_length=8, choices=Medium.choices)
    state = models.CharField(_("state"), max_length=7, choices=State.choices, default=State.PLANNED)
    starts_on = models.DateField(_("starts on"))
    ends_on = models.DateField(_("ends on"), null=True, blank=True)
    cost_planned_minor = models.PositiveBigIntegerField(_("planned cost in minor units"), default=0)
    currency = models.CharField(_("currency"), **CURRENCY)
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("owner")
    )
    send = models.ForeignKey(Send, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("send"))
    note = models.TextField(_("note"), blank=True)
    files = models.ManyToManyField(Document, blank=True, related_name="+", verbose_name=_("files"))

    class Meta:
        verbose_name = _("action of a campaign")
        verbose_name_plural = _("actions of campaigns")
        constraints = [
            models.UniqueConstraint(fields=["campaign", "code"], name="campaign_action_code"),
            models.CheckConstraint(
                condition=Q(ends_on=None) | Q(ends_on__gte=F("starts_on")), name="campaign_action_ends_after_start"
            ),
        ]
        indexes = [models.Index(fields=["starts_on"], name="campaign_action_by_day")]

    def __str__(self):
        return self.name


class Spending(models.Model):
    """Money that went out for a campaign, append-only; a mistake is put right by an entry below zero."""

    campaign = models.ForeignKey(Campaign, models.PROTECT, related_name="spendings")
    action = models.ForeignKey(
        CampaignAction, models.PROTECT, null=True, blank=True, related_name="spendings", verbose_name=_("action")
    )
    on = models.DateField(_("on"))
    amount_minor = models.BigIntegerField(_("amount in minor units"))
    currency = models.CharField(_("currency"), **CURRENCY)
    note = models.CharField(_("what for"), max_length=250, blank=True)
    noted_at = models.DateTimeField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+")

    class Meta:
        verbose_name = _("spending")
        verbose_name_plural = _("spendings")
        indexes = [models.Index(fields=["campaign", "on"], name="spending_by_campaign")]

    def __str__(self):
        return f"{self.campaign_id}:{self.on}:{self.amount_minor}"


class CampaignHelper(models.Model):
    """Somebody of the school who works on a campaign, and how many hours are planned for it."""

    campaign = ParentalKey(Campaign, on_delete=models.CASCADE, related_name="helpers")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+", verbose_name=_("who"))
    planned_minutes = models.PositiveIntegerField(_("planned minutes"), default=0)

    class Meta:
        verbose_name = _("person of a campaign")
        verbose_name_plural = _("people of campaigns")
        constraints = [models.UniqueConstraint(fields=["campaign", "user"], name="campaign_helper_once")]

    def __str__(self):
        return f"{self.campaign_id}:{self.user_id}"


class TimeSpent(models.Model):
    """Working time that went into a campaign on one day."""

    campaign = models.ForeignKey(Campaign, models.CASCADE, related_name="times")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+", verbose_name=_("who"))
    on = models.DateField(_("on"))
    minutes = models.PositiveIntegerField(_("minutes"), validators=[MaxValueValidator(24 * 60)])
    note = models.CharField(_("what for"), max_length=250, blank=True)

    class Meta:
        verbose_name = _("time spent on a campaign")
        verbose_name_plural = _("times spent on campaigns")

    def __str__(self):
        return f"{self.campaign_id}:{self.user_id}:{self.on}"


class CampaignChange(models.Model):
    """A change to a campaign that runs: the report is marked on that day."""

    class What(models.TextChoices):
        LAUNCHED = "launched", _("Went live")
        BUDGET = "budget", _("Budget")
        AUDIENCE = "audience", _("Audience")
        CHANNELS = "channels", _("Channels")
        TARGET = "target", _("Target")
        DATES = "dates", _("Dates")
        ACTION = "action", _("Action")
        CLOSED = "closed", _("Closed")
        OTHER = "other", _("Other")

    campaign = models.ForeignKey(Campaign, models.CASCADE, related_name="changes")
    at = models.DateTimeField()
    what = models.CharField(_("what"), max_length=8, choices=What.choices)
    before = models.CharField(_("before"), max_length=500, blank=True)
    after = models.CharField(_("after"), max_length=500, blank=True)
    why = models.CharField(_("why"), max_length=500, blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+")

    class Meta:
        verbose_name = _("change of a campaign")
        verbose_name_plural = _("changes of campaigns")
        indexes = [models.Index(fields=["campaign", "at"], name="campaign_change_by_time")]

    def __str__(self):
        return f"{self.campaign_id}:{self.what}"
