"""The timeline of a person: sieved, a stretch at a time, and as a file."""

import csv
import json
from collections.abc import Iterator

from django.core.exceptions import PermissionDenied
from django.http import Http404, StreamingHttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.cache import patch_vary_headers
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_POST
from django.views.generic import TemplateView

from contact_centre import lines
from contact_centre.forms import FeelingForm, SieveForm
from contact_centre.views.shared import SEE, SEE_OWN, TAKE, DeskMixin
from people import timeline
from people.access import audit
from people.back_office import FORMULA_SIGNS
from people.identity import merging
from people.models import AuditEntry, Person, Touchpoint
from people.timeline import Key

PAGE = 20
EXPORT = "people.export_person"
COLUMNS = (
    *("at", "kind", "label", "channel", "direction", "summary"),
    *("emotion", "sentiment", "two_way", "by", "campaign", "link"),
)


class TimelineView(DeskMixin, TemplateView):
    """A stretch of the timeline: a piece of the list for htmx, else a page of its own."""

    any_permission = (SEE, TAKE, SEE_OWN)
    page_title = gettext_lazy("Timeline")
    header_icon = "history"
    template_name = "contact_centre/admin/timeline_page.html"
    trail = (("contact_centre_people", gettext_lazy("People")),)

    @cached_property
    def person(self) -> Person:
        return visible_person(self.request.user, self.kwargs["uuid"])

    def get_breadcrumbs_items(self):
        *above, here = super().get_breadcrumbs_items()
        page = {"url": reverse("contact_centre_person", args=[self.person.uuid]), "label": str(self.person)}
        return [*above, page, here]

    def get_template_names(self):
        if not self.request.htmx:
            return [self.template_name]
        name = "timeline_filter" if "filter" in self.request.GET else "timeline"
        return [f"contact_centre/admin/{name}.html"]

    def get_context_data(self, **kwargs):
        happened = happened_to(self.person, self.request)
        if self.request.htmx:
            return happened
        return super().get_context_data(**happened, **kwargs)

    def render_to_response(self, context, **kwargs):
        response = super().render_to_response(context, **kwargs)
        patch_vary_headers(response, ["HX-Request"])
        if self.request.htmx and not {"before", "filter"} & set(self.request.GET):
            page = reverse("contact_centre_person", args=[self.person.uuid])
            response["HX-Replace-Url"] = f"{page}?{context['asked']}" if context["is_sieved"] else page
        return response


def happened_to(person: Person, request) -> dict:
    """What the list of a person's timeline shows: the stretch that the address asks for, and how to go on."""
    form = SieveForm(request.GET)
    before = _key_of(request)
    sieve = form.sieve()
    piece = timeline.stretch(person, sieve=sieve, before=before, size=PAGE)
    day_above = timezone.localtime(before[0]).date() if before and request.htmx else None
    shown = lines.lines(piece.touchpoints, reader=request.user, day_above=day_above)
    if sieve.words:  # to find a line by words one may not read would be to read them
        shown = [line for line in shown if not line.is_withheld]
    asked = form.asked()
    if asked or "filter" in request.GET:  # what there is to choose from is read when somebody chooses
        form.offer(timeline.kinds_of(person))
    return {
        "person": person,
        "lines": shown,
        "sieve_form": form,
        "is_filter_open": bool(asked) or "filter" in request.GET,
        "is_sieved": bool(asked),
        "is_later": before is not None,
        "asked": asked.urlencode(),
        "more": _address_of(asked, piece.rest),
        "looked_until": piece.looked_until,
        "may_export": request.user.has_perm(EXPORT),
        "feeling_form": FeelingForm(),
    }


@require_POST
def note_feeling(request, uuid, pk):
    """Say how the person felt, on a line one wrote oneself."""
    if not any(request.user.has_perm(name) for name in TimelineView.any_permission):
        raise PermissionDenied
    person = visible_person(request.user, uuid)
    touchpoint = get_object_or_404(Touchpoint.objects.select_related("by"), pk=pk, person=person)
    form = FeelingForm(request.POST)
    if form.is_valid():
        try:
            timeline.note_feeling(touchpoint, by=request.user, **form.cleaned_data)
        except timeline.NotTheirs:
            raise PermissionDenied
    if not request.htmx:
        return redirect(f"{reverse('contact_centre_person', args=[person.uuid])}#touchpoint-{pk}")
    day = timezone.localtime(touchpoint.at).date()
    line = lines.lines([touchpoint], reader=request.user, day_above=day)[0]
    context = {"person": person, "line": line, "feeling_form": FeelingForm()}
    return render(request, "contact_centre/admin/timeline_line.html", context)


@require_GET
def export(request, uuid, file_format):
    """The sieved timeline as a file, written as it is read; whoever takes it is noted in the audit trail."""
    if not request.user.has_perm(EXPORT):
        raise PermissionDenied
    person = visible_person(request.user, uuid)
    form = SieveForm(request.GET)
    audit.note(
        act=AuditEntry.Act.EXPORTED,
        what="contact_centre.timeline",
        by=request.user,
        at=timezone.now(),
        person=person,
        detail={"format": file_format, "sieved_by": sorted(form.asked())},
    )
    rows = _rows(person, form.sieve(), request)
    content, kind = (_csv(rows), "text/csv") if file_format == "csv" else (_json(rows), "application/json")
    response = StreamingHttpResponse(content, content_type=f"{kind}; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="timeline-{person.uuid}.{file_format}"'
    return response


def visible_person(user, uuid) -> Person:
    """Whoever the address means now, if ``user`` may know of them; to anybody else there is none."""
    person = merging.current(get_object_or_404(Person, uuid=uuid))
    return get_object_or_404(Person.objects.visible_to(user), pk=person.pk)


def _key_of(request) -> Key | None:
    text = request.GET.get("before", "")
    try:
        return lines.read_key(text) if text else None
    except ValueError:
        raise Http404


def _address_of(asked, rest: Key | None) -> str:
    """What stands behind the question mark of the next stretch; empty at the end."""
    if rest is None:
        return ""
    asked = asked.copy()
    asked["before"] = lines.write_key(rest)
    return asked.urlencode()


def _rows(person: Person, sieve: timeline.Sieve, request) -> Iterator[dict]:
    """One row for each touchpoint, the newest first. The words are chosen now: a stream outlives its language."""
    named = {kind: str(label) for kind, label in timeline.kinds().items()}
    reader = request.user
    for touchpoints in timeline.walk(person, sieve=sieve):
        for line in lines.lines(touchpoints, reader=reader, names=named):
            if sieve.words and line.is_withheld:
                continue
            one = line.touchpoint
            yield {
                "at": one.at.isoformat(),
                "kind": one.kind,
                "label": line.label,
                "channel": one.channel,
                "direction": one.direction,
                "summary": one.summary,
                "emotion": "" if line.is_withheld else one.emotion,
                "sentiment": None if line.is_withheld else one.sentiment,
                "two_way": one.is_two_way,
                "by": str(one.by) if one.by else "",
                "campaign": one.campaign,
                "link": request.build_absolute_uri(line.address) if line.address else "",
            }


class _Echo:
    """What is written comes back, for a stream to pass on."""

    def write(self, text: str) -> str:
        return text


def _csv(rows: Iterator[dict]) -> Iterator[str]:
    writer = csv.DictWriter(_Echo(), COLUMNS)
    yield "\ufeff"  # without it a spreadsheet takes accents for something else
    yield writer.writerow(dict(zip(COLUMNS, COLUMNS, strict=True)))
    for row in rows:
        # What somebody typed must not become a formula in whoever's spreadsheet.
        yield writer.writerow(
            {
                name: f"'{value}" if isinstance(value, str) and value.startswith(FORMULA_SIGNS) else value
                for name, value in row.items()
            }
        )


def _json(rows: Iterator[dict]) -> Iterator[str]:
    yield "["
    for number, row in enumerate(rows):
        yield f"{',' if number else ''}\n{json.dumps(row, ensure_ascii=False)}"
    yield "\n]\n"
