"""Journeys for tests: documents in few words, and what is needed to walk them."""

import factory
from factory.django import DjangoModelFactory

from contact_centre.models import Journey, JourneyVersion, Walk
from tests.factories.people import MONDAY_9AM, PersonFactory


def step(key, kind, exits=None, **fields):
    return {"key": key, "kind": kind, "exits": {"next": exits} if isinstance(exits, str) else exits or {}, **fields}


def document(*rows, goal=""):
    return {"start": rows[0]["key"], "goal": goal, "steps": list(rows)}


def end(key="end", **fields):
    return step(key, "exit", **fields)


def live_journey(*rows, goal="", trigger="enquiry_received", at=MONDAY_9AM, **fields):
    """A journey that people can walk, without the checks that its going live would make."""
    journey = Journey.objects.create(
        name=fields.pop("name", "After an enquiry"), trigger=trigger, state="live", changed_at=at, **fields
    )
    version = JourneyVersion.objects.create(
        journey=journey, number=1, steps=document(*rows, goal=goal), made_at=at, went_live_at=at
    )
    journey.live = version
    journey.save()
    return journey


class WalkFactory(DjangoModelFactory):
    """Somebody who waits in the first step of a journey of their own."""

    class Meta:
        model = Walk

    person = factory.SubFactory(PersonFactory)
    journey = factory.LazyFunction(
        lambda: live_journey(step("wait", "wait", "end", mode="span", minutes=1440), end(), at=MONDAY_9AM)
    )
    version = factory.LazyAttribute(lambda walk: walk.journey.live)
    key = factory.Sequence(lambda number: f"walk-{number}")
    step = "wait"
    entered_at = step_since = MONDAY_9AM
    due_at = MONDAY_9AM
