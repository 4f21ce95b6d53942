"""What was asked on a case, question by question: the clock stops when each is answered."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from contact_centre.models.cases import Case


class Question(models.Model):
    """One thing a person wants to know. Suggested from their words, confirmed and marked answered by an adviser."""

    class State(models.TextChoices):
        SUGGESTED = "suggested", _("Suggested")
        OPEN = "open", _("Open")
        ANSWERED = "answered", _("Answered")
        DROPPED = "dropped", _("Not asked")

    class Stage(models.TextChoices):
        HAND = "hand", _("By hand")
        RULES = "rules", _("By rules")
        LEARNED = "learned", _("Learned from earlier questions")

    case = models.ForeignKey(Case, models.CASCADE, related_name="questions")
    topic = models.CharField(_("about"), max_length=40)  # a code of ``contact_centre.questions.topics``
    words = models.CharField(_("in their words"), max_length=300, blank=True)
    state = models.CharField(_("state"), max_length=9, choices=State.choices, default=State.SUGGESTED)
    stage = models.CharField(_("named"), max_length=7, choices=Stage.choices, blank=True, default="", db_default="")
    asked_at = models.DateTimeField(_("asked at"))
    decided_at = models.DateTimeField(_("answered at"), null=True, blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+")

    class Meta:
        verbose_name = _("question")
        verbose_name_plural = _("questions")
        constraints = [models.UniqueConstraint(fields=["case", "topic"], name="question_topic_once_a_case")]

    def __str__(self):
        return f"{self.case_id}:{self.topic}"
