"""One case: the conversation, the answer, the call, and the other acts on it."""

from typing import cast

from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST
from django.views.generic import TemplateView

from contact_centre import answering, calls, conversation, corrections, deadlines, inbox, queue, reply_texts, told
from contact_centre.forms import AnswerForm, AssignForm, CaseCallForm, CloseForm
from contact_centre.models import Case, MessageTemplate
from contact_centre.views import arguments, questions
from contact_centre.views.shared import ASSIGN, READ, TAKE, DeskMixin
from people import walls
from people.access import audit
from people.contact import policy, ways
from people.models import Channel, Purpose, User


class CaseView(DeskMixin, TemplateView):
    """Read a case and, with it in hand, answer it."""

    any_permission = (READ, TAKE)
    header_icon = "inbox"
    template_name = "contact_centre/admin/case.html"
    trail = (("contact_centre_queue", gettext_lazy("Queue")),)
    template_used = None
    answer_form = call_form = None  # a refused form is shown again with what was typed

    def setup(self, request, *args, **kwargs):
        super().setup(request, *args, **kwargs)
        cases = Case.objects.visible_to(request.user).select_related("person", "programme", "adviser")
        cases = cases.prefetch_related("person__identities")
        self.case = get_object_or_404(cases, uuid=kwargs["uuid"])

    def get(self, request, *args, **kwargs):
        audit.note(
            act=audit.Act.READ,
            what="contact_centre.case",
            by=request.user,
            at=timezone.now(),
            person=self.case.person,
            about=self.case,
        )
        return super().get(request, *args, **kwargs)

    def post(self, request, *args, **kwargs):
        """Show the case again with a form that was refused; the acts post to addresses of their own."""
        response = self.get(request, *args, **kwargs)
        response.status_code = 422
        return response

    def get_page_title(self):
        return str(self.case.person)

    def get_context_data(self, **kwargs):
        case, user, at = self.case, self.request.user, timezone.now()
        is_mine = case.adviser_id == user.pk and case.state != Case.State.CLOSED
        answer_form = self.answer_form or (self._blank_answer() if is_mine else None)
        return super().get_context_data(
            case=case,
            due=deadlines.words(inbox.owed_at(case), at=at),
            lines=conversation.lines(case),
            is_mine=is_mine,
            is_held_by_other=case.adviser_id not in (None, user.pk) and case.state != Case.State.CLOSED,
            may_take=user.has_perm(TAKE),
            may_act=user.has_perm(TAKE) and queue.may_act_on(case, user),
            templates=self.templates if is_mine else [],
            answer_form=answer_form,
            call_form=self.call_form or CaseCallForm(facts=told.choices(case.programme, at=at) if is_mine else ()),
            close_form=CloseForm(),
            is_correction_due=case.kind == Case.Kind.CORRECTION and case.answered_at is None,
            assign_form=AssignForm() if user.has_perm(ASSIGN) else None,
            template_used=self.template_used,
            may_read_mail=user.has_perm("people.view_outgoingmessage"),
            panels=self._panels(),
            **self._ways(at),
            to_decide=questions.to_decide(case) if is_mine else [],
            **arguments.panel(case, user),
            **kwargs,
        )

    def _panels(self) -> dict[str, list[str]]:
        """What other topics and floors hang beside the conversation, by the side they hang on."""
        sides: dict[str, list[str]] = {"main": [], "aside": []}
        for panel, html in walls.furnish("construct_case_panels", self.request, case=self.case):
            sides[panel.region].append(html)
        return sides

    def _ways(self, at):
        """Whether the answer may leave, and the ways to call: one question to the ledger."""
        asked = [(channel, Purpose.ENQUIRY) for channel in (Channel.EMAIL, Channel.PHONE, Channel.WHATSAPP)]
        found = ways.ways(self.case.person, asked, at=at)
        by_email = next((way for way in found if way.channel == Channel.EMAIL), None)
        return {
            "by_email": by_email.verdict if by_email else policy.Verdict(False, policy.REASONS["no_address"]),
            "calls": [way for way in found if way.channel != Channel.EMAIL],
        }

    def _blank_answer(self) -> AnswerForm:
        """The answer as it is first shown: started from the template asked for, else from the first that fits."""
        chosen = self.request.GET.get("template")
        template = next((one for one in self.templates if str(one.pk) == chosen), None)
        # A second answer starts empty: the template would greet somebody who was greeted already.
        if chosen is None and self.case.answered_at is None and self.case.kind != Case.Kind.CORRECTION:
            template = next((one for one in self.templates if one.kind == self.case.kind), None)
        self.template_used = template.pk if template else None
        # The mixin let nobody in who is not signed in.
        by = cast(User, self.request.user)
        return _form_of(reply_texts.draft(self.case, by=by, at=timezone.now(), template=template))

    @cached_property
    def templates(self) -> list[MessageTemplate]:
        return reply_texts.templates_for(self.case)


@permission_required(TAKE, raise_exception=True)
def compose(request, uuid):
    """The fields of the answer, started from the template the adviser chose."""
    case = get_object_or_404(Case.objects.select_related("person", "programme"), uuid=uuid)
    if case.adviser_id != request.user.pk:
        return render(request, "contact_centre/admin/compose.html", {"answer_form": None})
    chosen = request.GET.get("template", "")
    found = [one for one in reply_texts.templates_for(case) if str(one.pk) == chosen]
    template = found[0] if found else None
    draft = reply_texts.draft(case, by=request.user, at=timezone.now(), template=template)
    return render(request, "contact_centre/admin/compose.html", {"answer_form": _form_of(draft)})


@require_POST
@permission_required(TAKE, raise_exception=True)
def answer(request, uuid):
    case = get_object_or_404(Case, uuid=uuid)
    form = AnswerForm(request.POST)
    if form.is_valid():
        try:
            decided = questions.decisions(request.POST)
            answering.answer(case, by=request.user, at=timezone.now(), questions=decided, **form.cleaned_data)
        except answering.NotSent as refusal:
            form.add_error(None, _("Not sent: %(why)s") % {"why": refusal.why})
        except (queue.NotYours, queue.CaseClosed) as refusal:
            form.add_error(None, _not_now(refusal))
        except corrections.Rewritten:
            form.add_error(
                None, _("Not sent: the facts changed again and the draft was rewritten. Start from the draft again.")
            )
        else:
            if not questions.tell_if_it_runs_on(request, case):
                messages.success(request, _("Your answer is on its way."))
            return redirect("contact_centre_case", case.uuid)
    return CaseView.as_view(answer_form=form)(request, uuid=uuid)


@require_POST
@permission_required(TAKE, raise_exception=True)
def log_call(request, uuid):
    case, at = get_object_or_404(Case.objects.select_related("programme"), uuid=uuid), timezone.now()
    form = CaseCallForm(request.POST, facts=told.choices(case.programme, at=at))
    if not form.is_valid():
        return CaseView.as_view(call_form=form)(request, uuid=uuid)
    try:
        calls.log_call(case, by=request.user, at=at, **form.cleaned_data)
        messages.success(request, _("The call is written down."))
    except (queue.NotYours, queue.CaseClosed) as refusal:
        messages.error(request, _not_now(refusal))
    return redirect("contact_centre_case", case.uuid)


@require_POST
@permission_required(TAKE, raise_exception=True)
def put_back(request, uuid):
    case = get_object_or_404(Case, uuid=uuid)
    try:
        queue.put_back(case, by=request.user, at=timezone.now())
        messages.success(request, _("The case is back in the queue, with the deadline it had."))
    except (queue.NotYours, queue.CaseClosed) as refusal:
        messages.error(request, _not_now(refusal))
    return redirect("contact_centre_case", case.uuid)


@require_POST
@permission_required(TAKE, raise_exception=True)
def close(request, uuid):
    case = get_object_or_404(Case, uuid=uuid)
    form = CloseForm(request.POST)
    note = form.cleaned_data["note"] if form.is_valid() else ""
    if case.kind == Case.Kind.CORRECTION and case.answered_at is None and not note:
        messages.error(request, _("Say why they need not be told."))
        return redirect("contact_centre_case", case.uuid)
    try:
        queue.close(case, by=request.user, at=timezone.now(), note=note)
        messages.success(request, _("The case is closed."))
    except queue.NotYours as refusal:
        messages.error(request, _not_now(refusal))
    return redirect("contact_centre_case", case.uuid)


@require_POST
@permission_required(TAKE, raise_exception=True)
def reopen(request, uuid):
    case = queue.reopen(get_object_or_404(Case, uuid=uuid), by=request.user, at=timezone.now())
    messages.success(request, _("The case is open again and in your hands, with a new deadline."))
    return redirect("contact_centre_case", case.uuid)


def _form_of(draft: reply_texts.Draft) -> AnswerForm:
    return AnswerForm(initial=vars(draft))


def _not_now(refusal: Exception) -> str:
    if isinstance(refusal, queue.CaseClosed):
        return _("Nothing was sent: this case is over by now.")
    if Case.objects.filter(pk__in=refusal.args, adviser=None).exists():
        return _("Nothing was sent: the case is not in your hands.")
    return _("Nothing was sent: somebody else holds this case now.")
