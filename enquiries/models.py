"""Campaigns, enquiries and what became of them."""

from uuid import uuid4

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _

from people.models import Channel, Language


class CampaignQuerySet(models.QuerySet):
    def with_figures(self):
        """With what each campaign brought: ``enquiries_count``, ``contacted_count`` and ``enrolled_count``.

        Invalid enquiries count nowhere; contacted is whoever was ever reached, whatever became of it.
        """
        of_campaign = Enquiry.objects.filter(campaign=models.OuterRef("pk")).exclude(state=Enquiry.State.INVALID)
        reached = EnquiryMove.objects.filter(enquiry=models.OuterRef("pk"), to_state__in=Enquiry.REACHED)
        return self.annotate(
            enquiries_count=_number_of(of_campaign),
            contacted_count=_number_of(of_campaign.filter(models.Exists(reached))),
            enrolled_count=_number_of(of_campaign.filter(state=Enquiry.State.ENROLLED)),
        )


def _number_of(rows):
    counted = rows.order_by().values("campaign").annotate(number=models.Count("pk")).values("number")
    return Coalesce(models.Subquery(counted), 0)


class Campaign(models.Model):
    """An effort to bring people in, with a goal set before money is spent."""

    class State(models.TextChoices):
        PLANNED = "planned", _("Planned")
        LIVE = "live", _("Live")
        CLOSED = "closed", _("Closed")

    slug = models.SlugField(_("code"), max_length=80, unique=True)
    name = models.CharField(_("name"), max_length=160)
    state = models.CharField(_("state"), max_length=8, choices=State.choices, default=State.PLANNED)
    audience = models.CharField(_("audience"), max_length=250, blank=True)
    channels = models.CharField(_("channels"), max_length=250, blank=True)
    goal_enrolments = models.PositiveIntegerField(_("goal: enrolments"), null=True, blank=True)
    budget_minor = models.PositiveBigIntegerField(_("budget in minor units"), default=0)
    currency = models.CharField(_("currency"), max_length=3, default="EUR")
    starts_on = models.DateField(_("starts on"), null=True, blank=True)
    ends_on = models.DateField(_("ends on"), null=True, blank=True)
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("owner")
    )
    objects = CampaignQuerySet.as_manager()

    class Meta:
        verbose_name = _("campaign")
        verbose_name_plural = _("campaigns")
        constraints = [
            models.CheckConstraint(
                condition=Q(ends_on=None) | Q(starts_on=None) | Q(ends_on__gte=F("starts_on")),
                name="campaign_ends_after_start",
            ),
            models.CheckConstraint(
                condition=~Q(state="live") | (~Q(audience="") & ~Q(channels="")),
                name="campaign_live_names_audience_and_channels",
            ),
        ]

    def __str__(self):
        return self.name


class EnquiryQuerySet(models.QuerySet):
    def visible_to(self, user):
        """Enquiries are open to all who work with them, and to nobody else."""
        return self if user.has_perm("enquiries.view_enquiry") else self.none()

    def open(self):
        return self.exclude(state__in=Enquiry.ENDED)

    def live(self):
        """Enquiries that came in through a door of ours, not as imported history."""
        return self.filter(is_history=False)


class Enquiry(models.Model):
    """Somebody's interest in what the school teaches, from the first question to its end."""

    class State(models.TextChoices):
        RECEIVED = "received", _("Received")
        CONTACTED = "contacted", _("Contacted")
        QUALIFIED = "qualified", _("Qualified")
        APPLIED = "applied", _("Applied")
        ENROLLED = "enrolled", _("Enrolled")
        LOST = "lost", _("Lost")
        INVALID = "invalid", _("Invalid")

    class LostReason(models.TextChoices):
        FOLLOW_UP = "follow_up", _("We did not follow up")
        UNDECIDED = "undecided", _("Undecided")
        BUDGET = "budget", _("Budget")
        RIVAL = "rival", _("Chose another school")
        EMPATHY = "empathy", _("No rapport")
        LOST_CONTACT = "lost_contact", _("Lost contact")
        OTHER = "other", _("Other")

    REACHED = (State.CONTACTED, State.QUALIFIED, State.APPLIED, State.ENROLLED)
    ENDED = (State.ENROLLED, State.LOST, State.INVALID)
    MOVES = {
        State.RECEIVED: {State.CONTACTED, State.QUALIFIED, State.APPLIED, State.ENROLLED, State.LOST, State.INVALID},
        State.CONTACTED: {State.QUALIFIED, State.APPLIED, State.ENROLLED, State.LOST, State.INVALID},
        State.QUALIFIED: {State.APPLIED, State.ENROLLED, State.LOST, State.INVALID},
        State.APPLIED: {State.ENROLLED, State.LOST},
        State.ENROLLED: set(),
        State.LOST: {State.CONTACTED, State.QUALIFIED, State.APPLIED},
        State.INVALID: {State.RECEIVED},
    }
    uuid = models.UUIDField(default=uuid4, unique=True, editable=False)
    person = models.ForeignKey("people.Person", models.CASCADE, related_name="enquiries")
    programme = models.ForeignKey(
        "programmes.Programme", models.SET_NULL, null=True, blank=True, related_name="enquiries"
    )
    intake = models.ForeignKey("programmes.Intake", models.SET_NULL, null=True, blank=True, related_name="enquiries")
    case = models.OneToOneField("contact_centre.Case", models.SET_NULL, null=True, blank=True, related_name="enquiry")
    campaign = models.ForeignKey(Campaign, models.SET_NULL, null=True, blank=True, related_name="enquiries")
    state = models.CharField(max_length=10, choices=State.choices, default=State.RECEIVED)
    channel = models.CharField(max_length=12, choices=Channel.choices, default=Channel.WEB)
    language = models.CharField(max_length=5, choices=Language.choices, default=Language.CATALAN)
    message = models.TextField(blank=True)
    source = models.CharField(max_length=120, blank=True)  # utm_source, or what the lead file says
    medium = models.CharField(max_length=120, blank=True)
    utm = models.JSONField(default=dict, blank=True)
    page_url = models.CharField(max_length=500, blank=True)
    referrer = models.CharField(max_length=500, blank=True)
    answers = models.JSONField(default=dict, blank=True)
    received_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)
    lost_reason = models.CharField(max_length=14, choices=LostReason.choices, blank=True)
    lost_to = models.CharField(max_length=160, blank=True)  # the rival, if it was one
    lost_note = models.TextField(blank=True)
    is_history = models.BooleanField(default=False)  # imported with its outcome: data, not work
    external_key = models.CharField(max_length=200, blank=True)  # who sent it and under which id: one enquiry per key
    objects = EnquiryQuerySet.as_manager()

    class Meta:
        verbose_name = _("enquiry")
        verbose_name_plural = _("enquiries")
        permissions = [("lose_enquiry", _("Can close an enquiry as lost")), ("import_leads", _("Can import leads"))]
        constraints = [
            models.UniqueConstraint(
                fields=["external_key"], name="enquiry_external_key", condition=~Q(external_key="")
            ),
            models.CheckConstraint(condition=~Q(state="lost") | ~Q(lost_reason=""), name="enquiry_lost_has_a_reason"),
        ]
        indexes = [
            models.Index(fields=["received_at"], name="enquiry_received"),
            models.Index(fields=["campaign", "received_at"], name="enquiry_by_campaign"),
            models.Index(fields=["person", "-received_at"], name="enquiry_by_person"),
        ]

    def __str__(self):
        return f"enquiry:{self.pk}"


class EnquiryMove(models.Model):
    """One step of an enquiry from state to state, append-only."""

    enquiry = models.ForeignKey(Enquiry, models.CASCADE, related_name="moves")
    from_state = models.CharField(max_length=10, blank=True)
    to_state = models.CharField(max_length=10, choices=Enquiry.State.choices)
    at = models.DateTimeField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+")

    class Meta:
        verbose_name = _("move of an enquiry")
        verbose_name_plural = _("moves of enquiries")

    def __str__(self):
        return f"{self.enquiry_id}:{self.to_state}"
