"""Persons, the ways to reach them, and who stands by them."""

from uuid import uuid4

from django.contrib.postgres.indexes import GinIndex, OpClass
from django.db import models
from django.db.models.functions import Reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from people.models.logins import User
from people.models.name_words import NameWords
from people.models.words import Channel, Language


class PersonQuerySet(models.QuerySet):
    def known(self):
        """Those who can still be told apart: not erased, and not become part of another."""
        return self.filter(erased_at=None, merged_into=None)

    def visible_to(self, user):
        """Those whom ``user`` may know of at all; what they see of each is for every floor to say."""
        from people.access import visibility  # noqa: PLC0415 -- the rules are about people

        seen = visibility.people_seen_by(user)
        if isinstance(seen, bool):
            return self if seen else self.none()
        # A subquery: the ways to a person (applications, studies) are many, the person is one.
        return self.filter(pk__in=Person.objects.filter(seen).values("pk"))

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

    class Frequency(models.TextChoices):
        """How many commercial messages somebody wants at most; empty is what the school allows itself."""

        WEEKLY = "weekly", _("One a week")
        FORTNIGHTLY = "fortnightly", _("One in two weeks")
        MONTHLY = "monthly", _("One a month")

    uuid = models.UUIDField(default=uuid4, unique=True, editable=False)
    user = models.OneToOneField(User, models.SET_NULL, null=True, blank=True, related_name="person")
    given_name = models.CharField(_("given name"), max_length=150, blank=True)
    family_name = models.CharField(_("family name"), max_length=150, blank=True)
    birth_date = models.DateField(_("date of birth"), null=True, blank=True)
    language = models.CharField(_("language"), max_length=5, choices=Language.choices, default=Language.CATALAN)
    time_zone = models.CharField(_("time zone"), max_length=50, default="Europe/Madrid")
    country = models.CharField(_("country"), max_length=60, blank=True)
    phase = models.CharField(_("phase"), max_length=12, choices=Phase.choices, default=Phase.PROSPECT)
    preferred_channel = models.CharField(_("preferred channel"), max_length=12, choices=Channel.choices, blank=True)
    paused_until = models.DateTimeField(_("paused until"), null=True, blank=True)
    frequency = models.CharField(_("how often"), max_length=12, choices=Frequency.choices, blank=True)
    preferred_from = models.TimeField(_("preferred from"), null=True, blank=True)  # in their own time zone
    preferred_until = models.TimeField(_("preferred until"), null=True, blank=True)
    topics_off = models.JSONField(_("topics not wanted"), default=list, blank=True)  # codes of ``register_topics``
    source = models.CharField(_("source"), max_length=120, blank=True)
    created_at = models.DateTimeField(_("created at"))
    erased_at = models.DateTimeField(_("erased at"), null=True, blank=True, editable=False)
    # Somebody found to be another: the row stays, empty, so that the merge can be undone and old links still lead on.
    merged_into = models.ForeignKey("self", models.SET_NULL, null=True, blank=True, related_name="absorbed")
    links_epoch = models.PositiveIntegerField(default=0, editable=False)  # raising it revokes every link signed before
    compared_at = models.DateTimeField(null=True, blank=True, editable=False)  # when duplicates were last looked for
    objects = PersonQuerySet.as_manager()
    signed_in_as: str  # not a column: the address of the login they came with, left by ``ways_in``
    reached_by: int | None  # not a column: the identity that led here, left by ``match_or_create``
    is_stranger = False  # not a column: True in the act that made them, so that nothing about them need be looked for

    class Meta:
        verbose_name = _("person")
        verbose_name_plural = _("people")
        indexes = [
            models.Index(fields=["-created_at"], name="person_newest"),
            models.Index(fields=["family_name", "given_name"], name="person_by_name"),
            models.Index(fields=["id"], name="person_to_compare", condition=models.Q(compared_at=None)),
            GinIndex(NameWords("given_name", "family_name"), name="person_by_words"),
        ]
        permissions = [
            ("export_person", _("Can export everything about a person")),
            ("erase_person", _("Can erase a person")),
            ("merge_person", _("Can merge people and undo a merge")),
            ("import_person", _("Can import people and histories")),
            ("count_contactable", _("Can see how many people can be contacted")),
            ("note_consent", _("Can write down what a person says about their consent")),
            ("note_relative", _("Can write down guardians and relatives")),
            ("see_own_people", _("Can see the people they teach")),
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
        USER_NAME = "user_name", _("User name")
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
        indexes = [
            models.Index(fields=["value"], name="identity_by_beginning", opclasses=["varchar_pattern_ops"]),
            # Staff type the end of a number, as people say it: without the country.
            models.Index(
                OpClass(Reverse("value"), name="text_pattern_ops"),
                name="identity_by_ending",
                condition=models.Q(kind__in=["phone", "whatsapp"]),
            ),
        ]

    def __str__(self):
        return f"{self.kind}:{self.value}"


class SharedAddress(models.Model):
    """A person who is also reached at an address that belongs to another: a family's mailbox, a parent's telephone."""

    person = models.ForeignKey(Person, models.CASCADE, related_name="shared_addresses")
    identity = models.ForeignKey(Identity, models.CASCADE, related_name="shared_with")
    source = models.CharField(max_length=120, blank=True)
    created_at = models.DateTimeField()

    class Meta:
        verbose_name = _("shared address")
        verbose_name_plural = _("shared addresses")
        constraints = [models.UniqueConstraint(fields=["person", "identity"], name="shared_address_once")]

    def __str__(self):
        return f"{self.person_id}:{self.identity_id}"


class RelationshipQuerySet(models.QuerySet):
    def standing(self, *, at):
        """Those that hold at ``at``."""
        return self.filter(since__lte=at).filter(models.Q(until=None) | models.Q(until__gt=at))


class Relationship(models.Model):
    """Who stands by a person, and for what: a guardian, a partner, whoever pays. Each has their own consents."""

    class Kind(models.TextChoices):
        MOTHER = "mother", _("Mother")
        FATHER = "father", _("Father")
        GUARDIAN = "guardian", _("Legal guardian")
        PARTNER = "partner", pgettext_lazy("in a family", "Partner")
        RELATIVE = "relative", _("Other relative")
        EMPLOYER = "employer", _("Employer")
        OTHER = "other", _("Other")

    person = models.ForeignKey(Person, models.CASCADE, related_name="relatives")
    relative = models.ForeignKey(Person, models.CASCADE, related_name="stands_by")
    kind = models.CharField(_("who they are"), max_length=10, choices=Kind.choices)
    is_guardian = models.BooleanField(_("may decide for them"), default=False)
    gets_reports = models.BooleanField(_("gets progress reports"), default=False)
    gets_invoices = models.BooleanField(_("gets invoices"), default=False)
    is_payer = models.BooleanField(_("pays"), default=False)
    since = models.DateTimeField()
    until = models.DateTimeField(null=True, blank=True)
    source = models.CharField(max_length=200)  # the page or call in which it was said
    proof = models.TextField(_("proof"), blank=True)
    by = models.ForeignKey(User, models.SET_NULL, null=True, blank=True, related_name="+")
    objects = RelationshipQuerySet.as_manager()

    class Meta:
        verbose_name = _("relative")
        verbose_name_plural = _("relatives")
        constraints = [
            models.UniqueConstraint(
                fields=["person", "relative"], name="relationship_once", condition=models.Q(until=None)
            ),
            models.CheckConstraint(condition=~models.Q(person=models.F("relative")), name="relationship_of_two"),
        ]

    def __str__(self):
        return f"{self.person_id}:{self.kind}:{self.relative_id}"


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
