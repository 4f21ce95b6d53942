"""Sends: the list, one send with its check list or its report, the acts on it, and the emergency stop."""

from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.db.models import Count, Q
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_POST
from django.views.generic import TemplateView

from contact_centre import seen
from contact_centre.models import Delivery, Send, SendingStop
from contact_centre.sends import checking, comparing, halting, making, queueing, reporting, stop
from contact_centre.views import send_forms as forms
from contact_centre.views.shared import DeskMixin
from people.contact.verdict_words import REASONS

VIEW, ADD, CHANGE = (f"contact_centre.{act}_send" for act in ("view", "add", "change"))
APPROVE, STOP = "contact_centre.approve_send", "contact_centre.stop_sends"
TRAIL = (("contact_centre_sends", gettext_lazy("Sends")),)
PAGE = 40
STOPS_SHOWN = 10
NO_DRAFT = gettext_lazy("This send was approved meanwhile and cannot be changed any more.")


class SendsView(DeskMixin, TemplateView):
    """All sends, the newest first, and whether everything is stopped."""

    any_permission = (VIEW, STOP)
    page_title = gettext_lazy("Sends")
    header_icon = "mail"
    template_name = "contact_centre/admin/sends_list.html"

    def get_context_data(self, **kwargs):
        user = self.request.user
        sends = Send.objects.select_related("segment", "made_by").order_by("-made_at", "-pk")
        page = Paginator(sends, PAGE).get_page(self.request.GET.get("p"))
        counted = {
            row["send"]: row
            for row in Delivery.objects.filter(send__in=[one.pk for one in page])
            .values("send").annotate(listed=Count("pk"), queued=Count("pk", filter=Q(state="queued")))
        }  # fmt: skip
        return super().get_context_data(
            sends=[(one, counted.get(one.pk)) for one in page],
            page=page,
            standing=stop.standing(),
            may_add=user.has_perm(ADD),
            may_stop=user.has_perm(STOP),
            **kwargs,
        )


class SendView(DeskMixin, TemplateView):
    """One send: before it is approved its check list, afterwards its report."""

    any_permission = (VIEW,)
    header_icon = "mail"
    trail = TRAIL
    template_name = "contact_centre/admin/send.html"

    @cached_property
    def send(self) -> Send:
        rows = Send.objects.select_related("segment", "programme", "made_by", "approved_by", "winner")
        return get_object_or_404(rows, uuid=self.kwargs["uuid"])

    def get_page_title(self):
        return self.send.name

    def get_context_data(self, **kwargs):
        user, at, send = self.request.user, timezone.now(), self.send
        is_draft = send.state == Send.State.DRAFT
        check = checking.check(send, at=at) if is_draft else None
        if check:
            kwargs["reasons"] = [
                (REASONS.get(code) or _("They may get it now."), count)
                for code, count in sorted(check.reasons.items(), key=lambda pair: -pair[1])
            ]
        return super().get_context_data(
            send=send,
            variants=list(send.variants.order_by("position", "pk")),
            check=check,
            report=None if is_draft else reporting.report(send, at=at),
            standing=stop.standing(),
            seen=making.mark(send) if is_draft else "",
            may_change=is_draft and user.has_perm(CHANGE),
            has_right_to_approve=user.has_perm(APPROVE),
            may_approve=is_draft and making.may_approve(send, by=user),
            may_stop=send.state in (Send.State.APPROVED, Send.State.SENDING) and user.has_perm(CHANGE),
            may_restart=send.state in (Send.State.HALTED, Send.State.STOPPED) and user.has_perm(APPROVE),
            may_change_sends=user.has_perm(CHANGE),
            **kwargs,
        )


class EditSendView(DeskMixin, TemplateView):
    """Write a send, or change it while it is a draft."""

    any_permission = (ADD, CHANGE)
    header_icon = "mail"
    trail = TRAIL
    template_name = "contact_centre/admin/send_edit.html"

    @cached_property
    def send(self) -> Send | None:
        uuid = self.kwargs.get("uuid")
        return get_object_or_404(Send, uuid=uuid) if uuid else None

    def get_page_title(self):
        return self.send.name if self.send else _("New send")

    def get(self, request, *args, **kwargs):
        self._check_rights()
        if self.send and self.send.state != Send.State.DRAFT:
            messages.error(request, NO_DRAFT)
            return redirect("contact_centre_send", self.send.uuid)
        opened = making.mark(self.send) if self.send else ""
        return self._show(forms.SendForm(instance=self.send), self._wordings(), opened)

    def post(self, request, *args, **kwargs):
        self._check_rights()
        form, wordings = forms.SendForm(request.POST, instance=self.send), self._wordings(request.POST)
        opened = request.POST.get("seen", "")
        if not (form.is_valid() and wordings.is_valid()):
            return self._show(form, wordings, opened, status=422)
        at = timezone.now()
        if self.send is None:
            send = making.make(by=request.user, at=at, variants=wordings.wordings(), **form.values)
        else:
            try:
                send = making.change(
                    self.send, by=request.user, variants=wordings.wordings(), started_from=opened, **form.values
                )
            except seen.Overtaken:
                messages.warning(request, seen.NOT_SAVED)
                return self._show(form, wordings, making.mark(self.send), status=422)
            except making.NotADraft:
                messages.error(request, NO_DRAFT)
                send = self.send
        return redirect("contact_centre_send", send.uuid)

    def _check_rights(self):
        if not self.request.user.has_perm(CHANGE if self.send else ADD):
            raise PermissionDenied

    def _wordings(self, data=None):
        return forms.WordingFormSet(
            data, initial=forms.rows_of(self.send), prefix="wording", form_kwargs={"codes": forms.codes()}
        )

    def _show(self, form, wordings, opened, status=200):
        context = self.get_context_data(
            form=form, wordings=wordings, send=self.send, sample_form=forms.SampleForm(), seen=opened
        )
        return self.render_to_response(context, status=status)


@require_GET
@permission_required(VIEW, raise_exception=True)
def sample(request):
    """How many people a comparison needs, as a line below the field."""
    form = forms.SampleForm(request.GET)
    count = form.sample() if form.is_valid() else None
    return render(request, "contact_centre/admin/send_sample.html", {"count": count, "form": form})


@require_POST
@permission_required(APPROVE, raise_exception=True)
def approve(request, uuid):
    send = get_object_or_404(Send, uuid=uuid)
    try:
        making.approve(send, by=request.user, at=timezone.now(), looked_at=request.POST.get("seen", ""))
    except seen.Overtaken:
        messages.warning(request, seen.LOOK_AGAIN)
    except making.NotADraft:
        messages.error(request, _("This send was approved already."))
    except making.OwnSend:
        messages.error(request, _("You wrote this send: somebody else has to approve it."))
    except making.NotReady as bar:
        messages.error(request, " ".join(one.text for one in bar.args))
    else:
        queueing.wake()
        messages.success(request, _("Approved: it leaves at its hour."))
    return redirect("contact_centre_send", send.uuid)


@require_POST
@permission_required(CHANGE, raise_exception=True)
def stop_one(request, uuid):
    send = get_object_or_404(Send, uuid=uuid)
    why = request.POST.get("why", "").strip() or _("Stopped by hand.")
    try:
        halting.stop_send(send, by=request.user, why=why, at=timezone.now())
        messages.success(request, _("Stopped: what has not left stays here."))
    except halting.NotRunning:
        messages.error(request, _("This send is not under way."))
    return redirect("contact_centre_send", send.uuid)


@require_POST
@permission_required(APPROVE, raise_exception=True)
def restart(request, uuid):
    send = get_object_or_404(Send, uuid=uuid)
    try:
        halting.restart(send, by=request.user, at=timezone.now())
        queueing.wake()
        messages.success(request, _("It goes on where it stopped; whoever has it does not get it again."))
    except halting.NotRunning:
        messages.error(request, _("This send is not stopped."))
    return redirect("contact_centre_send", send.uuid)


@require_POST
@permission_required(CHANGE, raise_exception=True)
def decide(request, uuid):
    send, at = get_object_or_404(Send, uuid=uuid), timezone.now()
    try:
        winner = comparing.decide(send, by=request.user, at=at)
    except comparing.TooEarly:
        messages.error(request, _("The planned sample is not reached yet: nobody has won."))
    except comparing.NothingToCompare:
        messages.error(request, _("There is nothing to decide."))
    else:
        if winner:
            messages.success(request, _("«%(variant)s» is better.") % {"variant": winner.name})
        else:
            messages.warning(request, _("No wording is provably better: choose one for the rest by hand."))
    return redirect("contact_centre_send", send.uuid)


@require_POST
@permission_required(CHANGE, raise_exception=True)
def give_rest(request, uuid):
    """After a comparison without a winner a person chooses what the rest gets."""
    send = get_object_or_404(Send, uuid=uuid, decided_at__isnull=False, state=Send.State.SENDING)
    number = request.POST.get("variant", "")
    variants = send.variants.exclude(template_code="")
    chosen = get_object_or_404(variants, pk=int(number) if number.isdigit() else 0)
    comparing.give_rest(send, chosen, at=timezone.now())
    queueing.wake()
    messages.success(request, _("The rest gets «%(variant)s».") % {"variant": chosen.name})
    return redirect("contact_centre_send", send.uuid)


class StopView(DeskMixin, TemplateView):
    """The big button: nothing leaves but what somebody is owed, until somebody lets it."""

    any_permission = (STOP,)
    page_title = gettext_lazy("Emergency stop")
    header_icon = "warning"
    trail = TRAIL
    template_name = "contact_centre/admin/sending_stop.html"

    def get_context_data(self, **kwargs):
        kwargs.setdefault("form", forms.StopForm())
        past = SendingStop.objects.exclude(ended_at=None).select_related("by", "ended_by").order_by("-since", "-pk")
        return super().get_context_data(standing=stop.standing(), past=past[:STOPS_SHOWN], **kwargs)

    def post(self, request, *args, **kwargs):
        at = timezone.now()
        if "resume" in request.POST:
            stop.resume(by=request.user, at=at)
            queueing.wake()
            messages.success(request, _("Sends leave again."))
            return redirect("contact_centre_sending_stop")
        form = forms.StopForm(request.POST)
        if not form.is_valid():
            return self.render_to_response(self.get_context_data(form=form), status=422)
        stop.stop(by=request.user, why=form.cleaned_data["why"], at=at)
        messages.warning(request, _("Stopped: nothing leaves but what somebody is owed."))
        return redirect("contact_centre_sending_stop")
