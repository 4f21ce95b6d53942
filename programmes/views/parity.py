"""The report on languages: what is missing, out of date or has gaps, and the act “found right”."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST
from wagtail.models import Page

from programmes.editing import parity
from programmes.models import LANGUAGES, ArticlePage, ProgrammePage
from programmes.views.completeness import Editorial

KINDS: dict[str, Any] = {"sheets": ProgrammePage, "articles": ArticlePage}
TRANSLATE = "wagtail_localize.submit_translation"


class ParityView(Editorial):
    page_title = gettext_lazy("Languages")
    template_name = "programmes/admin/parity.html"
    header_icon = "globe"

    def get_context_data(self, **kwargs):
        kind = self.request.GET.get("kind", "")
        kind = kind if kind in KINDS else "sheets"
        rows = list(self.rows(kind))
        state, sought = self.request.GET.get("state", ""), self.request.GET.get("q", "").strip().lower()[:100]
        counts = {code: sum(row.has(code) for row in rows) for code in parity.STATES}
        if state in parity.STATES:
            rows = [row for row in rows if row.has(state)]
        if sought:
            rows = [row for row in rows if sought in row.title.lower()]
        rows.sort(key=lambda row: (row.is_whole, row.title.lower()))
        return super().get_context_data(**kwargs) | {
            "rows": self.paged(rows),
            "kind": kind,
            "state": state if state in parity.STATES else "",
            "states": [(code, label, counts[code]) for code, label in parity.STATES.items()],
            "sought": sought,
            "languages": LANGUAGES,
            "collections": self.collections,
            "collection": self.collection,
            "address": self.address(),
            "may_translate": self.request.user.has_perm(TRANSLATE),
        }

    def rows(self, kind: str):
        pages = KINDS[kind].objects.all()
        if kind == "sheets":
            pages = pages.filter(programme__collection=self.collection, programme__is_open=True)
        keys = set(pages.values_list("translation_key", flat=True))
        return parity.of_keys(KINDS[kind], keys).values()


@require_POST
@permission_required(TRANSLATE, raise_exception=True)
def find_right(request, pk):
    page = get_object_or_404(Page, pk=pk).specific
    if type(page) not in parity.TEXTS or not page.live:
        raise Http404
    parity.find_right(page, at=timezone.now(), by=request.user)
    messages.success(request, _("“%(title)s” says what its source says.") % {"title": page.title})
    back = request.POST.get("next", "")
    is_ours = url_has_allowed_host_and_scheme(back, {request.get_host()}, require_https=request.is_secure())
    return redirect(back if is_ours else "programmes_parity")
