"""One budget of unasked messages per person, and who gets the last place of it."""

from datetime import timedelta

import pytest
from django.db import connections, transaction

from contact_centre.models import Send
from contact_centre.sends import pressure
from people.models import ContactRules, OutgoingMessage
from tests.factories.people import MONDAY_9AM, OutgoingMessageFactory, PersonFactory
from tests.factories.sends import DeliveryFactory, SendFactory
from tests.people import at_once

pytestmark = [pytest.mark.database, pytest.mark.django_db]
YESTERDAY = MONDAY_9AM - timedelta(days=1)


@pytest.fixture
def cap_of_two():
    return ContactRules.objects.create(commercial_cap=2, cap_days=7)


def offered(person, *, channel="email", at=YESTERDAY, **facts):
    return OutgoingMessageFactory(person=person, purpose="commercial", channel=channel, due_at=at, **facts)


@pytest.mark.parametrize("state", ["queued", "sending", "sent"])
def test_budget_counts_all_channels_and_what_waits(cap_of_two, state):
    person = PersonFactory()
    offered(person, channel="email", state=state)
    assert pressure.ask(person, purpose="commercial", at=MONDAY_9AM)
    offered(person, channel="sms", state=state)
    place = pressure.ask(person, purpose="commercial", at=MONDAY_9AM)
    assert not place
    assert pressure.words(place) == "They have had enough commercial messages for now."


def test_what_is_owed_is_neither_counted_nor_refused(cap_of_two):
    person = PersonFactory()
    OutgoingMessageFactory.create_batch(3, person=person, purpose="service", due_at=YESTERDAY)
    assert pressure.ask(person, purpose="commercial", at=MONDAY_9AM)
    offered(person), offered(person)
    assert pressure.ask(person, purpose="service", at=MONDAY_9AM)
    assert pressure.ask(person, purpose="survey", at=MONDAY_9AM)


def test_old_and_refused_messages_take_no_place(cap_of_two):
    person = PersonFactory()
    offered(person, state="sent", at=MONDAY_9AM - timedelta(days=8))
    offered(person, state="refused"), offered(person, state="failed")
    assert pressure.ask(person, purpose="commercial", at=MONDAY_9AM)


def test_own_rhythm_of_a_person_is_narrower_than_that_of_the_school(cap_of_two):
    person = PersonFactory(frequency="monthly")
    assert pressure.ask(person, purpose="commercial", at=MONDAY_9AM)
    offered(person, state="sent", at=MONDAY_9AM - timedelta(days=20))
    assert not pressure.ask(person, purpose="commercial", at=MONDAY_9AM)


def test_more_valuable_send_gets_the_last_place_and_the_other_says_so(cap_of_two):
    person = PersonFactory()
    offered(person)
    rich = DeliveryFactory(person=person, send=SendFactory(name="Open day", value=80, state=Send.State.SENDING)).send
    poor = DeliveryFactory(person=person, send=SendFactory(value=50, state=Send.State.SENDING)).send
    assert pressure.ask(person, purpose="commercial", at=MONDAY_9AM, value=80, send=rich)
    place = pressure.ask(person, purpose="commercial", at=MONDAY_9AM, value=50, send=poor)
    assert not place
    assert pressure.words(place) == "«Open day» is worth more (80) and takes their last place."


def test_older_of_two_equal_sends_gets_the_last_place(cap_of_two):
    person = PersonFactory()
    offered(person)
    older, newer = (DeliveryFactory(person=person, send=SendFactory(state="sending")).send for _turn in range(2))
    assert pressure.ask(person, purpose="commercial", at=MONDAY_9AM, send=older)
    assert not pressure.ask(person, purpose="commercial", at=MONDAY_9AM, send=newer)


def test_both_sends_reach_whoever_has_two_places(cap_of_two):
    person = PersonFactory()
    DeliveryFactory(person=person, send=SendFactory(value=80, state="sending"))
    poor = DeliveryFactory(person=person, send=SendFactory(value=50, state="sending")).send
    assert pressure.ask(person, purpose="commercial", at=MONDAY_9AM, send=poor)


@pytest.mark.parametrize("state", ["draft", "approved", "halted", "stopped", "done"])
def test_only_a_send_that_runs_outbids(cap_of_two, state):
    person = PersonFactory()
    offered(person)
    DeliveryFactory(person=person, send=SendFactory(value=80, state=state))
    assert pressure.ask(person, purpose="commercial", at=MONDAY_9AM)


def test_message_does_not_count_against_itself(cap_of_two):
    person = PersonFactory()
    offered(person), offered(person, key="journey-1")
    assert pressure.ask(person, purpose="commercial", at=MONDAY_9AM, key="journey-1")


def test_many_are_asked_in_a_constant_number_of_queries(cap_of_two, django_assert_max_num_queries):
    people = [PersonFactory().pk for _turn in range(12)]
    with django_assert_max_num_queries(4):
        assert all(pressure.ask_many(people, purpose="commercial", at=MONDAY_9AM).values())


@pytest.mark.django_db(transaction=True)
def test_last_place_is_not_taken_twice_by_four_processes(cap_of_two):
    person = PersonFactory()
    offered(person)

    def take(number):
        with transaction.atomic():
            if not pressure.ask(person, purpose="commercial", at=MONDAY_9AM):
                return False
            offered(person, key=f"taken-{number}", at=MONDAY_9AM, to="nuria@example.org")
            return True

    assert sum(at_once.run(take, processes=4)) == 1
    assert OutgoingMessage.objects.filter(purpose="commercial").count() == 2
    connections.close_all()
