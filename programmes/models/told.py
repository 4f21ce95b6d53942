"""Facts with memory: what each fact was and when, who was told it, and the correction they are owed."""

from uuid import uuid4

from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from people.models import Language, Person, User
from programmes.models.facts import Programme
from programmes.models.intakes import Intake


class Fact(models.TextChoices):
    """What is kept with its history. The first group is an intake's, then a programme's, the last a page's."""

    PRICE = "price", _("Price")
    EARLY_PRICE = "early_price", _("Early-bird price")
    LATE_PRICE = "late_price", _("Late price")
    STARTS_ON = "starts_on", _("Start")
    ENDS_ON = "ends_on", _("End")
    APPLY_BY = "apply_by", _("Deadline")
    SEATS = "seats", _("Seats")
    PLACE = "place", _("Place")
    TIMETABLE = "timetable", _("Timetable")
    CREDITS = "credits", _("Credits")
    WEEKLY_HOURS = "weekly_hours", _("Hours a week")
    LENGTH = "length", _("Length")
    MODALITY = "modality", _("Modality")
    TAUGHT_IN = "taught_in", _("Taught in")
    ACCREDITATION = "accreditation", _("Accreditation")
    REQUIREMENTS = "requirements", _("Entry requirements")


class FactVersion(models.Model):
    """One fact as it was from ``valid_from`` until ``valid_until``; the one without an end holds now."""

    programme = models.ForeignKey(Programme, models.CASCADE, related_name="fact_versions")
    intake = models.ForeignKey(Intake, models.CASCADE, null=True, blank=True, related_name="fact_versions")
    fact = models.CharField(_("fact"), max_length=16, choices=Fact.choices)
    language = models.CharField(max_length=5, blank=True)  # of a page's words; "" for what holds in every language
    value = models.JSONField(_("value"), encoder=DjangoJSONEncoder)  # its shape: ``programmes.told.facts``
    valid_from = models.DateTimeField(_("from"))
    valid_until = models.DateTimeField(_("until"), null=True, blank=True)
    by = models.ForeignKey(User, models.SET_NULL, null=True, blank=True, related_name="+")

    class Meta:
        verbose_name = _("version of a fact")
        verbose_name_plural = _("versions of facts")
        constraints = [
            models.UniqueConstraint(
                fields=["intake", "fact"],
                condition=Q(valid_until=None, intake__isnull=False),
                name="fact_one_version_of_intake_holds",
            ),
            models.UniqueConstraint(
                fields=["programme", "fact", "language"],
                condition=Q(valid_until=None, intake=None),
                name="fact_one_version_of_programme_holds",
            ),
            models.CheckConstraint(
                condition=Q(valid_until=None) | Q(valid_until__gte=models.F("valid_from")),
                name="fact_version_ends_after_start",
            ),
        ]
        indexes = [models.Index(fields=["programme", "fact", "-valid_from"], name="fact_history")]

    def __str__(self):
        return f"{self.fact}:{self.pk}"


class Telling(models.Model):
    """One occasion on which facts were told: a message, a quote, a paper, a call."""

    class Support(models.TextChoices):
        MESSAGE = "message", _("Message")
        LETTER = "letter", _("Letter")
        QUOTE = "quote", _("Quote")
        BROCHURE = "brochure", _("Brochure")
        CALL = "call", _("Call")

    uuid = models.UUIDField(default=uuid4, unique=True, editable=False)
    support = models.CharField(_("support"), max_length=8, choices=Support.choices)
    key = models.CharField(max_length=200, unique=True)  # one telling per key, however often it is noted
    programme = models.ForeignKey(Programme, models.CASCADE, related_name="tellings")
    person = models.ForeignKey(Person, models.CASCADE, null=True, blank=True, related_name="tellings")
    message = models.ForeignKey(
        "people.OutgoingMessage", models.SET_NULL, null=True, blank=True, related_name="tellings"
    )
    language = models.CharField(max_length=5, choices=Language.choices)
    told_at = models.DateTimeField(_("told at"))
    by = models.ForeignKey(User, models.SET_NULL, null=True, blank=True, related_name="+")
    about_kind = models.CharField(max_length=60, blank=True)  # what it was told about, as upper floors name it
    about_id = models.BigIntegerField(null=True, blank=True)
    versions = models.ManyToManyField(FactVersion, through="ToldFact", related_name="tellings")

    class Meta:
        verbose_name = _("telling of facts")
        verbose_name_plural = _("tellings of facts")
        indexes = [
            models.Index(fields=["programme", "-told_at"], name="telling_by_programme"),
            models.Index(fields=["person", "-told_at"], name="telling_by_person"),
        ]

    def __str__(self):
        return f"{self.support}:{self.pk}"


class ToldFact(models.Model):
    """One version that was told on one occasion, in the words in which it was told."""

    telling = models.ForeignKey(Telling, models.CASCADE, related_name="facts")
    version = models.ForeignKey(FactVersion, models.PROTECT, related_name="told")
    words = models.CharField(_("as told"), max_length=250, blank=True)

    class Meta:
        verbose_name = _("told fact")
        verbose_name_plural = _("told facts")
        constraints = [models.UniqueConstraint(fields=["telling", "version"], name="told_once_a_telling")]

    def __str__(self):
        return f"{self.telling_id}:{self.version_id}"


class Correction(models.Model):
    """What somebody who was told an old fact is owed: a drafted message that an adviser sends or sets aside."""

    class State(models.TextChoices):
        DRAFTED = "drafted", _("Drafted")
        SENT = "sent", _("Sent")
        SET_ASIDE = "set_aside", _("Set aside")

    uuid = models.UUIDField(default=uuid4, unique=True, editable=False)
    person = models.ForeignKey(Person, models.CASCADE, related_name="corrections")
    programme = models.ForeignKey(Programme, models.CASCADE, related_name="corrections")
    told = models.ManyToManyField(ToldFact, related_name="corrections")
    state = models.CharField(_("state"), max_length=9, choices=State.choices, default=State.DRAFTED)
    language = models.CharField(max_length=5, choices=Language.choices)
    subject = models.CharField(_("subject"), max_length=250)
    body = models.TextField(_("text"))
    drafted_at = models.DateTimeField(_("drafted at"))
    decided_at = models.DateTimeField(_("decided at"), null=True, blank=True)
    why = models.CharField(_("why it was set aside"), max_length=250, blank=True)
    message = models.ForeignKey("people.OutgoingMessage", models.SET_NULL, null=True, blank=True, related_name="+")
    by = models.ForeignKey(User, models.SET_NULL, null=True, blank=True, related_name="+")

    class Meta:
        verbose_name = _("correction")
        verbose_name_plural = _("corrections")
        permissions = [("decide_correction", _("Can send corrections and set them aside"))]
        constraints = [
            models.UniqueConstraint(
                fields=["person", "programme"], condition=Q(state="drafted"), name="correction_one_draft_each"
            )
        ]
        indexes = [models.Index(fields=["programme", "state"], name="correction_by_programme")]

    def __str__(self):
        return f"correction:{self.pk}"
