"""Doors for machines in the back office; the secret is given on the page of the door and shown once."""

from django.forms import ValidationError
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from wagtail.admin.forms.models import WagtailAdminModelForm
from wagtail.admin.panels import FieldPanel, MultiFieldPanel, ObjectList
from wagtail.admin.ui.tables import BooleanColumn, Column, DateColumn
from wagtail.admin.views import generic
from wagtail.admin.viewsets.model import ModelViewSet

from enquiries.intake.lead_shapes import OURS
from enquiries.models import LeadDoor
from enquiries.views.doors import DoorPageView
from people.models import Purpose

ASKED_FOR = {Purpose.COMMERCIAL, Purpose.SURVEY, Purpose.PROFILING}


class DoorForm(WagtailAdminModelForm):
    def clean_fields(self):
        return _mapping(self.cleaned_data["fields"], OURS, _("We have no field “%(name)s”."))

    def clean_purposes(self):
        return _mapping(self.cleaned_data["purposes"], ASKED_FOR, _("“%(name)s” is no purpose to ask for."))


def _mapping(value, known, why):
    value = value or {}
    if not isinstance(value, dict) or not all(isinstance(one, str) for one in value.values()):
        raise ValidationError(_('Write it as {"their name": "our name"}.'))
    for name in value.values():
        if name not in known:
            raise ValidationError(why, params={"name": name})
    return value


class DoorCreateView(generic.CreateView):
    def save_instance(self):
        self.form.instance.made_at = timezone.now()
        return super().save_instance()


class DoorViewSet(ModelViewSet):
    model = LeadDoor
    name = "lead_doors"
    url_prefix = "lead-doors"
    icon = "key"
    menu_label = _("Doors for leads")
    add_to_admin_menu = False
    inspect_view_enabled = True
    inspect_view_class = DoorPageView
    inspect_template_name = "enquiries/admin/door.html"
    add_view_class = DoorCreateView
    copy_view_enabled = False
    list_per_page = 50
    ordering = ["name", "pk"]
    search_fields = ["name"]
    list_display = [
        "name",
        Column("get_kind_display", label=_("Kind"), accessor="get_kind_display"),
        Column("campaign", label=_("Campaign")),
        Column("partner", label=_("Partner")),
        DateColumn("last_at", label=_("Last lead")),
        BooleanColumn("is_open", label=_("Open")),
    ]
    list_select_related = ["campaign", "partner"]
    edit_handler = ObjectList(
        [
            FieldPanel("name"),
            FieldPanel("kind"),
            FieldPanel("is_open"),
            MultiFieldPanel([FieldPanel("campaign"), FieldPanel("partner")], heading=_("What its leads count for")),
            FieldPanel("fields", help_text=_('Only names that differ: {"their name": "our name"}.')),
            FieldPanel("purposes", help_text=_('Which of their boxes agree to what: {"their box": "commercial"}.')),
        ],
        base_form_class=DoorForm,
    )


door_viewset = DoorViewSet()
