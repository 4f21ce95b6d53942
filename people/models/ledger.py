"""The consent ledger, and what else decides whether we may contact somebody."""

from datetime import time
from uuid import uuid4

from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from wagtail.contrib.settings.models import BaseGenericSetting, register_setting

from people.models.logins import User
from people.models.persons import Identity, Person
from people.models.words import Channel, Language, Purpose


class Consent(models.Model):
    """One line of the append-only ledger: what a person said about one purpose on one channel."""

    class Decision(models.TextChoices):
        REQUESTED = "requested", _("Asked, not confirmed yet")
        GRANTED = "granted", _("Granted")
        DENIED = "denied", _("Denied")
        WITHDRAWN = "withdrawn", _("Withdrawn")

    person = models.ForeignKey(Person, models.CASCADE, related_name="consents")
    purpose = models.CharField(max_length=12, choices=Purpose.choices)
    channel = models.CharField(max_length=12, choices=Channel.choices)
    decision = models.CharField(max_length=10, choices=Decision.choices)
    wording_version = models.CharField(max_length=40)
    language = models.CharField(max_length=5, choices=Language.choices)
    at = models.DateTimeField()
    source = models.CharField(max_length=200)  # the page or call in which it was said
    proof = models.TextField(blank=True)
    by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    # A guardian who said it for them.
    said_by = models.ForeignKey(Person, models.SET_NULL, null=True, blank=True, related_name="+", db_index=False)
    # Written by a merge, to keep the stricter of two answers; goes when the merge is undone.
    merge_uuid = models.UUIDField(null=True, blank=True, editable=False)

    class Meta:
        verbose_name = _("consent")
        verbose_name_plural = _("consents")
        indexes = [
            models.Index(fields=["person", "purpose", "channel", "-at", "-id"], name="consent_latest"),
            # Few are said by a guardian; a merge and an erasure ask for theirs.
            models.Index(fields=["said_by"], name="consent_by_guardian", condition=Q(said_by__isnull=False)),
        ]

    def __str__(self):
        return f"{self.person_id}:{self.purpose}/{self.channel}={self.decision}"


class Suppression(models.Model):
    """An address that must not be written to or called, whoever it belongs to."""

    kind = models.CharField(max_length=16, choices=Identity.Kind.choices)
    value = models.CharField(max_length=254)
    why = models.CharField(max_length=200)
    list_name = models.CharField(max_length=80, blank=True)  # the exclusion list it came from; empty: our own
    at = models.DateTimeField()
    by = models.ForeignKey(User, models.SET_NULL, null=True, blank=True, related_name="+")

    class Meta:
        verbose_name = _("suppression")
        verbose_name_plural = _("suppressions")
        permissions = [("import_suppression", _("Can take in exclusion lists"))]
        constraints = [models.UniqueConstraint(fields=["kind", "value"], name="suppression_unique")]

    def __str__(self):
        return f"{self.kind}:{self.pk}"


class ConsentText(models.Model):
    """The words somebody read when they agreed, kept as they were in each language."""

    purpose = models.CharField(max_length=12, choices=Purpose.choices)
    version = models.CharField(max_length=40)
    language = models.CharField(max_length=5, choices=Language.choices)
    text = models.TextField()
    since = models.DateTimeField()

    class Meta:
        verbose_name = _("consent text")
        verbose_name_plural = _("consent texts")
        constraints = [models.UniqueConstraint(fields=["version", "language"], name="consent_text_once")]

    def __str__(self):
        return f"{self.version} ({self.language})"


class ConsentRequest(models.Model):
    """A yes that waits for its second half: the link in the mail we sent to the address (double opt-in)."""

    uuid = models.UUIDField(default=uuid4, unique=True, editable=False)
    person = models.ForeignKey(Person, models.CASCADE, related_name="consent_requests")
    purposes = models.JSONField()  # [[purpose, channel, wording version], …]
    address = models.CharField(max_length=254)  # where the link was sent: what a click proves
    language = models.CharField(max_length=5, choices=Language.choices)
    source = models.CharField(max_length=200)
    asked_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    confirmed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("consent request")
        verbose_name_plural = _("consent requests")
        indexes = [models.Index(fields=["expires_at"], name="consent_request_open", condition=Q(confirmed_at=None))]

    def __str__(self):
        return f"{self.person_id}:{self.uuid}"


class LegalBasis(models.Model):
    """A ground for writing without a consent: a customer of the last year, for programmes like those they took.

    Spain, LSSI (Ley 34/2002) art. 21.2: by electronic mail, about similar products, with a way out in each message.
    """

    person = models.ForeignKey(Person, models.CASCADE, related_name="legal_bases")
    kind = models.CharField(max_length=12, default="customer")
    topic = models.CharField(max_length=60)  # the code of the field they studied
    since = models.DateTimeField()
    about_kind = models.CharField(max_length=60, blank=True)
    about_id = models.BigIntegerField(null=True, blank=True)

    class Meta:
        verbose_name = _("legal basis")
        verbose_name_plural = _("legal bases")
        constraints = [models.UniqueConstraint(fields=["person", "kind", "topic"], name="legal_basis_once")]

    def __str__(self):
        return f"{self.person_id}:{self.kind}/{self.topic}"


@register_setting(icon="mail", order=310)
class ContactRules(BaseGenericSetting):
    """When, how often and on what ground the school writes and calls."""

    quiet_from = models.TimeField(_("no calls or offers from"), default=time(21))
    quiet_until = models.TimeField(_("until"), default=time(9))
    commercial_cap = models.PositiveSmallIntegerField(
        _("commercial messages per person at most"), default=3, validators=[MinValueValidator(1)]
    )
    cap_days = models.PositiveSmallIntegerField(_("in days"), default=7, validators=[MinValueValidator(1)])
    customer_months = models.PositiveSmallIntegerField(
        _("customers may be offered similar programmes for (months)"),
        default=12,
        help_text=_("0: only with a consent."),
    )
    confirm_by_mail = models.BooleanField(
        _("ask for every yes to be confirmed by e-mail"),
        default=False,
        help_text=_("A subscription to the newsletter is always confirmed. With this, boxes ticked in a form are too."),
    )

    class Meta:
        verbose_name = _("contact rules")
