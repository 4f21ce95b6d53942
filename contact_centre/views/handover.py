"""Passing on all the work of a colleague, and what rules of assignment would have done."""

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST
from django.views.generic import TemplateView

from contact_centre import queue
from contact_centre.assignment import handover, rules
from contact_centre.assignment.handover import Way
from contact_centre.models import DeskAct, PushRule
from contact_centre.views.shared import ASSIGN, DeskMixin
from people.models import User

RECENT = 10
REHEARSAL_SHOWN = 100
RULES = "contact_centre.view_pushrule"


class HandOverForm(forms.Form):
    """Whose work, where to, and why."""

    user = forms.ModelChoiceField(label=gettext_lazy("Whose work"), queryset=User.objects.none())
    way = forms.ChoiceField(
        label=gettext_lazy("Where to"),
        choices=[
            (Way.COLLEAGUE, gettext_lazy("To one colleague")),
            (Way.RULES, gettext_lazy("Shared out among those who can take each")),
            (Way.QUEUE, gettext_lazy("Back to the queue")),
        ],
        initial=Way.RULES,
        widget=forms.RadioSelect,
    )
    to = forms.ModelChoiceField(label=gettext_lazy("Colleague"), queryset=User.objects.none(), required=False)
    why = forms.CharField(label=gettext_lazy("Why"), max_length=200, required=False)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["user"].queryset = handover.with_work()
        self.fields["to"].queryset = queue.advisers()

    def clean(self):
        typed = super().clean()
        if typed.get("way") == Way.COLLEAGUE and typed.get("to") in (None, typed.get("user")):
            self.add_error("to", _("Choose another colleague to whom the work goes."))
        return typed


class HandoverView(DeskMixin, TemplateView):
    """Who has what open, the form to pass it on, and what was passed on lately."""

    any_permission = (ASSIGN,)
    page_title = gettext_lazy("Hand over")
    header_icon = "user"
    template_name = "contact_centre/admin/handover.html"

    def get_context_data(self, **kwargs):
        at = timezone.now()
        acts = DeskAct.objects.filter(kind=handover.KIND).select_related("by").order_by("-at")[:RECENT]
        names = User.objects.in_bulk([act.before["user"] for act in acts])
        kwargs.setdefault("form", HandOverForm(initial={"user": self.request.GET.get("user")}))
        return super().get_context_data(
            loads=handover.loads(at=at),
            inactive_owners=handover.inactive_owners(),
            acts=[
                (
                    act,
                    names.get(act.before["user"]),
                    len(act.before["cases"]) + len(act.before["follow_ups"]) + len(act.before["promises"]),
                    act.undone_at is None and at <= act.at + handover.UNDONE_WITHIN,
                )
                for act in acts
            ],
            **kwargs,
        )

    def post(self, request, *args, **kwargs):
        form = HandOverForm(request.POST)
        if not form.is_valid():
            return self.render_to_response(self.get_context_data(form=form), status=422)
        facts = form.cleaned_data
        act = handover.hand_over(
            facts["user"], way=facts["way"], to=facts["to"], by=request.user, at=timezone.now(), why=facts["why"]
        )
        if act is None:
            messages.warning(request, _("They have nothing open."))
        else:
            messages.success(request, _("The work of %(who)s has been passed on.") % {"who": facts["user"]})
        return redirect("contact_centre_handover")


@require_POST
@permission_required(ASSIGN, raise_exception=True)
def undo(request, uuid):
    act = get_object_or_404(DeskAct, uuid=uuid, kind=handover.KIND)
    try:
        returned, stayed = handover.undo(act, by=request.user, at=timezone.now())
    except handover.CannotUndo:
        messages.error(request, _("This cannot be undone any more."))
    else:
        text = _("%(returned)d given back; %(stayed)d have moved on since and stay where they are.")
        messages.success(request, text % {"returned": returned, "stayed": stayed})
    return redirect("contact_centre_handover")


class RehearsalView(DeskMixin, TemplateView):
    """What the rules in use, and one more if it is named, would have done with last week's cases."""

    any_permission = (RULES,)
    page_title = gettext_lazy("Rehearse the rules")
    header_icon = "list-ul"
    template_name = "contact_centre/admin/rehearsal.html"
    trail = (("assignment_rules:index", gettext_lazy("Rules of assignment")),)

    def get_context_data(self, **kwargs):
        also = self.request.GET.get("with", "")
        extra = PushRule.objects.filter(pk=int(also)).first() if also.isdecimal() and len(also) < 18 else None
        tried = rules.rules_in_use(also=extra)
        decisions = rules.rehearse(tried, at=timezone.now()) if tried else []
        return super().get_context_data(
            extra=extra if extra and not extra.is_on else None,
            rules=[one.row for one in tried],
            per_person=rules.count_per_person(decisions),
            given=sum(one.to is not None for one in decisions),
            held_back=sum(one.rule is not None and one.to is None for one in decisions),
            total=len(decisions),
            decisions=decisions[:REHEARSAL_SHOWN],
            **kwargs,
        )
