"""What comes in and goes out on each channel: raw events of providers, letters with attachments, calls, call lists."""

from uuid import uuid4

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from contact_centre.models.cases import Case
from people.models import Channel, Person


class ProviderEvent(models.Model):
    """Something a provider told us, kept before it is understood, once per its own number."""

    provider = models.CharField(max_length=40)
    event_id = models.CharField(max_length=200)
    payload = models.JSONField()
    received_at = models.DateTimeField()
    done_at = models.DateTimeField(null=True, blank=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    why = models.CharField(max_length=250, blank=True)  # why it could not be worked off

    class Meta:
        verbose_name = _("event of a provider")
        verbose_name_plural = _("events of providers")
        constraints = [models.UniqueConstraint(fields=["provider", "event_id"], name="provider_event_once")]
        indexes = [models.Index(fields=["received_at"], name="provider_event_due", condition=Q(done_at=None))]

    def __str__(self):
        return f"{self.provider}:{self.event_id}"


class InboundMessage(models.Model):
    """A letter or text that somebody sent us, filed in a case, or held with the reason why not."""

    class State(models.TextChoices):
        RECEIVED = "received", _("Received")
        FILED = "filed", _("Filed in a case")
        HELD = "held", _("Held for a person to look at")
        AUTOMATIC = "automatic", _("Automatic reply")
        DROPPED = "dropped", _("Dropped")

    uuid = models.UUIDField(default=uuid4, unique=True, editable=False)
    channel = models.CharField(_("channel"), max_length=12, choices=Channel.choices, default=Channel.EMAIL)
    provider = models.CharField(max_length=40)
    external_id = models.CharField(max_length=300)  # Message-ID, or the provider's number
    thread_ids = models.JSONField(default=list)  # In-Reply-To and References
    sender = models.CharField(_("from"), max_length=254)
    sender_name = models.CharField(max_length=160, blank=True)
    to = models.CharField(_("to"), max_length=254, blank=True)
    subject = models.CharField(_("subject"), max_length=300, blank=True)
    text = models.TextField(_("text"), blank=True)  # what they wrote, without what they quoted
    quoted = models.TextField(blank=True)
    received_at = models.DateTimeField(_("received at"))
    state = models.CharField(_("state"), max_length=9, choices=State.choices, default=State.RECEIVED)
    why = models.CharField(_("why"), max_length=250, blank=True)
    person = models.ForeignKey(Person, models.CASCADE, null=True, blank=True, related_name="inbound_messages")
    case = models.ForeignKey(Case, models.SET_NULL, null=True, blank=True, related_name="inbound_messages")
    touchpoint_id = models.BigIntegerField(null=True, blank=True)

    class Meta:
        verbose_name = _("incoming message")
        verbose_name_plural = _("incoming messages")
        permissions = [("file_inbound", _("Can file incoming messages that are held"))]
        constraints = [models.UniqueConstraint(fields=["provider", "external_id"], name="inbound_once")]
        indexes = [
            models.Index(fields=["received_at"], name="inbound_due", condition=Q(state="received")),
            models.Index(fields=["sender", "-received_at"], name="inbound_by_sender"),
            models.Index(fields=["received_at"], name="inbound_held", condition=Q(state="held")),
            models.Index(fields=["-received_at"], name="inbound_by_time"),
        ]

    def __str__(self):
        return f"{self.channel}:{self.uuid}"


class InboundAttachment(models.Model):
    """A file that came with a letter; only those that passed the checks can be opened."""

    uuid = models.UUIDField(default=uuid4, unique=True, editable=False)
    message = models.ForeignKey(InboundMessage, models.CASCADE, related_name="attachments")
    name = models.CharField(max_length=200)
    content_type = models.CharField(max_length=120, blank=True)
    size = models.PositiveBigIntegerField(default=0)
    kept_as = models.CharField(max_length=200, blank=True)  # the file under the runtime folder; empty: not kept
    why_refused = models.CharField(max_length=200, blank=True)

    class Meta:
        verbose_name = _("attachment")
        verbose_name_plural = _("attachments")

    def __str__(self):
        return self.name


class Call(models.Model):
    """One telephone call, made or received, logged by an adviser or told by the exchange."""

    class Direction(models.TextChoices):
        IN = "in", _("From them")
        OUT = "out", _("From us")

    class Outcome(models.TextChoices):
        REACHED = "reached", _("We spoke")
        NO_ANSWER = "no_answer", _("No answer")
        BUSY = "busy", _("Busy")
        VOICEMAIL = "voicemail", _("Left a message")
        WRONG_NUMBER = "wrong_number", _("Wrong number")
        MISSED = "missed", _("We missed it")

    uuid = models.UUIDField(default=uuid4, unique=True, editable=False)
    direction = models.CharField(_("direction"), max_length=3, choices=Direction.choices)
    number = models.CharField(_("number"), max_length=32, blank=True)  # theirs, E.164; empty: withheld
    our_number = models.CharField(max_length=32, blank=True)
    person = models.ForeignKey(Person, models.CASCADE, null=True, blank=True, related_name="calls")
    case = models.ForeignKey(Case, models.SET_NULL, null=True, blank=True, related_name="calls")
    adviser = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="calls")
    outcome = models.CharField(_("outcome"), max_length=12, choices=Outcome.choices, blank=True)
    started_at = models.DateTimeField(_("started at"))
    answered_at = models.DateTimeField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)
    attempt = models.PositiveSmallIntegerField(null=True, blank=True)  # the how-manieth try of its case
    campaign = models.SlugField(_("campaign"), max_length=80, blank=True, db_index=False)
    source = models.CharField(_("how they heard of us"), max_length=80, blank=True)
    provider = models.CharField(max_length=40, blank=True)
    provider_id = models.CharField(max_length=120, null=True, blank=True)
    touchpoint_id = models.BigIntegerField(null=True, blank=True)
    logged_in_ms = models.PositiveIntegerField(null=True, blank=True)  # how long writing it down took

    class Meta:
        verbose_name = _("call")
        verbose_name_plural = _("calls")
        constraints = [models.UniqueConstraint(fields=["provider", "provider_id"], name="call_once")]
        indexes = [
            models.Index(fields=["case", "started_at"], name="call_by_case"),
            models.Index(fields=["adviser", "-started_at"], name="call_by_adviser"),
            models.Index(fields=["-started_at"], name="call_by_time"),
            models.Index(fields=["number", "-started_at"], name="call_by_number"),
            models.Index(fields=["-started_at"], name="call_missed", condition=Q(outcome="missed")),
        ]

    def __str__(self):
        return f"{self.direction}:{self.uuid}"


class CallList(models.Model):
    """People to be called with an offer, pushed by a manager."""

    class State(models.TextChoices):
        DRAFT = "draft", _("Draft")
        OPEN = "open", _("Open")
        CLOSED = "closed", _("Closed")

    uuid = models.UUIDField(default=uuid4, unique=True, editable=False)
    name = models.CharField(_("name"), max_length=120)
    segment = models.ForeignKey(
        "contact_centre.Segment", models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("segment")
    )
    programme = models.ForeignKey(
        "programmes.Programme", models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("programme")
    )
    campaign = models.SlugField(_("campaign"), max_length=80, blank=True, db_index=False)
    offer = models.TextField(_("the offer to make"), help_text=_("What the adviser reads during the call."))
    purpose = models.CharField(max_length=12, default="commercial")
    state = models.CharField(_("state"), max_length=6, choices=State.choices, default=State.DRAFT)
    opened_at = models.DateTimeField(null=True, blank=True)
    closes_on = models.DateField(_("until"), null=True, blank=True)
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")

    class Meta:
        verbose_name = _("call list")
        verbose_name_plural = _("call lists")

    def __str__(self):
        return self.name


class CallListEntry(models.Model):
    """One person on a call list: whether the offer was shown, made and accepted."""

    class State(models.TextChoices):
        WAITING = "waiting", _("To be called")
        IN_HAND = "in_hand", _("In hand")
        DONE = "done", _("Done")
        SKIPPED = "skipped", _("Left out")  # no ground any more, or taken off

    call_list = models.ForeignKey(CallList, models.CASCADE, related_name="entries")
    person = models.ForeignKey(Person, models.CASCADE, related_name="call_list_entries")
    state = models.CharField(max_length=7, choices=State.choices, default=State.WAITING)
    why = models.CharField(max_length=250, blank=True)
    adviser = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+")
    due_at = models.DateTimeField()
    attempts = models.PositiveSmallIntegerField(default=0)
    offer_shown_at = models.DateTimeField(null=True, blank=True)
    offer_made_at = models.DateTimeField(null=True, blank=True)
    offer_accepted_at = models.DateTimeField(null=True, blank=True)
    offer_refused_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("entry of a call list")
        verbose_name_plural = _("entries of call lists")
        constraints = [models.UniqueConstraint(fields=["call_list", "person"], name="call_list_person_once")]
        indexes = [models.Index(fields=["call_list", "due_at"], name="call_list_due", condition=Q(state="waiting"))]

    def __str__(self):
        return f"{self.call_list_id}:{self.person_id}"
