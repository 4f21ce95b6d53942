"""Who and what may come in, and who looked at what."""

import datetime

from django.contrib.auth.models import Group, Permission
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel, FieldRowPanel, MultiFieldPanel
from wagtail.contrib.settings.models import BaseSiteSetting, register_setting

from people.models.logins import User
from people.models.persons import Person


class ApiToken(models.Model):
    """A key with which another program speaks to the API. Only its hash is kept: the key is shown once."""

    class Scope(models.TextChoices):
        WRITE_ENQUIRIES = "enquiries:write", _("Send enquiries")
        READ_ENQUIRIES = "enquiries:read", _("Read enquiries")
        READ_PROGRAMMES = "programmes:read", _("Read programmes")
        READ_PEOPLE = "people:read", _("Read people and duplicates")
        MERGE_PEOPLE = "people:merge", _("Merge people and undo it")
        READ_KPIS = "kpis:read", _("Read figures")

    name = models.CharField(_("name"), max_length=80)
    token_hash = models.CharField(max_length=64, unique=True, editable=False)
    shown_part = models.CharField(_("begins with"), max_length=12, editable=False)  # to tell keys apart in a list
    scopes = models.JSONField(_("allowed to"), default=list)
    created_at = models.DateTimeField(_("issued at"))
    by = models.ForeignKey(User, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("issued by"))
    revoked_at = models.DateTimeField(_("revoked at"), null=True, blank=True)

    class Meta:
        verbose_name = _("API token")
        verbose_name_plural = _("API tokens")
        permissions = [("issue_apitoken", _("Can issue and revoke API tokens"))]

    def __str__(self):
        return self.name


class UsedLink(models.Model):
    """A link that may be used once, and was."""

    key = models.CharField(max_length=64, primary_key=True)  # SHA-256 of the token
    at = models.DateTimeField()

    class Meta:
        verbose_name = _("used link")
        verbose_name_plural = _("used links")

    def __str__(self):
        return self.key[:8]


class KnownDevice(models.Model):
    """A browser in which a login has been used before; another one is told to its owner by e-mail."""

    user = models.ForeignKey(User, models.CASCADE, related_name="devices")
    key_hash = models.CharField(max_length=64)  # of the long-lived cookie
    agent = models.CharField(max_length=200, blank=True)  # browser and system, as they call themselves
    first_seen_at = models.DateTimeField()
    last_seen_at = models.DateTimeField()

    class Meta:
        verbose_name = _("known device")
        verbose_name_plural = _("known devices")
        constraints = [models.UniqueConstraint(fields=["user", "key_hash"], name="known_device_once")]

    def __str__(self):
        return f"{self.user_id}:{self.pk}"


class AuditEntry(models.Model):
    """Who read or changed what about whom. Append-only; the key leads with time."""

    class Act(models.TextChoices):
        READ = "read", _("Read")
        CHANGED = "changed", _("Changed")
        EXPORTED = "exported", _("Exported")
        LOOKED_AS = "looked_as", _("Looked as another")

    at = models.DateTimeField()
    by = models.ForeignKey(User, models.SET_NULL, null=True, blank=True, related_name="+")
    # The person behind the screen, when they look as another.
    really_by = models.ForeignKey(User, models.SET_NULL, null=True, blank=True, related_name="+", db_index=False)
    act = models.CharField(max_length=10, choices=Act.choices)
    what = models.CharField(max_length=80)  # "people.person_page", "enrolment.refund"
    person = models.ForeignKey(Person, models.SET_NULL, null=True, blank=True, related_name="audit_entries")
    about_kind = models.CharField(max_length=60, blank=True)
    about_id = models.BigIntegerField(null=True, blank=True)
    detail = models.JSONField(default=dict, blank=True)  # field names and reasons, never words about a person

    class Meta:
        verbose_name = _("audit entry")
        verbose_name_plural = _("audit trail")
        indexes = [
            models.Index(fields=["-at", "-id"], name="audit_newest"),
            models.Index(fields=["person", "-at"], name="audit_of_person"),
        ]
        permissions = [("review_audit", _("Can review samples of the audit trail"))]

    def __str__(self):
        return f"{self.act}:{self.what}@{self.at:%Y-%m-%d %H:%M}"


class AuditReview(models.Model):
    """One entry of the trail picked by chance for somebody to look at, and what they found."""

    class Finding(models.TextChoices):
        FINE = "fine", _("As it should be")
        CORRECTED = "corrected", _("A mistake, put right")
        MISUSE = "misuse", _("Not allowed")

    entry = models.OneToOneField(AuditEntry, models.CASCADE, related_name="review")
    picked_at = models.DateTimeField()
    reasons = models.JSONField(default=list)  # what was unusual about it, as codes of ``people.access.audit_review``
    reviewed_at = models.DateTimeField(null=True, blank=True)
    by = models.ForeignKey(User, models.SET_NULL, null=True, blank=True, related_name="+")
    finding = models.CharField(_("finding"), max_length=10, choices=Finding.choices, blank=True)
    note = models.TextField(_("note"), blank=True)

    class Meta:
        verbose_name = _("audit review")
        verbose_name_plural = _("audit reviews")
        indexes = [models.Index(fields=["picked_at"], name="audit_review_open", condition=models.Q(reviewed_at=None))]

    def __str__(self):
        return f"review:{self.entry_id}"


class AuditWeek(models.Model):
    """One week of the trail from which a sample was picked; the row is the claim, so that it is picked once."""

    starts_on = models.DateField(primary_key=True)  # a Monday
    entries = models.PositiveIntegerField(default=0)
    picked = models.PositiveIntegerField(default=0)
    picked_at = models.DateTimeField()

    class Meta:
        verbose_name = _("reviewed week")
        verbose_name_plural = _("reviewed weeks")

    def __str__(self):
        return f"{self.starts_on}"


class GrantedRight(models.Model):
    """A right that the product gave a role; what the school granted or took away by itself is told apart from it."""

    group = models.ForeignKey(Group, models.CASCADE, related_name="+")
    permission = models.ForeignKey(Permission, models.CASCADE, related_name="+")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["group", "permission"], name="granted_right_once")]

    def __str__(self):
        return f"{self.group_id}:{self.permission_id}"


@register_setting(icon="view", order=950)
class AuditSettings(BaseSiteSetting):
    """How much of what staff read is looked at again, and what counts as unusual."""

    share_percent = models.PositiveSmallIntegerField(
        _("share of the entries of a week (%)"), default=5, validators=[MinValueValidator(1), MaxValueValidator(100)]
    )
    at_least = models.PositiveSmallIntegerField(_("but at least"), default=10)
    at_most = models.PositiveSmallIntegerField(_("and at most"), default=40, validators=[MinValueValidator(1)])
    work_begins = models.TimeField(_("the working day begins"), default=datetime.time(8))
    work_ends = models.TimeField(_("and ends"), default=datetime.time(20))
    many_people = models.PositiveSmallIntegerField(
        _("people read in an hour that are many"), default=40, validators=[MinValueValidator(2)]
    )

    panels = [
        MultiFieldPanel(
            [FieldPanel("share_percent"), FieldRowPanel([FieldPanel("at_least"), FieldPanel("at_most")])],
            heading=_("Sample of a week"),
        ),
        MultiFieldPanel(
            [FieldRowPanel([FieldPanel("work_begins"), FieldPanel("work_ends")]), FieldPanel("many_people")],
            heading=_("Unusual, and picked more often"),
        ),
    ]

    class Meta:
        verbose_name = _("audit")

    @classmethod
    def of_school(cls) -> "AuditSettings":
        """The settings of the default site, or the defaults when none were saved."""
        return cls.objects.filter(site__is_default_site=True).first() or cls()
