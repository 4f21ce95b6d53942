"""What stands around campaigns: plans and their reviews, the agreement with sales, studies, partners, what is said."""

from uuid import uuid4

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from modelcluster.fields import ParentalKey
from modelcluster.models import ClusterableModel
from wagtail.documents.models import Document

from contact_centre.models import Segment
from enquiries.models.campaigns import CURRENCY, Campaign, CampaignAction
from people.models import Person
from programmes.models import Competitor, Intake, Programme

QUARTERS = [MinValueValidator(1), MaxValueValidator(4)]


def _user(name, **options):
    return models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=name, **options
    )


class MarketingPlan(ClusterableModel):
    """What the school wants of its marketing in one year."""

    year = models.PositiveSmallIntegerField(_("year"))
    name = models.CharField(_("name"), max_length=160)
    objectives = models.TextField(_("objectives"), blank=True)
    audience = models.TextField(_("audience"), blank=True)
    message = models.TextField(_("message"), blank=True)
    tactics = models.TextField(_("tactics"), blank=True)
    owner = _user(_("owner"))
    campaigns = models.ManyToManyField(Campaign, blank=True, related_name="plans", verbose_name=_("campaigns"))

    class Meta:
        verbose_name = _("marketing plan")
        verbose_name_plural = _("marketing plans")
        constraints = [models.UniqueConstraint(fields=["year", "name"], name="marketing_plan_once")]

    def __str__(self):
        return f"{self.name} {self.year}"


class PlanTarget(models.Model):
    """A figure a plan sets itself for one quarter."""

    plan = ParentalKey(MarketingPlan, on_delete=models.CASCADE, related_name="targets")
    quarter = models.PositiveSmallIntegerField(_("quarter"), validators=QUARTERS)
    metric = models.CharField(_("what is measured"), max_length=12, choices=Campaign.Metric.choices)
    target = models.PositiveBigIntegerField(_("target"))  # of the metric; money in minor units

    class Meta:
        verbose_name = _("target of a plan")
        verbose_name_plural = _("targets of plans")
        constraints = [models.UniqueConstraint(fields=["plan", "quarter", "metric"], name="plan_target_once")]

    def __str__(self):
        return f"{self.plan_id}:{self.quarter}:{self.metric}"


class PlanReview(models.Model):
    """How a quarter went, with the figures as they stood that day; append-only."""

    plan = models.ForeignKey(MarketingPlan, models.CASCADE, related_name="reviews")
    quarter = models.PositiveSmallIntegerField(_("quarter"), validators=QUARTERS)
    reviewed_at = models.DateTimeField()
    by = _user(_("by"))
    figures = models.JSONField(default=list)  # [{"metric", "target", "actual"}]
    findings = models.TextField(_("what we learned"))
    consequences = models.TextField(_("what we change"), blank=True)

    class Meta:
        verbose_name = _("review of a plan")
        verbose_name_plural = _("reviews of plans")

    def __str__(self):
        return f"{self.plan_id}:{self.quarter}"


class LeadAgreement(models.Model):
    """What marketing owes sales: so many enquiries of such people; and how soon sales answers them."""

    name = models.CharField(_("name"), max_length=160)
    programme = models.ForeignKey(
        Programme, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("programme")
    )
    intake = models.ForeignKey(
        Intake, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("intake")
    )
    profile = models.ForeignKey(Segment, models.PROTECT, related_name="+", verbose_name=_("profile"))
    from_day = models.DateField(_("from"))
    until_day = models.DateField(_("until"))
    enquiries = models.PositiveIntegerField(_("enquiries"))
    fit_percent = models.PositiveSmallIntegerField(_("of that profile, in %"), validators=[MaxValueValidator(100)])
    answer_hours = models.PositiveSmallIntegerField(_("answered within hours"), default=24)
    marketing_by = _user(_("for marketing"))
    marketing_signed_at = models.DateTimeField(null=True, blank=True)
    sales_by = _user(_("for sales"))
    sales_signed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("agreement with sales")
        verbose_name_plural = _("agreements with sales")
        permissions = [
            ("sign_for_marketing", _("Can sign agreements for marketing")),
            ("sign_for_sales", _("Can sign agreements for sales")),
        ]
        constraints = [
            models.CheckConstraint(condition=Q(until_day__gte=F("from_day")), name="lead_agreement_ends_after_start")
        ]

    def __str__(self):
        return self.name


class MarketStudy(models.Model):
    """A study the school had made, what it cost and what it found."""

    title = models.CharField(_("title"), max_length=200)
    supplier = models.CharField(_("supplier"), max_length=160)
    on = models.DateField(_("date"))
    cost_minor = models.PositiveBigIntegerField(_("cost in minor units"))
    currency = models.CharField(_("currency"), **CURRENCY)
    findings = models.TextField(_("findings"))
    programmes = models.ManyToManyField(Programme, blank=True, related_name="+", verbose_name=_("programmes"))
    campaigns = models.ManyToManyField(Campaign, blank=True, related_name="studies", verbose_name=_("campaigns"))
    files = models.ManyToManyField(Document, blank=True, related_name="+", verbose_name=_("files"))
    filed_by = _user(_("filed by"))

    class Meta:
        verbose_name = _("market study")
        verbose_name_plural = _("market studies")

    def __str__(self):
        return self.title


class Partner(ClusterableModel):
    """A portal, school or firm that sends people to us."""

    class Kind(models.TextChoices):
        PORTAL = "portal", _("Portal")
        SCHOOL = "school", _("School")
        FIRM = "firm", _("Firm")
        PUBLIC = "public", _("Public body")
        ASSOCIATION = "club", _("Association")
        OTHER = "other", _("Other")

    code = models.SlugField(_("code"), max_length=80, unique=True)  # utm_source of its links
    name = models.CharField(_("name"), max_length=160)
    kind = models.CharField(_("kind"), max_length=6, choices=Kind.choices, default=Kind.OTHER)
    contact_name = models.CharField(_("whom to talk to"), max_length=160, blank=True)
    contact_email = models.EmailField(_("e-mail"), blank=True)
    contact_phone = models.CharField(_("telephone"), max_length=30, blank=True)
    note = models.TextField(_("note"), blank=True)
    is_active = models.BooleanField(_("works with us"), default=True)
    owner = _user(_("owner"))

    class Meta:
        verbose_name = _("partner")
        verbose_name_plural = _("partners")

    def __str__(self):
        return self.name


class PartnerAgreement(models.Model):
    """What was agreed with a partner, and for how long."""

    partner = ParentalKey(Partner, on_delete=models.CASCADE, related_name="agreements")
    title = models.CharField(_("title"), max_length=160)
    from_day = models.DateField(_("from"))
    until_day = models.DateField(_("until"), null=True, blank=True)
    terms = models.TextField(_("terms"), blank=True)
    file = models.ForeignKey(
        "wagtaildocs.Document", models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("file")
    )

    class Meta:
        verbose_name = _("agreement with a partner")
        verbose_name_plural = _("agreements with partners")

    def __str__(self):
        return self.title


class Network(models.TextChoices):
    INSTAGRAM = "instagram", "Instagram"
    LINKEDIN = "linkedin", "LinkedIn"
    FACEBOOK = "facebook", "Facebook"
    TIKTOK = "tiktok", "TikTok"
    YOUTUBE = "youtube", "YouTube"
    X = "x", "X"
    REVIEWS = "reviews", _("Review sites")
    PRESS = "press", _("Press")
    OTHER = "other", _("Other")


class SocialChannel(models.Model):
    """Where the school speaks, and how often it means to."""

    network = models.CharField(_("network"), max_length=9, choices=Network.choices)
    handle = models.CharField(_("name there"), max_length=120)
    goal = models.CharField(_("what for"), max_length=250, blank=True)
    posts_per_week = models.PositiveSmallIntegerField(_("posts a week"), default=1)
    owner = _user(_("owner"))

    class Meta:
        verbose_name = _("social channel")
        verbose_name_plural = _("social channels")
        constraints = [models.UniqueConstraint(fields=["network", "handle"], name="social_channel_once")]

    def __str__(self):
        return f"{self.get_network_display()} · {self.handle}"


class SocialPost(models.Model):
    """A post that is planned or was published."""

    channel = models.ForeignKey(SocialChannel, models.CASCADE, related_name="posts", verbose_name=_("channel"))
    on = models.DateField(_("on"))
    text = models.TextField(_("text"))
    address = models.URLField(_("address"), blank=True, max_length=500)
    campaign = models.ForeignKey(
        Campaign, models.SET_NULL, null=True, blank=True, related_name="posts", verbose_name=_("campaign")
    )
    action = models.ForeignKey(
        CampaignAction, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("action")
    )
    is_published = models.BooleanField(_("published"), default=False)
    reach = models.PositiveIntegerField(_("reach"), null=True, blank=True)
    reactions = models.PositiveIntegerField(_("reactions"), null=True, blank=True)
    by = _user(_("by"))

    class Meta:
        verbose_name = _("post")
        verbose_name_plural = _("posts")
        indexes = [models.Index(fields=["on"], name="social_post_by_day")]

    def __str__(self):
        return f"{self.channel_id}:{self.on}"


class Mention(models.Model):
    """What somebody said in public about us or about a rival."""

    class Tone(models.IntegerChoices):
        BAD = -1, _("Bad")
        NEUTRAL = 0, _("Neutral")
        GOOD = 1, _("Good")

    uuid = models.UUIDField(default=uuid4, unique=True, editable=False)
    rival = models.ForeignKey(
        Competitor, models.CASCADE, null=True, blank=True, related_name="+", verbose_name=_("about the rival")
    )  # none: about us
    network = models.CharField(_("network"), max_length=9, choices=Network.choices)
    author = models.CharField(_("who said it"), max_length=160, blank=True)
    address = models.URLField(_("address"), blank=True, max_length=500)
    text = models.TextField(_("text"))
    tone = models.SmallIntegerField(_("tone"), choices=Tone.choices, default=Tone.NEUTRAL)
    reach = models.PositiveIntegerField(_("reach"), null=True, blank=True)
    said_at = models.DateTimeField(_("said at"))
    person = models.ForeignKey(
        Person, models.SET_NULL, null=True, blank=True, related_name="mentions", verbose_name=_("person")
    )
    campaign = models.ForeignKey(
        Campaign, models.SET_NULL, null=True, blank=True, related_name="mentions", verbose_name=_("campaign")
    )
    is_crisis = models.BooleanField(_("crisis"), default=False)
    needs_answer = models.BooleanField(_("wants an answer"), default=True)
    due_at = models.DateTimeField(null=True, blank=True)
    answered_at = models.DateTimeField(null=True, blank=True)
    answered_by = _user(_("answered by"))
    answer = models.TextField(_("answer"), blank=True)
    logged_at = models.DateTimeField()
    by = _user(_("by"))

    class Meta:
        verbose_name = _("mention")
        verbose_name_plural = _("mentions")
        permissions = [("handle_crisis", _("Is told of a crisis at once, and can declare it over"))]
        indexes = [
            models.Index(fields=["-said_at"], name="mention_by_time"),
            models.Index(fields=["due_at"], name="mention_waiting", condition=Q(answered_at=None, needs_answer=True)),
        ]
        constraints = [models.UniqueConstraint(fields=["address"], name="mention_once", condition=~Q(address=""))]

    def __str__(self):
        return f"{self.network}:{self.uuid}"


class CalendarKey(models.Model):
    """Somebody's subscription to the calendar of campaigns; a new key ends the old address."""

    user = models.OneToOneField(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    key_hash = models.CharField(max_length=64, unique=True)
    made_at = models.DateTimeField()
    read_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("calendar subscription")
        verbose_name_plural = _("calendar subscriptions")

    def __str__(self):
        return f"calendar:{self.user_id}"
