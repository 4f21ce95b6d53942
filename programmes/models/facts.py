"""Programmes as facts that hold in every language: what is taught, when it starts, what it costs."""

import re
from typing import TYPE_CHECKING
from uuid import uuid4

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _
from modelcluster.fields import ParentalKey
from modelcluster.models import ClusterableModel
from wagtail.admin.panels import FieldPanel, FieldRowPanel, InlinePanel, MultiFieldPanel
from wagtail.contrib.settings.models import BaseSiteSetting, register_setting
from wagtail.search import index

from programmes import dates

if TYPE_CHECKING:
    from programmes.models.pages import ProgrammePage

LANGUAGES = ("ca", "es", "en")  # in the order in which one stands in for another


class NamedInThreeLanguages(models.Model):
    name_ca = models.CharField(_("name in Catalan"), max_length=120)
    name_es = models.CharField(_("name in Spanish"), max_length=120)
    name_en = models.CharField(_("name in English"), max_length=120)

    class Meta:
        abstract = True

    def __str__(self):
        return self.name

    @property
    def name(self) -> str:
        return getattr(self, f"name_{(get_language() or 'ca')[:2]}", self.name_en)


class Field(NamedInThreeLanguages):
    """A field of study, such as Health or Data."""

    slug = models.SlugField(unique=True)
    panels = [
        FieldPanel("name_ca"),
        FieldPanel("name_es"),
        FieldPanel("name_en"),
        FieldPanel("slug"),
    ]

    class Meta:
        verbose_name = _("field")
        verbose_name_plural = _("fields")


class Teacher(models.Model):
    """Somebody who teaches, as shown on the sheets."""

    name = models.CharField(_("name"), max_length=120)
    role_ca = models.CharField(_("role in Catalan"), max_length=160, blank=True)
    role_es = models.CharField(_("role in Spanish"), max_length=160, blank=True)
    role_en = models.CharField(_("role in English"), max_length=160, blank=True)
    login = models.OneToOneField(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="teacher",
        verbose_name=_("login"),
        help_text=_("With it they see who applied to and who studies what they teach."),
    )

    class Meta:
        verbose_name = _("teacher")
        verbose_name_plural = _("teachers")

    def __str__(self):
        return self.name

    @property
    def role(self) -> str:
        return getattr(self, f"role_{(get_language() or 'ca')[:2]}", self.role_en)

    @property
    def initials(self) -> str:
        return "".join(word[0] for word in self.name.split()[:2]).upper()

    @property
    def tone(self) -> int:
        return (self.pk or 0) % 5 + 1


class Collection(models.Model):
    """A set of programmes shown together: the school's own, or an imported catalogue kept apart."""

    slug = models.SlugField(unique=True)
    name = models.CharField(_("name"), max_length=120)
    source = models.CharField(_("source and licence"), max_length=300, blank=True)
    is_own = models.BooleanField(_("is the school's own"), default=False)
    panels = [FieldPanel("name"), FieldPanel("slug"), FieldPanel("source"), FieldPanel("is_own")]

    class Meta:
        verbose_name = _("collection of programmes")
        verbose_name_plural = _("collections of programmes")
        constraints = [models.UniqueConstraint(fields=["is_own"], condition=Q(is_own=True), name="one_own_collection")]

    def __str__(self):
        return self.name


class Modality(models.TextChoices):
    ON_SITE = "on_site", _("On site")
    ONLINE = "online", _("Online")
    BLENDED = "blended", _("Blended")
    DISTANCE = "distance", _("Distance")


class Level(models.TextChoices):
    COURSE = "course", _("Course")
    SPECIALISATION = "specialisation", _("Specialisation")
    POSTGRADUATE = "postgraduate", _("Postgraduate")
    MASTER = "master", _("Master’s")
    OTHER = "other", _("Other")


class ProgrammeQuerySet(models.QuerySet):
    def on_offer(self):
        return self.filter(is_open=True)

    def taught_by(self, user):
        """Those on whose page, in whatever language, the teacher with this login stands."""
        from programmes.models.pages import ProgrammePage  # noqa: PLC0415 -- pages point at programmes

        return self.filter(pk__in=ProgrammePage.objects.filter(teachers__login=user).values("programme"))

    def with_sheets(self):
        """With their published pages at hand, so that titles and sheets of a list cost one query."""
        from programmes.models.pages import ProgrammePage  # noqa: PLC0415 -- pages point at programmes

        live = ProgrammePage.objects.live().select_related("locale")
        return self.prefetch_related(models.Prefetch("pages", queryset=live))


class Programme(index.Indexed, ClusterableModel):
    """What the school teaches, as facts that hold in every language; the texts are on its pages."""

    uuid = models.UUIDField(default=uuid4, unique=True, editable=False)
    code = models.SlugField(_("code"), max_length=80, unique=True)
    title = models.CharField(_("title"), max_length=255)  # as staff call it; pages have their own
    collection = models.ForeignKey(Collection, models.PROTECT, related_name="programmes", verbose_name=_("collection"))
    external_id = models.CharField(_("identifier in the source"), max_length=255, blank=True)
    field = models.ForeignKey(
        Field, models.SET_NULL, null=True, blank=True, related_name="programmes", verbose_name=_("field")
    )
    level = models.CharField(_("level"), max_length=16, choices=Level.choices, default=Level.COURSE)
    level_text = models.CharField(_("level as the source says"), max_length=120, blank=True)
    modality = models.CharField(_("modality"), max_length=10, choices=Modality.choices, blank=True)
    taught_in = models.CharField(_("taught in"), max_length=60, blank=True, help_text=_("Language codes: ca, es, en"))
    credits = models.DecimalField(_("credits (ECTS)"), max_digits=5, decimal_places=1, null=True, blank=True)
    length_weeks = models.PositiveSmallIntegerField(_("length in weeks"), null=True, blank=True)
    length_text = models.CharField(_("length in words"), max_length=200, blank=True)
    weekly_hours = models.PositiveSmallIntegerField(_("hours a week"), null=True, blank=True)
    is_open = models.BooleanField(_("is on offer"), default=True)
    updated_at = models.DateTimeField(auto_now=True)
    objects = ProgrammeQuerySet.as_manager()

    search_fields = [index.SearchField("title"), index.AutocompleteField("title"), index.FilterField("is_open")]
    panels = [
        MultiFieldPanel(
            [
                FieldPanel("title"),
                FieldRowPanel([FieldPanel("code"), FieldPanel("collection")]),
                FieldRowPanel([FieldPanel("field"), FieldPanel("level")]),
                FieldRowPanel([FieldPanel("modality"), FieldPanel("taught_in")]),
                FieldRowPanel([FieldPanel("credits"), FieldPanel("weekly_hours")]),
                FieldRowPanel([FieldPanel("length_weeks"), FieldPanel("length_text")]),
                FieldPanel("is_open"),
            ],
            heading=_("Facts"),
        ),
        InlinePanel("intakes", heading=_("Intakes"), label=_("Intake")),
    ]

    class Meta:
        verbose_name = _("programme")
        verbose_name_plural = _("programmes")
        constraints = [
            models.UniqueConstraint(
                fields=["collection", "external_id"], name="programme_external_id", condition=~Q(external_id="")
            )
        ]

    def __str__(self):
        return self.title

    def sheet_in(self, language: str) -> "ProgrammePage | None":
        """The published page in ``language``, else the one in another language, else None."""
        if "pages" in getattr(self, "_prefetched_objects_cache", {}):
            pages = self.pages.all()
        else:
            pages = self.pages.select_related("locale")
        by_language = {page.locale.language_code: page for page in pages if page.live}
        wanted = dict.fromkeys([language[:2], *LANGUAGES, *by_language])
        return next((by_language[code] for code in wanted if code in by_language), None)

    def title_in(self, language: str) -> str:
        """What the sheet in ``language`` calls it, else what staff call it."""
        sheet = self.sheet_in(language)
        return sheet.title if sheet else self.title

    def languages(self) -> list[str]:
        """The codes of the languages it is taught in."""
        return re.findall(r"[a-z]{2}", self.taught_in.lower())


class IntakeQuerySet(models.QuerySet):
    def upcoming(self, *, on):
        """Those one can still join on the date ``on``, the nearest first; a start without a date counts as open."""
        return (
            self.filter(is_open=True)
            .filter(Q(starts_on=None) | Q(starts_on__gte=on))
            .exclude(apply_by__lt=on)
            .order_by(F("starts_on").asc(nulls_last=True), "id")
        )


class Intake(models.Model):
    """One start of a programme: when, where, how many seats and at what price."""

    programme = ParentalKey(Programme, on_delete=models.CASCADE, related_name="intakes")
    code = models.SlugField(_("code"), max_length=80)
    external_id = models.CharField(max_length=255, blank=True, editable=False)
    starts_on = models.DateField(_("starts on"), null=True, blank=True)
    start_text = models.CharField(_("start in words"), max_length=200, blank=True)
    ends_on = models.DateField(_("ends on"), null=True, blank=True)
    apply_by = models.DateField(_("apply by"), null=True, blank=True)
    seats = models.PositiveSmallIntegerField(_("seats"), null=True, blank=True)
    campus = models.CharField(_("campus"), max_length=200, blank=True)
    timetable = models.CharField(_("timetable"), max_length=200, blank=True)
    modality = models.CharField(_("modality"), max_length=10, choices=Modality.choices, blank=True)
    currency = models.CharField(_("currency"), max_length=3, default="EUR")
    price_minor = models.PositiveIntegerField(
        _("price in minor units"), null=True, blank=True, validators=[MinValueValidator(0)]
    )
    price_text = models.CharField(_("price in words"), max_length=500, blank=True)
    is_open = models.BooleanField(_("takes applications"), default=True)
    objects = IntakeQuerySet.as_manager()

    panels = [
        FieldRowPanel([FieldPanel("code"), FieldPanel("seats")]),
        FieldRowPanel([FieldPanel("starts_on"), FieldPanel("ends_on"), FieldPanel("apply_by")]),
        FieldRowPanel([FieldPanel("price_minor"), FieldPanel("currency")]),
        FieldRowPanel([FieldPanel("campus"), FieldPanel("timetable")]),
        FieldPanel("is_open"),
    ]

    class Meta:
        verbose_name = _("intake")
        verbose_name_plural = _("intakes")
        constraints = [
            models.UniqueConstraint(fields=["programme", "code"], name="intake_code_unique"),
            models.CheckConstraint(
                condition=Q(ends_on=None) | Q(starts_on=None) | Q(ends_on__gte=F("starts_on")),
                name="intake_ends_after_start",
            ),
        ]
        indexes = [models.Index(fields=["programme", "starts_on"], name="intake_by_start")]

    def __str__(self):
        return self.label()

    def label(self) -> str:
        """When and where, in the reader's language: “March 2027, Barcelona”."""
        return ", ".join(part for part in (self.start_label(), self.campus) if part) or self.code

    def start_label(self) -> str:
        """The month of the start as the reader writes it, else the start in the source's words."""
        return dates.month(self.starts_on) if self.starts_on else self.start_text


def contrast(one: str, other: str) -> float:
    """The contrast of two colours such as "#0b4f6c", from 1 to 21, as WCAG 2.2 defines it."""

    def luminance(colour: str) -> float:
        parts = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
        red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
        return 0.2126 * red + 0.7152 * green + 0.0722 * blue

    darker, lighter = sorted([luminance(one), luminance(other)])
    return (lighter + 0.05) / (darker + 0.05)


# What stands on or under the accent in static/site.css: words on a button, and the paper around it.
LIGHT_NEIGHBOURS = ("#ffffff", "#faf6ee")
DARK_NEIGHBOURS = ("#1d1206", "#0e1b1e")
LEAST_CONTRAST = 4.5  # WCAG 2.2, 1.4.3, level AA


@register_setting(icon="site", order=100)
class SchoolSettings(BaseSiteSetting):
    """The school's name, colours and address, as the website, mails and papers show them."""

    name = models.CharField(_("name"), max_length=120, default="Escola Llevant")
    tagline_ca = models.CharField(_("tagline in Catalan"), max_length=160, blank=True)
    tagline_es = models.CharField(_("tagline in Spanish"), max_length=160, blank=True)
    tagline_en = models.CharField(_("tagline in English"), max_length=160, blank=True)
    accent = models.CharField(_("accent colour"), max_length=7, default="#b3420e")
    accent_dark = models.CharField(_("accent colour in the dark"), max_length=7, default="#ffa06a")
    radius_px = models.PositiveSmallIntegerField(
        _("corner radius in pixels"), default=6, validators=[MaxValueValidator(24)]
    )
    email = models.EmailField(_("e-mail"), default="hola@llevant.example")
    phone = models.CharField(_("telephone"), max_length=30, blank=True)
    address = models.CharField(_("address"), max_length=250, blank=True)
    tax_number = models.CharField(_("tax number"), max_length=30, blank=True)

    panels = [
        FieldPanel("name"),
        MultiFieldPanel(
            [FieldPanel("tagline_ca"), FieldPanel("tagline_es"), FieldPanel("tagline_en")], heading=_("Tagline")
        ),
        MultiFieldPanel(
            [FieldRowPanel([FieldPanel("accent"), FieldPanel("accent_dark")]), FieldPanel("radius_px")],
            heading=_("Look"),
            help_text=_("Colours are written as # and six digits; words in and on them must stay readable."),
        ),
        MultiFieldPanel(
            [
                FieldRowPanel([FieldPanel("email"), FieldPanel("phone")]),
                FieldPanel("address"),
                FieldPanel("tax_number"),
            ],
            heading=_("Contact"),
        ),
    ]

    class Meta:
        verbose_name = _("school")

    @property
    def tagline(self) -> str:
        return getattr(self, f"tagline_{(get_language() or 'ca')[:2]}", "")

    @property
    def radius(self) -> str:
        return f"{self.radius_px}px"

    def clean(self):
        super().clean()
        wrong = {}
        for field, neighbours in (("accent", LIGHT_NEIGHBOURS), ("accent_dark", DARK_NEIGHBOURS)):
            colour = getattr(self, field)
            if not re.fullmatch(r"#[0-9a-fA-F]{6}", colour):
                wrong[field] = _("Write a colour as # and six digits, such as #b3420e.")
            elif (least := min(contrast(colour, other) for other in neighbours)) < LEAST_CONTRAST:
                wrong[field] = _(
                    "Words in this colour would be hard to read: its contrast is %(contrast).1f, it needs 4.5."
                ) % {"contrast": least}
        if wrong:
            raise ValidationError(wrong)
