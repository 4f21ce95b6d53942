"""Cases, what happened to them, and the arguments used in them."""

from uuid import uuid4

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from people.models import Channel, Language


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
        """Nobody has taken them: in the queue, or answered for by a supervisor until somebody does."""
        untaken = Q(state=Case.State.WAITING) | Q(answered_at=None)  # whoever has answered has it in hand
        return self.filter(untaken, state__in=(Case.State.WAITING, Case.State.IN_HAND), taken_at=None)

    def unowned(self):
        """Those that wait in nobody's name."""
        return self.waiting().filter(state=Case.State.WAITING, adviser=None)

    def awake(self, *, at):
        """Those that nobody has put aside until later."""
        return self.filter(Q(snoozed_until=None) | Q(snoozed_until__lte=at))

    def overdue(self, *, at):
        return self.unanswered().filter(answer_due_at__lte=at)

    def due_before(self, instant):
        return self.unanswered().filter(answer_due_at__lt=instant)

    def most_urgent_first(self):
        """The order of the queue: priority, then rank (``contact_centre.ranking``). The index ``case_rank`` has it."""
        return self.order_by("-priority", "rank_at", "id")


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
        MESSAGE = "message", _("Message")  # a letter, a text or a call that belongs to no open case
        CALL = "call", _("Call to make")

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
    work_due_at = models.DateTimeField(_("answer due in working time"), null=True, blank=True)
    next_due_at = models.DateTimeField(_("next reply due"), null=True, blank=True)  # they wrote again
    resolution_due_at = models.DateTimeField(_("to be settled by"), null=True, blank=True)
    they_wrote_at = models.DateTimeField(_("they wrote at"), null=True, blank=True)  # the last time
    waiting_for_them_since = models.DateTimeField(_("waiting for them since"), null=True, blank=True)
    snoozed_until = models.DateTimeField(_("put aside until"), null=True, blank=True)
    team = models.ForeignKey(
        "contact_centre.Team",
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="cases",
        verbose_name=_("team"),
        db_index=False,
    )
    rank_at = models.DateTimeField(null=True, blank=True)  # its place in the queue; see contact_centre.ranking
    value_minor = models.BigIntegerField(_("worth"), null=True, blank=True)  # what the rank was worked out from
    chance = models.FloatField(_("chance"), null=True, blank=True)  # 0 to 1, the same
    meant_for = models.ForeignKey(  # the last adviser, or whom a rule chose: theirs alone until ``meant_until``
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+", db_index=False
    )
    meant_until = models.DateTimeField(null=True, blank=True)
    unowned_due_at = models.DateTimeField(null=True, blank=True)  # from here on a supervisor owns it
    escalation_level = models.SmallIntegerField(
        _("escalation"), db_default=0, default=0
    )  # 0, then 1 to 3 for 50, 75, 100 %
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
            ("supervise", _("Can see the load of the desk and act for a team")),
        ]
        constraints = [
            models.CheckConstraint(condition=Q(answer_due_at__gt=F("opened_at")), name="case_answer_due_after_opening"),
            models.UniqueConstraint(
                fields=["about_kind", "about_id", "kind"], name="case_one_per_subject", condition=~Q(about_kind="")
            ),
        ]
        indexes = [
            models.Index(
                fields=["-priority", "rank_at", "id"],
                name="case_rank",
                condition=Q(answered_at=None) & ~Q(state="closed"),
            ),
            models.Index(
                fields=["-priority", "rank_at", "id"],
                name="case_claimable",
                condition=Q(taken_at=None, state__in=["waiting", "in_hand"]),
            ),
            models.Index(
                fields=["answer_due_at"],
                name="case_to_escalate",
                condition=Q(answered_at=None, escalation_level__lt=3) & ~Q(state="closed"),
            ),
            models.Index(fields=["answer_due_at"], name="case_due", condition=Q(answered_at=None) & ~Q(state="closed")),
            models.Index(fields=["next_due_at"], name="case_next_due", condition=Q(next_due_at__isnull=False)),
            models.Index(fields=["unowned_due_at"], name="case_unowned", condition=Q(unowned_due_at__isnull=False)),
            models.Index(fields=["adviser", "answer_due_at"], name="case_in_hand", condition=~Q(state="closed")),
            models.Index(fields=["opened_at"], name="case_opened"),
            models.Index(fields=["snoozed_until"], name="case_aside", condition=Q(snoozed_until__isnull=False)),
        ]

    def __str__(self):
        return f"{self.kind}:{self.pk}"


class CaseEvent(models.Model):
    """What happened to a case, append-only: every figure about answering is counted from here."""

    class Kind(models.TextChoices):
        OPENED = "opened", _("Opened")
        TAKEN = "taken", _("Taken")
        TAKEN_OVER = "taken_over", _("Taken over from a colleague")
        RETURNED = "returned", _("Put back in the queue")
        ASSIGNED = "assigned", _("Given to an adviser")
        ROUTED = "routed", _("Given by a rule")
        HANDED_OVER = "handed_over", _("Handed over")
        ANSWERED = "answered", _("Answered")
        REPLIED = "replied", _("Replied, with questions left open")  # a message that answers not everything
        AUTO_REPLIED = "auto_replied", _("Acknowledged automatically")
        THEY_WROTE = "they_wrote", _("They wrote")
        CALLED = "called", _("Called, not reached")
        NOTED = "noted", _("Note")
        QUESTIONS = "questions", _("Questions changed")
        WAITING = "waiting", _("Waiting for them")
        RESUMED = "resumed", _("Not waiting for them any more")
        SNOOZED = "snoozed", _("Put aside")
        WOKEN = "woken", _("Back from being put aside")
        DUE_CHANGED = "due_changed", _("Deadline changed")
        ESCALATED = "escalated", _("Escalated")
        NUDGED = "nudged", _("Person asked again")
        CLOSED = "closed", _("Closed")
        REOPENED = "reopened", _("Reopened")

    case = models.ForeignKey(Case, models.CASCADE, related_name="events")
    kind = models.CharField(max_length=16, choices=Kind.choices)
    at = models.DateTimeField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+")
    note = models.TextField(blank=True)
    data = models.JSONField(null=True, blank=True)  # what a figure needs besides

    class Meta:
        verbose_name = _("case event")
        verbose_name_plural = _("case events")
        indexes = [models.Index(fields=["kind", "at"], name="case_event_kind")]

    def __str__(self):
        return f"{self.case_id}:{self.kind}"


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
