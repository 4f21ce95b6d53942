"""Enquiries, what they are about and what became of them."""

from uuid import uuid4

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from enquiries.models.campaigns import Campaign, CampaignAction
from enquiries.models.plans import Partner
from people.models import Channel, Language
from programmes.models import Competitor, Intake, Programme


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

    class InvalidRule(models.TextChoices):
        """The named rules by which an enquiry was none."""

        TEST = "test", _("A test of ours")
        SPAM = "spam", _("Advertising")
        TWICE = "twice", _("The same question a second time")
        UNREACHABLE = "no_way", _("No address or number that exists")
        NO_PROSPECT = "no_prospect", _("No prospect: wants work, sells something, is a student already")
        ELSEWHERE = "elsewhere", _("Asks for what we do not teach")
        CHILD = "child", _("A child without a guardian")

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
    lost_to = models.CharField(max_length=160, blank=True)  # the rival, if it was one we do not know
    rival = models.ForeignKey(Competitor, models.SET_NULL, null=True, blank=True, db_index=False, related_name="+")
    lost_note = models.TextField(blank=True)
    invalid_rule = models.CharField(max_length=11, choices=InvalidRule.choices, blank=True, db_default="")
    attempts = models.PositiveSmallIntegerField(default=0, db_default=0)  # to reach them, whatever came of it
    contacted_at = models.DateTimeField(null=True, blank=True)  # first reached
    applied_at = models.DateTimeField(null=True, blank=True)
    enrolled_at = models.DateTimeField(null=True, blank=True)
    action = models.ForeignKey(
        CampaignAction, models.SET_NULL, null=True, blank=True, db_index=False, related_name="enquiries"
    )
    partner = models.ForeignKey(
        Partner, models.SET_NULL, null=True, blank=True, db_index=False, related_name="enquiries"
    )
    form = models.ForeignKey(
        "enquiries.Form", models.SET_NULL, null=True, blank=True, db_index=False, related_name="enquiries"
    )
    variant = models.CharField(max_length=1, blank=True, db_default="")  # of the form
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
            models.Index(fields=["action", "received_at"], name="enquiry_by_action", condition=Q(action__isnull=False)),
            models.Index(
                fields=["partner", "received_at"], name="enquiry_by_partner", condition=Q(partner__isnull=False)
            ),
            models.Index(fields=["form", "received_at"], name="enquiry_by_form", condition=Q(form__isnull=False)),
            models.Index(fields=["lost_reason", "ended_at"], name="enquiry_lost", condition=Q(state="lost")),
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
    why = models.CharField(max_length=14, blank=True, db_default="")  # a LostReason or an InvalidRule

    class Meta:
        verbose_name = _("move of an enquiry")
        verbose_name_plural = _("moves of enquiries")

    def __str__(self):
        return f"{self.enquiry_id}:{self.to_state}"


class Interest(models.Model):
    """A programme somebody is interested in, besides the one their enquiry is mainly about."""

    enquiry = models.ForeignKey(Enquiry, models.CASCADE, related_name="interests")
    programme = models.ForeignKey(Programme, models.CASCADE, related_name="+")
    intake = models.ForeignKey(Intake, models.SET_NULL, null=True, blank=True, related_name="+")
    added_at = models.DateTimeField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+")

    class Meta:
        verbose_name = _("interest")
        verbose_name_plural = _("interests")
        constraints = [models.UniqueConstraint(fields=["enquiry", "programme"], name="interest_once")]

    def __str__(self):
        return f"{self.enquiry_id}:{self.programme_id}"
