from datetime import timedelta

import pytest

from programmes.told import versions
from tests.factories.programmes import MONDAY_9AM, IntakeFactory

pytestmark = pytest.mark.django_db


def test_first_noting_is_no_change_and_current_tells_it():
    intake = IntakeFactory(price_minor=195_000)
    assert versions.note([intake.programme_id], at=MONDAY_9AM) == []
    held = versions.current(intake.programme, at=MONDAY_9AM, language="ca")
    assert versions.words(held["price", intake.pk], "ca") == "1.950\xa0€"
    assert versions.words(held["starts_on", intake.pk], "en") == "1 March 2027"


def test_change_closes_the_old_version_and_opens_the_new():
    intake = IntakeFactory(price_minor=195_000)
    versions.note([intake.programme_id], at=MONDAY_9AM)
    intake.price_minor = 210_000
    intake.save()
    later = MONDAY_9AM + timedelta(days=1)
    (change,) = versions.note([intake.programme_id], at=later)
    assert (versions.words(change.old, "en"), versions.words(change.new, "en")) == ("€1,950", "€2,100")
    assert change.old.valid_until == change.new.valid_from == later
    assert versions.note([intake.programme_id], at=later) == []
