"""Ending many enquiries of the list at once, as Wagtail's bulk actions."""

from collections.abc import Callable

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext
from wagtail.admin import messages
from wagtail.admin.views.bulk_action import BulkAction

from enquiries.life import many
from enquiries.models import Enquiry
from enquiries.roles import LOSE
from enquiries.views.life_forms import InvalidForm, LoseForm


class EndMany(BulkAction):
    """What both ways of ending have in common: who may, which may be ended, and the way back."""

    models = [Enquiry]
    template_name = "enquiries/admin/life_many.html"
    header_icon = "cross"
    verb: Callable[..., many.Result]
    ends_as: str

    def check_perm(self, obj):
        ways = Enquiry.MOVES[Enquiry.State(obj.state)]
        return self.request.user.has_perm(LOSE) and self.ends_as in ways

    @classmethod
    def get_queryset(cls, model, object_ids):
        wanted = [int(pk) for pk in object_ids if str(pk).isdecimal() and len(str(pk)) < 19]
        rows = model.objects.filter(pk__in=wanted[: many.MOST]).select_related("person", "programme")
        return list(rows.order_by("-received_at"))

    def get_all_objects_in_listing_query(self, parent_id):
        return Enquiry.objects.live().open().order_by("-received_at").values_list("pk", flat=True)[: many.MOST]

    def get_context_data(self, **kwargs):
        return super().get_context_data(**kwargs) | {
            "header_icon": self.header_icon,
            "title": self.display_name,
            "most": many.MOST,
            "is_cut": "all" in self.request.GET.getlist("id"),
        }

    def get_execution_context(self):
        return {"view": self, "said": self.cleaned_form.cleaned_data}

    @classmethod
    def execute_action(cls, objects, *, view, said, **_kwargs):
        view.result = cls.verb(objects, at=timezone.now(), by=view.request.user, **said)
        return view.result.count, 0

    def get_success_message(self, num_parent_objects, num_child_objects):
        return None  # said with its way back, below

    def form_valid(self, form):
        response = super().form_valid(form)
        result = self.result
        words = ngettext("%(count)d enquiry is closed.", "%(count)d enquiries are closed.", result.count)
        undo = (
            [messages.button(reverse("enquiries_undo", args=[result.act.uuid]), _("Take it back"))]
            if result.act
            else []
        )
        messages.success(self.request, words % {"count": result.count}, buttons=undo)
        return response


class LoseMany(EndMany):
    display_name = _("Close as lost")
    action_type = "lose"
    aria_label = _("Close the chosen enquiries as lost")
    form_class = LoseForm
    action_priority = 10
    ends_as = Enquiry.State.LOST
    verb = staticmethod(many.lose)


class InvalidateMany(EndMany):
    display_name = _("Set apart as invalid")
    action_type = "invalidate"
    aria_label = _("Set the chosen enquiries apart as invalid")
    form_class = InvalidForm
    action_priority = 20
    ends_as = Enquiry.State.INVALID
    header_icon = "bin"
    verb = staticmethod(many.invalidate)
