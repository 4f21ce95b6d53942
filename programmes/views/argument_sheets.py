"""The adviser's technical sheet: find one, open it, and what opening it cost."""

from functools import partial
from time import perf_counter
from typing import cast

from django.core.exceptions import PermissionDenied
from django.http import QueryDict
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import get_language, gettext_lazy
from django.views.generic import TemplateView
from wagtail.admin.views.generic import WagtailAdminTemplateMixin

from people.models import Language, User
from programmes.models import LANGUAGES, Programme
from programmes.selling import argument_sheet


class SeesArguments(WagtailAdminTemplateMixin, TemplateView):
    """Shown to those who may read arguments: staff who speak with people, never a visitor or a student."""

    header_icon = "doc-full"

    def dispatch(self, request, *args, **kwargs):
        if not request.user.has_perm(argument_sheet.SEE):
            raise PermissionDenied
        return super().dispatch(request, *args, **kwargs)


class ShelfView(SeesArguments):
    """All sheets, to find one while somebody is on the telephone."""

    page_title = gettext_lazy("Adviser’s sheets")
    template_name = "programmes/admin/shelf.html"

    def get_breadcrumbs_items(self):
        return [{"url": "", "label": self.get_page_title()}]

    def get_context_data(self, **kwargs):
        sought = self.request.GET.get("q", "").strip()[:100]
        found = argument_sheet.shelf(at=timezone.now(), language=get_language() or "ca", words=sought)
        return super().get_context_data(sought=sought, rows=found, **kwargs)


class SheetView(SeesArguments):
    """The technical sheet of one programme, for whoever the address names; each opening is written down."""

    template_name = "programmes/admin/argument_sheet.html"

    def setup(self, request, *args, **kwargs):
        super().setup(request, *args, **kwargs)
        self.began = perf_counter()

    @cached_property
    def programme(self) -> Programme:
        programmes = Programme.objects.select_related("field", "collection").with_sheets()
        return get_object_or_404(programmes, uuid=self.kwargs["uuid"])

    @cached_property
    def asker(self) -> argument_sheet.Asker | None:
        return argument_sheet.asker_of(self.request.GET, user=cast(User, self.request.user))

    @cached_property
    def language(self) -> str:
        """The one chosen on the page, else that of whoever asks, else the adviser's own."""
        chosen = self.request.GET.get("language", "")
        own = self.asker.language if self.asker else (get_language() or "ca")
        return next((code for code in (chosen, own[:2]) if code in LANGUAGES), LANGUAGES[0])

    def get(self, request, *args, **kwargs):
        response = super().get(request, *args, **kwargs).render()
        argument_sheet.note_lookup(
            self.programme,
            by=request.user,
            at=timezone.now(),
            took_ms=round(1000 * (perf_counter() - self.began)),
            about_kind=self.asker.about_kind if self.asker else "",
            about_id=self.asker.about_id if self.asker else None,
        )
        return response

    def get_page_title(self):
        return self.programme.title_in(get_language() or "ca")

    def get_breadcrumbs_items(self):
        shelf = {"url": reverse("programmes_sheet:index"), "label": ShelfView.page_title}
        return [shelf, {"url": "", "label": self.get_page_title()}]

    def get_context_data(self, **kwargs):
        user = self.request.user
        may_see_rivals = user.has_perm(argument_sheet.SEE_RIVALS)
        sheet = argument_sheet.of(
            self.programme,
            language=self.language,
            at=timezone.now(),
            person=self.asker.person if self.asker else None,
            with_rivals=may_see_rivals,
        )
        mark = partial(self.asker.mark, request=self.request) if self.asker and self.asker.mark else None
        return super().get_context_data(
            sheet=sheet,
            asker=self.asker,
            groups=argument_sheet.groups_of(sheet, mark),
            languages=[(code, Language(code).label, self._address_in(code)) for code in LANGUAGES],
            page_url=sheet.page.get_url(self.request) if sheet.page and sheet.page.live else "",
            may_edit=user.has_perm("programmes.change_argument"),
            may_see_rivals=may_see_rivals,
            **kwargs,
        )

    def _address_in(self, code: str) -> str:
        query: QueryDict = self.request.GET.copy()
        query["language"] = code
        return f"?{query.urlencode()}"
