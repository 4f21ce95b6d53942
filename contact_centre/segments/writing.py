"""Segments as rows: making, changing, copying, counting and deleting them, and who uses one."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

import structlog
from django.db import transaction
from django.db.models import F, ProtectedError
from django.utils.functional import Promise
from django.utils.text import slugify
from django.utils.translation import gettext as _
from wagtail import hooks
from wagtail.log_actions import log

from contact_centre import seen
from contact_centre.models import CallList, Journey, MessageTemplate, Segment, Send
from contact_centre.segments import membership, previewing, rules
from people.models import User

events = structlog.get_logger("matricula.segments")
IN_SEGMENT = "contact_centre.segment"  # the criterion that asks for another segment
COUNT_STAYS = timedelta(hours=24)
COUNTED_AT_ONCE = 20


class SegmentInUse(Exception):
    """Something is sent to it or walks by it. ``uses`` says what."""

    def __init__(self, uses: list["Use"]):
        super().__init__(", ".join(use.name for use in uses))
        self.uses = uses


@dataclass(frozen=True)
class Use:
    """Something that asks for a segment: what it is, how it is called, and the row to look at."""

    what: str | Promise
    name: str
    row: object = None


def save(
    segment: Segment | None,
    *,
    name: str,
    note: str,
    document: Mapping,
    is_fixed: bool,
    at: datetime,
    by: User | None,
    started_from: str = "",
) -> Segment:
    """Make a segment, or give one new words and rules; a fixed list is written down with whoever meets them now.

    ``started_from`` is the ``mark`` of what the writer opened. Raises rules.BadRules, also when a segment would in the
    end ask for itself, and seen.Overtaken if somebody else has saved it since. Logged.
    """
    tree = rules.read(document)
    segment, is_new = segment or Segment(slug=_free_slug(name), owner=by, changed_at=at), segment is None
    if segment.pk and _asks_for(document, segment.pk, seen=set()):
        raise rules.BadRules({"0": _("This segment would ask for itself.")})
    with transaction.atomic():
        if segment.pk:
            seen.check(started_from, mark(Segment.objects.select_for_update().get(pk=segment.pk)))
        segment.name, segment.note, segment.rules, segment.changed_at = name, note, rules.write(tree), at
        segment.kind = Segment.Kind.DYNAMIC
        segment.counted, segment.counted_at = rules.people(tree, at=at).count(), at
        segment.save()
        action = "contact_centre.make_segment" if is_new else "contact_centre.change_segment"
        log(instance=segment, action=action, user=by, data={"people": segment.counted}, timestamp=at)
        if is_fixed:
            membership.fix(segment, at=at, by=by)
            segment.refresh_from_db()
    return segment


def mark(segment: Segment) -> str:
    """The mark of a segment as somebody wrote it; that it is counted anew does not change it."""
    return seen.mark(segment.name, segment.note, segment.kind, segment.rules, segment.changed_at)


def copy(segment: Segment, *, at: datetime, by: User | None) -> Segment:
    """Another segment with the same rules, always up to date, whatever the first was."""
    name = _("Copy of %(name)s") % {"name": segment.name}
    made = Segment.objects.create(
        name=name[:120], slug=_free_slug(name), note=segment.note, rules=segment.rules, owner=by, changed_at=at
    )
    log(instance=made, action="contact_centre.make_segment", user=by, data={"from": segment.pk}, timestamp=at)
    return made


@transaction.atomic
def delete(segment: Segment, *, at: datetime, by: User | None) -> None:
    """Take a segment away. Raises SegmentInUse while anything asks for it. Logged."""
    segment = Segment.objects.select_for_update().get(pk=segment.pk)
    found = uses(segment)
    if found:
        raise SegmentInUse(found)
    log(instance=segment, action="contact_centre.delete_segment", user=by, title=segment.name, timestamp=at)
    try:
        segment.delete()
    except ProtectedError as refusal:  # used since we looked
        raise SegmentInUse([Use(_("In use"), str(row), row) for row in refusal.protected_objects]) from refusal


def uses(segment: Segment) -> list[Use]:
    """All that asks for ``segment``; floors tell theirs with the hook ``register_segment_uses(segment) -> [Use]``."""
    found = [Use(_("Send"), one.name, one) for one in Send.objects.filter(segment=segment).order_by("-made_at")]
    found += [Use(_("Journey"), one.name, one) for one in Journey.objects.filter(only_for=segment).order_by("name")]
    found += [Use(_("Call list"), one.name, one) for one in CallList.objects.filter(segment=segment).order_by("name")]
    asked = f"segment:{segment.slug}}}"
    templates = MessageTemplate.objects.filter(body__contains=asked).order_by("title", "language")
    found += [Use(_("Template"), f"{one.title} ({one.language})", one) for one in templates]
    others = Segment.objects.exclude(pk=segment.pk).order_by("name")
    found += [Use(_("Segment"), one.name, one) for one in others if segment.pk in _asked_segments(one.rules)]
    for register in hooks.get_hooks("register_segment_uses"):
        found += register(segment)
    return found


def recount(*, at: datetime) -> int:
    """Count anew the segments whose figure is a day old, the oldest first; return how many. For the sweep."""
    old = Segment.objects.filter(kind=Segment.Kind.DYNAMIC, changed_at__lte=at).exclude(counted_at__gt=at - COUNT_STAYS)
    counted = 0
    for segment in old.order_by(F("counted_at").asc(nulls_first=True), "pk")[:COUNTED_AT_ONCE]:
        try:
            figure = previewing.preview(segment.rules, at=at).total
        except (rules.BadRules, previewing.TooSlow) as trouble:
            events.warning("segment_not_counted", segment=segment.pk, why=type(trouble).__name__)
            figure = None
        Segment.objects.filter(pk=segment.pk).update(counted=figure, counted_at=at)
        counted += 1
    return counted


def _asks_for(document: Mapping, wanted: int, *, seen: set[int]) -> bool:
    """Whether these rules lead to the segment ``wanted``, by whatever segments lie between."""
    for pk in _asked_segments(document) - seen:
        seen.add(pk)
        between = Segment.objects.filter(pk=pk).values_list("rules", flat=True).first()
        if pk == wanted or (between and _asks_for(between, wanted, seen=seen)):
            return True
    return False


def _asked_segments(node: object) -> set[int]:
    if not isinstance(node, Mapping):
        return set()
    if node.get("criterion") == IN_SEGMENT:
        named = str(node.get("values", {}).get("segment", ""))
        return {int(named)} if named.isdigit() else set()
    inside = node.get("rules", [])
    return set().union(*[_asked_segments(one) for one in inside]) if isinstance(inside, list) else set()


def _free_slug(name: str) -> str:
    stem = slugify(name)[:70] or "segment"
    taken = set(Segment.objects.filter(slug__startswith=stem).values_list("slug", flat=True))
    return next(slug for slug in [stem, *[f"{stem}-{n}" for n in range(2, len(taken) + 3)]] if slug not in taken)
