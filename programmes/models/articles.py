"""Articles and news, each on topics and about programmes."""

from django import forms
from django.db import models
from django.http import HttpResponse, HttpResponseNotModified
from django.utils import timezone
from django.utils.cache import patch_cache_control
from django.utils.http import http_date, parse_http_date_safe
from django.utils.translation import gettext_lazy as _
from modelcluster.fields import ParentalManyToManyField
from wagtail.admin.panels import FieldPanel, FieldRowPanel, MultiFieldPanel
from wagtail.fields import StreamField
from wagtail.models import Page
from wagtail.search import index
from wagtail.url_routing import RouteResult
from wagtail_localize.fields import SynchronizedField

from programmes.editing.panels import OwnProgrammesPanel, with_lint
from programmes.models.blocks import story_blocks
from programmes.models.facts import Programme, Teacher
from programmes.models.naming import NamedInThreeLanguages

TOPICS = FieldPanel("topics", widget=forms.CheckboxSelectMultiple, classname="sheet-choices")
PROGRAMMES = OwnProgrammesPanel("programmes", widget=forms.CheckboxSelectMultiple, classname="sheet-choices")


class Topic(NamedInThreeLanguages):
    """What articles are about."""

    slug = models.SlugField(unique=True)
    panels = [FieldPanel("name_ca"), FieldPanel("name_es"), FieldPanel("name_en"), FieldPanel("slug")]

    class Meta:
        verbose_name = _("topic")
        verbose_name_plural = _("topics")


class ArticleIndexPage(Page):
    """The list of articles and news, with its feed."""

    intro = models.TextField(_("introduction"), blank=True)
    content_panels = [*Page.content_panels, FieldPanel("intro")]
    promote_panels = with_lint(Page.promote_panels)
    template = "programmes/article_index_page.html"
    parent_page_types = ["programmes.HomePage"]
    subpage_types = ["programmes.ArticlePage"]

    class Meta:
        verbose_name = _("list of articles")
        verbose_name_plural = _("lists of articles")

    def get_context(self, request, *args, **kwargs):
        from programmes.website import articles  # noqa: PLC0415 -- articles reads these models

        return super().get_context(request, *args, **kwargs) | articles.for_index(self, request)

    def route(self, request, path_components):
        if path_components == ["feed"] and self.live:
            return RouteResult(self, kwargs={"as_feed": True})
        return super().route(request, path_components)

    def get_route_paths(self):
        return [*super().get_route_paths(), "/feed/"]  # whoever follows the feed follows it to a new address

    def serve(self, request, *args, as_feed=False, **kwargs):
        return self._serve_feed(request) if as_feed else super().serve(request, *args, **kwargs)

    def _serve_feed(self, request):
        """The feed of what the address asks for; a reader that has it already is told so."""
        from programmes import shell  # noqa: PLC0415 -- as above
        from programmes.website import articles, feed  # noqa: PLC0415 -- as above

        _kind, _topic, found = articles.chosen(self, request.GET)
        newest = list(found.select_related("author")[: feed.MOST_ITEMS])
        changed_at = feed.changed_at(newest)
        since = parse_http_date_safe(request.headers.get("If-Modified-Since", ""))
        if changed_at and since and int(changed_at.timestamp()) <= since:
            return HttpResponseNotModified()
        query = f"?{request.GET.urlencode()}" if _kind or _topic else ""
        text = feed.rss(self, newest, school=shell.school_of(request), request=request, query=query)
        response = HttpResponse(text, content_type="application/rss+xml; charset=utf-8")
        if changed_at:
            response["Last-Modified"] = http_date(changed_at.timestamp())
        patch_cache_control(response, public=True, max_age=900)
        return response


class ArticlePage(Page):
    """An article or a piece of news."""

    class Kind(models.TextChoices):
        ARTICLE = "article", _("Article")
        NEWS = "news", _("News")

    kind = models.CharField(_("kind"), max_length=7, choices=Kind.choices, default=Kind.ARTICLE)
    dated_on = models.DateField(_("date"))
    intro = models.CharField(_("introduction"), max_length=300)
    author = models.ForeignKey(
        Teacher, models.SET_NULL, null=True, blank=True, related_name="articles", verbose_name=_("author")
    )
    image = models.ForeignKey(
        "wagtailimages.Image", models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("picture")
    )
    body = StreamField(story_blocks(), blank=True, verbose_name=_("text"))
    topics = ParentalManyToManyField(Topic, blank=True, related_name="articles", verbose_name=_("topics"))
    programmes = ParentalManyToManyField(Programme, blank=True, related_name="articles", verbose_name=_("programmes"))
    content_panels = [
        *Page.content_panels,
        FieldRowPanel([FieldPanel("kind"), FieldPanel("dated_on")]),
        FieldPanel("intro"),
        FieldPanel("image"),
        FieldPanel("body"),
        MultiFieldPanel([FieldPanel("author"), TOPICS, PROGRAMMES], heading=_("About")),
    ]
    override_translatable_fields = [
        SynchronizedField("topics", overridable=False),
        SynchronizedField("programmes", overridable=False),
    ]
    search_fields = [*Page.search_fields, index.SearchField("intro"), index.SearchField("body")]
    promote_panels = with_lint(Page.promote_panels)
    template = "programmes/article_page.html"
    parent_page_types = ["programmes.ArticleIndexPage"]
    subpage_types: list[str] = []

    class Meta:
        verbose_name = _("article")
        verbose_name_plural = _("articles")
        indexes = [models.Index(fields=["-dated_on"], name="article_by_date")]

    def get_context(self, request, *args, **kwargs):
        from programmes.website import articles  # noqa: PLC0415 -- articles reads these models

        return super().get_context(request, *args, **kwargs) | articles.for_article(self, request, at=timezone.now())
