"""The desk's own furniture: what the school promises, saved views, follow-ups, the day plan, what can be undone."""

from uuid import uuid4

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from wagtail.contrib.settings.models import BaseSiteSetting, register_setting

from contact_centre.models.cases import Case
from people.models import Channel, Person


@register_setting(icon="time", order=300)
class DeskSettings(BaseSiteSetting):
    """What the school promises and expects at the desk."""

    answer_within_hours = models.PositiveSmallIntegerField(
        _("answer within (hours)"), default=24, validators=[MinValueValidator(1)]
    )
    answers_per_day = models.PositiveSmallIntegerField(_("objective: answers per adviser and day"), default=20)

    work_hours = models.PositiveSmallIntegerField(
        _("first answer within (working hours)"), default=8, validators=[MinValueValidator(1)]
    )
    next_hours = models.PositiveSmallIntegerField(
        _("each further reply within (working hours)"), default=8, validators=[MinValueValidator(1)]
    )
    resolution_hours = models.PositiveSmallIntegerField(
        _("settled within (working hours)"), default=80, validators=[MinValueValidator(1)]
    )
    unowned_minutes = models.PositiveSmallIntegerField(
        _("owned by somebody within (working minutes)"), default=15, validators=[MinValueValidator(1)]
    )
    meant_minutes = models.PositiveSmallIntegerField(
        _("kept for the last adviser for (working minutes)"),
        default=30,
        help_text=_("As long as that adviser is at the desk."),
    )
    silence_days = models.PositiveSmallIntegerField(
        _("nobody who agreed to hear from us goes without contact for more than (days)"),
        default=60,
        validators=[MinValueValidator(1)],
    )
    follow_messages = models.BooleanField(
        _("count what is opened and clicked"),
        default=True,
        help_text=_("Openings only of those who agreed to profiling."),
    )

    class Meta:
        verbose_name = _("desk")

    @classmethod
    def of_school(cls) -> "DeskSettings":
        """The settings of the default site, or the defaults when none were saved."""
        return cls.objects.filter(site__is_default_site=True).first() or cls()


class KindPromise(models.Model):
    """What is promised for one kind of case where it differs from the desk's settings; empty: as there."""

    kind = models.CharField(_("kind"), max_length=12, choices=Case.Kind.choices, unique=True)
    wall_hours = models.PositiveSmallIntegerField(_("answer within (hours)"), null=True, blank=True)
    work_hours = models.PositiveSmallIntegerField(_("answer within (working hours)"), null=True, blank=True)
    next_hours = models.PositiveSmallIntegerField(_("further reply within (working hours)"), null=True, blank=True)
    resolution_hours = models.PositiveSmallIntegerField(_("settled within (working hours)"), null=True, blank=True)
    team = models.ForeignKey(
        "contact_centre.Team", models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("team")
    )

    class Meta:
        verbose_name = _("promise for a kind of case")
        verbose_name_plural = _("promises by kind of case")

    def __str__(self):
        return self.get_kind_display()


class SavedView(models.Model):
    """Filters of the queue under a name, for one or for all."""

    name = models.CharField(_("name"), max_length=60)
    query = models.CharField(max_length=500)  # what stands behind the "?"
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="saved_views")
    is_shared = models.BooleanField(_("for everybody"), default=False)
    position = models.PositiveSmallIntegerField(default=0)

    class Meta:
        verbose_name = _("saved view")
        verbose_name_plural = _("saved views")
        constraints = [models.UniqueConstraint(fields=["owner", "name"], name="saved_view_once")]

    def __str__(self):
        return self.name


class DeskAct(models.Model):
    """An act on many cases, with what was there before, so that it can be undone."""

    uuid = models.UUIDField(default=uuid4, unique=True, editable=False)
    kind = models.CharField(max_length=20)  # assign, close, snooze, put_back, hand_over …
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    at = models.DateTimeField()
    before = models.JSONField(default=dict)  # case id → the fields as they were
    why = models.CharField(max_length=250, blank=True)
    undone_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("act at the desk")
        verbose_name_plural = _("acts at the desk")

    def __str__(self):
        return f"{self.kind}:{self.uuid}"


class LadderStep(models.Model):
    """One rung of the ladder of attempts: after how long, at which part of the day, on which channel to try again."""

    class PartOfDay(models.TextChoices):
        ANY = "any", _("Any hour")
        MORNING = "morning", _("Morning")
        MIDDAY = "midday", _("Midday")
        AFTERNOON = "afternoon", _("Afternoon")
        EVENING = "evening", _("Evening")
        OTHER = "other", _("Another part of the day than last time")

    position = models.PositiveSmallIntegerField(_("attempt"), unique=True)  # 2: after the first one that failed
    wait_minutes = models.PositiveIntegerField(_("after (minutes)"), default=180)
    part_of_day = models.CharField(_("when"), max_length=9, choices=PartOfDay.choices, default=PartOfDay.OTHER)
    channel = models.CharField(_("channel"), max_length=12, choices=Channel.choices, default=Channel.PHONE)

    class Meta:
        verbose_name = _("step of the ladder of attempts")
        verbose_name_plural = _("ladder of attempts")

    def __str__(self):
        return f"{self.position}:{self.channel}"


class FollowUp(models.Model):
    """Something to do with a person at an hour: the next attempt, or what an adviser set themselves."""

    person = models.ForeignKey(Person, models.CASCADE, related_name="follow_ups")
    case = models.ForeignKey(Case, models.CASCADE, null=True, blank=True, related_name="follow_ups")
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="follow_ups"
    )
    due_at = models.DateTimeField(_("when"))
    channel = models.CharField(_("channel"), max_length=12, choices=Channel.choices, default=Channel.PHONE)
    why = models.CharField(_("what for"), max_length=250, blank=True)
    attempt = models.PositiveSmallIntegerField(null=True, blank=True)  # which rung of the ladder; empty: set by hand
    made_at = models.DateTimeField()
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+")
    done_at = models.DateTimeField(_("done at"), null=True, blank=True)
    dropped_at = models.DateTimeField(_("dropped at"), null=True, blank=True)

    class Meta:
        verbose_name = _("follow-up")
        verbose_name_plural = _("follow-ups")
        constraints = [
            models.UniqueConstraint(
                fields=["case"],
                condition=Q(done_at=None, dropped_at=None, attempt__isnull=False),
                name="follow_up_one_attempt_a_case",
            )
        ]
        indexes = [
            models.Index(fields=["owner", "due_at"], name="follow_up_due", condition=Q(done_at=None, dropped_at=None))
        ]

    def __str__(self):
        return f"{self.person_id}@{self.due_at:%Y-%m-%d %H:%M}"


class DayPlan(models.Model):
    """What an adviser set out to do on a day, as it stood when the day began; later cases are added."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="day_plans")
    day = models.DateField()
    made_at = models.DateTimeField()

    class Meta:
        verbose_name = _("day plan")
        verbose_name_plural = _("day plans")
        constraints = [models.UniqueConstraint(fields=["user", "day"], name="day_plan_once")]

    def __str__(self):
        return f"{self.user_id}:{self.day}"


class DayPlanItem(models.Model):
    """One thing of the plan: a case, a follow-up or a promise."""

    plan = models.ForeignKey(DayPlan, models.CASCADE, related_name="items")
    position = models.PositiveSmallIntegerField(validators=[MaxValueValidator(10_000)])
    case = models.ForeignKey(Case, models.CASCADE, null=True, blank=True, related_name="+")
    follow_up = models.ForeignKey(FollowUp, models.CASCADE, null=True, blank=True, related_name="+")
    promise = models.ForeignKey("contact_centre.Promise", models.CASCADE, null=True, blank=True, related_name="+")
    why = models.CharField(max_length=250, blank=True)
    done_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("item of a day plan")
        verbose_name_plural = _("items of day plans")
        constraints = [
            models.UniqueConstraint(fields=["plan", "case"], name="plan_case_once"),
            models.UniqueConstraint(fields=["plan", "follow_up"], name="plan_follow_up_once"),
            models.UniqueConstraint(fields=["plan", "promise"], name="plan_promise_once"),
        ]

    def __str__(self):
        return f"{self.plan_id}:{self.position}"


class Promise(models.Model):
    """What somebody at the school said they would do: dated, owned, kept or broken."""

    class State(models.TextChoices):
        OPEN = "open", _("Open")
        KEPT = "kept", _("Kept")
        BROKEN = "broken", _("Broken")
        WITHDRAWN = "withdrawn", _("Withdrawn")

    uuid = models.UUIDField(default=uuid4, unique=True, editable=False)
    person = models.ForeignKey(Person, models.CASCADE, related_name="promises")
    case = models.ForeignKey(Case, models.SET_NULL, null=True, blank=True, related_name="promises")
    words = models.CharField(_("what was promised"), max_length=250)
    due_at = models.DateTimeField(_("by when"))
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="promises", verbose_name=_("by")
    )
    state = models.CharField(_("state"), max_length=9, choices=State.choices, default=State.OPEN)
    made_at = models.DateTimeField(_("made at"))
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+")
    reminded_at = models.DateTimeField(null=True, blank=True)
    handed_at = models.DateTimeField(null=True, blank=True)  # passed on: to a colleague, to the tutor
    decided_at = models.DateTimeField(null=True, blank=True)
    broken_at = models.DateTimeField(_("broken at"), null=True, blank=True)  # stays when it is kept late
    note = models.CharField(max_length=250, blank=True)

    class Meta:
        verbose_name = _("promise")
        verbose_name_plural = _("promises")
        indexes = [
            models.Index(fields=["owner", "due_at"], name="promise_due", condition=Q(state="open")),
            models.Index(fields=["person", "-made_at"], name="promise_by_person"),
        ]

    def __str__(self):
        return f"promise:{self.pk}"
