"""The board, the page of one KPI with the list behind it, and the plot's own script."""

from datetime import timedelta
from functools import cache

from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import cache_control
from django.views.generic import TemplateView
from wagtail.admin.views.generic.base import WagtailAdminTemplateMixin

from insights import arguments, board, lists, lookups
from insights.forms import BoardFilter, ReportFilter
from insights.kpis import KPIS, Period
from insights.roles import REPORT_ARGUMENTS, REPORT_LOOKUPS, SEE
from printing import plots
from programmes.models import Argument

PAGE_SIZE = 50


class SeesFigures(WagtailAdminTemplateMixin, TemplateView):
    """Shown to those who may see the figures; reads period and campaign from the address."""

    def dispatch(self, request, *args, **kwargs):
        if not request.user.has_perm(SEE):
            raise PermissionDenied
        if kwargs.get("kpi", "kpi-1") not in KPIS:
            raise Http404
        self.filter = BoardFilter(request.GET or {"days": 30})
        chosen = self.filter.cleaned_data if self.filter.is_valid() else {}
        self.days, self.campaign = chosen.get("days") or 30, chosen.get("campaign")
        return super().dispatch(request, *args, **kwargs)

    def get_breadcrumbs_items(self):
        return [{"url": "", "label": self.get_page_title()}]

    def read_board(self):
        return board.read(at=timezone.now(), campaign=self.campaign, days=self.days)


class BoardView(SeesFigures):
    page_title = _("KPIs")
    header_icon = "chart"
    template_name = "insights/admin/board.html"

    def get_context_data(self, **kwargs):
        found = self.read_board()
        shown = [card for card in found.cards if card.figure.kpi.on_board]
        return super().get_context_data(**kwargs) | {
            "board": found,
            "cards": [(card, board.unit_name(card.figure.kpi.unit), spark(card)) for card in shown],
            "others": [card for card in found.cards if not card.figure.kpi.on_board],
            "filter": self.filter,
        }


class KpiView(SeesFigures):
    header_icon = "chart"
    template_name = "insights/admin/kpi.html"

    def get_page_title(self):
        return KPIS[self.kwargs["kpi"]].name

    def get_breadcrumbs_items(self):
        return [{"url": reverse("insights_board"), "label": _("KPIs")}, *super().get_breadcrumbs_items()]

    def get_context_data(self, kpi, **kwargs):
        found = self.read_board()
        card = next(card for card in found.cards if card.figure.kpi.id == kpi)
        only_hits = self.request.GET.get("rows") == "hits"
        page = Paginator(lists.behind(kpi, found.period, only_hits=only_hits), PAGE_SIZE).get_page(
            self.request.GET.get("p")
        )
        hits = lists.hits_among(kpi, found.period, list(page))
        unit = board.unit_name(card.figure.kpi.unit)
        return super().get_context_data(**kwargs) | {
            "board": found,
            "card": card,
            "unit": unit,
            "filter": self.filter,
            "only_hits": only_hits,
            "page": page,
            "rows": [lists.describe(kpi, row, hits=hits) for row in page],
            **plot(card, unit),
        }


class SeesReports(WagtailAdminTemplateMixin, TemplateView):
    """A report for those who see both the figures and what it is about; the address says of which days."""

    header_icon = "chart"
    permissions: tuple[str, ...] = ()
    days_at_first = 365

    def dispatch(self, request, *args, **kwargs):
        if not request.user.has_perms([SEE, *self.permissions]):
            raise PermissionDenied
        return super().dispatch(request, *args, **kwargs)

    def setup(self, request, *args, **kwargs):
        super().setup(request, *args, **kwargs)
        self.filter = ReportFilter(request.GET if "days" in request.GET else {"days": self.days_at_first})
        chosen = self.filter.cleaned_data if self.filter.is_valid() else {}
        today = timezone.localdate()
        self.period = Period(today - timedelta(days=(chosen.get("days") or self.days_at_first) - 1), today)

    def get_breadcrumbs_items(self):
        return [{"url": "", "label": self.get_page_title()}]

    def get_context_data(self, **kwargs):
        return super().get_context_data(**kwargs) | {"filter": self.filter, "period": self.period}


class ArgumentsView(SeesReports):
    """Which arguments go together with enrolments."""

    page_title = _("Conversion by argument")
    permissions = REPORT_ARGUMENTS
    template_name = "insights/admin/arguments.html"

    def get_context_data(self, **kwargs):
        found = arguments.conversions(self.period)
        return super().get_context_data(**kwargs) | {
            "rows": [one for one in found if one.used.cases],
            "unused": [one.argument for one in found if not one.used.cases],
            "enough": arguments.ENOUGH,
        }


class ArgumentCasesView(SeesReports):
    """The cases behind one figure of conversion by argument."""

    permissions = REPORT_ARGUMENTS
    template_name = "insights/admin/argument_cases.html"

    def get_page_title(self):
        return str(self.argument)

    @cached_property
    def argument(self) -> Argument:
        return get_object_or_404(Argument, pk=self.kwargs["pk"])

    def get_breadcrumbs_items(self):
        query = f"?{self.request.GET.urlencode()}" if self.request.GET else ""
        report = {"url": reverse("insights_arguments") + query, "label": ArgumentsView.page_title}
        return [report, *super().get_breadcrumbs_items()]

    def get_context_data(self, **kwargs):
        group = self.request.GET.get("group", "")
        group = group if group in arguments.GROUPS else "used"
        only_enrolled = self.request.GET.get("only") == "enrolled"
        cases = arguments.behind(self.argument, self.period, group=group, only_enrolled=only_enrolled)
        page = Paginator(cases, PAGE_SIZE).get_page(self.request.GET.get("p"))
        return super().get_context_data(**kwargs) | {
            "argument": self.argument,
            "group": group,
            "only_enrolled": only_enrolled,
            "page": page,
            "may_read_cases": self.request.user.has_perm("contact_centre.view_case"),
            "may_see_people": self.request.user.has_perm("contact_centre.see_person_page"),
        }


class LookupsView(SeesReports):
    """How advisers use the technical sheet."""

    page_title = _("Use of the adviser’s sheet")
    permissions = REPORT_LOOKUPS
    days_at_first = 30
    template_name = "insights/admin/lookups.html"

    def get_context_data(self, **kwargs):
        rows, total = lookups.uses(self.period)
        return super().get_context_data(**kwargs) | {"rows": rows, "total": total}


def plot(card: board.Card, unit: str) -> dict:
    """The trend as an interactive plot, the same as a picture for when scripts are off, its rows and its summary."""
    rows = [{"x": day, "y": value} for day, value in card.trend]
    if len(rows) < 2:
        return {"trend": []}
    chart = plots.line_trend(rows, title=str(card.figure.kpi.name), unit=unit, target=card.figure.target, width=760)
    return {
        "trend": list(reversed(card.trend)),
        "plot_svg": plots.to_svg(chart),
        "plot_spec": plots.spec(chart),
        "plot_summary": plots.summary(rows, unit=unit),
    }


def spark(card: board.Card) -> str:
    """The trend as points of a line in a box of 100 × 24; empty where there is none."""
    values = [value for _day, value in card.trend]
    if len(values) < 2:
        return ""
    low, high = min(values), max(values)
    span = (high - low) or 1
    step = 100 / (len(values) - 1)
    return " ".join(f"{place * step:.1f},{22 - 20 * (value - low) / span:.1f}" for place, value in enumerate(values))


@cache
def _bundle() -> bytes:
    return plots.javascript().encode()


@cache_control(public=True, max_age=31_536_000, immutable=True)
def plot_script(request, version):
    """Vega, Vega-Lite and their embedding, from the installed package: nothing is fetched from elsewhere."""
    return HttpResponse(_bundle(), content_type="text/javascript; charset=utf-8")
