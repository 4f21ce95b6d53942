"""Making two people one: the comparison, the act, the result, and the way back."""

from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format, time_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from people.access import audit
from people.identity import merge_bulk, merge_fields, merge_preview, merging
from people.models import Channel, Language, Merge, Person

MERGE = "people.merge_person"
CHOICES = "keep_"  # radio buttons are called keep_given_name and so on
DISPLAYED = {
    "language": dict(Language.choices),
    "phase": dict(Person.Phase.choices),
    "preferred_channel": dict(Channel.choices),
    "frequency": dict(Person.Frequency.choices),
}


@never_cache
@require_http_methods(["GET", "POST"])
def merge(request):
    """Both people side by side; a POST makes them one."""
    if not request.user.has_perm(MERGE):
        raise PermissionDenied
    asked = request.POST if request.method == "POST" else request.GET
    if request.method == "GET" and not (asked.get("one") and asked.get("other")):
        return redirect("people_duplicates:index")
    survivor, absorbed = _person(asked.get("one")), _person(asked.get("other"))
    if request.method == "POST":
        return _merge(request, survivor, absorbed)
    standing = _standing(survivor, absorbed)
    if standing is not None:
        return redirect("people_merges:inspect", standing.pk)
    survivor, absorbed = merging.current(survivor), merging.current(absorbed)
    if survivor == absorbed or survivor.erased_at or absorbed.erased_at:
        messages.error(request, _refusal(survivor, absorbed))
        return redirect("people_duplicates:index")
    for person in (survivor, absorbed):
        audit.note(act=audit.Act.READ, what="people.merge", by=request.user, at=timezone.now(), person=person)
    return render(request, "people/admin/merge.html", _compared(survivor, absorbed))


@require_POST
@permission_required(MERGE, raise_exception=True)
def merge_many(request):
    """Each ticked pair by itself; then what became of each."""
    chosen = [int(pk) for pk in request.POST.getlist("pair") if pk.isascii() and pk.isdecimal() and len(pk) < 19]
    if not chosen:
        messages.warning(request, _("There was nothing to merge: tick a pair first."))
        return redirect("people_duplicates:index")
    outcomes = merge_bulk.merge_pairs(chosen, at=timezone.now(), by=request.user)
    context = {
        "outcomes": outcomes,
        "made": sum(outcome.merge is not None for outcome in outcomes),
        "left": max(len(set(chosen)) - merge_bulk.MOST, 0),
        "most": merge_bulk.MOST,
        "header_title": _("Pairs merged"),
        "header_icon": "copy",
        "breadcrumbs_items": [
            {"url": reverse("people_duplicates:index"), "label": _("Possible duplicates")},
            {"url": "", "label": _("Pairs merged")},
        ],
    }
    return render(request, "people/admin/merged_many.html", context)


@require_POST
@permission_required(MERGE, raise_exception=True)
def undo_merge(request, pk):
    made = get_object_or_404(Merge, pk=pk)
    try:
        merging.undo(made, at=timezone.now(), by=request.user)
    except merging.CannotUndoMerge as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("They are two people again; each has what is theirs."))
    return redirect("people_merges:inspect", pk)


def _merge(request, survivor, absorbed):
    choices = {
        name.removeprefix(CHOICES): side for name, side in request.POST.items() if name.startswith(CHOICES) and side
    }
    try:
        made = merging.merge(survivor, absorbed, choices=choices, at=timezone.now(), by=request.user)
    except merging.CannotMerge as refusal:
        standing = _standing(survivor, absorbed)
        if standing is not None:  # a second click, or a colleague a moment earlier
            messages.info(request, str(refusal))
            return redirect("people_merges:inspect", standing.pk)
        messages.error(request, str(refusal))
        return redirect("people_duplicates:index")
    number = made.moves.count()
    text = ngettext("They are one person now. %(number)s row moved.", "They are one person now. %(number)s rows moved.", number)  # fmt: skip  # noqa: E501
    messages.success(request, text % {"number": number})
    return redirect("people_merges:inspect", made.pk)


def _person(uuid):
    try:
        return get_object_or_404(Person, uuid=uuid or "")
    except ValidationError:
        raise Http404


def _standing(one, other):
    """The merge that has already made these two one, if it was of just these two."""
    both = [one.pk, other.pk]
    return Merge.objects.filter(survivor__in=both, absorbed__in=both, undone_at=None).first()


def _refusal(one, other):
    if one == other:
        return _("These two are one person already.")
    return _("One of the two has been erased: there is nothing left to merge.")


def _compared(survivor, absorbed):
    seen = merge_preview.preview(survivor, absorbed)
    title = _("Merge two people")
    return {
        "preview": seen,
        "survivor": survivor,
        "absorbed": absorbed,
        "sides": [(survivor, seen.ways[0], True), (absorbed, seen.ways[1], False)],
        "rows": [
            {
                "field": field,
                "name": f"{CHOICES}{field.name}",
                "survivor": shown(field.name, field.survivor),
                "absorbed": shown(field.name, field.absorbed),
                "result": shown(field.name, field.result),
            }
            for field in seen.fields
            if not (field.is_same and field.survivor in merge_fields.EMPTY)
        ],
        "swap_url": f"{reverse('people_merge')}?one={absorbed.uuid}&other={survivor.uuid}",
        "header_title": title,
        "header_icon": "copy",
        "breadcrumbs_items": [
            {"url": reverse("people_duplicates:index"), "label": _("Possible duplicates")},
            {"url": "", "label": title},
        ],
    }


def shown(name, value):
    """A field's value as people read it; empty where there is none."""
    if value in merge_fields.EMPTY:
        return ""
    if name in DISPLAYED:
        return DISPLAYED[name].get(value, value)
    if name == "paused_until":
        return date_format(timezone.localtime(value), "SHORT_DATETIME_FORMAT")
    if name == "birth_date":
        return date_format(value, "SHORT_DATE_FORMAT")
    if name in merge_fields.HOURS:
        return time_format(value, "TIME_FORMAT")
    return ", ".join(value) if isinstance(value, list) else value
