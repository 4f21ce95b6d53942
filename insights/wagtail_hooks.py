"""The board in the back office: addresses, menu, style, roles, the sweep's part."""

from django.templatetags.static import static
from django.urls import path, reverse_lazy
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _
from wagtail import hooks

from insights import personal_data, roles, snapshots
from insights.views import BoardView, KpiView, plot_script
from insights.viewsets import KpiTargetViewSet
from people.back_office import PermittedMenuItem


@hooks.register("register_admin_urls")
def board_urls():
    return [
        path("kpis/", BoardView.as_view(), name="insights_board"),
        path("kpis/plot-<str:version>.js", plot_script, name="insights_plot_script"),
        path("kpis/<slug:kpi>/", KpiView.as_view(), name="insights_kpi"),
        path("kpis/<slug:kpi>/rows/", KpiView.as_view(), name="insights_rows"),
    ]


@hooks.register("register_admin_menu_item")
def board_item():
    return PermittedMenuItem(
        _("KPIs"), reverse_lazy("insights_board"), name="kpis", icon_name="chart", order=80, permissions=(roles.SEE,)
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
