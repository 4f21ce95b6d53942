"""The smallest valid play."""

from factory.django import DjangoModelFactory

from enquiries.models import Play
from tests.factories.enquiries import ARRIVED


class PlayFactory(DjangoModelFactory):
    """A draft that calls those who were lost to budget in the last three months and named no programme."""

    class Meta:
        model = Play

    name = "Call them again"
    reason = "budget"
    age = "3m"
    kind = Play.Kind.CALL
    held_out_percent = 20
    days = 90
    made_at = ARRIVED
