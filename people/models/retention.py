"""How long what we hold is kept, and who is about to be forgotten."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from people.models.logins import User
from people.models.persons import Person


class RetentionPeriod(models.Model):
    """How many months the school keeps people for one purpose after it has ended; rules are named by the floors."""

    code = models.CharField(_("rule"), max_length=40, unique=True)
    months = models.PositiveSmallIntegerField(_("months"))
    is_active = models.BooleanField(_("in force"), default=True)
    changed_at = models.DateTimeField()
    changed_by = models.ForeignKey(User, models.SET_NULL, null=True, blank=True, related_name="+")

    class Meta:
        verbose_name = _("retention period")
        verbose_name_plural = _("retention periods")

    def __str__(self):
        return self.code


class PlannedErasure(models.Model):
    """A person whose time is up: shown from ``noted_at``, forgotten from ``bites_on``, unless held."""

    person = models.ForeignKey(Person, models.CASCADE, related_name="planned_erasures")
    code = models.CharField(max_length=40)  # the rule
    noted_at = models.DateTimeField(_("noted at"))
    bites_on = models.DateField(_("erased on"))
    held_until = models.DateField(_("held until"), null=True, blank=True)
    held_why = models.CharField(_("why"), max_length=250, blank=True)
    held_by = models.ForeignKey(User, models.SET_NULL, null=True, blank=True, related_name="+")
    done_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("planned erasure")
        verbose_name_plural = _("planned erasures")
        constraints = [
            models.UniqueConstraint(fields=["person"], name="planned_erasure_once", condition=Q(done_at=None))
        ]
        indexes = [models.Index(fields=["bites_on"], name="planned_erasure_due", condition=Q(done_at=None))]

    def __str__(self):
        return f"{self.code}:{self.person_id}"
