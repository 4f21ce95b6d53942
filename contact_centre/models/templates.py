"""What the school writes, text by text with its versions, and the grid that says when each is sent."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from contact_centre.models.cases import Case
from people.models import Channel, Language, OutgoingMessage, Person, Purpose


class MessageTemplateQuerySet(models.QuerySet):
    def ready(self):
        """In use, with a version that was approved."""
        return self.filter(is_on=True, number__gt=0)


class MessageTemplate(models.Model):
    """A text for one channel in one language. Rows with the same ``code`` say the same in other languages.

    ``subject`` and ``body`` are the approved version ``number``, 0 as long as there is none; the others stand in
    ``TemplateVersion``. The words and conditions they may hold: ``contact_centre.wording``.
    """

    class Phase(models.TextChoices):
        ANY = "", _("Any phase")
        ACQUISITION = "acquisition", _("Acquisition")
        NURTURING = "nurturing", _("Nurturing")
        LOYALTY = "loyalty", _("Loyalty")

    code = models.SlugField(_("code"), max_length=80, db_index=False)
    title = models.CharField(_("title"), max_length=120)
    channel = models.CharField(_("channel"), max_length=12, choices=Channel.choices, default=Channel.EMAIL)
    moment = models.CharField(_("moment"), max_length=40, blank=True)  # a code of ``contact_centre.matrix.moments``
    kind = models.CharField(
        _("for cases of kind"), max_length=12, choices=Case.Kind.choices, blank=True, default=Case.Kind.ENQUIRY
    )
    language = models.CharField(_("language"), max_length=5, choices=Language.choices)
    purpose = models.CharField(
        _("what it is for"),
        max_length=12,
        choices=[
            (one.value, one.label) for one in (Purpose.ENQUIRY, Purpose.SERVICE, Purpose.COMMERCIAL, Purpose.SURVEY)
        ],
        default=Purpose.ENQUIRY,
        help_text=_("A letter with news or an offer leaves only for those who agreed to them."),
    )
    phase = models.CharField(_("phase of life"), max_length=11, choices=Phase.choices, blank=True, default="")
    topic = models.CharField(_("topic"), max_length=60, blank=True)
    subject = models.CharField(_("subject"), max_length=200, blank=True)
    body = models.TextField(_("text"))
    number = models.PositiveIntegerField(default=1, editable=False)
    is_on = models.BooleanField(_("in use"), default=True)
    objects = MessageTemplateQuerySet.as_manager()

    class Meta:
        verbose_name = _("message template")
        verbose_name_plural = _("message templates")
        permissions = [("approve_template", _("Can approve message templates"))]
        constraints = [models.UniqueConstraint(fields=["code", "channel", "language"], name="template_text_once")]

    def __str__(self):
        return f"{self.title} ({self.language})"


class TemplateVersion(models.Model):
    """One wording of a template: written, proposed, approved or sent back."""

    class State(models.TextChoices):
        DRAFT = "draft", _("Draft")
        PROPOSED = "proposed", _("Waits for approval")
        APPROVED = "approved", _("Approved")
        SENT_BACK = "sent_back", _("Sent back")

    template = models.ForeignKey(MessageTemplate, models.CASCADE, related_name="versions")
    number = models.PositiveIntegerField()
    subject = models.CharField(_("subject"), max_length=200, blank=True)
    body = models.TextField(_("text"))
    state = models.CharField(_("state"), max_length=9, choices=State.choices, default=State.DRAFT)
    written_at = models.DateTimeField()
    written_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+")
    decided_at = models.DateTimeField(null=True, blank=True)
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+")
    why = models.CharField(max_length=250, blank=True)

    class Meta:
        verbose_name = _("version of a template")
        verbose_name_plural = _("versions of templates")
        constraints = [models.UniqueConstraint(fields=["template", "number"], name="template_version_once")]

    def __str__(self):
        return f"{self.template_id}:{self.number}"


class MatrixCell(models.Model):
    """What is sent on one channel at one moment of the way: which template, by whom, how long after."""

    moment = models.CharField(_("moment"), max_length=40)
    channel = models.CharField(_("channel"), max_length=12, choices=Channel.choices)
    template_code = models.SlugField(_("template"), max_length=80, blank=True)
    delay_minutes = models.PositiveIntegerField(_("after (minutes)"), default=0)
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("owner")
    )
    is_on = models.BooleanField(_("runs"), default=False)
    on_since = models.DateTimeField(null=True, blank=True)  # what happened before is not written about
    is_needless = models.BooleanField(_("left empty on purpose"), default=False)

    class Meta:
        verbose_name = _("cell of the communications matrix")
        verbose_name_plural = _("communications matrix")
        constraints = [models.UniqueConstraint(fields=["moment", "channel"], name="matrix_cell_once")]

    def __str__(self):
        return f"{self.moment}/{self.channel}"


class MatrixDue(models.Model):
    """Something the matrix owes a person: due, sent or left out, and whether they answered."""

    class State(models.TextChoices):
        DUE = "due", _("Due")
        SENT = "sent", _("Sent")
        LEFT_OUT = "left_out", _("Left out")

    cell = models.ForeignKey(MatrixCell, models.CASCADE, related_name="dues")
    person = models.ForeignKey(Person, models.CASCADE, related_name="+")
    key = models.CharField(max_length=200, unique=True)  # cell, moment and what it is about
    about_kind = models.CharField(max_length=60, blank=True)
    about_id = models.BigIntegerField(null=True, blank=True)
    programme = models.ForeignKey("programmes.Programme", models.SET_NULL, null=True, blank=True, related_name="+")
    due_at = models.DateTimeField()
    state = models.CharField(max_length=8, choices=State.choices, default=State.DUE)
    why = models.CharField(max_length=250, blank=True)
    message = models.ForeignKey(OutgoingMessage, models.SET_NULL, null=True, blank=True, related_name="+")
    sent_at = models.DateTimeField(null=True, blank=True)
    answered_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("message of the matrix")
        verbose_name_plural = _("messages of the matrix")
        indexes = [
            models.Index(fields=["due_at"], name="matrix_due", condition=Q(state="due")),
            models.Index(fields=["cell", "state"], name="matrix_by_cell"),
            models.Index(fields=["person"], name="matrix_unanswered", condition=Q(state="sent", answered_at=None)),
        ]

    def __str__(self):
        return self.key
