"""Answering on the channel they used: a text message or WhatsApp, where that is lawful and somebody carries it."""

from dataclasses import dataclass
from datetime import datetime

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.middleware.csrf import get_token
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from contact_centre import answering, queue
from contact_centre.models import Case
from contact_centre.views.shared import TAKE
from people.contact import carriers, policy
from people.contact.carriers import limits
from people.models import Channel, Purpose
from people.walls import Panel

OFFERED = (Channel.WHATSAPP, Channel.SMS)


class TextForm(forms.Form):
    """An answer in a few words."""

    channel = forms.ChoiceField(choices=Channel.choices)
    body = forms.CharField(label=gettext_lazy("Your answer"), max_length=4_096, widget=forms.Textarea({"rows": 4}))

    def clean(self):
        given = super().clean()
        carrier = carriers.of(given.get("channel", ""))
        if given.get("channel") not in OFFERED or carrier is None:
            raise forms.ValidationError(_("This channel is not set up."))
        if carrier.longest and len(given.get("body", "")) > carrier.longest:
            raise forms.ValidationError(_("At most %(most)d characters.") % {"most": carrier.longest})
        return given


@dataclass(frozen=True)
class Way:
    """A channel to answer on: whether we may now, and until when."""

    code: str
    label: str
    address: str
    longest: int
    part: int
    why_not: str = ""
    until: datetime | None = None


@require_POST
@permission_required(TAKE, raise_exception=True)
def answer(request, uuid):
    """Send the text; the clock stops as with a letter."""
    case = get_object_or_404(Case, uuid=uuid)
    form = TextForm(request.POST)
    if not form.is_valid():
        messages.error(
            request,
            _("Not sent: %(why)s") % {"why": " ".join(error for errors in form.errors.values() for error in errors)},
        )
        return redirect("contact_centre_case", case.uuid)
    try:
        answering.answer(case, by=request.user, at=timezone.now(), subject="", **form.cleaned_data)
        messages.success(request, _("Your answer is on its way."))
    except answering.NotSent as refusal:
        messages.error(request, _("Not sent: %(why)s") % {"why": refusal.why})
    except (queue.NotYours, queue.CaseClosed):
        messages.error(request, _("Nothing was sent: the case is not in your hands."))
    return redirect("contact_centre_case", case.uuid)


class TextPanel(Panel):
    """Below the conversation of a case one holds: the same answer in a few words, on their own channel."""

    template_name = "contact_centre/admin/channels_text_panel.html"
    order = 90
    permissions = (TAKE,)

    def __init__(self, request, case: Case):
        self.request, self.case = request, case
        self.is_mine = case.adviser_id == request.user.pk and case.state != Case.State.CLOSED

    @cached_property
    def ways(self) -> list[Way]:
        at, person = timezone.now(), self.case.person
        carried = {channel: carriers.of(channel) for channel in OFFERED}
        asked = [policy.Asked(channel, Purpose.ENQUIRY) for channel, carrier in carried.items() if carrier]
        found = []
        for one, verdict in policy.ways(person, asked, at=at).items():
            carrier = carried[Channel(one.channel)]
            if verdict.reason == "no_address" or carrier is None:
                continue
            is_whatsapp = one.channel == Channel.WHATSAPP
            found.append(
                Way(
                    code=str(one.channel),
                    label=str(Channel(one.channel).label),
                    address=verdict.reachable_at,
                    longest=carrier.longest,
                    part=carrier.part,
                    why_not=carrier.why_not(person, at=at) if verdict.allowed else verdict.why,
                    until=limits.window_until(person, at=at) if is_whatsapp else None,
                )
            )
        return sorted(found, key=lambda way: way.code != self._theirs)

    @cached_property
    def _theirs(self) -> str:
        """The channel they used last."""
        last = self.case.inbound_messages.order_by("-received_at").values_list("channel", flat=True).first()
        return str(last or self.case.channel)

    def is_shown(self):
        return self.is_mine and bool(self.ways)

    def get_context_data(self, parent_context=None):
        return {
            "case": self.case,
            "ways": self.ways,
            "theirs": self._theirs,
            "is_open": self._theirs in OFFERED,
            "may_send": any(not way.why_not for way in self.ways),
            "csrf_token": get_token(self.request),
        }
