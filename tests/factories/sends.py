"""Sends, smallest valid row first."""

import factory
from factory.django import DjangoModelFactory

from contact_centre.models import Delivery, Segment, Send, SendVariant
from tests.factories.people import MONDAY_9AM, PersonFactory


class SegmentFactory(DjangoModelFactory):
    """A fixed list of nobody."""

    class Meta:
        model = Segment

    name = factory.Sequence(lambda n: f"Segment {n}")
    slug = factory.Sequence(lambda n: f"segment-{n}")
    kind = Segment.Kind.STATIC
    changed_at = MONDAY_9AM


class SendFactory(DjangoModelFactory):
    """A commercial e-mail to a fixed list, still a draft."""

    class Meta:
        model = Send

    name = factory.Sequence(lambda n: f"Send {n}")
    segment = factory.SubFactory(SegmentFactory)
    made_at = MONDAY_9AM
    due_at = MONDAY_9AM


class SendVariantFactory(DjangoModelFactory):
    class Meta:
        model = SendVariant

    send = factory.SubFactory(SendFactory)
    name = factory.Sequence(lambda n: f"Variant {n}")
    template_code = "open-day"


class DeliveryFactory(DjangoModelFactory):
    class Meta:
        model = Delivery

    send = factory.SubFactory(SendFactory)
    person = factory.SubFactory(PersonFactory)
    variant = factory.SubFactory(SendVariantFactory, send=factory.SelfAttribute("..send"))
    due_at = MONDAY_9AM
