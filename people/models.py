"""Logins, persons, their identities, consents, touchpoints and messages."""

from uuid import uuid4

from django.contrib.auth.models import AbstractUser, BaseUserManager
from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class Language(models.TextChoices):
    CATALAN = "ca", "Català"
    SPANISH = "es", "Español"
    ENGLISH = "en", "English"


class Channel(models.TextChoices):
    EMAIL = "email", _("E-mail")
    PHONE = "phone", _("Telephone")
    WHATSAPP = "whatsapp", _("WhatsApp")
    SMS = "sms", _("Text message")
    WEB = "web", _("Website")
    POST = "post", _("Post")
    IN_PERSON = "in_person", _("In person")
    IMPORT = "import", _("Import")


class Purpose(models.TextChoices):
    """Why we write or call; each is consented to apart. ``SERVICE`` needs no consent: it carries out what was asked."""

    ENQUIRY = "enquiry", _("Answer my enquiry")
    COMMERCIAL = "commercial", _("News and offers")
    SERVICE = "service", _("My studies and payments")
    SURVEY = "survey", _("Surveys")
    PROFILING = "profiling", _("Profiling")


class UserManager(BaseUserManager):
    """Makes logins that have an e-mail address where Django expects a user name."""

    def _create(self, email, password, **fields):
        user = self.model(email=self.normalize_email(email).lower(), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def create_user(self, email, password=None, **fields):
        return self._create(email, password, **fields)

    def create_superuser(self, email, password=None, **fields):
        return self._create(email, password, is_staff=True, is_superuser=True, **fields)


class User(AbstractUser):
    """A login. Staff, students and prospects sign in with their e-mail address."""

    username = None  # type: ignore[assignment]  # Django's way to have none
    email = models.EmailField(_("e-mail address"), unique=True)
    USERNAME_FIELD = "email"
    REQUIRED_FIELDS: list[str] = []
    objects = UserManager()  # type: ignore[assignment]  # nobody is made by a user name

    def __str__(self):
        return self.get_full_name() or self.email


class PersonQuerySet(models.QuerySet):
    def known(self):
        """Those who can still be told apart: not erased."""
        return self.filter(erased_at=None)

    def with_contact(self):
        """Those with at least one way to reach them."""
        return self.filter(
            models.Exists(Identity.objects.filter(person=models.OuterRef("pk"), kind__in=Identity.REACHABLE))
        )


class Person(models.Model):
    """A human we talk to, perhaps without a login. Everything about one human hangs on one row."""

    class Phase(models.TextChoices):
        PROSPECT = "prospect", _("Prospect")
        APPLICANT = "applicant", _("Applicant")
        STUDENT = "student", _("Student")
        ALUMNUS = "alumnus", _("Alumnus")
        LOST = "lost", _("Lost")

    uuid = models.UUIDField(default=uuid4, unique=True, editable=False)
    user = models.OneToOneField(User, models.SET_NULL, null=True, blank=True, related_name="person")
    given_name = models.CharField(_("given name"), max_length=150, blank=True)
    family_name = models.CharField(_("family name"), max_length=150, blank=True)
    language = models.CharField(_("language"), max_length=5, choices=Language.choices, default=Language.CATALAN)
    time_zone = models.CharField(_("time zone"), max_length=50, default="Europe/Madrid")
    country = models.CharField(_("country"), max_length=60, blank=True)
    phase = models.CharField(_("phase"), max_length=12, choices=Phase.choices, default=Phase.PROSPECT)
    preferred_channel = models.CharField(_("preferred channel"), max_length=12, choices=Channel.choices, blank=True)
    paused_until = models.DateTimeField(_("paused until"), null=True, blank=True)
    source = models.CharField(_("source"), max_length=120, blank=True)
    created_at = models.DateTimeField(_("created at"))
    erased_at = models.DateTimeField(_("erased at"), null=True, blank=True, editable=False)
    objects = PersonQuerySet.as_manager()

    class Meta:
        verbose_name = _("person")
        verbose_name_plural = _("people")
        indexes = [
            models.Index(fields=["-created_at"], name="person_newest"),
            models.Index(fields=["family_name", "given_name"], name="person_by_name"),
        ]
        permissions = [
            ("export_person", _("Can export everything about a person")),
            ("erase_person", _("Can erase a person")),
        ]

    def __str__(self):
        return self.name or str(_("Person %(number)s") % {"number": self.pk})

    @property
    def name(self) -> str:
        return f"{self.given_name} {self.family_name}".strip()


class Identity(models.Model):
    """One way in which a person reached us: normalised, unique within its kind and issuer."""

    class Kind(models.TextChoices):
        EMAIL = "email", _("E-mail")
        PHONE = "phone", _("Telephone")
        WHATSAPP = "whatsapp", _("WhatsApp")
        STUDENT_NUMBER = "student_number", _("Student number")
        EXTERNAL = "external", _("External id")

    REACHABLE = (Kind.EMAIL, Kind.PHONE, Kind.WHATSAPP)
    person = models.ForeignKey(Person, models.CASCADE, related_name="identities")
    kind = models.CharField(max_length=16, choices=Kind.choices)
    issuer = models.CharField(max_length=60, blank=True)  # who gave an external id, such as "x-education"
    value = models.CharField(max_length=254)  # lower-case e-mail, E.164 phone, the id itself
    as_typed = models.CharField(max_length=254, blank=True)
    source = models.CharField(max_length=120, blank=True)
    verified_at = models.DateTimeField(null=True, blank=True)
    may_sign_in = models.BooleanField(default=True)  # False: a stranger put it beside a number that is not theirs
    is_undeliverable = models.BooleanField(default=False)
    created_at = models.DateTimeField()

    class Meta:
        verbose_name = _("identity")
        verbose_name_plural = _("identities")
        constraints = [models.UniqueConstraint(fields=["kind", "value", "issuer"], name="identity_unique")]

    def __str__(self):
        return f"{self.kind}:{self.value}"


class Consent(models.Model):
    """One line of the append-only ledger: what a person said about one purpose on one channel."""

    class Decision(models.TextChoices):
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

    class Meta:
        verbose_name = _("consent")
        verbose_name_plural = _("consents")
        indexes = [models.Index(fields=["person", "purpose", "channel", "-at", "-id"], name="consent_latest")]

    def __str__(self):
        return f"{self.person_id}:{self.purpose}/{self.channel}={self.decision}"


class Suppression(models.Model):
    """An address that must not be written to or called, whoever it belongs to."""

    kind = models.CharField(max_length=16, choices=Identity.Kind.choices)
    value = models.CharField(max_length=254)
    why = models.CharField(max_length=200)
    at = models.DateTimeField()

    class Meta:
        verbose_name = _("suppression")
        verbose_name_plural = _("suppressions")
        constraints = [models.UniqueConstraint(fields=["kind", "value"], name="suppression_unique")]

    def __str__(self):
        return f"{self.kind}:{self.pk}"


class Touchpoint(models.Model):
    """Something that happened between a person and the school. Append-only; the key leads with time."""

    class Direction(models.TextChoices):
        IN = "in", _("From them")
        OUT = "out", _("From us")
        INNER = "inner", _("Within the school")

    at = models.DateTimeField()
    person = models.ForeignKey(Person, models.CASCADE, related_name="touchpoints", db_index=False)
    channel = models.CharField(max_length=12, choices=Channel.choices)
    direction = models.CharField(max_length=6, choices=Direction.choices)
    kind = models.CharField(max_length=60)  # "enquiries.received", "contact_centre.answered"
    summary = models.TextField(blank=True)  # what was said, as it was said
    is_two_way = models.BooleanField(default=False)  # a real exchange: counts as a contact in the KPIs
    by = models.ForeignKey(User, models.SET_NULL, null=True, blank=True, related_name="+", db_index=False)
    about_kind = models.CharField(max_length=60, blank=True)  # "enquiries.enquiry"
    about_id = models.BigIntegerField(null=True, blank=True)
    campaign = models.SlugField(max_length=80, blank=True, db_index=False)  # campaigns live floors above

    class Meta:
        verbose_name = _("touchpoint")
        verbose_name_plural = _("touchpoints")
        indexes = [
            models.Index(fields=["person", "-at", "-id"], name="touchpoint_timeline"),
            models.Index(fields=["at"], name="touchpoint_two_way", condition=Q(is_two_way=True)),
        ]

    def __str__(self):
        return f"{self.kind}@{self.at:%Y-%m-%d %H:%M}"


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
    by = models.ForeignKey(User, models.SET_NULL, null=True, blank=True, related_name="+")
    about_kind = models.CharField(max_length=60, blank=True)
    about_id = models.BigIntegerField(null=True, blank=True)
    objects = OutgoingMessageQuerySet.as_manager()

    class Meta:
        verbose_name = _("outgoing message")
        verbose_name_plural = _("outgoing messages")
        indexes = [
            models.Index(fields=["due_at"], name="message_due", condition=Q(state__in=["queued", "sending"])),
            models.Index(fields=["person", "-created_at"], name="message_by_person"),
        ]

    def __str__(self):
        return f"{self.channel}:{self.pk}:{self.state}"


class PersonScore(models.Model):
    """A figure about a person, written down by insights with its reasons and date; shown by any floor."""

    person = models.ForeignKey(Person, models.CASCADE, related_name="scores")
    metric = models.CharField(max_length=40)
    value = models.FloatField()
    label = models.CharField(max_length=80, blank=True)
    reasons = models.JSONField(default=list)  # short sentences, strongest first
    as_of = models.DateTimeField()

    class Meta:
        verbose_name = _("score")
        verbose_name_plural = _("scores")
        constraints = [models.UniqueConstraint(fields=["person", "metric"], name="score_unique")]

    def __str__(self):
        return f"{self.person_id}:{self.metric}"


class ImportRun(models.Model):
    """One file that was taken in, and what it changed, so that it can be put back exactly."""

    uuid = models.UUIDField(default=uuid4, unique=True, editable=False)
    kind = models.CharField(_("kind"), max_length=30)
    file_name = models.CharField(_("file"), max_length=255)
    started_at = models.DateTimeField(_("started at"))
    finished_at = models.DateTimeField(null=True, blank=True)
    created = models.PositiveIntegerField(_("created"), default=0)
    updated = models.PositiveIntegerField(_("updated"), default=0)
    unchanged = models.PositiveIntegerField(_("unchanged"), default=0)
    rejected = models.JSONField(_("rejected"), default=list)  # [{"line": n, "why": "…"}]
    undone_at = models.DateTimeField(_("undone at"), null=True, blank=True)
    by = models.ForeignKey(User, models.SET_NULL, null=True, blank=True, related_name="+")

    class Meta:
        verbose_name = _("import")
        verbose_name_plural = _("imports")
        permissions = [("undo_import", _("Can undo an import"))]

    def __str__(self):
        return f"{self.kind}:{self.uuid}"


class ImportChange(models.Model):
    """One row an import made or changed: ``before`` is None for a made row, else the fields as they were."""

    run = models.ForeignKey(ImportRun, models.CASCADE, related_name="changes")
    model = models.CharField(max_length=60)
    row_id = models.BigIntegerField()
    before = models.JSONField(null=True, encoder=DjangoJSONEncoder)
    after = models.JSONField(null=True, encoder=DjangoJSONEncoder)  # what the import wrote, to see later changes

    class Meta:
        verbose_name = _("import change")
        verbose_name_plural = _("import changes")
        indexes = [models.Index(fields=["model", "row_id"], name="import_change_row")]

    def __str__(self):
        return f"{self.model}:{self.row_id}"


class ApiToken(models.Model):
    """A key with which another program speaks to the API. Only its hash is kept: the key is shown once."""

    class Scope(models.TextChoices):
        WRITE_ENQUIRIES = "enquiries:write", _("Send enquiries")
        READ_ENQUIRIES = "enquiries:read", _("Read enquiries")
        READ_PROGRAMMES = "programmes:read", _("Read programmes")
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


class Heartbeat(models.Model):
    """When a background process was last seen alive; ``/readyz`` reads it."""

    process = models.CharField(max_length=20, primary_key=True)  # "scheduler", "worker"
    at = models.DateTimeField()

    def __str__(self):
        return self.process
