"""Call lists and the ladder of attempts, edited."""

from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel, FieldRowPanel, HelpPanel
from wagtail.admin.views import generic
from wagtail.admin.viewsets.model import ModelViewSet

from contact_centre.models import CallList, LadderStep


class MakeCallList(generic.CreateView):
    def form_valid(self, form):
        form.instance.owner = self.request.user
        return super().form_valid(form)


class CallListViewSet(ModelViewSet):
    """What a list is: whom, with which offer. Opening and closing are acts of their own."""

    model = CallList
    name = "call_list_editor"
    icon = "list-ul"
    menu_label = _("Call lists")
    add_view_class = MakeCallList
    list_display = ("name", "segment", "programme", "state", "closes_on")
    list_filter = ("state",)
    search_fields = ("name",)
    ordering = ("-pk",)
    add_to_admin_menu = False
    panels = [
        FieldPanel("name"),
        FieldPanel("segment"),
        FieldPanel("offer"),
        FieldRowPanel([FieldPanel("programme"), FieldPanel("campaign")]),
        FieldPanel("closes_on"),
    ]


class LadderViewSet(ModelViewSet):
    """The rungs of the ladder of attempts; while there is none, the usual ones hold."""

    model = LadderStep
    name = "ladder"
    icon = "order"
    menu_label = _("Ladder of attempts")
    list_display = ("position", "wait_minutes", "part_of_day", "channel")
    ordering = ("position",)
    add_to_admin_menu = False
    panels = [
        HelpPanel(
            _(
                "When somebody was not reached, the next attempt is proposed from here: the second step is the first "
                "after a call that failed. A step on a channel that a person does not allow is left out for them. "
                "While there is no step, four usual ones hold: after three hours, the next day, by e-mail, and once "
                "more in an evening three days later."
            )
        ),
        FieldPanel("position"),
        FieldRowPanel([FieldPanel("wait_minutes"), FieldPanel("part_of_day")]),
        FieldPanel("channel"),
    ]
