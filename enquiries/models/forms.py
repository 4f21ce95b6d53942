"""Forms that editors place on pages, what was sent through them, and what was set aside."""

from uuid import uuid4

from django.conf import settings
from django.core.validators import MaxValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from modelcluster.fields import ParentalKey
from modelcluster.models import ClusterableModel

from enquiries.models.campaigns import Campaign
from enquiries.models.enquiries import Enquiry
from people.models import Language, Person
from programmes.models import Programme, Topic


class Form(ClusterableModel):
    """A form of the website: which fields, in which steps, for what."""

    class Kind(models.TextChoices):
        ENQUIRY = "enquiry", _("Enquiry")
        DOWNLOAD = "download", _("Download of a guide")
        CALL_ME = "call_me", _("Call me back")
        NEWSLETTER = "letter", _("Newsletter")
        REMINDER = "reminder", _("Reminder of what one had begun")

    uuid = models.UUIDField(default=uuid4, unique=True, editable=False)
    slug = models.SlugField(_("code"), max_length=80, unique=True)
    name = models.CharField(_("name"), max_length=160)
    kind = models.CharField(_("kind"), max_length=8, choices=Kind.choices, default=Kind.ENQUIRY)
    campaign = models.ForeignKey(
        Campaign, models.SET_NULL, null=True, blank=True, related_name="forms", verbose_name=_("campaign")
    )
    programme = models.ForeignKey(
        Programme, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("programme")
    )
    document = models.ForeignKey(
        "wagtaildocs.Document", models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("guide")
    )
    thanks_page = models.ForeignKey(
        "wagtailcore.Page", models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("page after it")
    )
    asks_at_once = models.PositiveSmallIntegerField(
        _("questions at once"), default=0, help_text=_("0 asks all; else the rest is asked the next time.")
    )
    purposes = models.JSONField(_("consents asked for"), default=list, blank=True)  # of people.models.Purpose
    notified = models.ManyToManyField(
        settings.AUTH_USER_MODEL, blank=True, related_name="+", verbose_name=_("who is told")
    )
    planned_sample = models.PositiveIntegerField(
        _("how many must see each variant"),
        null=True,
        blank=True,
        help_text=_("Before that nobody is said to be better. Say it before you start."),
    )
    is_live = models.BooleanField(_("in use"), default=True)
    made_at = models.DateTimeField(editable=False)
    changed_at = models.DateTimeField(editable=False)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+", editable=False
    )

    class Meta:
        verbose_name = _("form")
        verbose_name_plural = _("forms")

    def __str__(self):
        return self.name


class FormWords(models.Model):
    """What a form says in one language."""

    form = ParentalKey(Form, on_delete=models.CASCADE, related_name="words")
    language = models.CharField(_("language"), max_length=5, choices=Language.choices)
    title = models.CharField(_("title"), max_length=160)
    intro = models.TextField(_("introduction"), blank=True)
    button = models.CharField(_("what the button says"), max_length=60, blank=True)
    thanks_title = models.CharField(_("title of the thanks"), max_length=160, blank=True)
    thanks = models.TextField(_("thanks"), blank=True)

    class Meta:
        verbose_name = _("words of a form")
        verbose_name_plural = _("words of forms")
        constraints = [models.UniqueConstraint(fields=["form", "language"], name="form_words_once")]

    def __str__(self):
        return f"{self.form_id}:{self.language}"


class FormField(models.Model):
    """A field of a form: one of the library, or a question of its own."""

    class Kind(models.TextChoices):
        TEXT = "text", _("A line of text")
        LONG = "long", _("Several lines")
        CHOICE = "choice", _("One of a list")
        CHOICES = "choices", _("Several of a list")
        YES_NO = "yes_no", _("Yes or no")
        DATE = "date", _("Date")
        NUMBER = "number", _("Number")
        FILE = "file", _("File")

    form = ParentalKey(Form, on_delete=models.CASCADE, related_name="fields")
    key = models.SlugField(_("field"), max_length=60)  # of ``enquiries.asking.library``, or of its own
    is_own = models.BooleanField(_("a question of its own"), default=False)
    kind = models.CharField(_("kind"), max_length=8, choices=Kind.choices, blank=True)
    step = models.PositiveSmallIntegerField(_("step"), default=1)
    position = models.PositiveSmallIntegerField(_("place"), default=0)
    is_required = models.BooleanField(_("must be filled in"), default=False)
    label_ca = models.CharField(_("label in Catalan"), max_length=200, blank=True)
    label_es = models.CharField(_("label in Spanish"), max_length=200, blank=True)
    label_en = models.CharField(_("label in English"), max_length=200, blank=True)
    help_ca = models.CharField(_("help in Catalan"), max_length=250, blank=True)
    help_es = models.CharField(_("help in Spanish"), max_length=250, blank=True)
    help_en = models.CharField(_("help in English"), max_length=250, blank=True)
    choices = models.JSONField(default=list, blank=True)  # [{"value", "ca", "es", "en"}]

    class Meta:
        verbose_name = _("field of a form")
        verbose_name_plural = _("fields of forms")
        constraints = [models.UniqueConstraint(fields=["form", "key"], name="form_field_once")]

    def __str__(self):
        return f"{self.form_id}:{self.key}"


class FormVariant(models.Model):
    """Another way to put a form, shown to a share of the visitors."""

    form = ParentalKey(Form, on_delete=models.CASCADE, related_name="variants")
    letter = models.CharField(_("letter"), max_length=1)  # "A" is the form as it stands
    share = models.PositiveSmallIntegerField(_("share in %"), default=50, validators=[MaxValueValidator(100)])
    words = models.JSONField(_("other words"), default=dict, blank=True)  # {language: {"title", "intro", "button"}}
    left_out = models.JSONField(_("fields left out"), default=list, blank=True)  # keys
    is_live = models.BooleanField(_("in use"), default=True)

    class Meta:
        verbose_name = _("variant of a form")
        verbose_name_plural = _("variants of forms")
        constraints = [models.UniqueConstraint(fields=["form", "letter"], name="form_variant_once")]

    def __str__(self):
        return f"{self.form_id}:{self.letter}"


class FormCount(models.Model):
    """How often a form was shown and begun on one day; what was sent stands in ``Submission``."""

    form = models.ForeignKey(Form, models.CASCADE, related_name="counts")
    variant = models.CharField(max_length=1, blank=True)
    on = models.DateField()
    shown = models.PositiveIntegerField(default=0)
    begun = models.PositiveIntegerField(default=0)

    class Meta:
        verbose_name = _("count of a form")
        verbose_name_plural = _("counts of forms")
        constraints = [models.UniqueConstraint(fields=["form", "variant", "on"], name="form_count_a_day")]

    def __str__(self):
        return f"{self.form_id}:{self.on}"


class FormFieldCount(models.Model):
    """How often a field was filled in, refused, or the last one before somebody went away, on one day."""

    form = models.ForeignKey(Form, models.CASCADE, related_name="field_counts")
    key = models.CharField(max_length=60)
    on = models.DateField()
    filled = models.PositiveIntegerField(default=0)
    refused = models.PositiveIntegerField(default=0)
    left = models.PositiveIntegerField(default=0)

    class Meta:
        verbose_name = _("count of a field")
        verbose_name_plural = _("counts of fields")
        constraints = [models.UniqueConstraint(fields=["form", "key", "on"], name="form_field_count_a_day")]

    def __str__(self):
        return f"{self.form_id}:{self.key}:{self.on}"


class Submission(models.Model):
    """Something that was sent in, and what became of it: each is one row, whichever door it came through."""

    class Door(models.TextChoices):
        FORM = "form", _("Form")
        API = "api", _("API")
        WEBHOOK = "webhook", _("Webhook")

    class Outcome(models.TextChoices):
        ENQUIRY = "enquiry", _("Enquiry")
        REPEATED = "repeated", _("Sent twice")
        SUSPECT = "suspect", _("Suspect")
        REFUSED = "refused", _("Refused")

    class Decision(models.TextChoices):
        REAL = "real", _("Real")
        SPAM = "spam", _("Advertising")

    uuid = models.UUIDField(default=uuid4, unique=True, editable=False)
    at = models.DateTimeField()
    door = models.CharField(max_length=7, choices=Door.choices, default=Door.FORM)
    form = models.ForeignKey(Form, models.SET_NULL, null=True, blank=True, related_name="submissions")
    variant = models.CharField(max_length=1, blank=True)
    page_url = models.CharField(_("page"), max_length=500, blank=True)
    outcome = models.CharField(_("outcome"), max_length=8, choices=Outcome.choices)
    enquiry = models.ForeignKey(Enquiry, models.SET_NULL, null=True, blank=True, related_name="submissions")
    key = models.CharField(max_length=200, blank=True)
    reasons = models.JSONField(default=list, blank=True)  # of a suspect: named rules; of a refusal: fields at fault
    score = models.FloatField(null=True, blank=True)  # of the text: 0 nobody doubts it, 1 advertising
    network = models.CharField(max_length=32, blank=True, db_default="")  # a hash of a day; emptied after it
    payload = models.JSONField(null=True, blank=True)  # what a suspect wrote, until decided; of the API a digest
    decision = models.CharField(_("decision"), max_length=4, choices=Decision.choices, blank=True)
    decided_at = models.DateTimeField(null=True, blank=True)
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+")

    class Meta:
        verbose_name = _("submission")
        verbose_name_plural = _("submissions")
        permissions = [("decide_submission", _("Can decide about suspect submissions"))]
        indexes = [
            models.Index(fields=["at"], name="submission_by_time"),
            models.Index(fields=["form", "at"], name="submission_by_form"),
            models.Index(fields=["-at"], name="submission_waiting", condition=Q(outcome="suspect", decision="")),
            models.Index(fields=["network", "at"], name="submission_by_network", condition=~Q(network="")),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["key"], name="submission_suspect_once", condition=Q(outcome="suspect") & ~Q(key="")
            )
        ]

    def __str__(self):
        return f"{self.door}:{self.uuid}"


class AnswerFile(models.Model):
    """A file that came with a form; only those that passed the checks can be opened."""

    uuid = models.UUIDField(default=uuid4, unique=True, editable=False)
    enquiry = models.ForeignKey(Enquiry, models.CASCADE, null=True, blank=True, related_name="files")
    submission = models.ForeignKey(Submission, models.CASCADE, null=True, blank=True, related_name="files")
    field = models.CharField(max_length=60)
    name = models.CharField(max_length=200)
    content_type = models.CharField(max_length=120, blank=True)
    size = models.PositiveBigIntegerField(default=0)
    kept_as = models.CharField(max_length=200, blank=True)  # empty: not kept
    why_refused = models.CharField(max_length=200, blank=True)
    came_at = models.DateTimeField()

    class Meta:
        verbose_name = _("file of an answer")
        verbose_name_plural = _("files of answers")

    def __str__(self):
        return self.name


class SpamWord(models.Model):
    """How often a word stood in what people decided to be advertising, and in what was real."""

    word = models.CharField(max_length=60, unique=True)
    spam = models.PositiveIntegerField(default=0)
    real = models.PositiveIntegerField(default=0)

    class Meta:
        verbose_name = _("word of a suspect")
        verbose_name_plural = _("words of suspects")

    def __str__(self):
        return self.word


class Download(models.Model):
    """Somebody fetched the guide of a form."""

    form = models.ForeignKey(Form, models.CASCADE, related_name="downloads")
    person = models.ForeignKey(Person, models.CASCADE, related_name="+")
    enquiry = models.ForeignKey(Enquiry, models.SET_NULL, null=True, blank=True, related_name="+")
    at = models.DateTimeField()

    class Meta:
        verbose_name = _("download")
        verbose_name_plural = _("downloads")
        indexes = [models.Index(fields=["form", "at"], name="download_by_form")]

    def __str__(self):
        return f"{self.form_id}:{self.person_id}"


class TopicInterest(models.Model):
    """A topic somebody said to be interested in."""

    person = models.ForeignKey(Person, models.CASCADE, related_name="topic_interests")
    topic = models.ForeignKey(Topic, models.CASCADE, related_name="+")
    form = models.ForeignKey(Form, models.SET_NULL, null=True, blank=True, related_name="+")
    said_at = models.DateTimeField()

    class Meta:
        verbose_name = _("interest in a topic")
        verbose_name_plural = _("interests in topics")
        constraints = [models.UniqueConstraint(fields=["person", "topic"], name="topic_interest_once")]

    def __str__(self):
        return f"{self.person_id}:{self.topic_id}"


class Basket(models.Model):
    """Something somebody began and asked to be reminded of: once, and not if they finish it before."""

    class State(models.TextChoices):
        WAITING = "waiting", _("Waits")
        REMINDED = "reminded", _("Reminded")
        FINISHED = "finished", _("Finished")
        DROPPED = "dropped", _("Not wanted any more")

    uuid = models.UUIDField(default=uuid4, unique=True, editable=False)
    person = models.ForeignKey(Person, models.CASCADE, related_name="+")
    form = models.ForeignKey(Form, models.CASCADE, null=True, blank=True, related_name="baskets")
    key = models.CharField(max_length=120)  # what was begun: ``form:<id>``, or of a floor above
    title = models.CharField(max_length=200, blank=True)
    url = models.CharField(max_length=500)  # where it goes on
    to = models.CharField(max_length=254, blank=True)  # the address that was typed; empty: any of theirs
    language = models.CharField(max_length=5, choices=Language.choices)
    begun_at = models.DateTimeField()
    due_at = models.DateTimeField()
    state = models.CharField(max_length=8, choices=State.choices, default=State.WAITING)
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("reminder of what one had begun")
        verbose_name_plural = _("reminders of what one had begun")
        constraints = [models.UniqueConstraint(fields=["person", "key"], name="basket_once")]
        indexes = [models.Index(fields=["due_at"], name="basket_waiting", condition=Q(state="waiting"))]

    def __str__(self):
        return f"{self.key}:{self.person_id}"
