"""Targets of the KPIs and their daily snapshots."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class KpiTarget(models.Model):
    """What the school wants a KPI to be, from a date on."""

    kpi = models.SlugField(_("KPI"), max_length=40)
    value = models.FloatField(_("target"))
    valid_from = models.DateField(_("valid from"))

    class Meta:
        verbose_name = _("KPI target")
        verbose_name_plural = _("KPI targets")
        constraints = [models.UniqueConstraint(fields=["kpi", "valid_from"], name="kpi_target_unique")]

    def __str__(self):
        return f"{self.kpi}@{self.valid_from}"


class KpiSnapshot(models.Model):
    """A KPI as it stood at the end of a day, in the version of its formula then in force."""

    kpi = models.SlugField(max_length=40)
    version = models.PositiveSmallIntegerField(default=1)
    day = models.DateField()
    numerator = models.FloatField()
    denominator = models.FloatField(null=True)
    value = models.FloatField(null=True)

    class Meta:
        verbose_name = _("KPI snapshot")
        verbose_name_plural = _("KPI snapshots")
        constraints = [models.UniqueConstraint(fields=["kpi", "version", "day"], name="kpi_snapshot_unique")]

    def __str__(self):
        return f"{self.kpi}@{self.day}"
