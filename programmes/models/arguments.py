"""The argument sheet: what an adviser says for a programme, and answers to what people object. Never public."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel, MultiFieldPanel

from people.models import User
from programmes.models.facts import Programme
from programmes.models.naming import in_reader_language


class Argument(models.Model):
    """An argument with what proves it, or an objection with its answer; without a programme it holds for all."""

    class Kind(models.TextChoices):
        ARGUMENT = "argument", _("Argument")
        OBJECTION = "objection", _("Objection")

    programme = models.ForeignKey(
        Programme,
        models.CASCADE,
        null=True,
        blank=True,
        related_name="arguments",
        verbose_name=_("programme"),
        help_text=_("Leave it empty for what holds for every programme."),
    )
    kind = models.CharField(_("kind"), max_length=9, choices=Kind.choices, default=Kind.ARGUMENT)
    text_ca = models.CharField(_("in Catalan"), max_length=250)
    text_es = models.CharField(_("in Spanish"), max_length=250, blank=True)
    text_en = models.CharField(_("in English"), max_length=250, blank=True)
    answer_ca = models.TextField(_("proof or answer in Catalan"), blank=True)
    answer_es = models.TextField(_("proof or answer in Spanish"), blank=True)
    answer_en = models.TextField(_("proof or answer in English"), blank=True)
    place = models.PositiveSmallIntegerField(_("place in the list"), default=100)
    is_retired = models.BooleanField(_("no longer used"), default=False)
    changed_at = models.DateTimeField(auto_now=True)

    panels = [
        FieldPanel("programme"),
        FieldPanel("kind"),
        MultiFieldPanel(
            [FieldPanel("text_ca"), FieldPanel("text_es"), FieldPanel("text_en")],
            heading=_("What is said"),
            help_text=_("An argument in one sentence, or an objection as people say it."),
        ),
        MultiFieldPanel(
            [FieldPanel("answer_ca"), FieldPanel("answer_es"), FieldPanel("answer_en")],
            heading=_("Proof or answer"),
        ),
        FieldPanel("place"),
        FieldPanel("is_retired"),
    ]

    class Meta:
        verbose_name = _("argument")
        verbose_name_plural = _("arguments")
        indexes = [models.Index(fields=["programme", "kind", "place"], name="argument_order")]

    def __str__(self):
        return self.text

    @property
    def text(self) -> str:
        return in_reader_language(self, "text")

    @property
    def answer(self) -> str:
        return in_reader_language(self, "answer")


class SheetLookup(models.Model):
    """An adviser opened the technical sheet of a programme, from where, and how long the page took."""

    programme = models.ForeignKey(Programme, models.CASCADE, related_name="lookups")
    by = models.ForeignKey(User, models.SET_NULL, null=True, blank=True, related_name="+")
    looked_at = models.DateTimeField()
    took_ms = models.PositiveIntegerField()
    about_kind = models.CharField(max_length=60, blank=True)  # from where: "contact_centre.case", "" for a list
    about_id = models.BigIntegerField(null=True, blank=True)

    class Meta:
        verbose_name = _("lookup of a sheet")
        verbose_name_plural = _("lookups of sheets")
        indexes = [models.Index(fields=["looked_at"], name="lookup_by_time")]

    def __str__(self):
        return f"{self.programme_id}:{self.pk}"
