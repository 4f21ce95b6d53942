"""Teams and who is in them, smallest valid row first."""

from datetime import time

import factory
from factory.django import DjangoModelFactory

from contact_centre.models import Absence, Adviser, PushRule, Shift, Team
from tests.factories.people import MONDAY_9AM, UserFactory


class TeamFactory(DjangoModelFactory):
    """Answers everything, in the hours of the school."""

    class Meta:
        model = Team

    name = factory.Sequence(lambda n: f"Team {n}")


class AdviserFactory(DjangoModelFactory):
    """Somebody at the desk who takes everything and is given nothing by rules."""

    class Meta:
        model = Adviser

    user = factory.SubFactory(UserFactory, role="Adviser")


class ShiftFactory(DjangoModelFactory):
    """Monday mornings."""

    class Meta:
        model = Shift

    user = factory.SubFactory(UserFactory, role="Adviser")
    weekday = 0
    from_time = time(9)
    until_time = time(13)


class AbsenceFactory(DjangoModelFactory):
    """Ill until further notice."""

    class Meta:
        model = Absence

    user = factory.SubFactory(UserFactory, role="Adviser")
    starts_at = MONDAY_9AM
    why = "illness"


class PushRuleFactory(DjangoModelFactory):
    """Deals every case out in turns."""

    class Meta:
        model = PushRule

    name = "In turns"
