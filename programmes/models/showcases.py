"""Pages that show what the school has around its programmes: a field of study, the people who teach."""

from django.db import models
from django.http import Http404
from django.template.response import TemplateResponse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel
from wagtail.fields import StreamField
from wagtail.models import Page
from wagtail.search import index
from wagtail.url_routing import RouteResult

from programmes.editing.panels import with_lint
from programmes.models.blocks import story_blocks
from programmes.models.facts import Field


class FieldPage(Page):
    """A field of study: why learn it here, and every programme, article and teacher of it."""

    field = models.ForeignKey(Field, models.PROTECT, related_name="pages", verbose_name=_("field"))
    intro = models.TextField(_("introduction"), blank=True)
    body = StreamField(story_blocks(), blank=True, verbose_name=_("text"))
    content_panels = [*Page.content_panels, FieldPanel("field"), FieldPanel("intro"), FieldPanel("body")]
    search_fields = [*Page.search_fields, index.SearchField("intro"), index.SearchField("body")]
    promote_panels = with_lint(Page.promote_panels)
    template = "programmes/field_page.html"
    parent_page_types = ["programmes.CataloguePage"]
    subpage_types: list[str] = []

    class Meta:
        verbose_name = _("page of a field")
        verbose_name_plural = _("pages of fields")

    def get_context(self, request, *args, **kwargs):
        from programmes.website import fields  # noqa: PLC0415 -- fields reads these models

        return super().get_context(request, *args, **kwargs) | fields.for_page(self, request, at=timezone.now())


class TeachersPage(Page):
    """Everybody who teaches at the school, each with an address of their own below it."""

    intro = models.TextField(_("introduction"), blank=True)
    content_panels = [*Page.content_panels, FieldPanel("intro")]
    promote_panels = with_lint(Page.promote_panels)
    template = "programmes/teachers_page.html"
    parent_page_types = ["programmes.HomePage"]
    subpage_types: list[str] = []

    class Meta:
        verbose_name = _("page of the teachers")
        verbose_name_plural = _("pages of the teachers")

    def get_context(self, request, *args, **kwargs):
        from programmes.website import teachers  # noqa: PLC0415 -- teachers reads these models

        return super().get_context(request, *args, **kwargs) | teachers.for_list(self, request)

    def route(self, request, path_components):
        if len(path_components) == 1 and self.live:
            return RouteResult(self, kwargs={"slug": path_components[0]})
        return super().route(request, path_components)

    def get_route_paths(self):
        from programmes.website import teachers  # noqa: PLC0415 -- as above

        slugs = teachers.teaching().exclude(slug=None).values_list("slug", flat=True)
        return [*super().get_route_paths(), *(f"/{slug}/" for slug in slugs)]

    def serve(self, request, *args, slug="", **kwargs):
        return self._serve_teacher(request, slug) if slug else super().serve(request, *args, **kwargs)

    def _serve_teacher(self, request, slug):
        from programmes.website import teachers  # noqa: PLC0415 -- as above

        teacher = teachers.with_slug(slug)
        if teacher is None:
            raise Http404
        request.is_preview = False
        request.place_below_page = f"{slug}/"
        context = Page.get_context(self, request) | teachers.for_teacher(self, teacher, request, at=timezone.now())
        return TemplateResponse(request, "programmes/teacher_page.html", context)
