"""Who is on a journey: the people in a step, the log of one walk, and the panel on the page of a person."""

from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.core.paginator import Paginator
from django.db.models import OuterRef, Subquery
from django.middleware.csrf import get_token
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST
from django.views.generic import TemplateView

from contact_centre.journeys import steps, walking, words
from contact_centre.models import Journey, Walk, WalkLog
from contact_centre.views.journeys import CHANGE, NONE, VIEW, titles
from contact_centre.views.shared import SEE, TAKE, DeskMixin
from people.access import audit
from people.models import Person
from people.walls import Panel

PER_PAGE = 50
STATES = [("", gettext_lazy("All")), *Walk.State.choices]


def visible_walks(user):
    return Walk.objects.filter(person__in=Person.objects.visible_to(user)).select_related(
        "person", "journey", "version"
    )


class WalksView(DeskMixin, TemplateView):
    """The people on a journey, whoever came last first; ``step`` and ``state`` narrow it down."""

    any_permission = (VIEW,)
    header_icon = "group"
    template_name = "contact_centre/admin/journey_walks.html"
    trail = ((NONE, gettext_lazy("Journeys")),)

    def dispatch(self, request, *args, uuid, **kwargs):
        self.journey = get_object_or_404(Journey, uuid=uuid)
        return super().dispatch(request, *args, **kwargs)

    def get_page_title(self):
        return _("People on “%(journey)s”") % {"journey": self.journey}

    def get_context_data(self, **kwargs):
        asked = self.request.GET
        walks = visible_walks(self.request.user).filter(journey=self.journey).order_by("-entered_at", "-pk")
        if asked.get("state") in Walk.State.values:
            walks = walks.filter(state=asked["state"])
        if asked.get("step"):
            walks = walks.filter(step=asked["step"])
        if asked.get("version", "").isdigit():
            walks = walks.filter(version__number=int(asked["version"]))
        why = WalkLog.objects.filter(walk=OuterRef("pk")).order_by("-at", "-pk").values("why")[:1]
        page = Paginator(walks.annotate(why=Subquery(why)), PER_PAGE).get_page(asked.get("p"))
        known, plans = titles(), {}
        for walk in page:
            plan = plans.setdefault(walk.version_id, steps.read(walk.version.steps))
            step = plan.steps.get(walk.step)
            walk.says = words.step(step, titles=known) if step else _("At the door")
        return super().get_context_data(
            journey=self.journey, page=page, states=STATES, chosen=asked.get("state", ""), asked=asked, **kwargs
        )


class WalkView(DeskMixin, TemplateView):
    """One walk: every step with the reason why."""

    any_permission = (VIEW, TAKE)
    header_icon = "redirect"
    template_name = "contact_centre/admin/journey_walk.html"

    def dispatch(self, request, *args, pk, **kwargs):
        self.walk = get_object_or_404(visible_walks(request.user), pk=pk)
        return super().dispatch(request, *args, **kwargs)

    def get_page_title(self):
        return str(self.walk.person)

    def get_breadcrumbs_items(self):
        journey = self.walk.journey
        if not self.request.user.has_perm(VIEW):
            return [{"url": "", "label": str(journey)}, {"url": "", "label": self.get_page_title()}]
        above = {"url": reverse(NONE), "label": _("Journeys")}
        there = {"url": reverse("contact_centre_journey", args=[journey.uuid]), "label": str(journey)}
        return [above, there, {"url": "", "label": self.get_page_title()}]

    def get_context_data(self, **kwargs):
        walk, user = self.walk, self.request.user
        audit.note(
            act=audit.Act.READ,
            what="contact_centre.walk",
            by=user,
            at=timezone.now(),
            person=walk.person,
            about=walk,
        )
        plan, known = steps.read(walk.version.steps), titles()
        lines = list(walk.log.order_by("at", "pk"))
        for line in lines:
            step = plan.steps.get(line.step)
            line.says = words.step(step, titles=known) if step else ""
            line.kind = step.kind if step else ""
        return super().get_context_data(
            walk=walk,
            lines=lines,
            may_take_out=walk.state == Walk.State.WALKING and user.has_perm(CHANGE),
            may_see_journey=user.has_perm(VIEW),
            **kwargs,
        )


@require_POST
@permission_required(CHANGE, raise_exception=True)
def take_out(request, pk):
    """End somebody's walk where it stands."""
    walk = get_object_or_404(visible_walks(request.user), pk=pk)
    why = request.POST.get("why", "").strip()[:200]
    if walking.take_out(walk, by=request.user, why=why, at=timezone.now()):
        messages.success(request, _("%(person)s is no longer on this journey.") % {"person": walk.person})
    else:
        messages.warning(request, _("They were no longer on it."))
    return redirect("contact_centre_walk", walk.pk)


class PersonJourneysPanel(Panel):
    """On the page of a person: the journeys they are on, where they stand, and why."""

    order = 340
    region = "aside"
    name = "journeys"
    permissions = (VIEW, TAKE, SEE)
    template_name = "contact_centre/admin/journeys_panel.html"

    def __init__(self, request, person):
        self.request = request
        why = WalkLog.objects.filter(walk=OuterRef("pk")).order_by("-at", "-pk").values("why")[:1]
        walks = Walk.objects.filter(person=person, state=Walk.State.WALKING).exclude(step="")
        walks = walks.select_related("journey", "version").annotate(why=Subquery(why)).order_by("-pk")
        self.walks = list(walks[:5]) if getattr(person, "is_on_journey", True) else []

    def is_shown(self):
        return bool(self.walks)

    def get_context_data(self, parent_context=None):
        may_open = self.request.user.has_perm(VIEW) or self.request.user.has_perm(TAKE)
        for walk in self.walks:
            step = steps.read(walk.version.steps).steps.get(walk.step)
            walk.kind_says = steps.KINDS[step.kind] if step else ""
        return {"walks": self.walks, "may_open": may_open, "csrf_token": get_token(self.request)}
