"""Trying a journey out: one imagined person, or everybody of last month. Nothing leaves."""

from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy
from django.views.generic import TemplateView

from contact_centre.journeys import playing, states, steps, words
from contact_centre.models import Journey
from contact_centre.views.journey_forms import SimulationForm
from contact_centre.views.journeys import CHANGE, NONE, START, VIEW, shown_version, titles
from contact_centre.views.shared import DeskMixin
from people.identity import search
from people.models import Person

PEOPLE_SHOWN = 25


class PlayView(DeskMixin, TemplateView):
    """What both have in common: the journey, its newest steps, and what is wrong with them."""

    header_icon = "redirect"
    trail = ((NONE, gettext_lazy("Journeys")),)

    def dispatch(self, request, *args, uuid, **kwargs):
        self.journey = get_object_or_404(Journey.objects.select_related("only_for", "live"), uuid=uuid)
        return super().dispatch(request, *args, **kwargs)

    def get_breadcrumbs_items(self):
        *above, here = super().get_breadcrumbs_items()

        return [
            *above,
            {"url": reverse("contact_centre_journey", args=[self.journey.uuid]), "label": str(self.journey)},
            here,
        ]

    def get_context_data(self, **kwargs):
        self.version = shown_version(self.journey, self.request.GET.get("version", ""))
        self.plan = steps.read(self.version.steps)
        self.faults = states.check(self.journey, self.version.steps)
        known = titles()
        self.says = {key: words.step(step, titles=known) for key, step in self.plan.steps.items()}
        return super().get_context_data(
            journey=self.journey, version=self.version, faults=[one.text for one in self.faults], **kwargs
        )

    def told(self, path: playing.Path) -> list[dict]:
        """The lines of a path with what each step does."""
        return [
            {
                "at": line.at,
                "what": line.what,
                "why": line.why,
                "kind": self.plan.steps[line.step].kind if line.step in self.plan.steps else "",
                "says": self.says.get(line.step, ""),
            }
            for line in path.lines
        ]


class SimulateView(PlayView):
    """The way of one person, with dates, and what depends on what they do."""

    any_permission = (VIEW,)
    page_title = gettext_lazy("Simulate a person")
    template_name = "contact_centre/admin/journey_simulate.html"

    def get_context_data(self, **kwargs):
        context = super().get_context_data(**kwargs)
        asked = {step.get("fact") for step in self.plan.steps.values() if step.kind in (steps.UNTIL, steps.BRANCH)}
        facts = sorted(one for one in {*asked, self.plan.goal} if one)
        given = self.request.GET if "begins_at" in self.request.GET else None
        now = timezone.localtime(timezone.now()).replace(second=0, microsecond=0)
        form = SimulationForm(given, facts=facts, initial={"begins_at": now, "lot": 1})
        context |= {"form": form, "path": None, "person": None}
        if not self.faults and (form.is_valid() if given is not None else True):
            does, lot, begins_at, person = {}, 1, now, None
            if given is not None:
                does, lot, begins_at = form.does(), form.cleaned_data["lot"] or 1, form.cleaned_data["begins_at"]
                person = self._person(form)
            path = playing.simulate(self.plan, at=begins_at, does=does, person=person, lot=f"lot {lot}")
            context |= {"path": path, "lines": self.told(path), "person": person, "next_lot": lot + 1}
        return context

    def _person(self, form) -> Person | None:
        typed = form.cleaned_data["person"].strip()
        found = search.find(typed, most=1, among=Person.objects.visible_to(self.request.user)) if typed else []
        if typed and not found:
            form.add_error("person", gettext_lazy("We know nobody by that name or address."))
        return found[0] if found else None


class RehearseView(PlayView):
    """Last month again, with these steps. Asked for with a button, because it takes a moment."""

    any_permission = (CHANGE, START)
    page_title = gettext_lazy("Rehearse on last month")
    template_name = "contact_centre/admin/journey_rehearse.html"

    def get_context_data(self, **kwargs):
        context = super().get_context_data(**kwargs)
        context |= {"days": playing.REHEARSED_DAYS, "most": playing.REHEARSED_AT_MOST, "found": kwargs.get("found")}
        return context

    def post(self, request, *args, **kwargs):
        context = self.get_context_data()
        if self.faults:
            return self.render_to_response(context)
        at = timezone.now()
        found = playing.rehearse(self.journey, self.plan, at=at)
        type(self.version).objects.filter(pk=self.version.pk).update(rehearsed_at=at)
        visible = set(
            Person.objects.visible_to(request.user)
            .filter(pk__in=[person.pk for person, _path in found.people[:PEOPLE_SHOWN]])
            .values_list("pk", flat=True)
        )
        context |= {
            "found": found,
            "by_step": [
                {
                    "says": self.says[key],
                    "sent": found.sent[key],
                    "tasks": found.tasks[key],
                    "stands": found.stands[key],
                }
                for key in self.plan.steps
                if found.sent[key] or found.tasks[key] or found.stands[key]
            ],
            "refused": found.refused.most_common(),
            "not_let_in": found.not_let_in.most_common(),
            "ended": dict(found.ended),
            "people": [
                (person, self.told(path)) for person, path in found.people[:PEOPLE_SHOWN] if person.pk in visible
            ],
        }
        return self.render_to_response(context)
