"""Journeys: steps over time that a person walks, one at a time, each with the reason why."""

from uuid import uuid4

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from contact_centre.models.segments import Segment
from people.models import Person


class Journey(models.Model):
    """A path with a trigger. What it does is in its versions; one of them is live at most."""

    class State(models.TextChoices):
        DRAFT = "draft", _("Draft")
        LIVE = "live", _("Live")
        PAUSED = "paused", _("Paused")  # nobody enters, nobody moves
        CLOSING = "closing", _("Closing")  # nobody enters, those inside go on
        ENDED = "ended", _("Ended")

    uuid = models.UUIDField(default=uuid4, unique=True, editable=False)
    name = models.CharField(_("name"), max_length=120)
    note = models.CharField(_("what for"), max_length=250, blank=True)
    phase = models.CharField(_("phase of life"), max_length=11, blank=True, default="")
    state = models.CharField(_("state"), max_length=7, choices=State.choices, default=State.DRAFT)
    trigger = models.CharField(_("begins when"), max_length=60)  # a code of ``contact_centre.journeys.triggers``
    only_for = models.ForeignKey(
        Segment, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("only for")
    )
    again_after_days = models.PositiveSmallIntegerField(
        _("the same person again after (days)"), null=True, blank=True, help_text=_("Empty: once in a lifetime.")
    )
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+")
    changed_at = models.DateTimeField()
    live = models.ForeignKey("JourneyVersion", models.SET_NULL, null=True, blank=True, related_name="+")

    class Meta:
        verbose_name = _("journey")
        verbose_name_plural = _("journeys")
        permissions = [("start_journey", _("Can let journeys go live, pause and end them"))]
        indexes = [models.Index(fields=["trigger"], name="journey_listening", condition=Q(state="live"))]

    def __str__(self):
        return self.name


class JourneyVersion(models.Model):
    """The steps of a journey as they were drawn; fixed once people walk them."""

    journey = models.ForeignKey(Journey, models.CASCADE, related_name="versions")
    number = models.PositiveIntegerField()
    steps = models.JSONField(default=dict)  # its shape: ``contact_centre.journeys.steps``
    made_at = models.DateTimeField()
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+")
    went_live_at = models.DateTimeField(null=True, blank=True)
    rehearsed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("version of a journey")
        verbose_name_plural = _("versions of journeys")
        constraints = [models.UniqueConstraint(fields=["journey", "number"], name="journey_version_once")]

    def __str__(self):
        return f"{self.journey_id}:{self.number}"


class Walk(models.Model):
    """One person on one journey, in exactly one step."""

    class State(models.TextChoices):
        WALKING = "walking", _("On the way")
        ARRIVED = "arrived", _("Arrived")
        LEFT = "left", _("Left on the way")

    journey = models.ForeignKey(Journey, models.CASCADE, related_name="walks", db_index=False)
    version = models.ForeignKey(JourneyVersion, models.PROTECT, related_name="walks")
    person = models.ForeignKey(Person, models.CASCADE, related_name="walks")
    key = models.CharField(max_length=200, unique=True)  # journey and what set it off
    about_kind = models.CharField(max_length=60, blank=True)
    about_id = models.BigIntegerField(null=True, blank=True)
    state = models.CharField(max_length=7, choices=State.choices, default=State.WALKING)
    step = models.CharField(max_length=40)  # the key of a step of the version
    is_control = models.BooleanField(default=False)
    entered_at = models.DateTimeField()
    step_since = models.DateTimeField()
    due_at = models.DateTimeField()  # when the step is looked at again
    ended_at = models.DateTimeField(null=True, blank=True)
    attempts = models.PositiveSmallIntegerField(default=0)

    class Meta:
        verbose_name = _("walk through a journey")
        verbose_name_plural = _("walks through journeys")
        constraints = [
            models.UniqueConstraint(
                fields=["journey", "person"], condition=Q(state="walking"), name="walk_one_at_a_time"
            )
        ]
        indexes = [
            models.Index(fields=["due_at"], name="walk_due", condition=Q(state="walking")),
            models.Index(fields=["version", "step"], name="walk_map"),
        ]

    def __str__(self):
        return self.key


class WalkLog(models.Model):
    """Why a person got a step: append-only."""

    walk = models.ForeignKey(Walk, models.CASCADE, related_name="log")
    step = models.CharField(max_length=40)
    at = models.DateTimeField()
    what = models.CharField(max_length=20)  # entered, waited, sent, refused, branched, tasked, held_out, left …
    why = models.CharField(max_length=300, blank=True)
    message = models.ForeignKey("people.OutgoingMessage", models.SET_NULL, null=True, blank=True, related_name="+")

    class Meta:
        verbose_name = _("line of a walk")
        verbose_name_plural = _("lines of walks")
        indexes = [models.Index(fields=["walk", "at"], name="walk_log_by_time")]

    def __str__(self):
        return f"{self.walk_id}:{self.step}"
