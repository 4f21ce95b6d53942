"""Call lists: calling from them, opening and closing them, and the figures of calls."""

from datetime import timedelta

from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_POST
from django.views.generic import TemplateView

from contact_centre import call_figures, call_lists, callers, calls, lines
from contact_centre.forms import SOURCES, OfferCallForm
from contact_centre.models import CallList, CallListEntry
from contact_centre.views.shared import SUPERVISE, TAKE, DeskMixin
from people.access import audit
from people.contact.ways import ways
from people.models import Channel

VIEW, CHANGE = "contact_centre.view_calllist", "contact_centre.change_calllist"
PERIODS = (7, 30, 90)  # days


class CallListsView(DeskMixin, TemplateView):
    """The lists with their figures: to call from, and, for those who make them, to open and close."""

    any_permission = (VIEW,)
    page_title = gettext_lazy("Call lists")
    header_icon = "list-ul"
    template_name = "contact_centre/admin/call_lists.html"

    def get_context_data(self, **kwargs):
        user = self.request.user
        lists = CallList.objects.select_related("segment", "programme", "owner").order_by("state", "-pk")
        if not user.has_perm(CHANGE):
            lists = lists.filter(state=CallList.State.OPEN)
        lists = list(lists[:100])
        figures = call_lists.figures(lists)
        return super().get_context_data(
            lists=[(one, figures.get(one.pk)) for one in lists],
            may_change=user.has_perm(CHANGE),
            may_take=user.has_perm(TAKE),
            **kwargs,
        )


class EntryView(DeskMixin, TemplateView):
    """One person of a list: the offer to read out, what we know of them, and the call in three inputs."""

    any_permission = (TAKE,)
    header_icon = "mobile-alt"
    template_name = "contact_centre/admin/call_entry.html"
    trail = (("contact_centre_call_lists", gettext_lazy("Call lists")),)
    form = None

    @cached_property
    def entry(self) -> CallListEntry:
        entries = CallListEntry.objects.select_related("person", "call_list__programme")
        return get_object_or_404(entries, pk=self.kwargs["pk"], adviser=self.request.user)

    def get_page_title(self):
        return str(self.entry.person)

    def get_context_data(self, **kwargs):
        user, at, entry = self.request.user, timezone.now(), self.entry
        audit.note(act=audit.Act.READ, what="people.person_page", by=user, at=at, person=entry.person)
        context = callers.context(entry.person, reader=user, at=at)
        return super().get_context_data(
            entry=entry,
            person=entry.person,
            context=context,
            contacts=lines.lines(context.contacts, reader=user),
            ways=ways(entry.person, [(Channel.PHONE, entry.call_list.purpose)], at=at),
            form=self.form or OfferCallForm(),
            is_open=entry.state == CallListEntry.State.IN_HAND,
            **kwargs,
        )


@require_POST
@permission_required((TAKE, VIEW), raise_exception=True)
def take_next(request, uuid):
    call_list = get_object_or_404(CallList, uuid=uuid)
    try:
        entry = call_lists.take_next(call_list, by=request.user, at=timezone.now())
    except call_lists.NotOpen:
        messages.error(request, _("This list is not open."))
        return redirect("contact_centre_call_lists")
    if entry is None:
        messages.success(request, _("Nobody on this list can be called now."))
        return redirect("contact_centre_call_lists")
    return redirect("contact_centre_call_entry", entry.pk)


@require_POST
@permission_required(TAKE, raise_exception=True)
def log(request, pk):
    """Write the call of an entry down and go on with the next."""
    entry = get_object_or_404(CallListEntry.objects.select_related("call_list"), pk=pk, adviser=request.user)
    form = OfferCallForm(request.POST)
    if request.POST.get("act") == "give_back":
        call_lists.give_back(entry, by=request.user)
        return redirect("contact_centre_call_lists")
    if not form.is_valid():
        messages.error(request, _("Say how the call ended."))
        return redirect("contact_centre_call_entry", entry.pk)
    facts = form.cleaned_data
    try:
        call_lists.log(
            entry, by=request.user, at=timezone.now(),
            outcome=facts["outcome"], offer=facts["offer"], note=facts["note"],
        )  # fmt: skip
        messages.success(request, _("The call is written down."))
    except call_lists.NotTheirs:
        messages.error(request, _("This call is not yours any more."))
        return redirect("contact_centre_call_lists")
    except calls.MayNotCall as refusal:
        messages.error(request, _("This call had no ground and is not written down: %(why)s") % {"why": refusal.why})
        return redirect("contact_centre_call_entry", entry.pk)
    return take_next(request, entry.call_list.uuid)


@require_POST
@permission_required(CHANGE, raise_exception=True)
def change(request, uuid, act):
    call_list = get_object_or_404(CallList.objects.select_related("segment"), uuid=uuid)
    if act == "close":
        call_lists.close(call_list)
        messages.success(request, _("The list is closed."))
    else:
        try:
            added = call_lists.start(call_list, at=timezone.now())
            words = ngettext("%(count)d person was added.", "%(count)d people were added.", added) % {"count": added}
            messages.success(request, _("The list is open. %(added)s") % {"added": words})
        except call_lists.NotOpen:
            messages.error(request, _("A list needs a segment and an offer before it opens."))
    return redirect("contact_centre_call_lists")


class FiguresView(DeskMixin, TemplateView):
    """Attempts, sources, plans: the figures of calls of the last days."""

    any_permission = (SUPERVISE,)
    page_title = gettext_lazy("Figures of calls")
    header_icon = "clipboard-list"
    template_name = "contact_centre/admin/call_figures.html"

    def get_context_data(self, **kwargs):
        asked = self.request.GET.get("days", "")
        days = int(asked) if asked in map(str, PERIODS) else 30
        until = timezone.now()
        since = until - timedelta(days=days)
        figures = call_figures.between(since, until)
        named = dict(SOURCES)
        return super().get_context_data(
            days=days,
            periods=PERIODS,
            figures=figures,
            sources=[(named.get(code, code), count) for code, count in figures.sources],
            completion=call_figures.completion(since, until),
            gave_up=call_figures.gave_up(since, until),
            **kwargs,
        )
