"""Programmes as facts that hold in every language: what is taught, when it starts, what it costs."""

import re
from typing import TYPE_CHECKING
from uuid import uuid4

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from modelcluster.models import ClusterableModel
from wagtail.admin.panels import FieldPanel
from wagtail.search import index

from programmes.models.naming import LANGUAGES, NamedInThreeLanguages, in_reader_language

if TYPE_CHECKING:
    from programmes.models.pages import ProgrammePage


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


class Campus(models.Model):
    """A place where the school teaches."""

    name = models.CharField(_("name"), max_length=120, unique=True)
    address = models.CharField(_("address"), max_length=250, blank=True)
    access_ca = models.CharField(_("how to get there, in Catalan"), max_length=300, blank=True)
    access_es = models.CharField(_("how to get there, in Spanish"), max_length=300, blank=True)
    access_en = models.CharField(_("how to get there, in English"), max_length=300, blank=True)
    is_step_free = models.BooleanField(_("can be reached without steps"), default=False)

    class Meta:
        verbose_name = _("campus")
        verbose_name_plural = _("campuses")

    def __str__(self):
        return self.name

    @property
    def access(self) -> str:
        return in_reader_language(self, "access")


class Teacher(models.Model):
    """Somebody who teaches, as shown on the sheets and on a page of their own."""

    name = models.CharField(_("name"), max_length=120)
    slug = models.SlugField(_("slug"), max_length=120, unique=True, null=True, blank=True)
    role_ca = models.CharField(_("role in Catalan"), max_length=160, blank=True)
    role_es = models.CharField(_("role in Spanish"), max_length=160, blank=True)
    role_en = models.CharField(_("role in English"), max_length=160, blank=True)
    about_ca = models.TextField(_("about them, in Catalan"), blank=True)
    about_es = models.TextField(_("about them, in Spanish"), blank=True)
    about_en = models.TextField(_("about them, in English"), blank=True)
    portrait = models.ForeignKey(
        "wagtailimages.Image", models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("portrait")
    )
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
        return in_reader_language(self, "role")

    @property
    def about(self) -> str:
        return in_reader_language(self, "about")

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
    weekly_hours = models.PositiveSmallIntegerField(
        _("hours a week"), null=True, blank=True, validators=[MaxValueValidator(168)]
    )
    total_hours = models.PositiveIntegerField(_("hours in all"), null=True, blank=True)
    eqf_level = models.PositiveSmallIntegerField(
        _("level in the European Qualifications Framework"),
        null=True,
        blank=True,
        validators=[MinValueValidator(1), MaxValueValidator(8)],
    )
    accredited_by = models.CharField(_("accredited by"), max_length=200, blank=True)
    is_open = models.BooleanField(_("is on offer"), default=True)
    updated_at = models.DateTimeField(auto_now=True)
    objects = ProgrammeQuerySet.as_manager()

    search_fields = [index.SearchField("title"), index.AutocompleteField("title"), index.FilterField("is_open")]

    class Meta:
        verbose_name = _("programme")
        verbose_name_plural = _("programmes")
        permissions = [("import_catalogue", _("Can take in a catalogue"))]
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
        if "pages" in getattr(self, "_prefetched_objects_cache", {}):
            sheet = self.sheet_in(language)
            return sheet.title if sheet else self.title
        # The title alone: a whole page is a hundred columns to take apart.
        titles = dict(self.pages.filter(live=True).values_list("locale__language_code", "title"))
        wanted = dict.fromkeys([language[:2], *LANGUAGES, *titles])
        return next((titles[code] for code in wanted if code in titles), self.title)

    def languages(self) -> list[str]:
        """The codes of the languages it is taught in."""
        return re.findall(r"[a-z]{2}", self.taught_in.lower())
