"""Messages that must leave."""

from uuid import uuid4

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from people.models.logins import User
from people.models.persons import Person
from people.models.words import Channel, Language, Purpose


class OutgoingMessageQuerySet(models.QuerySet):
    def due(self, *, at):
        return self.filter(state=OutgoingMessage.State.QUEUED, due_at__lte=at)


class OutgoingMessage(models.Model):
    """A message that must leave: the row is the queue, a task only wakes up to look at it."""

    class State(models.TextChoices):
        QUEUED = "queued", _("Queued")
        SENDING = "sending", _("Sending")
        SENT = "sent", _("Sent")
        REFUSED = "refused", _("Refused")  # the ledger said no
        FAILED = "failed", _("Failed")  # the provider said no, and the attempts are used up

    uuid = models.UUIDField(default=uuid4, unique=True, editable=False)
    person = models.ForeignKey(Person, models.CASCADE, related_name="messages")
    channel = models.CharField(max_length=12, choices=Channel.choices, default=Channel.EMAIL)
    purpose = models.CharField(max_length=12, choices=Purpose.choices)
    to = models.CharField(max_length=254)
    language = models.CharField(max_length=5, choices=Language.choices)
    topic = models.CharField(max_length=60, blank=True)  # what a commercial message is about, as people choose it
    subject = models.CharField(max_length=250, blank=True)
    body = models.TextField()  # plain text with blank lines between paragraphs; the mail's HTML is made from it
    action_url = models.CharField(max_length=500, blank=True)
    action_label = models.CharField(max_length=120, blank=True)
    key = models.CharField(max_length=200, unique=True)  # one message per key, however often it is asked for
    state = models.CharField(max_length=8, choices=State.choices, default=State.QUEUED)
    why = models.CharField(max_length=250, blank=True)  # the policy's or the provider's reason
    due_at = models.DateTimeField()
    created_at = models.DateTimeField()
    claimed_at = models.DateTimeField(null=True, blank=True)
    sent_at = models.DateTimeField(null=True, blank=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    provider_id = models.CharField(max_length=120, blank=True, db_default="")  # the provider's own number of it
    by = models.ForeignKey(User, models.SET_NULL, null=True, blank=True, related_name="+")
    about_kind = models.CharField(max_length=60, blank=True)
    about_id = models.BigIntegerField(null=True, blank=True)
    objects = OutgoingMessageQuerySet.as_manager()

    class Meta:
        verbose_name = _("outgoing message")
        verbose_name_plural = _("outgoing messages")
        indexes = [
            models.Index(fields=["due_at"], name="message_due", condition=Q(state__in=["queued", "sending"])),
            models.Index(  # what somebody waits for must not be looked for behind 100,000 letters of a send
                fields=["due_at", "id"],
                name="message_owed",
                condition=Q(state="queued", purpose__in=["service", "enquiry"]),
            ),
            models.Index(fields=["person", "-created_at"], name="message_by_person"),
        ]

    def __str__(self):
        return f"{self.channel}:{self.pk}:{self.state}"
