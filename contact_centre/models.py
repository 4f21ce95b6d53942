"""Cases, their events, and the texts advisers answer with."""

from uuid import uuid4

from django.conf import settings
from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from wagtail.contrib.settings.models import BaseSiteSetting, register_setting

from people.models import Channel, Language, Purpose


class CaseQuerySet(models.QuerySet):
    def visible_to(self, user):
        """Cases are open to all who work with cases, and to nobody else."""
        may = user.has_perm("contact_centre.view_case") or user.has_perm("contact_centre.take_case")
        return self if may else self.none()

    def open(self):
        return self.exclude(state__in=Case.CLOSED)

    def unanswered(self):
        return self.open().filter(answered_at=None)

    def waiting(self):
        """Nobody has taken them yet."""
        return self.unanswered().filter(state=Case.State.WAITING, adviser=None)

    def in_hand_of(self, user):
        return self.open().filter(adviser=user)

    def overdue(self, *, at):
        return self.unanswered().filter(answer_due_at__lte=at)

    def due_before(self, instant):
        return self.unanswered().filter(answer_due_at__lt=instant)

    def most_urgent_first(self):
        """The order of the queue: priority, then the deadline. The index ``case_queue`` is in this order."""
        return self.order_by("-priority", "answer_due_at", "id")


class Case(models.Model):
    """A conversation in which the school owes somebody an answer."""

    class Kind(models.TextChoices):
        ENQUIRY = "enquiry", _("Enquiry")
        FOLLOW_UP = "follow_up", _("Follow-up")
        APPLICATION = "application", _("Application")
        PAYMENT = "payment", _("Payment")
        COMPLAINT = "complaint", _("Complaint")
        SURVEY = "survey", _("Unhappy survey")
        RISK = "risk", _("Student at risk")
        CORRECTION = "correction", _("Correction of a fact")

    class State(models.TextChoices):
        WAITING = "waiting", _("Waiting")
        IN_HAND = "in_hand", _("In hand")
        ANSWERED = "answered", _("Answered")
        CLOSED = "closed", _("Closed")

    CLOSED = (State.CLOSED,)
    MOVES = {
        State.WAITING: {State.IN_HAND, State.CLOSED},
        State.IN_HAND: {State.WAITING, State.ANSWERED, State.CLOSED},
        State.ANSWERED: {State.IN_HAND, State.CLOSED},
        State.CLOSED: {State.IN_HAND},
    }
    uuid = models.UUIDField(default=uuid4, unique=True, editable=False)
    person = models.ForeignKey("people.Person", models.CASCADE, related_name="cases")
    programme = models.ForeignKey("programmes.Programme", models.SET_NULL, null=True, blank=True, related_name="cases")
    kind = models.CharField(_("kind"), max_length=12, choices=Kind.choices, default=Kind.ENQUIRY)
    state = models.CharField(_("state"), max_length=10, choices=State.choices, default=State.WAITING)
    channel = models.CharField(_("channel"), max_length=12, choices=Channel.choices, default=Channel.WEB)
    language = models.CharField(_("language"), max_length=5, choices=Language.choices, default=Language.CATALAN)
    question = models.TextField(_("question"), blank=True)
    adviser = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="cases",
        verbose_name=_("adviser"),
    )
    priority = models.SmallIntegerField(_("priority"), default=0)  # 0 ordinary, 1 high, 2 at once
    opened_at = models.DateTimeField(_("opened at"))
    answer_due_at = models.DateTimeField(_("answer due"))  # stored, so that SQL can sort and filter the queue
    taken_at = models.DateTimeField(_("taken at"), null=True, blank=True)
    answered_at = models.DateTimeField(_("answered at"), null=True, blank=True)
    escalated_at = models.DateTimeField(_("escalated at"), null=True, blank=True)
    nudged_at = models.DateTimeField(_("nudged at"), null=True, blank=True)  # the person asked where the answer is
    closed_at = models.DateTimeField(_("closed at"), null=True, blank=True)
    about_kind = models.CharField(max_length=60, blank=True)  # what opened it; only whoever did reads this
    about_id = models.BigIntegerField(null=True, blank=True)
    objects = CaseQuerySet.as_manager()

    class Meta:
        verbose_name = _("case")
        verbose_name_plural = _("cases")
        permissions = [
            ("take_case", _("Can take a case from the queue")),
            ("assign_case", _("Can give cases to others")),
            ("see_person_page", _("Can open the page of a person")),
        ]
        constraints = [
            models.CheckConstraint(condition=Q(answer_due_at__gt=F("opened_at")), name="case_answer_due_after_opening"),
            models.UniqueConstraint(
                fields=["about_kind", "about_id", "kind"], name="case_one_per_subject", condition=~Q(about_kind="")
            ),
        ]
        indexes = [
            models.Index(
                fields=["-priority", "answer_due_at", "id"],
                name="case_queue",
                condition=Q(answered_at=None) & ~Q(state="closed"),
            ),
            models.Index(fields=["adviser", "answer_due_at"], name="case_in_hand", condition=~Q(state="closed")),
            models.Index(fields=["opened_at"], name="case_opened"),
        ]

    def __str__(self):
        return f"{self.kind}:{self.pk}"


class CaseEvent(models.Model):
    """What happened to a case, append-only: every figure about answering is counted from here."""

    class Kind(models.TextChoices):
        OPENED = "opened", _("Opened")
        TAKEN = "taken", _("Taken")
        RETURNED = "returned", _("Put back in the queue")
        ASSIGNED = "assigned", _("Given to an adviser")
        ANSWERED = "answered", _("Answered")
        NOTED = "noted", _("Note")
        ESCALATED = "escalated", _("Escalated")
        NUDGED = "nudged", _("Person asked again")
        CLOSED = "closed", _("Closed")
        REOPENED = "reopened", _("Reopened")

    case = models.ForeignKey(Case, models.CASCADE, related_name="events")
    kind = models.CharField(max_length=10, choices=Kind.choices)
    at = models.DateTimeField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+")
    note = models.TextField(blank=True)

    class Meta:
        verbose_name = _("case event")
        verbose_name_plural = _("case events")
        indexes = [models.Index(fields=["kind", "at"], name="case_event_kind")]

    def __str__(self):
        return f"{self.case_id}:{self.kind}"


class ReplyTemplate(models.Model):
    """A text to start an answer from, in one language; ``{person}``, ``{programme}``, ``{adviser}`` are filled in."""

    title = models.CharField(_("title"), max_length=120)
    kind = models.CharField(_("for cases of kind"), max_length=12, choices=Case.Kind.choices, default=Case.Kind.ENQUIRY)
    language = models.CharField(_("language"), max_length=5, choices=Language.choices)
    purpose = models.CharField(
        _("what it is for"),
        max_length=12,
        choices=[(one.value, one.label) for one in (Purpose.ENQUIRY, Purpose.SERVICE, Purpose.COMMERCIAL)],
        default=Purpose.ENQUIRY,
        help_text=_("A letter with news or an offer leaves only for those who agreed to them."),
    )
    subject = models.CharField(_("subject"), max_length=200)
    body = models.TextField(_("text"))

    class Meta:
        verbose_name = _("reply template")
        verbose_name_plural = _("reply templates")

    def __str__(self):
        return f"{self.title} ({self.language})"


class ArgumentUse(models.Model):
    """An argument of the programme's sheet that an adviser used in a case."""

    argument = models.ForeignKey("programmes.Argument", models.CASCADE, related_name="uses")
    case = models.ForeignKey(Case, models.CASCADE, related_name="arguments_used")
    used_at = models.DateTimeField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+")

    class Meta:
        verbose_name = _("use of an argument")
        verbose_name_plural = _("uses of arguments")
        constraints = [models.UniqueConstraint(fields=["argument", "case"], name="argument_once_a_case")]

    def __str__(self):
        return f"{self.argument_id}:{self.case_id}"


@register_setting(icon="time", order=300)
class DeskSettings(BaseSiteSetting):
    """What the school promises and expects at the desk."""

    answer_within_hours = models.PositiveSmallIntegerField(
        _("answer within (hours)"), default=24, validators=[MinValueValidator(1)]
    )
    answers_per_day = models.PositiveSmallIntegerField(_("objective: answers per adviser and day"), default=20)

    class Meta:
        verbose_name = _("desk")

    @classmethod
    def of_school(cls) -> "DeskSettings":
        """The settings of the default site, or the defaults when none were saved."""
        return cls.objects.filter(site__is_default_site=True).first() or cls()
