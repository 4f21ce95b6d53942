"""The board in the back office: addresses, menu, style, roles, the sweep's part."""

from django.templatetags.static import static
from django.urls import path, reverse_lazy
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.admin.menu import MenuItem

from insights import personal_data, roles, snapshots
from insights.views import ArgumentCasesView, ArgumentsView, BoardView, KpiView, LookupsView, plot_script
from insights.viewsets import KpiTargetViewSet
from people.back_office import PermittedMenuItem


@hooks.register("register_admin_urls")
def board_urls():
    return [
        path("kpis/", BoardView.as_view(), name="insights_board"),
        path("kpis/plot-<str:version>.js", plot_script, name="insights_plot_script"),
        path("kpis/<slug:kpi>/", KpiView.as_view(), name="insights_kpi"),
        path("kpis/<slug:kpi>/rows/", KpiView.as_view(), name="insights_rows"),
        path("reports/arguments/", ArgumentsView.as_view(), name="insights_arguments"),
        path("reports/arguments/<int:pk>/", ArgumentCasesView.as_view(), name="insights_argument_cases"),
        path("reports/sheet-lookups/", LookupsView.as_view(), name="insights_lookups"),
    ]


@hooks.register("register_admin_menu_item")
def board_item():
    return PermittedMenuItem(
        _("KPIs"), reverse_lazy("insights_board"), name="kpis", icon_name="chart", order=80, permissions=(roles.SEE,)
    )


class ReportItem(MenuItem):
    """Shown to those who may see the figures and what the report is about."""

    def __init__(self, *args, permissions: tuple[str, ...], **kwargs):
        super().__init__(*args, **kwargs)
        self.permissions = permissions

    def is_shown(self, request):
        return request.user.has_perms([roles.SEE, *self.permissions])


@hooks.register("register_reports_menu_item")
def arguments_item():
    url, shown_to = reverse_lazy("insights_arguments"), roles.REPORT_ARGUMENTS
    return ReportItem(
        ArgumentsView.page_title, url, name="arguments", icon_name="openquote", order=300, permissions=shown_to
    )


@hooks.register("register_reports_menu_item")
def lookups_item():
    url, shown_to = reverse_lazy("insights_lookups"), roles.REPORT_LOOKUPS
    return ReportItem(
        LookupsView.page_title, url, name="sheet-lookups", icon_name="openquote", order=310, permissions=shown_to
    )


@hooks.register("register_admin_viewset")
def targets():
    return KpiTargetViewSet("kpi_targets")


@hooks.register("register_icons")
def icons(icons):
    return [*icons, "insights/icons/chart.svg"]


@hooks.register("insert_global_admin_css")
def board_css():
    return format_html('<link rel="stylesheet" href="{}">', static("admin/insights.css"))


@hooks.register("register_role_permissions")
def permissions():
    return roles.PERMISSIONS


@hooks.register("register_sweeper")
def sweep(at):
    return snapshots.take_due(at=at)


hooks.register("register_personal_fields", lambda: personal_data.TABLES)
