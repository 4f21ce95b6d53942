"""Objectives of advisers and teams."""

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail.admin.forms import WagtailAdminModelForm
from wagtail.admin.panels import FieldPanel, FieldRowPanel, HelpPanel, ObjectList
from wagtail.admin.viewsets.model import ModelViewSet

from contact_centre import queue
from contact_centre.models import Objective
from contact_centre.viewsets.teams import JoinedIndexView


class ObjectiveForm(WagtailAdminModelForm):
    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["user"] = forms.ModelChoiceField(
            label=gettext_lazy("Adviser"), queryset=queue.advisers(), required=False
        )

    def clean(self):
        typed = super().clean()
        if bool(typed.get("user")) == bool(typed.get("team")):
            self.add_error("user", _("Name an adviser or a team: one of the two."))
        since, until = typed.get("valid_from"), typed.get("valid_until")
        if since and until and until < since:
            self.add_error("valid_until", _("It ends before it begins."))
        target, metric = typed.get("target"), typed.get("metric")
        shares = (Objective.Metric.KEPT_SHARE, Objective.Metric.CONVERSION)
        if target is not None and (target < 0 or (metric in shares and target > 100)):
            self.add_error("target", _("A share lies between 0 and 100; other targets are not below 0."))
        return typed


class ObjectiveIndexView(JoinedIndexView):
    joined = ("user", "team")


class ObjectiveViewSet(ModelViewSet):
    model = Objective
    name = "objectives"
    url_prefix = "objectives"
    icon = "pick"
    add_to_reference_index = False
    copy_view_enabled = False
    index_view_class = ObjectiveIndexView
    list_display = ["metric", "target", "user", "team", "valid_from", "valid_until"]
    list_filter = ("metric", "team")
    ordering = ("-valid_from", "pk")
    edit_handler = ObjectList(
        [
            HelpPanel(gettext_lazy("What was agreed with an adviser goes before what their team has.")),
            FieldRowPanel([FieldPanel("metric"), FieldPanel("target")]),
            FieldRowPanel([FieldPanel("user"), FieldPanel("team")]),
            FieldRowPanel([FieldPanel("valid_from"), FieldPanel("valid_until")]),
        ],
        base_form_class=ObjectiveForm,
    )
