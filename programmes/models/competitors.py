"""The benchmark: what rivals offer beside our programmes, from where we know it and when it was last looked at."""

from django.core.validators import MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from people.models import User
from programmes.models.facts import Modality, Programme


class Competitor(models.Model):
    """Another institution that teaches what we teach."""

    name = models.CharField(_("name"), max_length=160, unique=True)
    website = models.URLField(_("website"), max_length=300, blank=True)
    notes = models.TextField(_("notes"), blank=True)

    class Meta:
        verbose_name = _("competitor")
        verbose_name_plural = _("competitors")

    def __str__(self):
        return self.name


class Rival(models.Model):
    """One offer of a competitor, or a substitute, beside one of our programmes, as last seen."""

    class Kind(models.TextChoices):
        COMPETITOR = "competitor", _("Competes with it")
        SUBSTITUTE = "substitute", _("Stands in for it")

    class Channel(models.TextChoices):
        WEB = "web", _("Website")
        PHONE = "phone", _("Telephone")
        CENTRE = "centre", _("Own centres")
        AGENTS = "agents", _("Agents")
        FAIRS = "fairs", _("Fairs")
        PORTALS = "portals", _("Course portals")
        SOCIAL = "social", _("Social networks")
        PRESS = "press", _("Press")

    programme = models.ForeignKey(Programme, models.CASCADE, related_name="rivals", verbose_name=_("our programme"))
    competitor = models.ForeignKey(
        Competitor, models.PROTECT, related_name="rivals", verbose_name=_("competitor"), null=True, blank=True
    )
    kind = models.CharField(_("kind"), max_length=10, choices=Kind.choices, default=Kind.COMPETITOR)
    name = models.CharField(_("what they call it"), max_length=200)
    price_minor = models.PositiveIntegerField(
        _("price in minor units"), null=True, blank=True, validators=[MinValueValidator(0)]
    )
    currency = models.CharField(_("currency"), max_length=3, default="EUR")
    price_text = models.CharField(_("price in words"), max_length=250, blank=True)
    modality = models.CharField(_("modality"), max_length=10, choices=Modality.choices, blank=True)
    hours = models.PositiveIntegerField(_("hours in all"), null=True, blank=True)
    credits = models.DecimalField(_("credits (ECTS)"), max_digits=5, decimal_places=1, null=True, blank=True)
    length_text = models.CharField(_("length in words"), max_length=120, blank=True)
    channels = models.JSONField(_("channels"), default=list, blank=True)  # values of Channel
    strengths = models.TextField(_("where they are better"), blank=True)
    weaknesses = models.TextField(_("where we are better"), blank=True)
    source = models.CharField(_("source"), max_length=300, help_text=_("An address, a brochure, a call."))
    seen_on = models.DateField(_("seen on"))
    reviewed_on = models.DateField(_("reviewed on"))
    reviewed_by = models.ForeignKey(User, models.SET_NULL, null=True, blank=True, related_name="+")
    is_gone = models.BooleanField(_("no longer offered"), default=False)

    class Meta:
        verbose_name = _("rival")
        verbose_name_plural = _("rivals")
        constraints = [
            models.UniqueConstraint(fields=["programme", "competitor", "name"], name="rival_once"),
            models.CheckConstraint(
                condition=models.Q(reviewed_on__gte=models.F("seen_on")), name="rival_reviewed_after_seen"
            ),
        ]
        indexes = [models.Index(fields=["programme", "-reviewed_on"], name="rival_by_review")]

    def __str__(self):
        return self.name


class BenchmarkReview(models.Model):
    """Somebody looked at all rivals of a programme and found the comparison right on that day."""

    programme = models.ForeignKey(Programme, models.CASCADE, related_name="benchmark_reviews")
    reviewed_on = models.DateField(_("reviewed on"))
    by = models.ForeignKey(User, models.SET_NULL, null=True, blank=True, related_name="+")
    note = models.CharField(_("note"), max_length=250, blank=True)

    class Meta:
        verbose_name = _("review of a comparison")
        verbose_name_plural = _("reviews of comparisons")
        indexes = [models.Index(fields=["programme", "-reviewed_on"], name="benchmark_last_review")]

    def __str__(self):
        return f"{self.programme_id}:{self.reviewed_on}"
