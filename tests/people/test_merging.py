"""Making two people one, and parting them again."""

from datetime import timedelta

import pytest

from people import merging, timeline
from people.models import Identity
from tests.factories.people import MONDAY_9AM, PersonFactory

pytestmark = pytest.mark.django_db
LATER = MONDAY_9AM + timedelta(hours=1)


def two():
    return PersonFactory(given_name="Núria", email="nuria@example.org"), PersonFactory(
        given_name="Nuri", family_name="Puig", email="nuri@example.org"
    )


def happened(person, summary, **facts):
    facts = {"channel": "web", "direction": "in", "kind": "enquiries.received"} | facts
    return timeline.record(person, at=facts.pop("at", LATER), summary=summary, **facts)


def test_merge_and_undo_smoke():
    one, other = two()
    t = happened(other, "x")
    m = merging.merge(one, other, at=LATER)
    t.refresh_from_db()
    assert t.person == one
    assert one.identities.count() == 2
    later = happened(one, "later", identity_id=Identity.objects.get(value="nuri@example.org").pk)
    stays = happened(one, "stays")
    merging.undo(m, at=LATER)
    for row in (t, later, stays):
        row.refresh_from_db()
    assert (t.person, later.person, stays.person) == (other, other, one)
