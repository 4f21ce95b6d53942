"""Commercial slots: which programme is put forward where, to whom and when, and what came of it."""

from uuid import uuid4

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from people.models import Language, User
from programmes.models.facts import Programme
from programmes.models.naming import in_reader_language


class Slot(models.Model):
    """A programme in a commercial slot for a while."""

    class Place(models.TextChoices):
        HOME = "home", _("Home page")
        CATALOGUE = "catalogue", _("Catalogue")
        SHEET = "sheet", _("Product sheets of others")
        ARTICLE = "article", _("Articles")
        NEWSLETTER = "newsletter", _("Newsletter")

    uuid = models.UUIDField(default=uuid4, unique=True, editable=False)
    name = models.CharField(_("name"), max_length=120)
    place = models.CharField(_("place"), max_length=10, choices=Place.choices)
    programme = models.ForeignKey(Programme, models.CASCADE, related_name="slots", verbose_name=_("programme"))
    audience = models.CharField(_("audience"), max_length=40, default="everyone")  # ``programmes.slots.audiences()``
    language = models.CharField(_("only in"), max_length=5, choices=Language.choices, blank=True)
    headline_ca = models.CharField(_("headline in Catalan"), max_length=120)
    headline_es = models.CharField(_("headline in Spanish"), max_length=120, blank=True)
    headline_en = models.CharField(_("headline in English"), max_length=120, blank=True)
    text_ca = models.CharField(_("text in Catalan"), max_length=250, blank=True)
    text_es = models.CharField(_("text in Spanish"), max_length=250, blank=True)
    text_en = models.CharField(_("text in English"), max_length=250, blank=True)
    starts_at = models.DateTimeField(_("from"))
    ends_at = models.DateTimeField(_("until"))
    weight = models.PositiveSmallIntegerField(
        _("weight"),
        default=1,
        validators=[MinValueValidator(1), MaxValueValidator(100)],
        help_text=_("Of two in the same place, the heavier one is shown more often."),
    )
    is_stopped = models.BooleanField(_("is stopped"), default=False)
    by = models.ForeignKey(User, models.SET_NULL, null=True, blank=True, related_name="+")

    class Meta:
        verbose_name = _("commercial slot")
        verbose_name_plural = _("commercial slots")
        constraints = [models.CheckConstraint(condition=Q(ends_at__gt=F("starts_at")), name="slot_ends_after_start")]
        indexes = [models.Index(fields=["place", "starts_at", "ends_at"], name="slot_by_place")]

    def __str__(self):
        return self.name

    @property
    def headline(self) -> str:
        return in_reader_language(self, "headline")

    @property
    def text(self) -> str:
        return in_reader_language(self, "text")


class SlotCount(models.Model):
    """How often a slot was seen, followed, and led to an enquiry on one day."""

    slot = models.ForeignKey(Slot, models.CASCADE, related_name="counts")
    on = models.DateField()
    impressions = models.PositiveIntegerField(_("impressions"), default=0)
    clicks = models.PositiveIntegerField(_("clicks"), default=0)
    enquiries = models.PositiveIntegerField(_("enquiries"), default=0)

    class Meta:
        verbose_name = _("count of a slot")
        verbose_name_plural = _("counts of slots")
        constraints = [models.UniqueConstraint(fields=["slot", "on"], name="slot_count_a_day")]

    def __str__(self):
        return f"{self.slot_id}:{self.on}"
