"""When a journey runs: it goes live, pauses, closes its door, ends. Each is written to Wagtail's history."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _
from wagtail.log_actions import log

from contact_centre import seen
from contact_centre.journeys import steps, triggers, walking
from contact_centre.journeys.steps import Fault
from contact_centre.models import Journey, JourneyVersion, MessageTemplate, Segment, Walk
from people.models import User

State = Journey.State
LEFT_AT_ONCE = 500
MOVES = {
    State.DRAFT: {State.LIVE},
    State.LIVE: {State.LIVE, State.PAUSED, State.CLOSING, State.ENDED},  # live again: a new version
    State.PAUSED: {State.LIVE, State.CLOSING, State.ENDED},
    State.CLOSING: {State.LIVE, State.PAUSED, State.ENDED},
    State.ENDED: {State.LIVE},
}


class HasFaults(Exception):
    """The steps cannot be walked; ``faults`` says why."""

    def __init__(self, faults: list[Fault]):
        super().__init__("; ".join(fault.text for fault in faults))
        self.faults = faults


class NotNow(Exception):
    """A journey in this state cannot do that."""


def check(journey: Journey, document: dict) -> list[Fault]:
    """Everything that keeps the journey from going live with these steps."""
    facts = set(triggers.facts())
    facts |= {steps.SEGMENT + slug for slug in Segment.objects.values_list("slug", flat=True)}
    templates = MessageTemplate.objects.ready().values_list("code", flat=True)
    found = steps.faults(document, facts=facts, templates=templates)
    if journey.trigger not in triggers.beginnings():
        found.insert(0, Fault("", _("Choose what it begins with.")))
    if journey.trigger == "segment_entered" and journey.only_for_id is None:
        found.insert(0, Fault("", _("Choose the segment that brings people in.")))
    return found


@transaction.atomic
def go_live(journey: Journey, *, by: User | None, at: datetime, looked_at: str = "") -> Journey:
    """Let the newest version be walked. Whoever is inside an older one finishes that.

    Raises HasFaults, with every fault, and seen.Overtaken if it was changed since ``looked_at``. A paused journey
    without a newer version just goes on.
    """
    journey = _locked(journey, State.LIVE)
    seen.check(looked_at, mark(journey))
    version = newest(journey)
    if version is None or (found := check(journey, version.steps)):
        raise HasFaults(found if version else [Fault("", _("Nothing has been drawn yet."))])
    if version.went_live_at is None:
        version.steps = {name: value for name, value in version.steps.items() if name != "undo"}
        version.went_live_at = at
        version.save(update_fields=["steps", "went_live_at"])
    journey.live = version
    return _set(journey, State.LIVE, by=by, at=at)


@transaction.atomic
def pause(journey: Journey, *, by: User | None, at: datetime) -> Journey:
    """Nobody comes in and nobody moves until it goes on."""
    return _set(_locked(journey, State.PAUSED), State.PAUSED, by=by, at=at)


@transaction.atomic
def close(journey: Journey, *, by: User | None, at: datetime) -> Journey:
    """Nobody comes in any more; those inside finish. When the last has left, it ends by itself."""
    return _set(_locked(journey, State.CLOSING), State.CLOSING, by=by, at=at)


@transaction.atomic
def end(journey: Journey, *, by: User | None, at: datetime) -> int:
    """Everybody leaves now; return how many did."""
    journey = _locked(journey, State.ENDED)
    left = 0
    inside = Walk.objects.filter(journey=journey, state=Walk.State.WALKING).select_for_update()
    for walk in inside.iterator(chunk_size=LEFT_AT_ONCE):
        walking.leave(walk, why=_("The journey was ended."), at=at)
        left += 1
    _set(journey, State.ENDED, by=by, at=at)
    return left


def mark(journey: Journey) -> str:
    """The mark of a journey as it is drawn, set and run now."""
    return seen.mark(journey.pk, journey.changed_at)


def newest(journey: Journey) -> JourneyVersion | None:
    """The version drawn last."""
    return journey.versions.order_by("-number").first()


def _locked(journey: Journey, to: str) -> Journey:
    journey = Journey.objects.select_for_update().get(pk=journey.pk)
    if to not in MOVES[State(journey.state)]:
        raise NotNow(f"{journey.state} → {to}")
    return journey


def _set(journey: Journey, to: str, *, by: User | None, at: datetime) -> Journey:
    before, journey.state, journey.changed_at = journey.state, to, at
    journey.save(update_fields=["state", "changed_at", "live"])
    log(
        instance=journey,
        action=f"contact_centre.journey_{to}",
        user=by,
        timestamp=at,
        data={"from": before, "version": journey.live.number if journey.live else None},
    )
    return journey
