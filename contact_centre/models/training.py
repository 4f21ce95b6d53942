"""How advisers learn what they sell: courses with a quiz, certificates, skills, coaching, objectives."""

from uuid import uuid4

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from wagtail.fields import RichTextField

from programmes.models import Programme


class ProductCourse(models.Model):
    """A short course on one programme, with the quiz an adviser passes before taking its enquiries."""

    programme = models.OneToOneField(Programme, models.CASCADE, related_name="product_course")
    title = models.CharField(_("title"), max_length=160)
    body = RichTextField(_("what to know"), features=["h3", "bold", "italic", "ol", "ul", "link"])
    pass_percent = models.PositiveSmallIntegerField(
        _("passed from (%)"), default=80, validators=[MinValueValidator(1), MaxValueValidator(100)]
    )
    valid_months = models.PositiveSmallIntegerField(_("valid for (months)"), default=12)
    is_required = models.BooleanField(_("only certified advisers take its enquiries"), default=False, db_index=True)
    is_live = models.BooleanField(_("open to advisers"), default=False)
    changed_at = models.DateTimeField(null=True, editable=False)

    class Meta:
        verbose_name = _("product course")
        verbose_name_plural = _("product courses")

    def __str__(self):
        return self.title


class QuizQuestion(models.Model):
    """One question of the quiz."""

    course = models.ForeignKey(ProductCourse, models.CASCADE, related_name="questions")
    position = models.PositiveSmallIntegerField(default=0)
    text = models.CharField(_("question"), max_length=300)
    explanation = models.CharField(_("why"), max_length=400, blank=True)  # shown after an answer

    class Meta:
        verbose_name = _("quiz question")
        verbose_name_plural = _("quiz questions")

    def __str__(self):
        return self.text


class QuizChoice(models.Model):
    """One possible answer."""

    question = models.ForeignKey(QuizQuestion, models.CASCADE, related_name="choices")
    position = models.PositiveSmallIntegerField(default=0)
    text = models.CharField(_("answer"), max_length=200)
    is_right = models.BooleanField(_("right"), default=False)

    class Meta:
        verbose_name = _("quiz answer")
        verbose_name_plural = _("quiz answers")

    def __str__(self):
        return self.text


class QuizAttempt(models.Model):
    """One try at a quiz, with what was answered."""

    uuid = models.UUIDField(default=uuid4, unique=True, editable=False)
    course = models.ForeignKey(ProductCourse, models.CASCADE, related_name="attempts")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="quiz_attempts")
    started_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)
    answers = models.JSONField(default=dict)  # question id → choice ids
    percent = models.PositiveSmallIntegerField(null=True, blank=True)
    passed = models.BooleanField(default=False)

    class Meta:
        verbose_name = _("attempt at a quiz")
        verbose_name_plural = _("attempts at quizzes")

    def __str__(self):
        return str(self.uuid)


class Certification(models.Model):
    """Somebody may take the enquiries of a programme: by the quiz, or because a manager vouches for them."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="certifications")
    programme = models.ForeignKey(Programme, models.CASCADE, related_name="certifications")
    granted_at = models.DateTimeField(_("since"))
    until = models.DateTimeField(_("until"), null=True, blank=True)
    attempt = models.ForeignKey(QuizAttempt, models.SET_NULL, null=True, blank=True, related_name="+")
    granted_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+")
    why = models.CharField(_("why"), max_length=200, blank=True)
    revoked_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("certification")
        verbose_name_plural = _("certifications")
        constraints = [
            models.UniqueConstraint(
                fields=["user", "programme"], condition=Q(revoked_at=None), name="certification_one_holds"
            )
        ]

    def __str__(self):
        return f"{self.user_id}:{self.programme_id}"


class Skill(models.Model):
    """What an adviser is good at, as a manager sees it."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="skills")
    name = models.CharField(_("skill"), max_length=80)
    level = models.PositiveSmallIntegerField(
        _("level"), default=3, validators=[MinValueValidator(1), MaxValueValidator(5)]
    )
    noted_at = models.DateTimeField()
    noted_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+")

    class Meta:
        verbose_name = _("skill")
        verbose_name_plural = _("skills")
        constraints = [models.UniqueConstraint(fields=["user", "name"], name="skill_once")]

    def __str__(self):
        return f"{self.user_id}:{self.name}"


class CoachingNote(models.Model):
    """What a manager and an adviser talked about; the adviser reads those that are shared."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="coaching_notes")
    written_at = models.DateTimeField()
    written_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+")
    text = models.TextField(_("note"))
    next_step = models.CharField(_("agreed next step"), max_length=250, blank=True)
    case = models.ForeignKey("contact_centre.Case", models.SET_NULL, null=True, blank=True, related_name="+")
    is_shared = models.BooleanField(_("the adviser may read it"), default=True)
    read_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("coaching note")
        verbose_name_plural = _("coaching notes")

    def __str__(self):
        return f"{self.user_id}:{self.pk}"


class Objective(models.Model):
    """What an adviser or a team sets out to reach in a period."""

    class Metric(models.TextChoices):
        ANSWERS_A_DAY = "answers_a_day", _("Answers a day")
        KEPT_SHARE = "kept_share", _("Answered within the promise (%)")
        CALLS_A_DAY = "calls_a_day", _("Calls a day")
        CONVERSION = "conversion", _("Enquiries that enrol (%)")

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.CASCADE,
        null=True,
        blank=True,
        related_name="objectives",
        verbose_name=_("adviser"),
    )
    team = models.ForeignKey(
        "contact_centre.Team",
        models.CASCADE,
        null=True,
        blank=True,
        related_name="objectives",
        verbose_name=_("team"),
    )
    metric = models.CharField(_("what"), max_length=14, choices=Metric.choices)
    target = models.DecimalField(_("target"), max_digits=7, decimal_places=1)
    valid_from = models.DateField(_("from"))
    valid_until = models.DateField(_("until"), null=True, blank=True)

    class Meta:
        verbose_name = _("objective")
        verbose_name_plural = _("objectives")
        constraints = [
            models.CheckConstraint(
                condition=Q(user__isnull=False, team=None) | Q(user=None, team__isnull=False),
                name="objective_of_one_or_a_team",
            )
        ]

    def __str__(self):
        return f"{self.metric}:{self.target}"
