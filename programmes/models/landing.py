"""Landing pages: one campaign, one goal, nothing that leads away from it."""

from django import forms
from django.db import models
from django.utils import timezone
from django.utils.choices import CallableChoiceIterator
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel, FieldRowPanel, MultiFieldPanel
from wagtail.fields import StreamField
from wagtail.models import Page
from wagtail_localize.fields import SynchronizedField

from programmes.editing.panels import with_lint
from programmes.models.blocks import story_blocks
from programmes.models.facts import Programme
from programmes.website import page_forms


class LandingPage(Page):
    """A page a campaign leads to; it keeps where the visitor came from and asks for one thing."""

    class Goal(models.TextChoices):
        ASK = "ask", _("Ask")
        APPLY = "apply", _("Apply")
        BROCHURE = "brochure", _("Read the brochure")

    programme = models.ForeignKey(
        Programme, models.PROTECT, null=True, blank=True, related_name="landing_pages", verbose_name=_("programme")
    )
    goal = models.CharField(_("goal"), max_length=8, choices=Goal.choices, default=Goal.ASK)
    campaign = models.SlugField(_("campaign"), max_length=80, blank=True, help_text=_("The code of the campaign."))
    promise = models.CharField(_("promise in one sentence"), max_length=250, blank=True)
    button = models.CharField(_("what the button says"), max_length=60, blank=True)
    form = models.SlugField(
        _("form"), max_length=80, blank=True, help_text=_("Without one, the question that is asked everywhere.")
    )
    body = StreamField(story_blocks(), blank=True, verbose_name=_("text"))
    content_panels = [
        *Page.content_panels,
        FieldPanel("promise"),
        MultiFieldPanel(
            [
                FieldRowPanel([FieldPanel("goal"), FieldPanel("button")]),
                FieldPanel("programme"),
                FieldRowPanel(
                    [
                        FieldPanel("campaign"),
                        FieldPanel(
                            "form", widget=forms.Select(choices=CallableChoiceIterator(page_forms.blank_or_choices))
                        ),
                    ]
                ),
            ],
            heading=_("Goal"),
        ),
        FieldPanel("body"),
    ]
    override_translatable_fields = [
        SynchronizedField("campaign", overridable=False),
        SynchronizedField("form", overridable=False),
    ]
    promote_panels = with_lint(Page.promote_panels)
    template = "programmes/landing_page.html"
    parent_page_types = ["programmes.HomePage"]
    subpage_types: list[str] = []

    class Meta:
        verbose_name = _("landing page")
        verbose_name_plural = _("landing pages")

    def get_context(self, request, *args, **kwargs):
        from programmes.website import landing  # noqa: PLC0415 -- landing reads these models

        return super().get_context(request, *args, **kwargs) | landing.for_page(self, request, at=timezone.now())

    def serve(self, request, *args, **kwargs):
        response = super().serve(request, *args, **kwargs)
        if self.campaign and hasattr(response, "add_post_render_callback"):
            response.add_post_render_callback(self._keep_campaign)
        return response

    def _keep_campaign(self, response):
        """Whoever comes without marks of a campaign still comes from that of this page, also one link further on."""
        from programmes.website import trail  # noqa: PLC0415 -- as above

        html = response.content.decode(response.charset)
        response.content = trail.carry(html, {"utm_campaign": self.campaign})
