"""Segments: the list of them, the editor with its live count, the people of one, copy, delete and export."""

import csv
from contextlib import suppress
from dataclasses import dataclass, field
from typing import cast

from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.db.models import Q
from django.http import StreamingHttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_http_methods, require_POST
from django.views.generic import TemplateView

from contact_centre import rhythm, seen
from contact_centre.models import Segment
from contact_centre.segments import criteria, drafting, membership, previewing, reach, rules, writing
from contact_centre.segments.drafting import Draft
from contact_centre.views.shared import DeskMixin
from people.access import audit
from people.back_office import formula_safe
from people.models import Identity, Person
from people.models.persons import PersonQuerySet

VIEW, ADD, CHANGE, DELETE = (f"contact_centre.{act}_segment" for act in ("view", "add", "change", "delete"))
EXPORT = "people.export_person"
LIST_PAGE, PEOPLE_PAGE, SAMPLE = 50, 40, 8
TRAIL = (("contact_centre_segments", gettext_lazy("Segments")),)


@dataclass
class Row:
    """A group or a rule as the editor shows it. ``rows`` are those within a group."""

    place: str
    node: Draft
    fault: str = ""
    alone: int | None = None
    step: previewing.Step | None = None
    may_go_up: bool = False
    is_last: bool = False
    may_group: bool = False
    fields: list["Input"] = field(default_factory=list)
    help: str = ""
    rows: list["Row"] = field(default_factory=list)


@dataclass(frozen=True)
class Input:
    """One field of a rule with what stands in it."""

    name: str
    field: criteria.Field
    value: object
    options: list[tuple[str, str, bool]]


class SegmentsView(DeskMixin, TemplateView):
    """All segments, with what they hold and when that was counted."""

    any_permission = (VIEW,)
    page_title = gettext_lazy("Segments")
    header_icon = "group"
    template_name = "contact_centre/admin/segments.html"

    def get_context_data(self, **kwargs):
        sought = self.request.GET.get("q", "").strip()[:100]
        segments = Segment.objects.select_related("owner").order_by("name", "pk")
        if sought:
            segments = segments.filter(Q(name__icontains=sought) | Q(note__icontains=sought))
        page = Paginator(segments, LIST_PAGE).get_page(self.request.GET.get("p"))
        return super().get_context_data(segments=page, sought=sought, may_add=self.request.user.has_perm(ADD), **kwargs)


class EditSegmentView(DeskMixin, TemplateView):
    """Write the rules of a segment. Each button posts the whole form back; nothing is kept until it is saved."""

    any_permission = (ADD, CHANGE)
    header_icon = "group"
    template_name = "contact_centre/admin/segment_edit.html"
    trail = TRAIL

    @cached_property
    def segment(self) -> Segment | None:
        uuid = self.kwargs.get("uuid")
        return get_object_or_404(Segment, uuid=uuid) if uuid else None

    def dispatch(self, request, *args, **kwargs):
        if not request.user.has_perm(CHANGE if kwargs.get("uuid") else ADD):
            raise PermissionDenied
        return super().dispatch(request, *args, **kwargs)

    def get_page_title(self):
        return _("Change segment") if self.segment else _("New segment")

    def get(self, request, *args, **kwargs):
        if self.segment:
            draft = drafting.from_rules(self.segment.rules)
        else:
            silence = request.GET.get("silent", "")
            kept = rhythm.rules_for_silence(int(silence)) if silence.isascii() and silence.isdigit() else {}
            draft = drafting.from_rules(kept)
        return self._show(draft, _words_of(self.segment))

    def post(self, request, *args, **kwargs):
        draft = drafting.from_form(request.POST)
        words = {name: request.POST.get(name, "").strip()[:limit] for name, limit in (("name", 120), ("note", 250))}
        words["is_fixed"] = request.POST.get("kind") == Segment.Kind.STATIC
        words["started_from"] = request.POST.get("seen", "")
        if what := request.POST.get("act", ""):
            return self._show(draft, words, look_at=drafting.act(draft, what), is_asked=what == "count")
        if not words["name"]:
            return self._show(draft, words, is_asked=True, fault=_("Give the segment a name."))
        try:
            document = drafting.document(draft)
            saved = writing.save(self.segment, document=document, at=timezone.now(), by=request.user, **words)
        except seen.Overtaken:
            self.segment.refresh_from_db()
            return self._show(draft, words | {"started_from": writing.mark(self.segment)}, fault=seen.NOT_SAVED)
        except rules.BadRules as refusal:
            return self._show(draft, words, is_asked=True, faults=refusal.faults)
        people = ngettext("%(n)s person is in it now.", "%(n)s people are in it now.", saved.counted or 0)
        messages.success(request, _("The segment is saved.") + " " + people % {"n": saved.counted or 0})
        return redirect("contact_centre_segment", saved.uuid)

    def _show(self, draft: Draft, words: dict, *, look_at: str = "", is_asked: bool = False, fault="", faults=None):
        """The editor; a rule without anything in it yet is only found fault with when somebody asks."""
        counted = _counted(draft, self.request.user)
        found = faults or counted["faults"]
        shown = found if is_asked else {place: why for place, why in found.items() if _is_filled(draft, place)}
        context = self.get_context_data(
            **self.kwargs,
            **counted | {"faults": shown, "has_faults": bool(found)},
            words=words,
            fault=fault,
            top=_rows(draft, shown, counted["preview"]),
            look_at=look_at,
            figures=",".join(f"#figure-{place}" for place, _node in drafting.walk(draft) if place != drafting.TOP),
            choices=_choices(),
            ops=rules.OPS.items(),
            segment=self.segment,
        )
        is_part = self.request.htmx  # type: ignore[attr-defined]  # django-htmx adds it
        part = "contact_centre/admin/segment_draft.html"
        return render(self.request, part if is_part else self.template_name, context)


class SegmentView(DeskMixin, TemplateView):
    """One segment: its rules with what each removes, whom of it we may contact, who uses it, and its people."""

    any_permission = (VIEW,)
    header_icon = "group"
    template_name = "contact_centre/admin/segment.html"
    trail = TRAIL

    @cached_property
    def segment(self) -> Segment:
        return get_object_or_404(Segment.objects.select_related("owner"), uuid=self.kwargs["uuid"])

    def get_page_title(self):
        return self.segment.name

    def get_context_data(self, **kwargs):
        segment, user, at = self.segment, self.request.user, timezone.now()
        trouble, people, preview = "", Person.objects.none(), None
        try:
            people = membership.people_of(segment, at=at)
            preview = previewing.preview(segment.rules, at=at)
        except rules.BadRules as refusal:
            trouble = _("The rules do not hold any more: %(why)s") % {"why": " ".join(refusal.faults.values())}
        except previewing.TooSlow:
            trouble = _("So many people could not be counted in time.")
        return super().get_context_data(
            segment=segment,
            is_fixed=segment.kind == Segment.Kind.STATIC,
            trouble=trouble,
            preview=preview,
            total=people.count() if segment.kind == Segment.Kind.STATIC or preview is None else preview.total,
            reach=reach.of(people, at=at) if "reach" in self.request.GET else None,
            uses=writing.uses(segment),
            **_page_of(people, user, self.request.GET.get("after", "")),
            may_change=user.has_perm(CHANGE),
            may_add=user.has_perm(ADD),
            may_delete=user.has_perm(DELETE),
            may_export=user.has_perm(EXPORT),
            **kwargs,
        )


@require_POST
@permission_required(ADD, raise_exception=True)
def copy(request, uuid):
    made = writing.copy(get_object_or_404(Segment, uuid=uuid), at=timezone.now(), by=request.user)
    messages.success(request, _("The segment is copied. Change what you like."))
    return redirect("contact_centre_segment_edit", made.uuid)


@require_http_methods(["GET", "POST"])
@permission_required(DELETE, raise_exception=True)
def delete(request, uuid):
    segment = get_object_or_404(Segment, uuid=uuid)
    if request.method == "POST":
        try:
            writing.delete(segment, at=timezone.now(), by=request.user)
        except writing.SegmentInUse as refusal:
            used = ", ".join(f"{use.what} “{use.name}”" for use in refusal.uses)
            messages.error(request, _("Not deleted, because it is used: %(uses)s") % {"uses": used})
            return redirect("contact_centre_segment", segment.uuid)
        messages.success(request, _("The segment is deleted."))
        return redirect("contact_centre_segments")
    uses = writing.uses(segment)
    return render(
        request,
        "contact_centre/admin/segment_delete.html",
        {
            "segment": segment,
            "uses": uses,
            "page_title": _("Delete segment"),
            "header_title": _("Delete segment"),
            "header_icon": "bin",
            "breadcrumbs_items": [
                {"url": reverse("contact_centre_segments"), "label": _("Segments")},
                {"url": reverse("contact_centre_segment", args=[segment.uuid]), "label": segment.name},
                {"url": "", "label": _("Delete")},
            ],
        },
    )


@require_POST
@permission_required(VIEW, raise_exception=True)
def export(request, uuid):
    """The people of a segment as a file, for those who may take people's data away; the audit says who did."""
    if not request.user.has_perm(EXPORT):
        raise PermissionDenied
    segment, at = get_object_or_404(Segment, uuid=uuid), timezone.now()
    try:
        people = membership.people_of(segment, at=at).visible_to(request.user).order_by("pk")
    except rules.BadRules as refusal:
        messages.error(request, " ".join(refusal.faults.values()))
        return redirect("contact_centre_segment", segment.uuid)
    audit.note(
        act=audit.Act.EXPORTED,
        what="contact_centre.segment_people",
        by=request.user,
        at=at,
        about=segment,
        detail={"rows": people.count(), "format": "csv"},
    )
    heading = [_("Number"), _("Given name"), _("Family name"), _("Language"), _("E-mail"), _("Telephone")]
    response = StreamingHttpResponse(_lines(people, heading), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{segment.slug}.csv"'
    return response


class RhythmView(DeskMixin, TemplateView):
    """How many of those who agreed to hear from us get too little or too much, and who hears nothing."""

    any_permission = (VIEW,)
    page_title = gettext_lazy("Rhythm of contact")
    header_icon = "history"
    template_name = "contact_centre/admin/rhythm.html"

    def get_context_data(self, **kwargs):
        at, asked = timezone.now(), self.request.GET.get("days", "")
        band = rhythm.band(at=at)
        days = min(int(asked), 36_500) if asked.isascii() and asked.isdigit() and int(asked) else band.silence_days
        channel = self.request.GET.get("channel", "")
        channel = channel if channel in {code for code, _label in reach.CHANNELS} else ""
        people = rhythm.silent(at=at, days=days, channel=channel)
        return super().get_context_data(
            band=band,
            percent=round(100 * band.share),
            days=days,
            channel=channel,
            channels=reach.CHANNELS,
            total=people.count(),
            may_add=self.request.user.has_perm(ADD),
            **_page_of(people, self.request.user, self.request.GET.get("after", "")),
            **kwargs,
        )


class _Echo:
    """A file that hands back what is written to it."""

    def write(self, line):
        return line


def _lines(people, heading):
    writer = csv.writer(_Echo())
    yield "\ufeff" + writer.writerow(heading)
    for person in people.prefetch_related("identities").iterator(chunk_size=1000):
        ways = dict.fromkeys((Identity.Kind.EMAIL, Identity.Kind.PHONE), "")
        for identity in person.identities.all():
            if identity.kind in ways and not identity.is_undeliverable and not ways[identity.kind]:
                ways[identity.kind] = identity.value
        cells = [person.given_name, person.family_name, person.language, *ways.values()]
        yield writer.writerow([person.pk, *[formula_safe(cell) for cell in cells]])


def _page_of(people, user, after: str) -> dict:
    """One page of people, the newest first: those whom the reader may know of."""
    people = people.visible_to(user).prefetch_related("identities").order_by("-pk")
    if after.isascii() and after.isdigit():
        people = people.filter(pk__lt=min(int(after), 2**62))
    found = list(people[: PEOPLE_PAGE + 1])
    return {"people": found[:PEOPLE_PAGE], "more_after": found[PEOPLE_PAGE - 1].pk if len(found) > PEOPLE_PAGE else ""}


def _words_of(segment: Segment | None) -> dict:
    if segment is None:
        return {"name": "", "note": "", "is_fixed": False, "started_from": ""}
    is_fixed = segment.kind == Segment.Kind.STATIC
    return {"name": segment.name, "note": segment.note, "is_fixed": is_fixed, "started_from": writing.mark(segment)}


def _counted(draft: Draft, user) -> dict:
    """The count of a draft with a sample of people; rules that are not finished yet are left out of it."""
    at, preview = timezone.now(), None
    tree, faults = rules.read_what_holds(drafting.document(draft))
    if "0" not in faults:
        with suppress(previewing.TooSlow):
            preview = previewing.preview(tree, at=at)
    sample: list[Person] = []
    if preview:
        found = cast(PersonQuerySet, rules.people(tree, at=at))
        sample = list(found.visible_to(user).order_by("-pk")[:SAMPLE])
    return {"preview": preview, "faults": faults, "sample": sample}


def _is_filled(draft: Draft, place: str) -> bool:
    node = dict(drafting.walk(draft)).get(place)
    return node is not None and bool(node.criterion and node.values)


def _rows(draft: Draft, faults: dict, preview: previewing.Preview | None, place: str = drafting.TOP) -> Row:
    steps = {step.rule.place: step for step in preview.steps} if preview else {}
    alone = preview.alone if preview else {}
    known = criteria.registered()

    def row(node: Draft, place: str, *, is_last: bool) -> Row:
        criterion = known.get(node.criterion)
        return Row(
            place,
            node,
            fault=faults.get(place, ""),
            alone=alone.get(place),
            step=steps.get(place),
            may_go_up=not place.endswith("-0") and place != drafting.TOP,
            is_last=is_last,
            may_group=place.count("-") + 1 < rules.DEEPEST,
            fields=[_input(place, one, node.values.get(one.name)) for one in criterion.fields] if criterion else [],
            help=str(criterion.help) if criterion else "",
            rows=[row(one, f"{place}-{n}", is_last=n == len(node.rules) - 1) for n, one in enumerate(node.rules)],
        )

    return row(draft, place, is_last=True)


def _input(place: str, of: criteria.Field, value: object) -> Input:
    chosen = {str(one) for one in value} if isinstance(value, list) else {str(value)}
    options = [(code, str(label), code in chosen) for code, label in of.choices()]
    return Input(f"value.{place}.{of.name}", of, "" if value is None else value, options)


def _choices() -> list[tuple[str, list[tuple[str, str]]]]:
    """The criteria by group, as a list to choose from."""
    groups: dict[str, list[tuple[str, str]]] = {}
    for one in criteria.registered().values():
        groups.setdefault(str(one.group), []).append((one.code, str(one.label)))
    return list(groups.items())
