"""People: finding them, and the page that answers four questions about one."""

from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.db.models import Count
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST
from django.views.generic import TemplateView

from contact_centre import calls, deadlines, inbox, person_page, queue
from contact_centre.forms import CallForm, PersonCallForm
from contact_centre.models import Case
from contact_centre.views.shared import READ, SEE, SEE_OWN, TAKE, DeskMixin
from contact_centre.views.timeline import happened_to
from people import timeline, walls
from people.access import audit, visibility
from people.identity import identities, merging
from people.models import Person, Touchpoint

PEOPLE_PAGE = 40


class PeopleView(DeskMixin, TemplateView):
    """Find a person by name, e-mail, telephone or student number; without a search, the newest.

    A teacher finds those who apply to and study what they teach, and nobody else.
    """

    any_permission = (SEE, TAKE, SEE_OWN)
    page_title = gettext_lazy("People")
    header_icon = "group"
    template_name = "contact_centre/admin/people.html"

    def get_context_data(self, **kwargs):
        sought = self.request.GET.get("q", "").strip()[:200]
        phase = self.request.GET.get("phase", "")
        user, before = self.request.user, self.request.GET.get("before", "")
        found, has_more = _found(sought, user) if sought else _newest(phase, before, user)
        return super().get_context_data(
            sought=sought,
            phase=phase,
            phases=Person.Phase.choices,
            people=_with_open_cases(found),
            older=found[-1].created_at.isoformat() if has_more else "",
            **kwargs,
        )


class PersonView(DeskMixin, TemplateView):
    """Who is this and may I contact them, what do they want, what happened, what should I do next."""

    any_permission = (SEE, TAKE, SEE_OWN)
    header_icon = "user"
    template_name = "contact_centre/admin/person.html"
    trail = (("contact_centre_people", gettext_lazy("People")),)

    @cached_property
    def person(self) -> Person:
        people = Person.objects.visible_to(self.request.user).prefetch_related("identities")
        return get_object_or_404(person_page.with_rarities(people), uuid=self.kwargs["uuid"])

    def get(self, request, *args, **kwargs):
        if self.person.merged_into_id is not None:
            return redirect("contact_centre_person", merging.current(self.person).uuid)
        audit.note(
            act=audit.Act.READ, what="people.person_page", by=request.user, at=timezone.now(), person=self.person
        )
        if request.htmx and (name := request.GET.get("panel")):
            return HttpResponse(walls.fetch("construct_person_panels", request, name, person=self.person))
        return super().get(request, *args, **kwargs)

    def get_page_title(self):
        return str(self.person)

    def get_context_data(self, **kwargs):
        person, at = self.person, timezone.now()
        ways = person_page.ways(person, at=at)
        every_case = person_page.latest_cases(person)
        cases = person_page.open_cases(every_case, at=at)
        happened = happened_to(person, self.request)
        scores = person_page.scores(person)
        score = next((one for one in scores if one.metric == inbox.SCORE), None)
        service = person_page.service(every_case)
        panels = walls.furnish("construct_person_panels", self.request, person=person)
        return super().get_context_data(
            **happened,
            ways=ways,
            cases=cases,
            score=score,
            scores=[(person_page.METRICS.get(one.metric, one.metric), one) for one in scores],
            service=service,
            usual_answer=deadlines.span(service.usual_answer) if service.usual_answer else "",
            steps=person_page.next_steps(cases, ways, last=_last_of(happened), score=score, at=at),
            call_form=CallForm() if cases else PersonCallForm(),
            may_note_consent=self.request.user.has_perm("people.note_consent"),
            may_take=self.request.user.has_perm(TAKE),
            may_read_cases=self.request.user.has_perm(READ) or self.request.user.has_perm(TAKE),
            panels_now=[html for panel, html in panels if panel.region == "now"],
            panels_next=[html for panel, html in panels if panel.region == "next"],
            panels=[html for panel, html in panels if panel.region not in ("now", "next")],
            **kwargs,
        )


@require_POST
@permission_required(TAKE, raise_exception=True)
def write(request, uuid):
    """Open a case of one's own to write to somebody who has not asked, or go on with the one that is open."""
    person = get_object_or_404(Person.objects.known(), uuid=uuid)
    case = person.cases.open().filter(adviser=request.user).most_urgent_first().first()
    if case is None:
        case = queue.open_case(
            person,
            kind=Case.Kind.FOLLOW_UP,
            at=timezone.now(),
            channel="email",
            language=person.language,
            adviser=request.user,
        )
    return redirect("contact_centre_case", case.uuid)


@require_POST
@permission_required(TAKE, raise_exception=True)
def log_call(request, uuid):
    person = get_object_or_404(Person.objects.known(), uuid=uuid)
    has_case = person.cases.open().exists()  # then the call is about what they asked
    form = CallForm(request.POST) if has_case else PersonCallForm(request.POST)
    if form.is_valid():
        try:
            calls.log_call(person, by=request.user, at=timezone.now(), **form.cleaned_data)
            messages.success(request, _("The call is written down."))
        except calls.MayNotCall as refusal:
            messages.error(
                request, _("This call had no ground and is not written down: %(why)s") % {"why": refusal.why}
            )
    else:
        messages.error(request, _("Say how the call ended, and what it was for."))
    return redirect("contact_centre_person", person.uuid)


def _last_of(happened: dict) -> Touchpoint | None:
    """The newest touchpoint, also when the list shows others."""
    if happened["is_sieved"] or happened["is_later"]:
        return next(iter(timeline.page(happened["person"], size=1)), None)
    return happened["lines"][0].touchpoint if happened["lines"] else None


def _found(sought: str, user) -> tuple[list[Person], bool]:
    sees_all = visibility.people_seen_by(user) is True
    return identities.find(sought, among=None if sees_all else Person.objects.visible_to(user)), False


def _newest(phase: str, before: str, user) -> tuple[list[Person], bool]:
    people = Person.objects.known().visible_to(user).prefetch_related("identities").order_by("-created_at", "-pk")
    if phase in Person.Phase.values:
        people = people.filter(phase=phase)
    try:
        instant = parse_datetime(before)
    except ValueError:
        instant = None
    if instant is not None and timezone.is_aware(instant):
        people = people.filter(created_at__lt=instant)
    found = list(people[: PEOPLE_PAGE + 1])
    return found[:PEOPLE_PAGE], len(found) > PEOPLE_PAGE


def _with_open_cases(people: list[Person]) -> list[tuple[Person, int]]:
    owed = Case.objects.unanswered().filter(person__in=people).values("person").annotate(owed=Count("pk"))
    counted = dict(owed.values_list("person", "owed"))
    return [(person, counted.get(person.pk, 0)) for person in people]
