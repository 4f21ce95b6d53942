"""The clocks beside a case: when what is due, and why; and saying that it is their turn."""

from datetime import datetime

from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.core.exceptions import PermissionDenied
from django.middleware.csrf import get_token
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from contact_centre import deadlines, queue
from contact_centre.clocks import dues
from contact_centre.models import Case
from contact_centre.views.shared import READ, TAKE
from people.walls import Panel


def shown(case: Case, user, *, at) -> dict:
    """What the template of the clocks needs."""
    found = dues.explain(case, at=at)
    return {
        "case": case,
        "clocks": [(clock, _due_in(clock, at=at)) for clock in found],
        "may_wait": user.has_perm(TAKE) and queue.may_act_on(case, user) and case.state in _WITH_US,
    }


_WITH_US = (Case.State.IN_HAND, Case.State.ANSWERED)


def _due_in(clock: dues.Clock, *, at: datetime) -> deadlines.DueIn | None:
    if clock.state not in ("running", "late") or clock.due_at is None:
        return None
    return deadlines.words(clock.due_at, at=at)


class ClocksPanel(Panel):
    """Beside a case: each of its clocks, and behind a click how its deadline was reached."""

    order, region = 5, "aside"
    template_name = "contact_centre/admin/clocks_panel.html"
    permissions = (READ, TAKE)

    def __init__(self, request, case: Case):
        self.request, self.user, self.case = request, request.user, case

    def get_context_data(self, parent_context):
        return shown(self.case, self.user, at=timezone.now()) | {"csrf_token": get_token(self.request)}


@require_safe
def why(request, uuid):
    """Why a case is due when it is, as a fragment for the queue; without htmx the case itself says it."""
    if not (request.user.has_perm(READ) or request.user.has_perm(TAKE)):
        raise PermissionDenied
    case = get_object_or_404(Case.objects.visible_to(request.user), uuid=uuid)
    if not request.htmx:
        return redirect(f"{reverse('contact_centre_case', args=[case.uuid])}#clocks-{case.uuid}")
    context = shown(case, request.user, at=timezone.now()) | {"may_wait": False, "is_open": True}
    return render(request, "contact_centre/admin/clocks_panel.html", context)


@require_POST
@permission_required(TAKE, raise_exception=True)
def turn(request, uuid):
    """Whose turn it is: theirs, which pauses the next clock, or ours again."""
    case = get_object_or_404(Case.objects.visible_to(request.user), uuid=uuid)
    is_theirs = request.POST.get("turn") == "theirs"
    note = request.POST.get("note", "").strip()[:250]
    act = dues.waiting_for_them if is_theirs else dues.resumed
    try:
        act(case, by=request.user, at=timezone.now(), note=note)
    except queue.NotYours:
        messages.error(request, _("Nothing was changed: somebody else holds this case."))
    except queue.CaseClosed:
        messages.error(request, _("Nothing was changed: this case is over."))
    else:
        messages.success(
            request,
            _("The clock for the next reply is paused until they write.")
            if is_theirs
            else _("It is our turn again: the clock goes on."),
        )
    return redirect("contact_centre_case", case.uuid)
