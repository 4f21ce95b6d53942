"""Intakes: the starts of a programme, with their dates, seats, place and price list."""

from datetime import date

from django.core.exceptions import ValidationError
from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from modelcluster.fields import ParentalKey

from programmes import dates
from programmes.models.facts import Campus, Modality, Programme


class IntakeQuerySet(models.QuerySet):
    def upcoming(self, *, on):
        """Those one can still join on the date ``on``, the nearest first; a start without a date counts as open."""
        return (
            self.filter(is_open=True)
            .filter(Q(starts_on=None) | Q(starts_on__gte=on))
            .exclude(apply_by__lt=on)
            .order_by(F("starts_on").asc(nulls_last=True), "id")
        )


class Intake(models.Model):
    """One start of a programme: when, where, how many seats and at what price."""

    programme = ParentalKey(Programme, on_delete=models.CASCADE, related_name="intakes")
    code = models.SlugField(_("code"), max_length=80)
    external_id = models.CharField(max_length=255, blank=True, editable=False)
    starts_on = models.DateField(_("starts on"), null=True, blank=True)
    start_text = models.CharField(_("start in words"), max_length=200, blank=True)
    ends_on = models.DateField(_("ends on"), null=True, blank=True)
    apply_by = models.DateField(_("apply by"), null=True, blank=True)
    seats = models.PositiveSmallIntegerField(_("seats"), null=True, blank=True)
    venue = models.ForeignKey(
        Campus, models.PROTECT, null=True, blank=True, related_name="intakes", verbose_name=_("campus")
    )
    campus = models.CharField(_("place in words"), max_length=200, blank=True)  # the name of the venue, or the source's
    timetable = models.CharField(_("timetable"), max_length=200, blank=True)
    modality = models.CharField(_("modality"), max_length=10, choices=Modality.choices, blank=True)
    currency = models.CharField(_("currency"), max_length=3, default="EUR")
    price_minor = models.PositiveIntegerField(
        _("price in minor units"), null=True, blank=True, validators=[MinValueValidator(0)]
    )
    early_price_minor = models.PositiveIntegerField(_("early-bird price in minor units"), null=True, blank=True)
    early_until = models.DateField(_("early-bird price until"), null=True, blank=True)
    late_price_minor = models.PositiveIntegerField(_("late price in minor units"), null=True, blank=True)
    late_from = models.DateField(_("late price from"), null=True, blank=True)
    price_text = models.CharField(_("price in words"), max_length=500, blank=True)
    is_open = models.BooleanField(_("takes applications"), default=True)
    objects = IntakeQuerySet.as_manager()

    class Meta:
        verbose_name = _("intake")
        verbose_name_plural = _("intakes")
        constraints = [
            models.UniqueConstraint(fields=["programme", "code"], name="intake_code_unique"),
            models.CheckConstraint(
                condition=Q(ends_on=None) | Q(starts_on=None) | Q(ends_on__gte=F("starts_on")),
                name="intake_ends_after_start",
            ),
            models.CheckConstraint(
                condition=Q(apply_by=None) | Q(starts_on=None) | Q(apply_by__lte=F("starts_on")),
                name="intake_apply_before_start",
            ),
            models.CheckConstraint(
                condition=Q(early_price_minor=None, early_until=None)
                | Q(early_price_minor__lt=F("price_minor"), early_until__isnull=False),
                name="intake_early_price_is_lower_and_dated",
            ),
            models.CheckConstraint(
                condition=Q(late_price_minor=None, late_from=None)
                | Q(late_price_minor__gt=F("price_minor"), late_from__isnull=False),
                name="intake_late_price_is_higher_and_dated",
            ),
            models.CheckConstraint(
                condition=Q(early_until=None) | Q(late_from=None) | Q(early_until__lt=F("late_from")),
                name="intake_early_before_late",
            ),
        ]
        indexes = [models.Index(fields=["programme", "starts_on"], name="intake_by_start")]

    def __str__(self):
        return self.label()

    def clean(self):
        super().clean()
        from programmes.editing import intake_rules  # noqa: PLC0415 -- the rules read this model

        if problems := intake_rules.problems(self):
            raise ValidationError(problems)

    def label(self) -> str:
        """When and where, in the reader's language: “March 2027, Barcelona”."""
        return ", ".join(part for part in (self.start_label(), self.campus) if part) or self.code

    def start_label(self) -> str:
        """The month of the start as the reader writes it, else the start in the source's words."""
        return dates.month(self.starts_on) if self.starts_on else self.start_text

    def price_minor_on(self, on: date) -> int | None:
        """What one pays who signs up on the date ``on``: the early-bird, the usual or the late price."""
        if self.early_price_minor is not None and self.early_until and on <= self.early_until:
            return self.early_price_minor
        if self.late_price_minor is not None and self.late_from and on >= self.late_from:
            return self.late_price_minor
        return self.price_minor
