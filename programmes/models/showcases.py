"""Pages that show what the school has around its programmes: a field of study, the people who teach."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel
from wagtail.fields import StreamField
from wagtail.models import Page
from wagtail.search import index

from programmes.models.blocks import story_blocks
from programmes.models.facts import Field


class FieldPage(Page):
    """A field of study: why learn it here, and every programme, article and teacher of it."""

    field = models.ForeignKey(Field, models.PROTECT, related_name="pages", verbose_name=_("field"))
    intro = models.TextField(_("introduction"), blank=True)
    body = StreamField(story_blocks(), blank=True, verbose_name=_("text"))
    content_panels = [*Page.content_panels, FieldPanel("field"), FieldPanel("intro"), FieldPanel("body")]
    search_fields = [*Page.search_fields, index.SearchField("intro"), index.SearchField("body")]
    template = "programmes/field_page.html"
    parent_page_types = ["programmes.CataloguePage"]
    subpage_types: list[str] = []

    class Meta:
        verbose_name = _("page of a field")
        verbose_name_plural = _("pages of fields")


class TeachersPage(Page):
    """Everybody who teaches at the school, each with an address of their own below it."""

    intro = models.TextField(_("introduction"), blank=True)
    content_panels = [*Page.content_panels, FieldPanel("intro")]
    template = "programmes/teachers_page.html"
    parent_page_types = ["programmes.HomePage"]
    subpage_types: list[str] = []

    class Meta:
        verbose_name = _("page of the teachers")
        verbose_name_plural = _("pages of the teachers")
