"""Panels of the page editor: how complete a sheet is, and what search engines would stumble over."""

from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel, Panel


class ChecksPanel(Panel):
    """A panel that reads the page as last saved and changes nothing."""

    class BoundPanel(Panel.BoundPanel):
        def is_shown(self):
            return bool(self.instance and self.instance.pk) and super().is_shown()


class CompletenessPanel(ChecksPanel):
    """The score of a sheet with what is missing, above its texts, so that it is seen before publishing."""

    class BoundPanel(ChecksPanel.BoundPanel):
        template_name = "programmes/admin/completeness_panel.html"

        def get_context_data(self, parent_context=None):
            from programmes.editing import completeness  # noqa: PLC0415 -- reads the models that have this panel

            score = completeness.score(self.instance, on=timezone.localdate())
            return super().get_context_data(parent_context) | {"score": score}


class SheetsPanel(ChecksPanel):
    """In the editor of a programme: its sheets in each language, how complete they are, and whether they agree."""

    class BoundPanel(ChecksPanel.BoundPanel):
        template_name = "programmes/admin/sheets_panel.html"

        def get_context_data(self, parent_context=None):
            from programmes.editing import completeness, parity  # noqa: PLC0415 -- as above

            pages = self.instance.pages.select_related("programme", "image", "locale")
            scores = {score.page.pk: score for score in completeness.scores(pages, on=timezone.localdate())}
            versions = [version for row in parity.rows(pages).values() for version in row.versions]
            listed = [(version, scores.get(version.page_id)) for version in versions]
            return super().get_context_data(parent_context) | {"listed": listed}


class SearchEnginesPanel(ChecksPanel):
    """What is to be put right for result pages and for readers with assistive technology."""

    class BoundPanel(ChecksPanel.BoundPanel):
        template_name = "programmes/admin/seo_panel.html"

        def get_context_data(self, parent_context=None):
            from programmes.editing import seo_lint  # noqa: PLC0415 -- as above

            page = self.instance
            return super().get_context_data(parent_context) | {
                "findings": seo_lint.lint(page),
                "title": seo_lint.shown_title(page),
                "description": page.search_description or getattr(page, "promise", ""),
                "address": page.full_url or "",
            }


def with_lint(promote_panels: list) -> list:
    """The panels of the tab for search engines, with what is to be put right above them."""
    return [SearchEnginesPanel(heading=_("Before search engines read it")), *promote_panels]


class OwnProgrammesPanel(FieldPanel):
    """Programmes to tick: what the school itself teaches, not the thousands of an imported catalogue."""

    class BoundPanel(FieldPanel.BoundPanel):
        def __init__(self, **kwargs):
            super().__init__(**kwargs)
            if self.form is not None and self.field_name in self.form.fields:
                field = self.form.fields[self.field_name]
                field.queryset = field.queryset.filter(collection__is_own=True).order_by("title")
