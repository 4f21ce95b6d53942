"""What lies on an adviser's desk: follow-ups, call lists, rungs of the ladder."""

from datetime import timedelta

import factory
from factory.django import DjangoModelFactory

from contact_centre.models import CallList, CallListEntry, FollowUp, LadderStep, Segment
from tests.factories.people import MONDAY_9AM, PersonFactory, UserFactory


class FollowUpFactory(DjangoModelFactory):
    """To be done on Monday at eleven."""

    class Meta:
        model = FollowUp

    person = factory.SubFactory(PersonFactory)
    owner = factory.SubFactory(UserFactory)
    due_at = MONDAY_9AM + timedelta(hours=2)
    why = "Ask about the grant"
    made_at = MONDAY_9AM


class FixedSegmentFactory(DjangoModelFactory):
    class Meta:
        model = Segment

    name = "Asked last year"
    slug = factory.Sequence(lambda n: f"asked-{n}")
    kind = Segment.Kind.STATIC
    changed_at = MONDAY_9AM


class CallListFactory(DjangoModelFactory):
    """A list with an offer, not yet open."""

    class Meta:
        model = CallList

    name = "Early enrolment"
    segment = factory.SubFactory(FixedSegmentFactory)
    offer = "Ten per cent off until Friday."


class CallListEntryFactory(DjangoModelFactory):
    class Meta:
        model = CallListEntry

    call_list = factory.SubFactory(CallListFactory)
    person = factory.SubFactory(PersonFactory)
    due_at = MONDAY_9AM


class LadderStepFactory(DjangoModelFactory):
    class Meta:
        model = LadderStep

    position = factory.Sequence(lambda n: n + 2)
