"""The laboratory of lost enquiries: plays by cell, with a part that is left alone so that the rest proves something."""

from uuid import uuid4

from django.conf import settings
from django.core.validators import MaxValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from contact_centre.models import CallList, Journey, MessageTemplate
from enquiries.models.enquiries import Enquiry
from people.models import Person
from programmes.models import Programme


class AgeBand(models.TextChoices):
    """How long ago an enquiry was lost."""

    FRESH = "3m", _("Up to 3 months")
    HALF_YEAR = "6m", _("3 to 6 months")
    YEAR = "12m", _("6 to 12 months")
    OLD = "older", _("Longer than a year")


class Play(models.Model):
    """One attempt to bring back the enquiries of one cell: reason, age and programme."""

    class Kind(models.TextChoices):
        EMAIL = "email", _("E-mail")
        DRIP = "drip", _("Series of messages")
        CALL = "call", _("Calls")
        OTHER_ADVISER = "adviser", _("Another adviser")
        OTHER_CONTACT = "contact", _("Another way to reach them")

    class State(models.TextChoices):
        DRAFT = "draft", _("Draft")
        RUNNING = "running", _("Running")
        HALTED = "halted", _("Halted")
        DONE = "done", _("Done")

    uuid = models.UUIDField(default=uuid4, unique=True, editable=False)
    name = models.CharField(_("name"), max_length=160)
    reason = models.CharField(_("reason"), max_length=14, choices=Enquiry.LostReason.choices)
    age = models.CharField(_("lost since"), max_length=5, choices=AgeBand.choices)
    programme = models.ForeignKey(
        Programme, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("programme")
    )
    kind = models.CharField(_("what is done"), max_length=7, choices=Kind.choices)
    template = models.ForeignKey(
        MessageTemplate, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("template")
    )
    journey = models.ForeignKey(
        Journey, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("journey")
    )
    call_list = models.ForeignKey(CallList, models.SET_NULL, null=True, blank=True, related_name="+", editable=False)
    held_out_percent = models.PositiveSmallIntegerField(
        _("left alone, in %"), default=20, validators=[MaxValueValidator(90)]
    )
    days = models.PositiveSmallIntegerField(_("days counted after it"), default=90)
    claimed_low = models.PositiveSmallIntegerField(default=5)  # what is usually promised, in %
    claimed_high = models.PositiveSmallIntegerField(default=35)
    state = models.CharField(_("state"), max_length=7, choices=State.choices, default=State.DRAFT)
    made_at = models.DateTimeField()
    started_at = models.DateTimeField(null=True, blank=True)
    ends_at = models.DateTimeField(null=True, blank=True)  # the last day that counts
    why = models.CharField(max_length=250, blank=True)  # it was halted
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+")

    class Meta:
        verbose_name = _("play")
        verbose_name_plural = _("plays")
        permissions = [("run_play", _("Can start and halt plays"))]

    def __str__(self):
        return self.name


class PlayMember(models.Model):
    """An enquiry in a play: acted on, or left alone to compare with."""

    class State(models.TextChoices):
        WAITING = "waiting", _("Waiting")
        DONE = "done", _("Done")
        EXCLUDED = "out", _("Taken out")

    play = models.ForeignKey(Play, models.CASCADE, related_name="members")
    enquiry = models.ForeignKey(Enquiry, models.CASCADE, related_name="plays")
    person = models.ForeignKey(Person, models.CASCADE, related_name="+")
    is_held_out = models.BooleanField(default=False)
    state = models.CharField(max_length=7, choices=State.choices, default=State.WAITING)
    why = models.CharField(max_length=120, blank=True)  # taken out
    acted_at = models.DateTimeField(null=True, blank=True)
    revived_at = models.DateTimeField(null=True, blank=True)
    enrolled_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("enquiry in a play")
        verbose_name_plural = _("enquiries in plays")
        constraints = [
            models.UniqueConstraint(fields=["play", "enquiry"], name="play_member_once"),
            # Whoever is left alone to compare with is nobody's to act on.
            models.CheckConstraint(
                condition=Q(is_held_out=False) | Q(acted_at=None), name="play_held_out_is_left_alone"
            ),
        ]
        indexes = [
            models.Index(
                fields=["play", "id"], name="play_member_due", condition=Q(state="waiting", is_held_out=False)
            ),
            models.Index(fields=["person"], name="play_member_by_person"),
        ]

    def __str__(self):
        return f"{self.play_id}:{self.enquiry_id}"


class ClosedCell(models.Model):
    """A cell in which nothing more is tried: every play was played, or nobody may be asked any more."""

    reason = models.CharField(max_length=14, choices=Enquiry.LostReason.choices)
    age = models.CharField(max_length=5, choices=AgeBand.choices)
    programme = models.ForeignKey(Programme, models.CASCADE, null=True, blank=True, related_name="+")
    closed_at = models.DateTimeField()
    why = models.CharField(max_length=120)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+")

    class Meta:
        verbose_name = _("closed cell")
        verbose_name_plural = _("closed cells")
        constraints = [
            models.UniqueConstraint(
                fields=["reason", "age", "programme"], name="closed_cell_once", nulls_distinct=False
            )
        ]

    def __str__(self):
        return f"{self.reason}:{self.age}:{self.programme_id}"
