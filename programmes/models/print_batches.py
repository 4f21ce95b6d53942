"""Printed things that report back: each batch has a short address and a QR code of its own."""

from django.core.validators import MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from people.models import Language, User
from programmes.models.facts import Programme


class PrintBatch(models.Model):
    """A print run of a brochure, a poster or a card, and where its short address leads."""

    class Kind(models.TextChoices):
        BROCHURE = "brochure", _("Brochure")
        POSTER = "poster", _("Poster")
        CARD = "card", _("Card or flyer")
        FAIR = "fair", _("Fair")
        PRESS = "press", _("Press")
        LETTER = "letter", _("Letter")

    code = models.CharField(_("code"), max_length=12, unique=True)  # the short address is /q/<code>
    name = models.CharField(_("name"), max_length=160)
    kind = models.CharField(_("kind"), max_length=8, choices=Kind.choices, default=Kind.BROCHURE)
    programme = models.ForeignKey(
        Programme,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="print_batches",
        verbose_name=_("programme"),
        help_text=_("Without one, the address leads to the catalogue."),
    )
    page = models.ForeignKey(
        "wagtailcore.Page",
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("page"),
        help_text=_("Another page to lead to, such as a landing page."),
    )
    language = models.CharField(_("language"), max_length=5, choices=Language.choices, default=Language.CATALAN)
    campaign = models.SlugField(_("campaign"), max_length=80, blank=True, help_text=_("The code of the campaign."))
    copies = models.PositiveIntegerField(_("copies"), null=True, blank=True)
    cost_minor = models.PositiveIntegerField(
        _("cost in minor units"), null=True, blank=True, validators=[MinValueValidator(0)]
    )
    currency = models.CharField(_("currency"), max_length=3, default="EUR")
    printed_on = models.DateField(_("printed on"), null=True, blank=True)
    place = models.CharField(_("where it is handed out"), max_length=160, blank=True)
    made_at = models.DateTimeField()
    by = models.ForeignKey(User, models.SET_NULL, null=True, blank=True, related_name="+")

    class Meta:
        verbose_name = _("print batch")
        verbose_name_plural = _("print batches")

    def __str__(self):
        return self.name


class PrintBatchCount(models.Model):
    """How often the short address of a batch was followed, and led to an enquiry, on one day."""

    batch = models.ForeignKey(PrintBatch, models.CASCADE, related_name="counts")
    on = models.DateField()
    visits = models.PositiveIntegerField(_("visits"), default=0)
    enquiries = models.PositiveIntegerField(_("enquiries"), default=0)

    class Meta:
        verbose_name = _("count of a print batch")
        verbose_name_plural = _("counts of print batches")
        constraints = [models.UniqueConstraint(fields=["batch", "on"], name="print_batch_count_a_day")]

    def __str__(self):
        return f"{self.batch_id}:{self.on}"
