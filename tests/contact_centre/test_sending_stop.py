"""The emergency stop: nothing leaves but what somebody is owed."""

from datetime import timedelta

import pytest
from django.core import mail

from contact_centre.models import SendingStop
from contact_centre.sends import stop
from people.contact import outbox
from people.models import OutgoingMessage
from tests.factories.people import MONDAY_9AM, ConsentFactory, OutgoingMessageFactory, PersonFactory, UserFactory
from tests.people import at_once

pytestmark = [pytest.mark.database, pytest.mark.django_db]
LATER = MONDAY_9AM + timedelta(hours=1)


def test_stop_holds_back_offers_and_lets_leave_what_is_owed():
    offer = OutgoingMessageFactory(person=ConsentFactory().person, purpose="commercial")
    owed = OutgoingMessageFactory(purpose="service")
    stop.stop(by=UserFactory(), why="Wrong price in the letter", at=MONDAY_9AM)

    assert outbox.deliver_due(at=LATER) == 1
    assert set(OutgoingMessage.objects.filter(state="sent")) == {owed}
    assert OutgoingMessage.objects.get(pk=offer.pk).state == "queued"

    stop.resume(by=UserFactory(), at=LATER)
    assert outbox.deliver_due(at=LATER) == 1
    assert len(mail.outbox) == 2


def test_what_is_owed_leaves_before_offers_that_were_due_earlier():
    OutgoingMessageFactory(person=ConsentFactory().person, purpose="commercial", due_at=MONDAY_9AM)
    owed = OutgoingMessageFactory(purpose="enquiry", due_at=MONDAY_9AM + timedelta(minutes=5))
    outbox.deliver_due(at=LATER, limit=1)
    assert OutgoingMessage.objects.get(state="sent") == owed


def test_stop_says_who_and_why_and_stands_once():
    first, second = UserFactory(), UserFactory()
    stop.stop(by=first, why="  Wrong \n price ", at=MONDAY_9AM)
    again = stop.stop(by=second, why="Me too", at=LATER)
    assert (again.by, again.why, again.since) == (first, "Wrong price", MONDAY_9AM)
    assert stop.is_stopped()


def test_stop_without_a_reason_is_refused():
    with pytest.raises(stop.NoReason):
        stop.stop(by=UserFactory(), why="  ", at=MONDAY_9AM)
    assert not stop.is_stopped()


def test_resume_without_a_stop_changes_nothing():
    assert stop.resume(by=UserFactory(), at=MONDAY_9AM) is None


@pytest.mark.django_db(transaction=True)
def test_two_who_press_the_button_together_make_one_stop():
    user = UserFactory()
    found = at_once.run(lambda number: stop.stop(by=user, why=f"Stop {number}", at=MONDAY_9AM).pk, processes=4)
    assert len(set(found)) == 1
    assert SendingStop.objects.count() == 1


def test_nobody_is_stopped_by_a_stop_that_ended():
    stop.stop(by=UserFactory(), why="Wrong price", at=MONDAY_9AM)
    stop.resume(by=UserFactory(), at=LATER)
    OutgoingMessageFactory(person=ConsentFactory(person=PersonFactory()).person, purpose="commercial")
    assert outbox.deliver_due(at=LATER) == 1
