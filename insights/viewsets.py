from django import forms
from django.utils.translation import gettext_lazy as _
from wagtail.admin.forms import WagtailAdminModelForm
from wagtail.admin.panels import FieldPanel, ObjectList
from wagtail.admin.ui.tables import TitleColumn
from wagtail.admin.viewsets.model import ModelViewSet

from insights.kpis import KPIS
from insights.models import KpiTarget


def _kpi_name(target: KpiTarget) -> str:
    return str(KPIS[target.kpi].name) if target.kpi in KPIS else target.kpi


class KpiTargetForm(WagtailAdminModelForm):
    """A target is set for one of the KPIs there are."""

    kpi = forms.ChoiceField(label=_("KPI"), choices=lambda: [(kpi.id, kpi.name) for kpi in KPIS.values()])


class KpiTargetViewSet(ModelViewSet):
    """The targets, each from a date on; an old one stays, so that an old board still shows it."""

    model = KpiTarget
    url_prefix = "kpi-targets"
    icon = "crosshairs"
    menu_label = _("KPI targets")
    menu_order = 220
    add_to_settings_menu = True
    list_display = [
        TitleColumn("kpi", label=_("KPI"), accessor=_kpi_name, url_name="kpi_targets:edit", sort_key="kpi"),
        "value",
        "valid_from",
    ]
    ordering = ["kpi", "-valid_from"]
    edit_handler = ObjectList(
        [FieldPanel("kpi"), FieldPanel("value"), FieldPanel("valid_from")], base_form_class=KpiTargetForm
    )
