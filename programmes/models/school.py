"""The school itself: its name, colours and address."""

import re

from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator
from django.db import models
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel, FieldRowPanel, MultiFieldPanel
from wagtail.contrib.settings.models import BaseSiteSetting, register_setting


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
