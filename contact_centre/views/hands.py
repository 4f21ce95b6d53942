"""In whose hands a case is: who else looks at it, why it stands where it does, taking it over."""

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.core.exceptions import PermissionDenied
from django.middleware.csrf import get_token
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from contact_centre import notices, queue, ranking
from contact_centre.assignment import presence, shifts, supervisors, taking_over
from contact_centre.assignment.taking_over import ReasonMissing
from contact_centre.models import Case, Presence
from contact_centre.views.shared import READ, TAKE
from people import walls


class TakeOverForm(forms.Form):
    """Why a case changes hands, and whose it was when the form was shown."""

    why = forms.CharField(label=gettext_lazy("Why"), max_length=200)
    held_by = forms.IntegerField(widget=forms.HiddenInput, required=False)


class HandsPanel(walls.Panel):
    """Who is at the case now, its place in the queue with the reasons, and how to take it over."""

    name = "hands"
    order = 0
    region = "aside"
    permissions = (READ, TAKE)
    template_name = "contact_centre/admin/hands_panel.html"

    def __init__(self, request, case: Case):
        self.request, self.user, self.case, self.at = request, request.user, case, timezone.now()

    def is_shown(self) -> bool:
        return self.case.state != Case.State.CLOSED

    def get_context_data(self, parent_context=None):
        case, user, at = self.case, self.user, self.at
        is_others = case.adviser_id not in (None, user.pk)
        is_nobodys = case.adviser_id is None or case.taken_at is None
        return {
            "case": case,
            "csrf_token": get_token(self.request),  # a panel is rendered without its request
            "others": presence.others(case, but=user, at=at),
            "reasons": ranking.why(case, at=at) if case.answered_at is None else [],
            "answered_for_by": case.adviser if is_others and case.taken_at is None else None,
            "may_take_over": is_others and case.taken_at is not None and user.has_perm(TAKE),
            "may_take": is_others and case.taken_at is None and user.has_perm(TAKE),
            "take_over_form": TakeOverForm(initial={"held_by": case.adviser_id}, auto_id="take-over-%s"),
            "next_shift": _next_shift(at) if is_nobodys and case.answered_at is None else None,
        }


def _next_shift(at):
    """When the next shift begins, if nobody is at the desk now: the case is theirs then."""
    users = supervisors.with_right(supervisors.TAKE)
    known = shifts.roster(users, at=at)
    starts = [start for user in users if (start := known.next_start(user.pk, at))]
    first = min(starts, default=None)
    return first if first and first > at else None


@require_POST
def be_present(request, uuid):
    """Say that one is at the case, and hear who else is; asked every twenty seconds by the open page."""
    if not (request.user.has_perm(READ) or request.user.has_perm(TAKE)):
        raise PermissionDenied
    case, at = get_object_or_404(Case.objects.only("pk"), uuid=uuid), timezone.now()
    doing = request.POST.get("doing")
    if doing not in Presence.Doing.values:
        doing = Presence.Doing.LOOKING
    presence.see(case, by=request.user, doing=doing, at=at)
    others = presence.others(case, but=request.user, at=at)
    return render(request, "contact_centre/admin/hands_others.html", {"others": others})


@require_POST
@permission_required(TAKE, raise_exception=True)
def take_over(request, uuid):
    case, form = get_object_or_404(Case, uuid=uuid), TakeOverForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("Say why you take this case over."))
        return redirect("contact_centre_case", case.uuid)
    facts = form.cleaned_data
    try:
        taking_over.take_over(case, held_by=facts["held_by"], by=request.user, at=timezone.now(), why=facts["why"])
    except queue.CaseAlreadyTaken:
        messages.error(request, _("Not taken over: by now somebody else holds this case."))
    except queue.CaseClosed:
        messages.error(request, _("This case is closed."))
    except ReasonMissing:
        messages.error(request, _("Say why you take this case over."))
    else:
        messages.success(request, _("The case is yours. Your colleague has been told, with your reason."))
    return redirect("contact_centre_case", case.uuid)


class NoticesPanel(walls.Panel):
    """What one has been told, on one's day until it is set aside."""

    name = "notices"
    order = 1
    template_name = "contact_centre/admin/notices_panel.html"

    def __init__(self, request):
        self.request, self.notices = request, notices.unread(request.user)

    def is_shown(self) -> bool:
        return bool(self.notices)

    def get_context_data(self, parent_context=None):
        return {"notices": self.notices, "csrf_token": get_token(self.request)}


@require_POST
@permission_required("wagtailadmin.access_admin", raise_exception=True)
def set_notices_aside(request):
    """Those that were shown, or the one whose button was pressed."""
    ids = [int(value) for value in request.POST.getlist("notice") if value.isdecimal() and len(value) < 18]
    notices.set_aside(request.user, at=timezone.now(), ids=ids)
    return redirect("contact_centre_my_day")
