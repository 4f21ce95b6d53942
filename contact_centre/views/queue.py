"""The queue as a screen, and the acts on it."""

from contextlib import suppress
from dataclasses import fields
from urllib.parse import urlencode
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_POST
from django.views.generic import TemplateView

from contact_centre import deadlines, inbox, queue
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
    "answered": gettext_lazy("Answered by me"),
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
        page = inbox.page(filters, user=user, at=at, after=self.request.GET.get("after", ""))
        counts = inbox.counts(user=user, at=at)
        may_assign = user.has_perm(ASSIGN)
        return super().get_context_data(
            filters=filters,
            is_filtered=bool(filters.kind or filters.language or filters.programme),
            tabs=[
                (filters.query(view=view), label, inbox.capped(counts[view]), view == filters.view)
                for view, label in VIEW_LABELS.items()
            ],
            rows=[
                (case, deadlines.words(case.answer_due_at, at=at), next(iter(case.person.conversion_scores), None))
                for case in page.cases
            ],
            next_query=f"{filters.query()}&{urlencode({'after': page.after})}" if page.after else "",
            is_first_page="after" not in self.request.GET,
            kinds=Case.Kind.choices,
            languages=Language.choices,
            programmes=Programme.objects.filter(collection__is_own=True, is_open=True)
            .order_by("title")
            .values_list("pk", "title")[:PROGRAMMES_OFFERED],
            may_take=user.has_perm(TAKE),
            assign_form=AssignForm() if may_assign else None,
            **kwargs,
        )


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
    return redirect("contact_centre_case", case.uuid)


@require_POST
@permission_required(ASSIGN, raise_exception=True)
def assign(request):
    form = AssignForm(request.POST)
    chosen = Case.objects.filter(uuid__in=_uuids(request.POST.getlist("case")))
    if not form.is_valid():
        messages.error(request, _("Choose the adviser to whom the cases go."))
    elif count := queue.assign(chosen, to=form.cleaned_data["to"], by=request.user, at=timezone.now()):
        text = ngettext("%(count)d case given to %(adviser)s.", "%(count)d cases given to %(adviser)s.", count)
        messages.success(request, text % {"count": count, "adviser": form.cleaned_data["to"]})
    else:
        messages.warning(request, _("Nothing changed: choose at least one case that they do not hold yet."))
    return redirect(_way_back(request))


def _uuids(values: list[str]) -> list[UUID]:
    found = []
    for value in values[:MOST_AT_ONCE]:
        with suppress(ValueError):
            found.append(UUID(value))
    return found


def _way_back(request) -> str:
    target = request.POST.get("next", "")
    is_ours = url_has_allowed_host_and_scheme(target, allowed_hosts=None)
    return target if target and is_ours else "contact_centre_queue"
