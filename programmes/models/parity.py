"""Language versions: when the words of a page last changed, so that translations can be compared with them."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from people.models import User


class LanguageVersion(models.Model):
    """What is known of the words of one page in its language."""

    page = models.OneToOneField(
        "wagtailcore.Page", models.CASCADE, primary_key=True, related_name="language_version", verbose_name=_("page")
    )
    fingerprint = models.CharField(max_length=64)  # of the words as published
    changed_at = models.DateTimeField(_("words changed at"))
    noted_at = models.DateTimeField()  # the publication these words are of
    empty = models.JSONField(_("empty texts"), default=list)  # names of the fields without words
    checked_at = models.DateTimeField(_("found right at"), null=True, blank=True)
    checked_by = models.ForeignKey(User, models.SET_NULL, null=True, blank=True, related_name="+")
    wagtail_reference_index_ignore = True

    class Meta:
        verbose_name = _("language version")
        verbose_name_plural = _("language versions")

    def __str__(self):
        return str(self.page_id)
