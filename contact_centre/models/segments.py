"""Groups of people by what they are and did, and what is sent to them."""

from uuid import uuid4

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from people.models import Channel, OutgoingMessage, Person, Purpose


class Segment(models.Model):
    """People who meet rules: always anew (dynamic), or those who met them on one day (static)."""

    class Kind(models.TextChoices):
        DYNAMIC = "dynamic", _("Always up to date")
        STATIC = "static", _("Fixed list")

    uuid = models.UUIDField(default=uuid4, unique=True, editable=False)
    name = models.CharField(_("name"), max_length=120)
    slug = models.SlugField(_("code"), max_length=80, unique=True)
    note = models.CharField(_("what for"), max_length=250, blank=True)
    kind = models.CharField(_("kind"), max_length=7, choices=Kind.choices, default=Kind.DYNAMIC)
    rules = models.JSONField(default=dict)  # its shape: ``contact_centre.segments.rules``
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+")
    changed_at = models.DateTimeField()
    counted = models.PositiveIntegerField(null=True, blank=True)
    counted_at = models.DateTimeField(null=True, blank=True)
    members = models.ManyToManyField(Person, through="SegmentMember", related_name="+")

    class Meta:
        verbose_name = _("segment")
        verbose_name_plural = _("segments")

    def __str__(self):
        return self.name


class SegmentMember(models.Model):
    """Somebody on a fixed list."""

    segment = models.ForeignKey(Segment, models.CASCADE, related_name="+")
    person = models.ForeignKey(Person, models.CASCADE, related_name="+")
    added_at = models.DateTimeField()

    class Meta:
        verbose_name = _("member of a segment")
        verbose_name_plural = _("members of segments")
        constraints = [models.UniqueConstraint(fields=["segment", "person"], name="segment_member_once")]

    def __str__(self):
        return f"{self.segment_id}:{self.person_id}"


class Send(models.Model):
    """One message to a segment, in one or several variants."""

    class State(models.TextChoices):
        DRAFT = "draft", _("Draft")
        APPROVED = "approved", _("Approved")  # waits for its hour
        SENDING = "sending", _("Sending")
        HALTED = "halted", _("Halted")  # by itself: bounces or complaints above the limit
        STOPPED = "stopped", _("Stopped")  # by a person
        DONE = "done", _("Done")

    class Metric(models.TextChoices):
        CLICKED = "clicked", _("Clicked")
        REPLIED = "replied", _("Replied")
        ENQUIRED = "enquired", _("Enquired")
        ENROLLED = "enrolled", _("Enrolled")

    uuid = models.UUIDField(default=uuid4, unique=True, editable=False)
    name = models.CharField(_("name"), max_length=120)
    segment = models.ForeignKey(
        Segment, models.PROTECT, null=True, blank=True, related_name="sends", verbose_name=_("segment")
    )
    channel = models.CharField(_("channel"), max_length=12, choices=Channel.choices, default=Channel.EMAIL)
    purpose = models.CharField(
        _("purpose"),
        max_length=12,
        choices=[(one.value, one.label) for one in (Purpose.COMMERCIAL, Purpose.SERVICE, Purpose.SURVEY)],
        default=Purpose.COMMERCIAL,
    )
    topic = models.CharField(_("topic"), max_length=60, blank=True)
    phase = models.CharField(_("phase of life"), max_length=11, blank=True, default="")
    programme = models.ForeignKey(
        "programmes.Programme", models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("programme")
    )
    campaign = models.SlugField(_("campaign"), max_length=80, blank=True, db_index=False)
    value = models.PositiveSmallIntegerField(  # decides which of two sends gets a person's last free place
        _("expected worth"), default=50, validators=[MaxValueValidator(100)]
    )
    state = models.CharField(_("state"), max_length=8, choices=State.choices, default=State.DRAFT)
    due_at = models.DateTimeField(_("when"), null=True, blank=True)
    per_hour = models.PositiveIntegerField(_("messages an hour at most"), null=True, blank=True)
    metric = models.CharField(_("judged by"), max_length=8, choices=Metric.choices, default=Metric.CLICKED)
    planned_sample = models.PositiveIntegerField(_("planned sample per variant"), null=True, blank=True)
    rest_to_winner = models.BooleanField(_("whoever is not in the sample gets the better variant"), default=False)
    halt_bounce_percent = models.DecimalField(
        _("halt above bounces (%)"), max_digits=4, decimal_places=1, default=5, validators=[MinValueValidator(0)]
    )
    halt_complaint_percent = models.DecimalField(
        _("halt above complaints (%)"), max_digits=4, decimal_places=2, default=0.3, validators=[MinValueValidator(0)]
    )
    made_at = models.DateTimeField()
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+")
    changed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+")
    approved_at = models.DateTimeField(null=True, blank=True)
    approved_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+")
    listed_at = models.DateTimeField(null=True, blank=True)  # when the deliveries were written
    ended_at = models.DateTimeField(null=True, blank=True)
    why = models.CharField(max_length=250, blank=True)  # why it was halted or stopped
    winner = models.ForeignKey("SendVariant", models.SET_NULL, null=True, blank=True, related_name="+")
    decided_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("send")
        verbose_name_plural = _("sends")
        permissions = [
            ("approve_send", _("Can approve sends")),
            ("stop_sends", _("Can stop all sends at once")),
        ]
        indexes = [models.Index(fields=["due_at"], name="send_due", condition=Q(state__in=["approved", "sending"]))]

    def __str__(self):
        return self.name


class SendVariant(models.Model):
    """One wording of a send: a template, and the share of people who get it. Without a template: held out."""

    send = models.ForeignKey(Send, models.CASCADE, related_name="variants")
    name = models.CharField(_("name"), max_length=40)
    template_code = models.SlugField(_("template"), max_length=80, blank=True)
    share = models.PositiveSmallIntegerField(_("share"), default=1)
    position = models.PositiveSmallIntegerField(default=0)

    class Meta:
        verbose_name = _("variant of a send")
        verbose_name_plural = _("variants of sends")
        constraints = [models.UniqueConstraint(fields=["send", "name"], name="variant_once")]

    def __str__(self):
        return self.name


class Delivery(models.Model):
    """One person's copy of a send: the row is the queue, and there is one per person and send."""

    class State(models.TextChoices):
        WAITING = "waiting", _("Waiting")
        REST = "rest", _("Waits for the better variant")
        QUEUED = "queued", _("In the outbox")
        LEFT_OUT = "left_out", _("Left out")
        HELD_OUT = "held_out", _("Held out to compare")
        STOPPED = "stopped", _("Stopped")

    send = models.ForeignKey(Send, models.CASCADE, related_name="deliveries", db_index=False)
    person = models.ForeignKey(Person, models.CASCADE, related_name="deliveries")
    variant = models.ForeignKey(SendVariant, models.CASCADE, related_name="deliveries", db_index=False)
    state = models.CharField(max_length=8, choices=State.choices, default=State.WAITING)
    why = models.CharField(max_length=250, blank=True)
    due_at = models.DateTimeField()
    message = models.OneToOneField(OutgoingMessage, models.SET_NULL, null=True, blank=True, related_name="delivery")
    queued_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("delivery")
        verbose_name_plural = _("deliveries")
        constraints = [models.UniqueConstraint(fields=["send", "person"], name="delivery_once_each")]
        indexes = [
            models.Index(fields=["send", "due_at", "id"], name="delivery_due", condition=Q(state="waiting")),
            models.Index(fields=["send", "state"], name="delivery_by_state"),
        ]

    def __str__(self):
        return f"{self.send_id}:{self.person_id}"


class MessageSignal(models.Model):
    """What became of a message: opened, clicked, bounced, complained of. Machines are kept apart from people."""

    class Kind(models.TextChoices):
        DELIVERED = "delivered", _("Delivered")
        OPENED = "opened", _("Opened")
        CLICKED = "clicked", _("Clicked")
        REPLIED = "replied", _("Replied")
        BOUNCED = "bounced", _("Came back")
        COMPLAINED = "complained", _("Marked as unwanted")
        UNSUBSCRIBED = "unsubscribed", _("Unsubscribed")

    message = models.ForeignKey(OutgoingMessage, models.CASCADE, related_name="signals")
    kind = models.CharField(max_length=12, choices=Kind.choices)
    at = models.DateTimeField()
    is_human = models.BooleanField(default=True)
    why_not_human = models.CharField(max_length=120, blank=True)
    url = models.CharField(max_length=500, blank=True)
    event_id = models.CharField(max_length=200, null=True, blank=True, unique=True)  # the provider's own number

    class Meta:
        verbose_name = _("signal of a message")
        verbose_name_plural = _("signals of messages")
        indexes = [
            models.Index(fields=["message", "kind"], name="signal_by_message"),
            models.Index(fields=["at"], name="signal_by_time"),
        ]

    def __str__(self):
        return f"{self.message_id}:{self.kind}"


class SendingStop(models.Model):
    """The emergency stop: while one without an end stands, nothing leaves that is not owed to somebody."""

    since = models.DateTimeField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    why = models.CharField(_("why"), max_length=250)
    ended_at = models.DateTimeField(null=True, blank=True)
    ended_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+")

    class Meta:
        verbose_name = _("stop of all sends")
        verbose_name_plural = _("stops of all sends")
        constraints = [models.UniqueConstraint(models.Value(1), condition=Q(ended_at=None), name="one_stop_at_a_time")]

    def __str__(self):
        return f"{self.since:%Y-%m-%d %H:%M}"
