"""Students in progress, the tutor's follow-ups, and surveys."""

from uuid import uuid4

from django.conf import settings
from django.core.validators import MaxValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from people.models import Channel, Language
from programmes.models import Programme


class StudentQuerySet(models.QuerySet):
    def in_progress(self):
        return self.filter(state=Student.State.IN_PROGRESS)

    def visible_to(self, user):
        """A tutor sees their own students, a teacher those of what they teach, whoever may see all sees all."""
        if user.has_perm("tutoring.see_all_students"):
            return self
        seen = Q(pk__in=[])
        if user.has_perm("tutoring.see_own_students"):
            seen |= Q(tutor=user)
        if user.has_perm("tutoring.see_taught_students"):
            seen |= Q(intake__programme__in=Programme.objects.taught_by(user))
        return self.filter(seen)

    def in_care_of(self, user):
        """Those whose notes and answers ``user`` reads: their own students, or all for those who lead tutors."""
        if user.has_perm("tutoring.see_all_students"):
            return self
        return self.filter(tutor=user) if user.has_perm("tutoring.see_own_students") else self.none()

    def due_contact(self, *, on):
        """Those a tutor should have spoken with by the date ``on``."""
        return self.in_progress().filter(next_contact_on__lte=on)

    def to_welcome(self):
        """New students nobody has spoken with yet."""
        return self.in_progress().filter(welcomed_at=None)


class Student(models.Model):
    """An enrolment as the tutor sees it: somebody in progress."""

    class State(models.TextChoices):
        IN_PROGRESS = "in_progress", _("In progress")
        FINISHED = "finished", _("Finished")
        LEFT = "left", _("Left")

    uuid = models.UUIDField(default=uuid4, unique=True, editable=False)
    enrolment = models.OneToOneField("enrolment.Enrolment", models.PROTECT, related_name="student")
    person = models.ForeignKey("people.Person", models.PROTECT, related_name="studies")
    intake = models.ForeignKey("programmes.Intake", models.PROTECT, related_name="students")
    tutor = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="students",
        verbose_name=_("tutor"),
    )
    state = models.CharField(_("state"), max_length=12, choices=State.choices, default=State.IN_PROGRESS)
    started_at = models.DateTimeField(_("started at"))
    welcomed_at = models.DateTimeField(_("welcomed at"), null=True, blank=True)
    last_contact_at = models.DateTimeField(_("last contact"), null=True, blank=True)
    next_contact_on = models.DateField(_("next contact"), null=True, blank=True)
    left_reason = models.CharField(_("why they left"), max_length=250, blank=True)
    objects = StudentQuerySet.as_manager()

    class Meta:
        verbose_name = _("student")
        verbose_name_plural = _("students")
        permissions = [
            ("see_own_students", _("Can see their own students")),
            ("see_all_students", _("Can see all students")),
            ("see_taught_students", _("Can see the students of what they teach")),
        ]
        indexes = [models.Index(fields=["tutor", "next_contact_on"], name="student_caseload")]

    def __str__(self):
        return f"student:{self.pk}"


class FollowUpQuerySet(models.QuerySet):
    def visible_to(self, user):
        """A tutor's notes are that tutor's, their lead's, and whose turn it is to look after the student."""
        if user.has_perm("tutoring.see_all_students"):
            return self
        if not user.has_perm("tutoring.see_own_students"):
            return self.none()
        return self.filter(Q(by=user) | Q(student__tutor=user))


class FollowUp(models.Model):
    """A contact between tutor and student, and what was agreed."""

    student = models.ForeignKey(Student, models.CASCADE, related_name="follow_ups")
    at = models.DateTimeField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    channel = models.CharField(max_length=12, choices=Channel.choices)
    note = models.TextField(blank=True)  # what was agreed
    next_on = models.DateField(null=True, blank=True)
    objects = FollowUpQuerySet.as_manager()

    class Meta:
        verbose_name = _("follow-up")
        verbose_name_plural = _("follow-ups")
        indexes = [models.Index(fields=["student", "-at"], name="follow_up_newest")]

    def __str__(self):
        return f"follow-up:{self.pk}"


class Survey(models.Model):
    """Questions asked at a milestone of a student's way: one score from 0 to 10 and one open question."""

    class Milestone(models.TextChoices):
        WELCOME = "welcome", _("Days after the start")
        END = "end", _("Days after the end")

    slug = models.SlugField(unique=True)
    milestone = models.CharField(_("sent"), max_length=10, choices=Milestone.choices, default=Milestone.WELCOME)
    after_days = models.PositiveSmallIntegerField(_("days after"), default=7)
    title_ca = models.CharField(_("title in Catalan"), max_length=160)
    title_es = models.CharField(_("title in Spanish"), max_length=160)
    title_en = models.CharField(_("title in English"), max_length=160)
    question_ca = models.CharField(_("question in Catalan"), max_length=250)
    question_es = models.CharField(_("question in Spanish"), max_length=250)
    question_en = models.CharField(_("question in English"), max_length=250)
    is_active = models.BooleanField(_("is active"), default=True)

    class Meta:
        verbose_name = _("survey")
        verbose_name_plural = _("surveys")

    def __str__(self):
        return self.slug

    @property
    def title(self) -> str:
        return getattr(self, f"title_{(get_language() or 'ca')[:2]}", self.title_en)

    @property
    def question(self) -> str:
        return getattr(self, f"question_{(get_language() or 'ca')[:2]}", self.question_en)


class SurveyInvitation(models.Model):
    """One student asked once; the answer is on the same row."""

    uuid = models.UUIDField(default=uuid4, unique=True, editable=False)
    survey = models.ForeignKey(Survey, models.PROTECT, related_name="invitations")
    student = models.ForeignKey(Student, models.CASCADE, related_name="invitations")
    invited_at = models.DateTimeField()
    answered_at = models.DateTimeField(null=True, blank=True)
    score = models.PositiveSmallIntegerField(null=True, blank=True, validators=[MaxValueValidator(10)])
    comment = models.TextField(blank=True)
    language = models.CharField(max_length=5, choices=Language.choices, blank=True)

    class Meta:
        verbose_name = _("survey invitation")
        verbose_name_plural = _("survey invitations")
        constraints = [
            models.UniqueConstraint(fields=["survey", "student"], name="invitation_once"),
            models.CheckConstraint(condition=Q(score=None) | Q(score__lte=10), name="invitation_score_0_to_10"),
            models.CheckConstraint(
                condition=Q(score=None, answered_at=None) | Q(score__isnull=False, answered_at__isnull=False),
                name="invitation_answered_with_score",
            ),
        ]
        indexes = [models.Index(fields=["survey", "-answered_at"], name="invitation_answers")]

    def __str__(self):
        return f"invitation:{self.pk}"
