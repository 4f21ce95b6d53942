"""What is to be done later with a case: its panels, and the acts on follow-ups and attempts."""

from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.middleware.csrf import get_token
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from contact_centre import attempts, follow_ups, queue, snoozing
from contact_centre.forms import FollowUpForm
from contact_centre.models import Case, FollowUp
from contact_centre.views.many import until_of
from contact_centre.views.queue import way_back
from contact_centre.views.shared import ASSIGN, TAKE
from people import walls


class AttemptPanel(walls.Panel):
    """After a call that reached nobody: the next attempt, made with one key, or what to do when there is none."""

    name = "attempt"
    order = 5
    region = "main"
    permissions = (TAKE,)
    template_name = "contact_centre/admin/attempt_panel.html"

    def __init__(self, request, case: Case):
        self.request, self.case, self.user, self.at = request, case, request.user, timezone.now()
        self.standing = attempts.standing(case, at=self.at) if self._is_mine() else None

    def _is_mine(self) -> bool:
        return self.case.adviser_id == self.user.pk and self.case.state == Case.State.IN_HAND

    def is_shown(self) -> bool:
        return self.standing is not None and self.standing.attempts > 0

    def get_context_data(self, parent_context=None):
        return {"case": self.case, "standing": self.standing, "csrf_token": get_token(self.request)}


class LaterPanel(walls.Panel):
    """Follow-ups of the case, a new one, and putting it aside."""

    name = "later"
    order = 40
    region = "aside"
    permissions = (TAKE,)
    template_name = "contact_centre/admin/later_panel.html"

    def __init__(self, request, case: Case):
        self.request, self.case, self.at = request, case, timezone.now()

    def is_shown(self) -> bool:
        return self.case.state != Case.State.CLOSED

    def get_context_data(self, parent_context=None):
        user, case = self.request.user, self.case
        is_asleep = case.snoozed_until is not None and case.snoozed_until > self.at
        return {
            "request": self.request,
            "csrf_token": get_token(self.request),
            "case": case,
            "follow_ups": [(one, _may_end(one, user)) for one in follow_ups.open_about(case)],
            "form": FollowUpForm(),
            "quick": snoozing.choices(at=self.at),
            "is_asleep": is_asleep,
            "may_act": case.adviser_id in (None, user.pk) or user.has_perm(ASSIGN),
        }


@require_POST
@permission_required(TAKE, raise_exception=True)
def set_for_case(request, uuid):
    case = get_object_or_404(Case.objects.select_related("person"), uuid=uuid)
    at, form = timezone.now(), FollowUpForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("Say when, and what for."))
        return redirect("contact_centre_case", case.uuid)
    try:
        facts = form.cleaned_data
        follow_ups.set_for(case.person, owner=request.user, by=request.user, at=at, case=case, **facts)
        messages.success(request, _("It will stand on your day."))
    except follow_ups.InThePast:
        messages.error(request, _("This hour is over. Choose one in the future."))
    return redirect("contact_centre_case", case.uuid)


@require_POST
@permission_required(TAKE, raise_exception=True)
def plan_attempt(request, uuid):
    """Make what the ladder proposes a follow-up of one's own."""
    case, at = get_object_or_404(Case.objects.select_related("person", "team"), uuid=uuid), timezone.now()
    proposal = attempts.standing(case, at=at).proposal
    if case.adviser_id != request.user.pk:
        messages.error(request, _("Nothing was planned: somebody else holds this case."))
    elif proposal is None:
        messages.warning(request, _("There is nothing to plan: it is planned already, or the ladder is used up."))
    else:
        attempts.plan(case, proposal, by=request.user, at=at)
        messages.success(request, _("The next attempt is planned and will stand on your day."))
    return redirect("contact_centre_case", case.uuid)


@require_POST
@permission_required(TAKE, raise_exception=True)
def give_up(request, uuid):
    case = get_object_or_404(Case, uuid=uuid)
    try:
        attempts.give_up(case, by=request.user, at=timezone.now())
        messages.success(request, _("The case is closed: contact lost."))
    except attempts.NotYet:
        messages.error(request, _("Nothing was closed: there are attempts left."))
    except queue.NotYours:
        messages.error(request, _("Nothing was closed: somebody else holds this case."))
    return redirect("contact_centre_case", case.uuid)


@require_POST
@permission_required(TAKE, raise_exception=True)
def act(request, pk, act):
    follow_up, at = get_object_or_404(FollowUp.objects.select_related("case"), pk=pk), timezone.now()
    try:
        if act == "move":
            to = until_of(request, at=at)
            if to is None:
                raise follow_ups.InThePast(at)
            follow_ups.move(follow_up, to=to, by=request.user, at=at)
        else:
            {"done": follow_ups.done, "drop": follow_ups.drop}[act](follow_up, by=request.user, at=at)
    except follow_ups.NotTheirs:
        messages.error(request, _("This is a colleague’s to do."))
    except follow_ups.InThePast:
        messages.error(request, _("Say until when, an hour in the future."))
    return redirect(way_back(request))


def _may_end(follow_up: FollowUp, user) -> bool:
    return follow_up.owner_id in (None, user.pk) or user.has_perm(ASSIGN)
