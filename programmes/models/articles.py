"""Articles and news, each on topics and about programmes."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from modelcluster.fields import ParentalManyToManyField
from wagtail.admin.panels import FieldPanel, FieldRowPanel, MultiFieldPanel
from wagtail.fields import StreamField
from wagtail.models import Page
from wagtail.search import index

from programmes.models.blocks import story_blocks
from programmes.models.facts import Programme, Teacher
from programmes.models.naming import NamedInThreeLanguages


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
    template = "programmes/article_index_page.html"
    parent_page_types = ["programmes.HomePage"]
    subpage_types = ["programmes.ArticlePage"]

    class Meta:
        verbose_name = _("list of articles")
        verbose_name_plural = _("lists of articles")


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
        MultiFieldPanel([FieldPanel("author"), FieldPanel("topics"), FieldPanel("programmes")], heading=_("About")),
    ]
    search_fields = [*Page.search_fields, index.SearchField("intro"), index.SearchField("body")]
    template = "programmes/article_page.html"
    parent_page_types = ["programmes.ArticleIndexPage"]
    subpage_types: list[str] = []

    class Meta:
        verbose_name = _("article")
        verbose_name_plural = _("articles")
        indexes = [models.Index(fields=["-dated_on"], name="article_by_date")]
