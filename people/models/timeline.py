"""Everything that happened between persons and the school."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from people.models.logins import User
from people.models.persons import Person
from people.models.words import Channel


class Touchpoint(models.Model):
    """Something that happened between a person and the school. Append-only; the key leads with time."""

    class Direction(models.TextChoices):
        IN = "in", _("From them")
        OUT = "out", _("From us")
        INNER = "inner", _("Within the school")

    class Emotion(models.TextChoices):
        ENTHUSIASM = "enthusiasm", _("Enthusiasm")
        CALM = "calm", _("Calm")
        DOUBT = "doubt", _("Doubt")
        WORRY = "worry", _("Worry")
        DISAPPOINTMENT = "let_down", _("Disappointment")
        ANGER = "anger", _("Anger")

    at = models.DateTimeField()
    person = models.ForeignKey(Person, models.CASCADE, related_name="touchpoints", db_index=False)
    channel = models.CharField(max_length=12, choices=Channel.choices)
    direction = models.CharField(max_length=6, choices=Direction.choices)
    kind = models.CharField(max_length=60)  # "enquiries.received", "contact_centre.answered"
    summary = models.TextField(blank=True)  # what was said, as it was said
    is_two_way = models.BooleanField(default=False)  # a real exchange: counts as a contact in the KPIs
    by = models.ForeignKey(User, models.SET_NULL, null=True, blank=True, related_name="+", db_index=False)
    about_kind = models.CharField(max_length=60, blank=True)  # "enquiries.enquiry"
    about_id = models.BigIntegerField(null=True, blank=True)
    identity_id = models.BigIntegerField(null=True, blank=True)  # through which they came; it may be gone
    emotion = models.CharField(max_length=12, choices=Emotion.choices, blank=True)  # where somebody or something knows
    sentiment = models.FloatField(null=True, blank=True)  # −1 (bitter) to 1 (delighted)
    campaign = models.SlugField(max_length=80, blank=True, db_index=False)  # campaigns live floors above

    class Meta:
        verbose_name = _("touchpoint")
        verbose_name_plural = _("touchpoints")
        constraints = [
            models.CheckConstraint(
                condition=Q(sentiment=None) | Q(sentiment__gte=-1, sentiment__lte=1), name="touchpoint_sentiment_range"
            )
        ]
        indexes = [
            models.Index(fields=["person", "-at", "-id"], name="touchpoint_timeline"),
            models.Index(fields=["at"], name="touchpoint_two_way", condition=Q(is_two_way=True)),
            models.Index(fields=["person", "kind", "-at", "-id"], name="touchpoint_by_kind"),
        ]

    def __str__(self):
        return f"{self.kind}@{self.at:%Y-%m-%d %H:%M}"
