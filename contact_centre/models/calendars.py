"""When the school works: intervals of a week, and the days that differ."""

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _


class Weekday(models.IntegerChoices):
    MONDAY = 0, _("Monday")
    TUESDAY = 1, _("Tuesday")
    WEDNESDAY = 2, _("Wednesday")
    THURSDAY = 3, _("Thursday")
    FRIDAY = 4, _("Friday")
    SATURDAY = 5, _("Saturday")
    SUNDAY = 6, _("Sunday")


class WorkingCalendar(models.Model):
    """A working week in one time zone. The default one holds for every team that has none of its own."""

    name = models.CharField(_("name"), max_length=80, unique=True)
    time_zone = models.CharField(_("time zone"), max_length=60, default="Europe/Madrid")
    is_default = models.BooleanField(_("for the whole school"), default=False)
    changed_at = models.DateTimeField(editable=False, null=True)
    recomputed_at = models.DateTimeField(editable=False, null=True)  # the deadlines that hang on it were, last

    class Meta:
        verbose_name = _("working calendar")
        verbose_name_plural = _("working calendars")
        constraints = [
            models.UniqueConstraint(fields=["is_default"], condition=Q(is_default=True), name="calendar_one_default")
        ]

    def __str__(self):
        return self.name


class WorkingInterval(models.Model):
    """From when until when somebody works on a weekday; as many a day as there are."""

    calendar = models.ForeignKey(WorkingCalendar, models.CASCADE, related_name="intervals")
    weekday = models.SmallIntegerField(_("day"), choices=Weekday.choices)
    from_time = models.TimeField(_("from"))
    until_time = models.TimeField(_("until"))

    class Meta:
        verbose_name = _("working hours")
        verbose_name_plural = _("working hours")
        constraints = [
            models.CheckConstraint(condition=Q(until_time__gt=F("from_time")), name="working_interval_not_empty"),
            models.UniqueConstraint(fields=["calendar", "weekday", "from_time"], name="working_interval_once"),
        ]

    def __str__(self):
        return f"{self.weekday}:{self.from_time:%H:%M}-{self.until_time:%H:%M}"


class SpecialDay(models.Model):
    """A day that differs: a holiday, or one with hours of its own. It counts once a person has confirmed it."""

    calendar = models.ForeignKey(WorkingCalendar, models.CASCADE, related_name="special_days")
    day = models.DateField(_("day"))
    name = models.CharField(_("name"), max_length=120)
    from_time = models.TimeField(_("open from"), null=True, blank=True)  # both empty: closed
    until_time = models.TimeField(_("until"), null=True, blank=True)
    confirmed_at = models.DateTimeField(_("confirmed at"), null=True, blank=True)
    confirmed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+")

    class Meta:
        verbose_name = _("special day")
        verbose_name_plural = _("special days")
        constraints = [
            models.UniqueConstraint(fields=["calendar", "day"], name="special_day_once"),
            models.CheckConstraint(
                condition=Q(from_time=None, until_time=None) | Q(until_time__gt=F("from_time")),
                name="special_day_hours_whole",
            ),
        ]

    def __str__(self):
        return f"{self.day} {self.name}"

    def clean(self):
        if (self.from_time is None) != (self.until_time is None):
            raise ValidationError({"until_time": _("Give both hours, or neither if the school is closed.")})
