"""The benchmark: which comparisons are due, one side by side, and having looked at it."""

import csv

from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_POST
from django.views.generic import TemplateView
from wagtail.admin.views.generic import WagtailAdminTemplateMixin

from people.back_office import formula_safe
from programmes.models import Programme
from programmes.selling import benchmark

SEE, CHANGE, ADD = "programmes.view_rival", "programmes.change_rival", "programmes.add_rival"
NOTE_LENGTH = 250


class SeesRivals(WagtailAdminTemplateMixin, TemplateView):
    """Shown to those who may see rivals."""

    header_icon = "crosshairs"

    def dispatch(self, request, *args, **kwargs):
        if not request.user.has_perm(SEE):
            raise PermissionDenied
        return super().dispatch(request, *args, **kwargs)


class BenchmarkView(SeesRivals):
    """Every programme on offer, those that have to be looked at again first."""

    page_title = gettext_lazy("Benchmark")
    template_name = "programmes/admin/benchmark.html"

    def get_breadcrumbs_items(self):
        return [{"url": "", "label": self.get_page_title()}]

    def get_context_data(self, **kwargs):
        on = timezone.localdate()
        live = benchmark.live_programmes()
        due = benchmark.not_reviewed(live, on=on).count()
        total = live.count()
        only_due = self.request.GET.get("show") == "due"
        shown = benchmark.not_reviewed(live, on=on) if only_due else benchmark.with_reviews(live, on=on)
        rows = [
            (one, benchmark.reviewed_words(one.reviewed_on, on=on), benchmark.is_due(one, on=on))
            for one in shown.order_by("title", "pk")
        ]
        rows.sort(key=lambda row: not row[2])
        return super().get_context_data(
            rows=rows,
            due=due,
            total=total,
            done=total - due,
            share=round(100 * (total - due) / total) if total else None,
            only_due=only_due,
            good_for=benchmark.GOOD_FOR_DAYS,
            may_add=self.request.user.has_perm(ADD),
            **kwargs,
        )


class ComparisonView(SeesRivals):
    """One programme of ours beside its rivals."""

    template_name = "programmes/admin/comparison.html"

    @cached_property
    def programme(self) -> Programme:
        return get_object_or_404(Programme.objects.select_related("collection"), uuid=self.kwargs["uuid"])

    def get_page_title(self):
        return self.programme.title

    def get_breadcrumbs_items(self):
        return [
            {"url": reverse("programmes_benchmark:index"), "label": BenchmarkView.page_title},
            {"url": "", "label": self.get_page_title()},
        ]

    def get_context_data(self, **kwargs):
        on, user = timezone.localdate(), self.request.user
        comparison = benchmark.compare(self.programme, on=on)
        reviewed = benchmark.with_reviews(Programme.objects.filter(pk=self.programme.pk), on=on).get()
        return super().get_context_data(
            comparison=comparison,
            reviewed_words=benchmark.reviewed_words(comparison.reviewed_on, on=on),
            is_due=benchmark.is_due(reviewed, on=on),
            gone=self.programme.rivals.filter(is_gone=True).count(),
            good_for=benchmark.GOOD_FOR_DAYS,
            may_add=user.has_perm(ADD),
            may_change=user.has_perm(CHANGE),
            may_see_sheet=user.has_perm("programmes.view_argument"),
            **kwargs,
        )


@require_POST
@permission_required(CHANGE, raise_exception=True)
def review(request, uuid):
    """Having looked at all rivals of a programme today."""
    programme = get_object_or_404(Programme, uuid=uuid)
    note = request.POST.get("note", "").strip()[:NOTE_LENGTH]
    try:
        benchmark.review(programme, by=request.user, at=timezone.now(), note=note)
        messages.success(request, _("The comparison counts as reviewed today."))
    except benchmark.NothingToCompare:
        messages.error(request, _("There is nothing to review yet: write a rival down first."))
    return redirect("programmes_benchmark:comparison", programme.uuid)


@require_GET
@permission_required(SEE, raise_exception=True)
def export(request):
    """All comparisons as a file, or one: ``?programme=<code>``."""
    programmes = benchmark.live_programmes().order_by("title", "pk")
    if code := request.GET.get("programme"):
        programmes = Programme.objects.filter(code=code, collection__is_own=True)
    response = HttpResponse(content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = 'attachment; filename="benchmark.csv"'
    response.write("\ufeff")  # without it a spreadsheet takes accents for something else
    writer = csv.DictWriter(response, benchmark.COLUMNS)
    writer.writeheader()
    for row in benchmark.rows(list(programmes), on=timezone.localdate()):
        writer.writerow({name: formula_safe(value) for name, value in row.items()})
    return response
