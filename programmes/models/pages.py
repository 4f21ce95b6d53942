"""The pages of the website: home, catalogue, product sheet, plain text."""

from django import forms
from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVectorField
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from modelcluster.fields import ParentalManyToManyField
from wagtail.admin.panels import FieldPanel, MultiFieldPanel
from wagtail.fields import RichTextField, StreamField
from wagtail.models import Page
from wagtail.search import index
from wagtail.url_routing import RouteResult
from wagtail_localize.fields import SynchronizedField

from programmes.editing.panels import CompletenessPanel, with_lint
from programmes.models.blocks import PLAIN, QuestionBlock, UnitBlock, story_blocks
from programmes.models.facts import Programme, Teacher

COMPARISON = "programmes/compare_page.html"
SEARCH = "programmes/search_page.html"


class HomePage(Page):
    """The front door of the website in one language."""

    promise = models.CharField(_("promise"), max_length=200, blank=True)
    intro = models.TextField(_("introduction"), blank=True)
    body = StreamField(story_blocks(), blank=True, verbose_name=_("text"))
    content_panels = [*Page.content_panels, FieldPanel("promise"), FieldPanel("intro"), FieldPanel("body")]
    promote_panels = with_lint(Page.promote_panels)
    template = "programmes/home_page.html"
    parent_page_types = ["wagtailcore.Page"]
    subpage_types = [
        "programmes.CataloguePage",
        "programmes.TextPage",
        "programmes.LandingPage",
        "programmes.ArticleIndexPage",
        "programmes.TeachersPage",
    ]

    class Meta:
        verbose_name = _("home page")

    def get_context(self, request, *args, **kwargs):
        from programmes.search import website  # noqa: PLC0415 -- website reads these models
        from programmes.website import home  # noqa: PLC0415 -- as above

        if kwargs.get("searching"):
            return super().get_context(request, *args, **kwargs) | website.for_search(self, request, at=timezone.now())
        return super().get_context(request, *args, **kwargs) | home.for_page(self, request, at=timezone.now())

    def get_template(self, request, *args, **kwargs):
        return SEARCH if kwargs.get("searching") else super().get_template(request, *args, **kwargs)

    def route(self, request, path_components):
        if path_components == ["search"] and self.live:
            request.place_below_page = "search/"
            return RouteResult(self, kwargs={"searching": True})
        return super().route(request, path_components)


class CataloguePage(Page):
    """The list of programmes, with its filters in the address."""

    intro = models.TextField(_("introduction"), blank=True)
    content_panels = [*Page.content_panels, FieldPanel("intro")]
    promote_panels = with_lint(Page.promote_panels)
    template = "programmes/catalogue_page.html"
    parent_page_types = ["programmes.HomePage"]
    subpage_types = ["programmes.ProgrammePage", "programmes.FieldPage"]

    class Meta:
        verbose_name = _("catalogue")

    def get_context(self, request, *args, **kwargs):
        from programmes import catalogue  # noqa: PLC0415 -- as above

        if kwargs.get("comparing"):
            return super().get_context(request, *args, **kwargs) | catalogue.for_comparison(self, request)
        return super().get_context(request, *args, **kwargs) | catalogue.for_listing(self, request)

    def get_template(self, request, *args, **kwargs):
        return COMPARISON if kwargs.get("comparing") else super().get_template(request, *args, **kwargs)

    def route(self, request, path_components):
        if path_components == ["compare"] and self.live:
            request.place_below_page = "compare/"
            return RouteResult(self, kwargs={"comparing": True})
        return super().route(request, path_components)


class ProgrammePage(Page):
    """The product sheet of one programme in one language: its texts. The facts are the programme's."""

    programme = models.ForeignKey(Programme, models.PROTECT, related_name="pages", verbose_name=_("programme"))
    promise = models.CharField(_("promise in one sentence"), max_length=250, blank=True)
    problem = RichTextField(_("problem it solves"), blank=True, features=PLAIN)
    symptoms = RichTextField(_("how one notices it"), blank=True, features=PLAIN)
    outcome = RichTextField(_("what you will be able to do"), blank=True, features=PLAIN)
    proof = RichTextField(_("proof"), blank=True, features=PLAIN)
    description = RichTextField(_("description"), blank=True, features=[*PLAIN, "h3"])
    requirements = RichTextField(_("entry requirements"), blank=True, features=PLAIN)
    accreditation = RichTextField(_("accreditation"), blank=True, features=PLAIN)
    careers = RichTextField(_("where it leads"), blank=True, features=PLAIN)
    image = models.ForeignKey(
        "wagtailimages.Image", models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("picture")
    )
    body = StreamField(story_blocks(), blank=True, verbose_name=_("more text"))
    syllabus = StreamField([("unit", UnitBlock())], blank=True, verbose_name=_("syllabus"))
    questions = StreamField([("question", QuestionBlock())], blank=True, verbose_name=_("questions"))
    teachers = ParentalManyToManyField(Teacher, blank=True, verbose_name=_("teachers"))
    source_url = models.URLField(_("address in the source"), blank=True, max_length=500)

    content_panels = [
        CompletenessPanel(heading=_("Completeness")),
        *Page.content_panels,
        FieldPanel("programme"),
        FieldPanel("promise"),
        FieldPanel("image"),
        MultiFieldPanel(
            [FieldPanel("problem"), FieldPanel("symptoms"), FieldPanel("outcome"), FieldPanel("proof")],
            heading=_("Why"),
            help_text=_("Readers look for their problem first, and for a programme afterwards."),
        ),
        MultiFieldPanel([FieldPanel("description"), FieldPanel("syllabus")], heading=_("What one studies")),
        MultiFieldPanel(
            [FieldPanel("requirements"), FieldPanel("accreditation"), FieldPanel("careers")],
            heading=_("Before and after"),
        ),
        FieldPanel("teachers", widget=forms.CheckboxSelectMultiple, classname="sheet-choices"),
        FieldPanel("questions"),
        FieldPanel("body"),
    ]
    # Who teaches is the same in every language; a translation is about the programme of its source.
    override_translatable_fields = [
        SynchronizedField("programme", overridable=False),
        SynchronizedField("teachers", overridable=False),
    ]
    search_fields = [
        *Page.search_fields,
        index.SearchField("promise"),
        index.SearchField("description"),
        index.FilterField("programme_id"),
    ]
    promote_panels = with_lint(Page.promote_panels)
    template = "programmes/programme_page.html"
    parent_page_types = ["programmes.CataloguePage"]
    subpage_types: list[str] = []

    class Meta:
        verbose_name = _("product sheet")
        verbose_name_plural = _("product sheets")

    def get_context(self, request, *args, **kwargs):
        from programmes.supports import sheets  # noqa: PLC0415 -- sheets reads these models

        return super().get_context(request, *args, **kwargs) | sheets.for_page(self, request)

    def route(self, request, path_components):
        # The brochure is the same page on paper, so it is found, drafted and kept private with it.
        if path_components == ["brochure.pdf"] and self.live:
            return RouteResult(self, kwargs={"on_paper": True})
        return super().route(request, path_components)

    def serve(self, request, *args, on_paper=False, **kwargs):
        if on_paper:
            from programmes.supports import brochures  # noqa: PLC0415 -- as above

            return brochures.serve(self, request)
        return super().serve(request, *args, **kwargs)

    @property
    def preview_modes(self):
        from programmes.editing import previews  # noqa: PLC0415 -- as above

        return previews.MODES

    def serve_preview(self, request, mode_name):
        from programmes.editing import previews  # noqa: PLC0415 -- as above

        if mode_name == previews.WEB:
            return super().serve_preview(request, mode_name)
        return previews.serve(self, request, mode_name)


class SheetWords(models.Model):
    """What the catalogue's search reads of a page: its words, stemmed in the language of the page."""

    page = models.OneToOneField(ProgrammePage, models.CASCADE, primary_key=True, related_name="words")
    words = SearchVectorField()
    spelt = SearchVectorField(null=True)  # the same words as they are written, to put a misspelt search right
    wagtail_reference_index_ignore = True

    class Meta:
        verbose_name = _("words of a product sheet")
        verbose_name_plural = _("words of product sheets")
        indexes = [GinIndex(fields=["words"], name="sheet_words")]

    def __str__(self):
        return str(self.page_id)


class TextPage(Page):
    """A page of plain text: legal notices, about us."""

    body = RichTextField(_("text"), blank=True)
    is_legal = models.BooleanField(_("shown at the foot of every page"), default=False)
    content_panels = [*Page.content_panels, FieldPanel("body"), FieldPanel("is_legal")]
    promote_panels = with_lint(Page.promote_panels)
    template = "programmes/text_page.html"
    parent_page_types = ["programmes.HomePage"]
    subpage_types: list[str] = []

    class Meta:
        verbose_name = _("text page")
