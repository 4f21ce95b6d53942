"""The questions of a case, confirmed, added, dropped, answered; and what is asked, programme by programme."""

from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.http import HttpResponse, HttpResponseBadRequest
from django.middleware.csrf import get_token
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST
from django.views.generic import TemplateView

from contact_centre import queue
from contact_centre.models import Case, Question
from contact_centre.questions import asked, reports, topics
from contact_centre.views.shared import READ, TAKE, DeskMixin
from people.walls import Panel

PANEL = "contact_centre/admin/questions_panel.html"
AFTER = "contact_centre/admin/questions_put.html"
STATES = (Question.State.ANSWERED, Question.State.OPEN, Question.State.DROPPED)


def shown(case: Case, user) -> dict:
    """What the template of the questions needs."""
    names, questions = topics.named(), asked.of(case)
    there = {question.topic for question in questions}
    return {
        "case": case,
        "questions": [(question, topics.name_of(question.topic, names)) for question in questions],
        "topics": [(code, name) for code, name in names.items() if code not in there],
        "may_decide": user.has_perm(TAKE) and queue.may_act_on(case, user) and case.state != Case.State.CLOSED,
    }


class QuestionsPanel(Panel):
    """Beside a case: what was asked, and what of it is answered."""

    order, region = 10, "aside"
    template_name = PANEL
    permissions = (READ, TAKE)

    def __init__(self, request, case: Case):
        self.request, self.user, self.case = request, request.user, case

    def is_shown(self):
        return self.case.kind in asked.KINDS

    def get_context_data(self, parent_context):
        return shown(self.case, self.user) | {"csrf_token": get_token(self.request)}


def to_decide(case: Case) -> list[tuple[Question, str]]:
    """What the form of an answer has to decide about, with the name of each topic."""
    if case.kind not in asked.KINDS:
        return []
    names = topics.named()
    return [(question, topics.name_of(question.topic, names)) for question in asked.undecided(case)]


def decisions(posted) -> dict[str, str]:
    """What the form of an answer says of each question; what it does not say, or makes no sense, is left out."""
    found = {key.removeprefix("question-"): posted[key] for key in posted if key.startswith("question-")}
    return {topic: state for topic, state in found.items() if state in STATES}


def tell_if_it_runs_on(request, case: Case) -> bool:
    """After a reply: say which questions keep the clock running; False if none does."""
    left = case.questions.filter(state=Question.State.OPEN).values_list("topic", flat=True)
    names = topics.named()
    if still := ", ".join(topics.name_of(topic, names) for topic in left):
        messages.warning(request, _("Your reply is on its way, but the clock runs on: %(topics)s.") % {"topics": still})
    return bool(still)


@require_POST
@permission_required(TAKE, raise_exception=True)
def put(request, uuid):
    """Confirm, add, drop or mark answered one question; for htmx the panel comes back as it is now."""
    case = get_object_or_404(Case.objects.visible_to(request.user), uuid=uuid)
    topic, state = request.POST.get("topic", ""), request.POST.get("state", "")
    if state not in STATES:
        return HttpResponseBadRequest()
    try:
        asked.put(case, topic, state, by=request.user, at=timezone.now())
    except asked.NoSuchTopic:
        return HttpResponseBadRequest()
    except (queue.NotYours, queue.CaseClosed):
        messages.error(request, _("Nothing was changed: somebody else holds this case, or it is over."))
        if request.htmx:
            return HttpResponse(status=409, headers={"HX-Refresh": "true"})
    if request.htmx:
        context = shown(case, request.user)
        return render(request, AFTER, context | {"to_decide": to_decide(case)})
    return redirect("contact_centre_case", case.uuid)


class QuestionsReportView(DeskMixin, TemplateView):
    """What people ask, topic by topic and programme by programme."""

    any_permission = (READ,)
    header_icon = "help"
    page_title = gettext_lazy("Questions asked")
    template_name = "contact_centre/admin/questions_report.html"
    DAYS = (30, 90, 365)

    def get_context_data(self, **kwargs):
        asked_for = self.request.GET.get("days", "")
        days = int(asked_for) if asked_for in map(str, self.DAYS) else 90
        return super().get_context_data(
            days=days, choices=self.DAYS, report=reports.by_programme(at=timezone.now(), days=days), **kwargs
        )
