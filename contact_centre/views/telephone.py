"""The telephone at the desk: who rings, calling with one click, calls that nobody took, who comes back most often."""

from datetime import timedelta
from urllib.parse import urlencode

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.http import Http404, HttpResponse
from django.middleware.csrf import get_token
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_POST
from django.views.generic import TemplateView

from contact_centre import telephony
from contact_centre.models import Call, Case
from contact_centre.questions import topics
from contact_centre.telephony import contacters, ringing
from contact_centre.telephony.local import LocalExchange
from contact_centre.views.shared import READ, SEE, TAKE, DeskMixin
from people.identity import identities
from people.models import Person
from people.walls import Panel

MISSED_DAYS = 14
SHOWN = 100
SUPERVISE = "contact_centre.supervise"


@require_GET
def who_rings(request):
    """The calls that ring this moment, as a strip above every page; anything but 200 tells it to stop asking.

    The strip asks from every page of the back office, so whoever may not know hears nothing, and is not sent away.
    """
    if telephony.exchange() is None or not request.user.has_perm(TAKE):
        return HttpResponse(status=204)
    return render(request, "contact_centre/admin/channels_ringing.html", {"ringing": ringing.now(at=timezone.now())})


@require_POST
@permission_required(TAKE, raise_exception=True)
def pick_up(request, uuid):
    """Take the call that rings: whoever it is opens, with their case if they have one."""
    call = ringing.pick_up(get_object_or_404(Call, uuid=uuid), by=request.user, at=timezone.now())
    if call.adviser_id != request.user.pk:
        messages.error(request, _("Somebody else has the call, or it has ended."))
    case = get_object_or_404(Case, pk=call.case_id) if call.case_id else None
    people = ringing.people_of(call.number)
    if case is not None:
        return redirect("contact_centre_case", case.uuid)
    if len(people) == 1:
        return redirect("contact_centre_person", people[0].uuid)
    return redirect(f"{reverse('contact_centre_call')}?{urlencode({'number': call.number})}")


@require_POST
@permission_required(TAKE, raise_exception=True)
def dial(request, uuid):
    """Have the exchange ring us and then the person."""
    person = get_object_or_404(Person.objects.known(), uuid=uuid)
    case = Case.objects.filter(uuid=request.POST["case"]).first() if request.POST.get("case") else None
    try:
        ringing.dial(person, by=request.user, at=timezone.now(), case=case)
        messages.success(request, _("Your telephone rings in a moment; then we call them."))
    except telephony.NotCalled as refusal:
        messages.error(request, _("Not called: %(why)s") % {"why": refusal.why})
    if case is not None:
        return redirect("contact_centre_case", case.uuid)
    return redirect("contact_centre_person", person.uuid)


class MissedView(DeskMixin, TemplateView):
    """Calls of the last fortnight that nobody took, those not yet called back first."""

    any_permission = (TAKE, SUPERVISE)
    header_icon = "mobile-alt"
    page_title = gettext_lazy("Missed calls")
    template_name = "contact_centre/admin/channels_missed.html"

    def get_context_data(self, **kwargs):
        since = timezone.now() - timedelta(days=MISSED_DAYS)
        calls = list(ringing.missed(since=since).select_related("person", "case")[:SHOWN])
        pending = [call for call in calls if call.number and not call.is_called_back]
        done = [call for call in calls if call not in pending]
        return super().get_context_data(
            calls=[*pending, *done],
            pending=len(pending),
            has_exchange=telephony.exchange() is not None,
            may_dial=self.request.user.has_perm(TAKE),
            **kwargs,
        )


class ContactersView(DeskMixin, TemplateView):
    """Who comes back most often, about what, and how often within a week after an answer."""

    any_permission = (SUPERVISE, READ)
    header_icon = "group"
    page_title = gettext_lazy("Who comes back most often")
    template_name = "contact_centre/admin/channels_contacters.html"

    def get_context_data(self, **kwargs):
        asked = self.request.GET.get("days", "")
        days = int(asked) if asked in ("7", "30", "90") else 30
        names = topics.named() | dict(Case.Kind.choices)
        rows = contacters.frequent(at=timezone.now(), days=days)
        return super().get_context_data(
            rows=[(row, [(names.get(code, code), count) for code, count in row.causes]) for row in rows],
            days=days,
            spans=[(7, _("A week")), (30, _("A month")), (90, _("Three months"))],
            may_open=self.request.user.has_perm(SEE) or self.request.user.has_perm(TAKE),
            **kwargs,
        )


class PlayedCallForm(forms.Form):
    """A call as the exchange would tell it."""

    number = forms.CharField(label=_("Their number"), max_length=32, required=False, initial="+34 612 345 678")
    state = forms.ChoiceField(
        choices=[(telephony.RINGING, ""), (telephony.ANSWERED, ""), (telephony.ENDED, "")], required=True
    )
    call = forms.CharField(max_length=120, required=False)


class ExchangeView(DeskMixin, TemplateView):
    """The exchange of the demo: ring, pick up and hang up as somebody out there would."""

    any_permission = (TAKE, SUPERVISE)
    header_icon = "mobile-alt"
    page_title = gettext_lazy("Telephone exchange")
    template_name = "contact_centre/admin/channels_exchange.html"

    def dispatch(self, request, *args, **kwargs):
        if not isinstance(telephony.exchange(), LocalExchange):
            raise Http404
        return super().dispatch(request, *args, **kwargs)

    def get_context_data(self, **kwargs):
        recent = Call.objects.filter(provider=LocalExchange.name, direction=Call.Direction.IN).select_related("person")
        return super().get_context_data(
            form=PlayedCallForm(), calls=recent.order_by("-started_at", "-pk")[:10], **kwargs
        )

    def post(self, request, *args, **kwargs):
        form, at = PlayedCallForm(request.POST), timezone.now()
        if form.is_valid():
            told = {**form.cleaned_data, "id": form.cleaned_data["call"] or f"played-{at.timestamp()}"}
            ringing.note(LocalExchange().read(told, at=at))
        return redirect("contact_centre_exchange")


class DialPanel(Panel):
    """Beside a case one holds: have the exchange ring us and then them."""

    template_name = "contact_centre/admin/channels_dial_panel.html"
    region = "aside"
    order = 60
    permissions = (TAKE,)

    def __init__(self, request, case: Case):
        self.request, self.case = request, case

    def is_shown(self):
        is_mine = self.case.adviser_id == self.request.user.pk and self.case.state != Case.State.CLOSED
        has_number = any(one.kind in identities.PHONES for one in self.case.person.identities.all())
        return is_mine and has_number and telephony.exchange() is not None

    def get_context_data(self, parent_context=None):
        return {"case": self.case, "csrf_token": get_token(self.request)}


class MissedPanel(Panel):
    """On my day: calls that nobody took and nobody called back."""

    template_name = "contact_centre/admin/channels_missed_panel.html"
    order = 31
    permissions = (TAKE,)

    @cached_property
    def count(self) -> int:
        since = timezone.now() - timedelta(days=MISSED_DAYS)
        return ringing.missed(since=since).filter(is_called_back=False).exclude(number="")[:100].count()

    def is_shown(self):
        return bool(self.count)

    def get_context_data(self, parent_context=None):
        return {"count": self.count}
