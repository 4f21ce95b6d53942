"""Information sessions with places, and appointments with advisers."""

from uuid import uuid4

from django.conf import settings
from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from contact_centre.models import Case
from contact_centre.models.calendars import Weekday
from enquiries.models.campaigns import Campaign
from enquiries.models.enquiries import Enquiry
from people.models import Language, Person
from programmes.models import Campus, Programme
from programmes.models.naming import in_reader_language


class Session(models.Model):
    """A meeting that people book a place for, on site, online or both."""

    class Kind(models.TextChoices):
        INFORMATION = "info", _("Information session")
        OPEN_DAY = "open_day", _("Open day")
        GROUP = "group", _("Group talk")
        TASTER = "taster", _("Taster class")

    class Way(models.TextChoices):
        ON_SITE = "on_site", _("On site")
        ONLINE = "online", _("Online")
        BOTH = "both", _("On site and online")

    class State(models.TextChoices):
        DRAFT = "draft", _("Draft")
        OPEN = "open", _("Open")
        HELD = "held", pgettext_lazy("a session", "Held")
        CANCELLED = "off", _("Called off")

    uuid = models.UUIDField(default=uuid4, unique=True, editable=False)
    kind = models.CharField(_("kind"), max_length=8, choices=Kind.choices, default=Kind.INFORMATION)
    title_ca = models.CharField(_("title in Catalan"), max_length=160)
    title_es = models.CharField(_("title in Spanish"), max_length=160, blank=True)
    title_en = models.CharField(_("title in English"), max_length=160, blank=True)
    text_ca = models.TextField(_("text in Catalan"), blank=True)
    text_es = models.TextField(_("text in Spanish"), blank=True)
    text_en = models.TextField(_("text in English"), blank=True)
    language = models.CharField(_("held in"), max_length=5, choices=Language.choices, default=Language.CATALAN)
    programme = models.ForeignKey(
        Programme, models.SET_NULL, null=True, blank=True, related_name="sessions", verbose_name=_("programme")
    )
    campaign = models.ForeignKey(
        Campaign, models.SET_NULL, null=True, blank=True, related_name="sessions", verbose_name=_("campaign")
    )
    way = models.CharField(_("where"), max_length=7, choices=Way.choices, default=Way.ON_SITE)
    campus = models.ForeignKey(
        Campus, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("campus")
    )
    room = models.CharField(_("room"), max_length=120, blank=True)
    online_address = models.URLField(_("address of the meeting"), max_length=500, blank=True)
    starts_at = models.DateTimeField(_("starts"))
    ends_at = models.DateTimeField(_("ends"))
    closes_at = models.DateTimeField(_("booking closes"), null=True, blank=True)
    seats = models.PositiveIntegerField(_("places on site"), default=0)
    online_seats = models.PositiveIntegerField(_("places online"), null=True, blank=True)  # none: no limit
    has_waiting_list = models.BooleanField(_("waiting list"), default=True)
    reminders = models.JSONField(_("reminders, hours before"), default=list, blank=True)  # [24, 2]
    state = models.CharField(_("state"), max_length=5, choices=State.choices, default=State.DRAFT)
    sequence = models.PositiveIntegerField(default=0, editable=False)  # of what is public about it, rises when it moves
    changed_at = models.DateTimeField(editable=False)
    hosts = models.ManyToManyField(settings.AUTH_USER_MODEL, blank=True, related_name="+", verbose_name=_("hosts"))

    class Meta:
        verbose_name = _("information session")
        verbose_name_plural = _("information sessions")
        permissions = [("check_in", _("Can check people in at sessions"))]
        constraints = [models.CheckConstraint(condition=Q(ends_at__gt=F("starts_at")), name="session_ends_after_start")]
        indexes = [models.Index(fields=["starts_at"], name="session_by_time")]

    def __str__(self):
        return self.title

    @property
    def title(self) -> str:
        return in_reader_language(self, "title")

    @property
    def text(self) -> str:
        return in_reader_language(self, "text")


class SessionPlace(models.Model):
    """Somebody's place at a session, or their place in the waiting list."""

    class State(models.TextChoices):
        BOOKED = "booked", _("Booked")
        WAITING = "waiting", _("On the waiting list")
        CANCELLED = "off", _("Called off")
        ATTENDED = "attended", _("Came")
        NO_SHOW = "no_show", _("Did not come")

    uuid = models.UUIDField(default=uuid4, unique=True, editable=False)
    session = models.ForeignKey(Session, models.CASCADE, related_name="places")
    person = models.ForeignKey(Person, models.CASCADE, related_name="session_places")
    enquiry = models.ForeignKey(Enquiry, models.SET_NULL, null=True, blank=True, related_name="session_places")
    is_online = models.BooleanField(_("online"), default=False)
    state = models.CharField(_("state"), max_length=8, choices=State.choices, default=State.BOOKED)
    language = models.CharField(max_length=5, choices=Language.choices, default=Language.CATALAN)
    booked_at = models.DateTimeField(_("booked"))
    moved_up_at = models.DateTimeField(null=True, blank=True)  # from the waiting list
    cancelled_at = models.DateTimeField(null=True, blank=True)
    checked_in_at = models.DateTimeField(_("came at"), null=True, blank=True)
    checked_in_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+"
    )
    reminded = models.JSONField(default=list, blank=True)  # hours before, of the reminders that were sent
    sequence = models.PositiveIntegerField(default=0, db_default=0)  # of their calendar entry, rises with each change

    class Meta:
        verbose_name = _("place at a session")
        verbose_name_plural = _("places at sessions")
        constraints = [
            models.UniqueConstraint(fields=["session", "person"], name="session_place_once", condition=~Q(state="off"))
        ]
        indexes = [models.Index(fields=["session", "state", "booked_at"], name="session_place_in_order")]

    def __str__(self):
        return f"{self.session_id}:{self.person_id}"


class BookableHours(models.Model):
    """When somebody can be booked, week by week."""

    class Way(models.TextChoices):
        PHONE = "phone", _("By telephone")
        ONLINE = "online", _("Online")
        ON_SITE = "on_site", _("On site")

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="bookable_hours", verbose_name=_("adviser")
    )
    weekday = models.SmallIntegerField(_("day"), choices=Weekday.choices)
    from_time = models.TimeField(_("from"))
    until_time = models.TimeField(_("until"))
    minutes = models.PositiveSmallIntegerField(_("minutes each"), default=30, validators=[MinValueValidator(5)])
    ways = models.JSONField(_("how"), default=list)  # of Way
    campus = models.ForeignKey(
        Campus, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("campus")
    )
    online_address = models.URLField(_("address of the meeting"), max_length=500, blank=True)
    valid_from = models.DateField(_("since"), null=True, blank=True)
    valid_until = models.DateField(_("until day"), null=True, blank=True)

    class Meta:
        verbose_name = _("bookable hours")
        verbose_name_plural = _("bookable hours")
        constraints = [
            models.CheckConstraint(condition=Q(until_time__gt=F("from_time")), name="bookable_hours_end_after_start")
        ]

    def __str__(self):
        return f"{self.user_id}:{self.weekday}"


class Appointment(models.Model):
    """One person with one adviser at one time."""

    class State(models.TextChoices):
        BOOKED = "booked", _("Booked")
        CANCELLED = "off", _("Called off")
        HELD = "held", _("Took place")
        NO_SHOW = "no_show", _("Did not come")

    uuid = models.UUIDField(default=uuid4, unique=True, editable=False)
    adviser = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="appointments", verbose_name=_("adviser")
    )
    person = models.ForeignKey(Person, models.CASCADE, related_name="appointments")
    enquiry = models.ForeignKey(Enquiry, models.SET_NULL, null=True, blank=True, related_name="appointments")
    case = models.ForeignKey(Case, models.SET_NULL, null=True, blank=True, related_name="+")
    starts_at = models.DateTimeField(_("starts"))
    ends_at = models.DateTimeField(_("ends"))
    way = models.CharField(_("how"), max_length=7, choices=BookableHours.Way.choices)
    phone = models.CharField(_("telephone"), max_length=30, blank=True)
    note = models.CharField(_("what about"), max_length=500, blank=True)
    language = models.CharField(max_length=5, choices=Language.choices, default=Language.CATALAN)
    state = models.CharField(_("state"), max_length=7, choices=State.choices, default=State.BOOKED)
    sequence = models.PositiveIntegerField(default=0)
    booked_at = models.DateTimeField()
    booked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+"
    )  # none: they themselves
    ended_at = models.DateTimeField(null=True, blank=True)
    reminded = models.JSONField(default=list, blank=True)

    class Meta:
        verbose_name = _("appointment")
        verbose_name_plural = _("appointments")
        constraints = [
            models.UniqueConstraint(
                fields=["adviser", "starts_at"], name="appointment_no_double", condition=Q(state="booked")
            ),
            models.CheckConstraint(condition=Q(ends_at__gt=F("starts_at")), name="appointment_ends_after_start"),
        ]
        indexes = [
            models.Index(fields=["adviser", "starts_at"], name="appointment_by_adviser"),
            models.Index(fields=["starts_at"], name="appointment_by_time", condition=Q(state="booked")),
            models.Index(fields=["person", "-starts_at"], name="appointment_by_person"),
        ]

    def __str__(self):
        return f"{self.adviser_id}:{self.starts_at:%Y-%m-%d %H:%M}"
