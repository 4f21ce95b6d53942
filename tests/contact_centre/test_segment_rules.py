"""Rules of segments: who meets them, what each removes, and what is refused."""

import pytest

from contact_centre import phases, segments
from contact_centre.segments import rules
from tests.factories.people import MONDAY_9AM, PersonFactory

pytestmark = pytest.mark.django_db


def test_no_rules_are_everybody_we_know():
    person = PersonFactory()
    PersonFactory(erased_at=MONDAY_9AM)
    PersonFactory(merged_into=person)
    assert list(rules.people({}, at=MONDAY_9AM)) == [person]


def test_somebody_nobody_claims_is_in_acquisition():
    person = PersonFactory()
    assert phases.of(person, at=MONDAY_9AM) == phases.Phase.ACQUISITION
    assert list(phases.people_in("acquisition", at=MONDAY_9AM)) == [person]
    assert segments.preview({}, at=MONDAY_9AM).total == 1
