"""Rows whose few words stand in three columns, one for each language of the website."""

from django.db import models
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

LANGUAGES = ("ca", "es", "en")  # in the order in which one stands in for another


def in_reader_language(row: models.Model, name: str) -> str:
    """The column ``name`` of ``row`` in the reader's language, else in the first language it was written in."""
    reader = (get_language() or "ca")[:2]
    wanted = dict.fromkeys([reader, *LANGUAGES])
    return next((text for code in wanted if (text := getattr(row, f"{name}_{code}", ""))), "")


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
        return in_reader_language(self, "name")
