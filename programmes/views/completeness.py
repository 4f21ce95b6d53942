"""The report on completeness: every sheet, the emptiest first, with what it lacks."""

from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import get_language, gettext_lazy
from django.views.generic import TemplateView
from wagtail.admin.views.generic import WagtailAdminTemplateMixin

from programmes.editing import completeness
from programmes.models import LANGUAGES, Collection, ProgrammePage

MAY = "programmes.change_programme"
SUBMIT = "programmes.add_testimonial"  # whoever promotes programmes writes on their sheets too
PAGE_SIZE = 50


class Editorial(WagtailAdminTemplateMixin, TemplateView):
    """A report for those who write sheets."""

    header_icon = "list-ul"

    def dispatch(self, request, *args, **kwargs):
        if not (request.user.has_perm(MAY) or request.user.has_perm(SUBMIT)):
            raise PermissionDenied
        return super().dispatch(request, *args, **kwargs)

    def get_breadcrumbs_items(self):
        return [{"url": "", "label": self.get_page_title()}]

    @cached_property
    def collections(self):
        return list(Collection.objects.order_by("-is_own", "name"))

    @cached_property
    def collection(self) -> Collection | None:
        """The one asked for, else the school's own."""
        asked = self.request.GET.get("collection", "")
        return next((one for one in self.collections if one.slug == asked), next(iter(self.collections), None))

    def paged(self, rows):
        return Paginator(rows, PAGE_SIZE).get_page(self.request.GET.get("p"))

    def address(self) -> str:
        """The filters as they stand, for the links to other pages of the list."""
        asked = self.request.GET.copy()
        asked.pop("p", None)
        return asked.urlencode()


class CompletenessView(Editorial):
    page_title = gettext_lazy("Completeness of sheets")
    template_name = "programmes/admin/completeness.html"
    header_icon = "tasks"

    def get_context_data(self, **kwargs):
        asked = self.request.GET.get("language", "")
        language = asked if asked in LANGUAGES else (get_language() or "ca")[:2]
        pages = (
            ProgrammePage.objects.filter(locale__language_code=language, programme__collection=self.collection)
            .filter(programme__is_open=True)
            .select_related("programme", "image", "locale")
        )
        scores = completeness.scores(pages, on=timezone.localdate())
        scores.sort(key=lambda score: (score.percent, score.page.title))
        return super().get_context_data(**kwargs) | {
            "rows": self.paged(scores),
            "mean": round(sum(score.percent for score in scores) / len(scores)) if scores else None,
            "whole": sum(not score.missing for score in scores),
            "count": len(scores),
            "language": language,
            "languages": LANGUAGES,
            "collections": self.collections,
            "collection": self.collection,
            "address": self.address(),
            "may_edit_facts": self.request.user.has_perm(MAY),
        }
