"""What the search of the whole website reads of pages that are no product sheets."""

from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVectorField
from django.db import models
from django.utils.translation import gettext_lazy as _
from wagtail.models import Page


class PageWords(models.Model):
    """The words of an article, a field, a page of text: stemmed in its language, as written, and to quote from."""

    page = models.OneToOneField(Page, models.CASCADE, primary_key=True, related_name="site_words")
    text = models.TextField()
    words = SearchVectorField()
    spelt = SearchVectorField(null=True)
    written_at = models.DateTimeField()
    wagtail_reference_index_ignore = True

    class Meta:
        verbose_name = _("words of a page")
        verbose_name_plural = _("words of pages")
        indexes = [GinIndex(fields=["words"], name="page_words")]

    def __str__(self):
        return str(self.page_id)
