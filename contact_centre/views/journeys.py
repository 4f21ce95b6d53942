"""Journeys in the back office: the list, the canvas with its outline, and every change to them."""

from collections.abc import Mapping
from dataclasses import dataclass

from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.db.models import Count, Q
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_POST
from django.views.generic import FormView, TemplateView

from contact_centre import seen
from contact_centre.journeys import canvas, drawing, figures, states, steps, triggers, words
from contact_centre.journeys.drawing import CannotDraw
from contact_centre.models import Journey, JourneyVersion, MessageTemplate, Walk
from contact_centre.views.journey_forms import FORMS, JourneyForm, StepForm
from contact_centre.views.shared import DeskMixin

VIEW, ADD, CHANGE, START = (
    f"contact_centre.{name}" for name in ("view_journey", "add_journey", "change_journey", "start_journey")
)
NONE = "contact_centre_journeys"
ACTS = {
    "go_live": (states.go_live, gettext_lazy("The journey is live.")),
    "pause": (states.pause, gettext_lazy("The journey pauses: nobody comes in, nobody moves.")),
    "close": (states.close, gettext_lazy("Nobody comes in any more; those inside go on.")),
    "end": (states.end, gettext_lazy("The journey has ended; everybody has left it.")),
}


class JourneysView(DeskMixin, TemplateView):
    """All journeys, those that run first."""

    any_permission = (VIEW,)
    page_title = gettext_lazy("Journeys")
    header_icon = "redirect"
    template_name = "contact_centre/admin/journeys.html"

    def get_context_data(self, **kwargs):
        inside, let_in = Q(walks__state=Walk.State.WALKING), ~Q(walks__step="")
        found = Journey.objects.select_related("live", "only_for").annotate(
            inside=Count("walks", filter=inside),
            entered=Count("walks", filter=let_in),
            arrived=Count("walks", filter=Q(walks__state=Walk.State.ARRIVED)),
        )
        order = list(Journey.State.values)
        order = [Journey.State.LIVE, Journey.State.CLOSING, Journey.State.PAUSED, *order]
        rows = sorted(found, key=lambda one: (order.index(one.state), one.name))
        labels = triggers.happenings()
        for one in rows:
            one.begins_with = labels[one.trigger].label if one.trigger in labels else one.trigger
        return super().get_context_data(journeys=rows, may_add=self.request.user.has_perm(ADD), **kwargs)


class SettingsView(DeskMixin, FormView):
    """What a journey is called, begins with and for whom; a new one is drawn afterwards."""

    form_class = JourneyForm
    header_icon = "redirect"
    template_name = "contact_centre/admin/journey_settings.html"
    trail = ((NONE, gettext_lazy("Journeys")),)

    def dispatch(self, request, *args, uuid=None, **kwargs):
        self.any_permission = (CHANGE if uuid else ADD,)
        self.journey = get_object_or_404(Journey, uuid=uuid) if uuid else None
        return super().dispatch(request, *args, **kwargs)

    def get_page_title(self):
        return self.journey.name if self.journey else _("New journey")

    def get_form_kwargs(self):
        return {**super().get_form_kwargs(), "instance": self.journey}

    def get_context_data(self, **kwargs):
        return super().get_context_data(journey=self.journey, **kwargs)

    def form_valid(self, form):
        at = timezone.now()
        form.instance.changed_at = at
        form.instance.owner = form.instance.owner or self.request.user
        journey = form.save()
        if self.journey is None:
            drawing.draft(journey, by=self.request.user, at=at)
        messages.success(self.request, _("Saved."))
        return redirect("contact_centre_journey", journey.uuid)


@dataclass(frozen=True)
class Row:
    """One line of the outline: how deep, through which exit, which step; ``is_again`` says it was told above."""

    depth: int
    exit: str
    key: str
    number: int
    kind: str
    says: str
    is_again: bool
    faults: list[str]
    counted: figures.AtStep


def titles() -> dict[str, str]:
    return dict(MessageTemplate.objects.values_list("code", "title"))


def shown_version(journey: Journey, number: str) -> JourneyVersion:
    """The version asked for by its number, or the newest."""
    versions = journey.versions.all()
    version = versions.filter(number=int(number)).first() if number.isdigit() else states.newest(journey)
    if version is None:
        raise Http404
    return version


class JourneyView(DeskMixin, TemplateView):
    """The canvas: what is drawn, who stands where, and the form of the step that is chosen."""

    any_permission = (VIEW,)
    header_icon = "redirect"
    template_name = "contact_centre/admin/journey.html"
    trail = ((NONE, gettext_lazy("Journeys")),)
    refused: StepForm | None = None  # shown again with what was typed

    def dispatch(self, request, *args, uuid, **kwargs):
        self.journey = get_object_or_404(Journey.objects.select_related("only_for", "live"), uuid=uuid)
        return super().dispatch(request, *args, **kwargs)

    def get_page_title(self):
        return self.journey.name

    def post(self, request, *args, **kwargs):
        """Show the form of a refused change again; changes have an address of their own."""
        if self.refused is None:
            return self.http_method_not_allowed(request)
        return self.render_to_response(self.get_context_data(), status=422)

    def get_page_subtitle(self):
        return ""

    def get_context_data(self, **kwargs):
        asked, user = self.request.GET, self.request.user
        version = shown_version(self.journey, asked.get("version", ""))
        plan = steps.read(version.steps)
        is_newest = not self.journey.versions.filter(number__gt=version.number).exists()
        may_draw = user.has_perm(CHANGE) and is_newest
        counted = figures.map_of(version)
        faults = states.check(self.journey, version.steps)
        says = {key: words.step(step, titles=titles_) for titles_ in (titles(),) for key, step in plan.steps.items()}
        context = {
            "journey": self.journey,
            "version": version,
            "versions": self.journey.versions.order_by("-number").defer("steps"),
            "is_newest": is_newest,
            "canvas": canvas.lay_out(plan, says),
            "rows": _outline(plan, says, faults, counted),
            "map": counted,
            "faults": [fault.text for fault in faults if not fault.step],
            "wrong": {fault.step for fault in faults if fault.step},
            "is_sound": not faults,
            "begins_with": words.fact(self.journey.trigger),
            "goal": plan.goal,
            "goal_says": words.fact(plan.goal) if plan.goal else "",
            "conversion": figures.conversion(self.journey, plan),
            "effect": figures.effect(self.journey, plan),
            "may_draw": may_draw,
            "may_start": user.has_perm(START),
            "may_change": user.has_perm(CHANGE),
            "acts": _acts(self.journey, version),
            "here": reverse("contact_centre_journey", args=[self.journey.uuid]),
            "seen": states.mark(self.journey),
            "can_undo": may_draw and version.went_live_at is None and bool(version.steps.get("undo")),
            **(self.chosen(plan, says) if may_draw or asked.get("step") else {}),
        }
        return super().get_context_data(**context, **kwargs)

    def chosen(self, plan, says) -> dict:
        """The panel beside the canvas: a step to change, or a place where a new one goes."""
        asked = _asked(self.request)
        step, places = plan.steps.get(asked.get("step", "")), _places(plan, says)
        if step is not None:
            form = self.refused or FORMS[step.kind](initial=FORMS[step.kind].of(dict(step.fields)))
            return {
                "step": step,
                "step_kind": steps.KINDS[step.kind],
                "step_says": says[step.key],
                "form": form,
                "places": [place for place in places if not place["value"].startswith(f"{step.key}.")],
                "exits": [
                    {"name": name, "label": steps.exit_label(step, name), "to": step.exits.get(name, "")}
                    for name in steps.exits_of(step.kind, step.fields)
                ],
                "others": [
                    (key, f"{number}. {says[key]}") for key, number in _numbers(plan).items() if key != step.key
                ],
                "can_move": list(step.exits) == ["next"],
            }
        if "add" in asked:
            kind = asked.get("kind", "")
            return {
                "add": asked["add"],
                "place_says": next((one["label"] for one in places if one["value"] == asked["add"]), ""),
                "kinds": steps.KINDS.items(),
                "kind": kind if kind in FORMS else "",
                "kind_says": steps.KINDS.get(kind, ""),
                "form": self.refused or FORMS[kind]() if kind in FORMS else None,
            }
        facts = [(code, one.label) for code, one in triggers.facts().items()]
        return {"goals": facts, "places": places}


def _numbers(plan) -> dict[str, int]:
    """Steps by the order in which the outline tells them."""
    numbers: dict[str, int] = {}
    for _depth, _exit, key in canvas.outline(plan):
        numbers.setdefault(key, len(numbers) + 1)
    return numbers


def _outline(plan, says, faults, counted) -> list[Row]:
    numbers, told, rows = _numbers(plan), set(), []
    for depth, name, key in canvas.outline(plan):
        if key not in plan.steps:
            continue
        step = plan.steps[key]
        source = next((one for one in plan.steps.values() if name and one.exits.get(name) == key), None)
        rows.append(
            Row(
                depth=depth,
                exit=steps.exit_label(source, name) if source else "",
                key=key,
                number=numbers[key],
                kind=step.kind,
                says=says[key],
                is_again=key in told,
                faults=[fault.text for fault in faults if fault.step == key],
                counted=counted.steps.get(key, figures.AtStep()),
            )
        )
        told.add(key)
    return rows


def _places(plan, says) -> list[dict]:
    """Every place where a step can be put: the beginning, and each exit."""
    numbers = _numbers(plan)
    found = [{"value": ".", "label": _("at the beginning")}]
    for key, number in numbers.items():
        step = plan.steps.get(key)
        names = steps.exits_of(step.kind, step.fields) if step else []
        for name in names:
            label = f"{number}. {says[key]}"
            if len(names) > 1:
                label += f" – {steps.exit_label(step, name)}"
            found.append({"value": f"{key}.{name}", "label": _("after %(step)s") % {"step": label}})
    return found


def _acts(journey: Journey, version: JourneyVersion) -> list[tuple[str, str, bool]]:
    """The buttons that this state allows: code, words, whether it is grave."""
    may = states.MOVES[Journey.State(journey.state)]
    found = []
    if Journey.State.LIVE in may and (journey.state != Journey.State.LIVE or version.went_live_at is None):
        resumes = journey.state in (Journey.State.PAUSED, Journey.State.CLOSING) and version.went_live_at is not None
        found.append(("go_live", _("Let it go on") if resumes else _("Let it go live"), False))
    if Journey.State.PAUSED in may:
        found.append(("pause", _("Pause"), False))
    if Journey.State.CLOSING in may:
        found.append(("close", _("Let nobody in any more"), False))
    if Journey.State.ENDED in may:
        found.append(("end", _("End it now"), True))
    return found


@require_POST
@permission_required(CHANGE, raise_exception=True)
def draw(request, uuid):
    """One change to the newest steps."""
    journey, given = get_object_or_404(Journey, uuid=uuid), request.POST
    at, act, looked_at = timezone.now(), given.get("act", ""), given.get("seen", "")
    if act == "undo":
        if not drawing.undo(journey, by=request.user, at=at):
            messages.warning(request, _("There is nothing to take back."))
        return redirect("contact_centre_journey", uuid)
    try:
        change = _change(given, act)
        _version, key = drawing.change(journey, change, by=request.user, at=at, looked_at=looked_at)
    except (CannotDraw, seen.Overtaken) as refusal:
        is_late = isinstance(refusal, seen.Overtaken)
        messages.error(request, seen.LOOK_AGAIN if is_late else str(refusal))
        if act in ("add", "edit") and given.get("kind") in FORMS:
            return JourneyView.as_view(refused=FORMS[given["kind"]](given))(request, uuid=uuid)
        return redirect("contact_centre_journey", uuid)
    address = reverse("contact_centre_journey", args=[uuid])
    return redirect(f"{address}?step={key}#step" if key and act != "remove" else address)


def _asked(request) -> Mapping:
    """The step or the place that the panel beside the canvas is about; of a refused change, that of its form."""
    if request.method != "POST":
        return request.GET
    given = request.POST
    if given["act"] == "edit":
        return {"step": given.get("step", "")}
    return {"add": given.get("place", ""), "kind": given["kind"]}


def _change(given: Mapping, act: str):
    key, place = given.get("step", ""), _place(given.get("place", ""))
    if act == "add":
        kind = given.get("kind", "")
        fields = _fields(kind, given)
        return lambda document: drawing.add(document, place, kind, fields)
    if act == "edit":
        fields = _fields(given.get("kind", ""), given)
        return lambda document: drawing.edit(document, key, fields)
    if act == "connect":
        return lambda document: drawing.connect(document, (key, given.get("exit", "")), given.get("to", ""))
    if act == "move":
        return lambda document: drawing.move(document, key, place)
    if act == "remove":
        return lambda document: drawing.remove(document, key)
    if act == "aim":
        goal = given.get("goal", "")
        if goal and goal not in triggers.facts():
            raise CannotDraw(_("The goal is nothing we can see happen."))
        return lambda document: drawing.aim(document, goal)
    raise CannotDraw(_("There is no such change."))


def _place(text: str) -> tuple[str, str]:
    key, _dot, name = text.partition(".")
    return key, name


def _fields(kind: str, given: Mapping) -> dict:
    if kind not in FORMS:
        raise CannotDraw(_("There is no such step."))
    form = FORMS[kind](given)
    if not form.is_valid():
        faults = [
            f"{form.fields[name].label}: {' '.join(str(text) for text in texts)}" for name, texts in form.errors.items()
        ]
        raise CannotDraw(" ".join(str(fault) for fault in faults))
    return form.drawn()


@require_POST
@permission_required(START, raise_exception=True)
def act(request, uuid):
    """Let it go live, pause, close or end."""
    journey = get_object_or_404(Journey, uuid=uuid)
    if request.POST.get("act") not in ACTS:
        messages.error(request, _("There is no such change."))
        return redirect("contact_centre_journey", uuid)
    do, done = ACTS[request.POST["act"]]
    looked_at = {"looked_at": request.POST.get("seen", "")} if do is states.go_live else {}
    try:
        do(journey, by=request.user, at=timezone.now(), **looked_at)
    except seen.Overtaken:
        messages.warning(request, seen.LOOK_AGAIN)
    except states.HasFaults as refusal:
        count = len(refusal.faults)
        text = ngettext(
            "It cannot go live: %(count)s thing is wrong with it. %(why)s",
            "It cannot go live: %(count)s things are wrong with it. %(why)s",
            count,
        )
        messages.error(request, text % {"count": count, "why": " ".join(one.text for one in refusal.faults[:3])})
    except states.NotNow:
        messages.error(request, _("The journey is in another state meanwhile."))
    else:
        messages.success(request, done)
    return redirect("contact_centre_journey", uuid)
