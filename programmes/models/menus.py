"""Menus of the website, edited in the back office; without one, the pages marked for menus are shown."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from modelcluster.fields import ParentalKey
from modelcluster.models import ClusterableModel
from wagtail.admin.panels import FieldPanel, FieldRowPanel, InlinePanel
from wagtail.models import Orderable

from people.models import Language


class Menu(ClusterableModel):
    """One menu in one language."""

    class Place(models.TextChoices):
        MAIN = "main", _("At the top")
        FOOTER = "footer", _("At the foot")

    place = models.CharField(_("place"), max_length=6, choices=Place.choices, default=Place.MAIN)
    language = models.CharField(_("language"), max_length=5, choices=Language.choices, default=Language.CATALAN)
    panels = [
        FieldRowPanel([FieldPanel("place"), FieldPanel("language")]),
        InlinePanel("entries", heading=_("Entries"), label=_("Entry"), min_num=1),
    ]

    class Meta:
        verbose_name = _("menu")
        verbose_name_plural = _("menus")
        constraints = [
            models.UniqueConstraint(
                fields=["place", "language"],
                name="menu_once",
                violation_error_message=_("There is a menu for this place in this language already."),
            )
        ]

    def __str__(self):
        return f"{self.get_place_display()} · {self.get_language_display()}"


class MenuEntry(Orderable):
    """A link in a menu: to a page of ours, or to an address."""

    menu = ParentalKey(Menu, on_delete=models.CASCADE, related_name="entries")
    label = models.CharField(_("label"), max_length=60, blank=True, help_text=_("Empty: the title of the page."))
    page = models.ForeignKey(
        "wagtailcore.Page", models.CASCADE, null=True, blank=True, related_name="+", verbose_name=_("page")
    )
    address = models.CharField(_("address"), max_length=300, blank=True)
    panels = [FieldPanel("page"), FieldRowPanel([FieldPanel("label"), FieldPanel("address")])]

    class Meta(Orderable.Meta):
        verbose_name = _("menu entry")
        verbose_name_plural = _("menu entries")
        constraints = [
            models.CheckConstraint(
                condition=Q(page__isnull=False, address="") | (Q(page=None) & ~Q(address="") & ~Q(label="")),
                name="menu_entry_leads_somewhere",
                violation_error_message=_("Choose a page, or write a label and an address."),
            )
        ]

    def __str__(self):
        return self.label or str(self.page_id)
