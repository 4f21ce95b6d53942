"""The queue as a screen, and the acts on it."""

from contextlib import suppress
from dataclasses import fields
from urllib.parse import urlencode
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_GET, require_POST
from django.views.generic import TemplateView

from contact_centre import bulk, inbox, queue, saved_views, snoozing, undo
from contact_centre.forms import AssignForm
from contact_centre.models import Case
from contact_centre.views.shared import ASSIGN, READ, TAKE, DeskMixin, take_next
from people.models import Language
from programmes.models import Programme

PROGRAMMES_OFFERED = 100
MOST_AT_ONCE = 500
VIEW_LABELS = {
    "all": gettext_lazy("All open"),
    "waiting": gettext_lazy("Waiting"),
    "overdue": gettext_lazy("Overdue"),
    "mine": gettext_lazy("Mine"),
    "again": gettext_lazy("Wrote again"),
    "answered": gettext_lazy("Answered by me"),
    "aside": gettext_lazy("Put aside"),
}


class QueueView(DeskMixin, TemplateView):
    """Unanswered cases in the order of urgency, read like a mailbox."""

    any_permission = (READ, TAKE)
    page_title = gettext_lazy("Queue")
    header_icon = "inbox"
    template_name = "contact_centre/admin/queue.html"

    def get_context_data(self, **kwargs):
        user, at = self.request.user, timezone.now()
        filters = read_filters(self.request.GET)
        may_assign = user.has_perm(ASSIGN)
        views = saved_views.shown_to(user)
        return super().get_context_data(
            **live_part(self.request, at=at),
            kinds=Case.Kind.choices,
            languages=Language.choices,
            programmes=Programme.objects.filter(collection__is_own=True, is_open=True)
            .order_by("title")
            .values_list("pk", "title")[:PROGRAMMES_OFFERED],
            advisers=[(str(one.pk), str(one)) for one in queue.advisers()] if may_assign else [],
            saved=[(view, view.query == filters.query(), view.owner_id == user.pk) for view in views],
            is_saved=any(view.query == filters.query() for view in views),
            keepable=[(field.name, getattr(filters, field.name)) for field in fields(inbox.Filters)],
            may_share=may_assign,
            assign_form=AssignForm() if may_assign else None,
            snooze_choices=snoozing.choices(at=at),
            undoable=undo.last_of(user, at=at),
            **kwargs,
        )


def live_part(request, *, at) -> dict:
    """What changes by itself while the queue is on screen: the counts and the cases."""
    user, filters = request.user, read_filters(request.GET)
    stamp = inbox.stamp(at=at)  # before the rows are read: what changes in between is read again
    page = inbox.page(filters, user=user, at=at, after=request.GET.get("after", ""))
    counts = inbox.counts(user=user, at=at)
    return {
        "filters": filters,
        "tabs": [
            (filters.query(view=view), label, inbox.capped(counts[view]), view == filters.view)
            for view, label in VIEW_LABELS.items()
        ],
        "rows": page.rows,
        "next_query": f"{filters.query()}&{urlencode({'after': page.after})}" if page.after else "",
        "is_first_page": "after" not in request.GET,
        "may_take": user.has_perm(TAKE),
        "stamp": stamp,
        "live_query": f"{filters.query()}&{urlencode({'after': request.GET.get('after', ''), 'stamp': stamp})}",
    }


@require_GET
def live(request):
    """The cases again, if anything happened since ``stamp``; else nothing, at the cost of one statement."""
    if not any(request.user.has_perm(name) for name in (READ, TAKE)):
        raise PermissionDenied
    at = timezone.now()
    if request.GET.get("stamp") == inbox.stamp(at=at):
        return HttpResponse(status=204)
    return render(request, "contact_centre/admin/queue_live.html", live_part(request, at=at))


def read_filters(query) -> inbox.Filters:
    """The filters an address names; values nobody offers are ignored."""
    values = {field.name: query.get(field.name, "")[:80] for field in fields(inbox.Filters)}
    if values["view"] not in inbox.Filters.VIEWS:
        values["view"] = "all"
    return inbox.Filters(**values)


@require_POST
@permission_required(TAKE, raise_exception=True)
def claim_next(request):
    return take_next(request, queue.claim_next(by=request.user, at=timezone.now()))


@require_POST
@permission_required(TAKE, raise_exception=True)
def take(request, uuid):
    case = get_object_or_404(Case, uuid=uuid)
    try:
        queue.take(case, by=request.user, at=timezone.now())
    except queue.CaseAlreadyTaken:
        messages.error(request, _("Somebody else has just taken this case."))
    except queue.CaseClosed:
        messages.error(request, _("This case is closed."))
    except queue.NotCertified:
        messages.error(request, _("This programme asks for a certificate. Take its short course first."))
    return redirect("contact_centre_case", case.uuid)


@require_POST
@permission_required(ASSIGN, raise_exception=True)
def assign(request):
    form = AssignForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("Choose the adviser to whom the cases go."))
    else:
        to = form.cleaned_data["to"]
        result = bulk.assign(chosen(request), to=to, by=request.user, at=timezone.now())
        text = ngettext("%(count)d case given to %(adviser)s.", "%(count)d cases given to %(adviser)s.", result.count)
        words = text % {"count": result.count, "adviser": to}
        say(request, result, words, _("Nothing changed: choose at least one case that they do not hold yet."))
    return redirect(way_back(request))


def chosen(request) -> list[Case]:
    """The cases that were ticked; what is no case is ignored."""
    return list(Case.objects.filter(uuid__in=_uuids(request.POST.getlist("case"))))


def say(request, result: bulk.Result, words: str, nothing: str) -> None:
    """Say what an act on many cases did; its undoing is offered by the queue itself."""
    if not result.count:
        messages.warning(request, nothing)
        return
    left = ngettext("%(count)d was left as it is.", "%(count)d were left as they are.", result.left)
    messages.success(request, f"{words} {left % {'count': result.left}}" if result.left else words)


def _uuids(values: list[str]) -> list[UUID]:
    found = []
    for value in values[:MOST_AT_ONCE]:
        with suppress(ValueError):
            found.append(UUID(value))
    return found


def way_back(request) -> str:
    target = request.POST.get("next", "")
    is_ours = url_has_allowed_host_and_scheme(target, allowed_hosts=None)
    return target if target and is_ours else "contact_centre_queue"
