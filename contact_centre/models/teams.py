"""Who answers: teams, advisers with what they can take, their shifts and absences."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from contact_centre.models.calendars import Weekday, WorkingCalendar
from people.models import Language


class Team(models.Model):
    """Advisers who work to one calendar and answer certain kinds of cases."""

    name = models.CharField(_("name"), max_length=80, unique=True)
    calendar = models.ForeignKey(
        WorkingCalendar, models.PROTECT, null=True, blank=True, related_name="teams", verbose_name=_("calendar")
    )
    kinds = models.JSONField(_("kinds of cases"), default=list, blank=True)  # of Case.Kind; empty: all
    supervisor = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="supervised_teams",
        verbose_name=_("supervisor"),
    )

    class Meta:
        verbose_name = _("team")
        verbose_name_plural = _("teams")

    def __str__(self):
        return self.name


class Adviser(models.Model):
    """What somebody at the desk can take. Who has no such row takes everything, in the school's hours."""

    user = models.OneToOneField(settings.AUTH_USER_MODEL, models.CASCADE, related_name="adviser_profile")
    team = models.ForeignKey(
        Team, models.SET_NULL, null=True, blank=True, related_name="advisers", verbose_name=_("team")
    )
    languages = models.JSONField(_("languages"), default=list, blank=True)  # of people.models.Language; empty: all
    capacity = models.PositiveSmallIntegerField(
        _("open cases at most"), null=True, blank=True, help_text=_("Empty: as many as they take.")
    )
    per_day = models.PositiveSmallIntegerField(_("new cases a day at most"), null=True, blank=True)
    is_pushed = models.BooleanField(
        _("is given cases by rules"), default=False, help_text=_("Otherwise they take the next one themselves.")
    )

    class Meta:
        verbose_name = _("adviser")
        verbose_name_plural = _("advisers")

    def __str__(self):
        return str(self.user)

    def speaks(self, language: str) -> bool:
        return not self.languages or language in self.languages or language not in Language.values


class Shift(models.Model):
    """When an adviser is at the desk, week by week. Whoever has none keeps the hours of the team."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="shifts")
    weekday = models.SmallIntegerField(_("day"), choices=Weekday.choices)
    from_time = models.TimeField(_("from"))
    until_time = models.TimeField(_("until"))
    valid_from = models.DateField(_("since"), null=True, blank=True)
    valid_until = models.DateField(_("last day"), null=True, blank=True)

    class Meta:
        verbose_name = _("shift")
        verbose_name_plural = _("shifts")
        constraints = [models.CheckConstraint(condition=Q(until_time__gt=F("from_time")), name="shift_not_empty")]

    def __str__(self):
        return f"{self.user_id}:{self.weekday} {self.from_time:%H:%M}"


class Absence(models.Model):
    """A time in which an adviser is not there: illness, holidays, a course."""

    class Why(models.TextChoices):
        HOLIDAYS = "holidays", _("Holidays")
        ILLNESS = "illness", _("Illness")
        TRAINING = "training", _("Training")
        OTHER = "other", _("Other")

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="absences")
    starts_at = models.DateTimeField(_("from"))
    ends_at = models.DateTimeField(_("until"), null=True, blank=True)  # empty: until further notice
    why = models.CharField(_("why"), max_length=8, choices=Why.choices, default=Why.HOLIDAYS)
    noted_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+")

    class Meta:
        verbose_name = _("absence")
        verbose_name_plural = _("absences")
        constraints = [
            models.CheckConstraint(condition=Q(ends_at=None) | Q(ends_at__gt=F("starts_at")), name="absence_not_empty")
        ]

    def __str__(self):
        return f"{self.user_id}:{self.why}"


class PushRule(models.Model):
    """Gives new cases to somebody at once instead of waiting to be taken; the first rule that fits decides."""

    class Strategy(models.TextChoices):
        ROUND_ROBIN = "round_robin", _("In turns")
        LEAST_BUSY = "least_busy", _("To whoever has the fewest open cases")

    name = models.CharField(_("name"), max_length=80)
    position = models.PositiveSmallIntegerField(_("order"), default=0)
    is_on = models.BooleanField(_("in use"), default=True)
    kinds = models.JSONField(_("kinds of cases"), default=list, blank=True)
    languages = models.JSONField(_("languages"), default=list, blank=True)
    programmes = models.ManyToManyField("programmes.Programme", blank=True, related_name="+")
    team = models.ForeignKey(Team, models.CASCADE, null=True, blank=True, related_name="+", verbose_name=_("to team"))
    to = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, null=True, blank=True, related_name="+", verbose_name=_("to")
    )
    strategy = models.CharField(_("how"), max_length=11, choices=Strategy.choices, default=Strategy.ROUND_ROBIN)
    last_given_to = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+", editable=False
    )

    class Meta:
        verbose_name = _("rule of assignment")
        verbose_name_plural = _("rules of assignment")

    def __str__(self):
        return self.name


class Presence(models.Model):
    """Who has a case before them this moment."""

    class Doing(models.TextChoices):
        LOOKING = "looking", _("is looking")
        WRITING = "writing", _("is writing")

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    case = models.ForeignKey("contact_centre.Case", models.CASCADE, related_name="presences")
    doing = models.CharField(max_length=7, choices=Doing.choices)
    seen_at = models.DateTimeField()

    class Meta:
        verbose_name = _("presence")
        verbose_name_plural = _("presences")
        constraints = [models.UniqueConstraint(fields=["case", "user"], name="presence_once")]

    def __str__(self):
        return f"{self.user_id}@{self.case_id}"


class StaffNotice(models.Model):
    """Something a member of staff is told: on their day at once, by e-mail when they are next on shift."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="notices")
    key = models.CharField(max_length=200, unique=True)  # one notice per key, however often it is asked for
    text = models.CharField(max_length=300)  # in the language of the reader
    url = models.CharField(max_length=300, blank=True)
    case = models.ForeignKey("contact_centre.Case", models.CASCADE, null=True, blank=True, related_name="+")
    created_at = models.DateTimeField()
    due_at = models.DateTimeField()  # not before they are at work
    mailed_at = models.DateTimeField(null=True, blank=True)
    read_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("notice to staff")
        verbose_name_plural = _("notices to staff")
        indexes = [
            models.Index(fields=["due_at"], name="notice_due", condition=Q(mailed_at=None)),
            models.Index(fields=["user", "-due_at"], name="notice_unread", condition=Q(read_at=None)),
        ]

    def __str__(self):
        return self.key
