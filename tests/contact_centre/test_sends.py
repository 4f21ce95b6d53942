"""A send from draft to outbox: who gets it, once each, and why the others do not."""

from datetime import timedelta

import pytest
from django.core import mail

from contact_centre.models import Delivery, Send
from contact_centre.sends import halting, making, queueing, stop
from contact_centre.sends.making import Wording
from people.contact import outbox
from people.identity import merging
from people.models import ContactRules, OutgoingMessage
from people.privacy import erasure
from tests.factories.contact_centre import MessageTemplateFactory
from tests.factories.people import MONDAY_9AM, ConsentFactory, PersonFactory, UserFactory
from tests.factories.sends import SegmentFactory

pytestmark = [pytest.mark.database, pytest.mark.django_db]
LATER = MONDAY_9AM + timedelta(hours=2)
ONE = (Wording("A", "open-day"),)


@pytest.fixture(autouse=True)
def templates():
    for language, subject in (("ca", "Hola, {person.given}"), ("es", "Hola {person.given}"), ("en", "Hello")):
        MessageTemplateFactory(
            code="open-day", language=language, purpose="commercial", subject=subject, body="Jornada\n\nVine", kind=""
        )


def agreed(**facts):
    return ConsentFactory(person=PersonFactory(**facts)).person


def send_to(*people, variants=ONE, **fields):
    """An approved send to a fixed list of ``people``."""
    segment = SegmentFactory()
    segment.members.add(*people, through_defaults={"added_at": MONDAY_9AM})
    send = making.make(by=None, at=MONDAY_9AM, variants=variants, **({"name": "Open day", "segment": segment} | fields))
    Send.objects.filter(pk=send.pk).update(state="approved", due_at=send.due_at or MONDAY_9AM)
    send.refresh_from_db()
    return send


def work(at=LATER):
    return queueing.work_due(at=at, seconds=60)


def deliver(at=LATER, **facts):
    # Queueing takes some milliseconds, and stamps what it queues with them.
    return outbox.deliver_due(at=at + timedelta(minutes=1), **facts)


def states(send):
    return {row.person_id: (row.state, row.why) for row in send.deliveries.all()}


def test_each_person_gets_it_once_in_their_language():
    marta, pedro = agreed(given_name="Marta"), agreed(given_name="Pedro", language="es")
    send = send_to(marta, pedro)
    work(), work()
    deliver()
    deliver()
    work()
    assert sorted(letter.subject for letter in mail.outbox) == ["Hola Pedro", "Hola, Marta"]
    send.refresh_from_db()
    assert send.state == "done"
    assert states(send) == {marta.pk: ("queued", ""), pedro.pk: ("queued", "")}


def test_left_out_are_on_the_list_with_their_reason():
    silent = PersonFactory()
    refused = ConsentFactory(decision="denied").person
    unreachable = agreed(email="")
    send = send_to(silent, refused, unreachable)
    work()
    assert states(send) == {
        silent.pk: ("left_out", "no_consent"),
        refused.pk: ("left_out", "refused"),
        unreachable.pk: ("left_out", "no_address"),
    }
    assert not OutgoingMessage.objects.exists()


def test_whoever_says_no_after_the_list_was_written_is_left_out():
    person = agreed()
    send = send_to(person, per_hour=1)
    queueing.start_due(at=LATER)
    ConsentFactory(person=person, decision="withdrawn", at=LATER)
    work()
    assert states(send) == {person.pk: ("left_out", "refused")}


def test_draft_and_future_sends_stay_where_they_are():
    person = agreed()
    send_to(person, due_at=LATER + timedelta(minutes=1))
    Send.objects.update(state="draft")
    work(LATER + timedelta(hours=1))
    Send.objects.update(state="approved")
    work(LATER)
    assert not Delivery.objects.exists()


def test_missing_word_leaves_out_and_says_which():
    MessageTemplateFactory(code="price", language="ca", purpose="commercial", subject="Preu", body="{price}")
    person = agreed()
    send = send_to(person, variants=[Wording("A", "price")])
    work()
    assert states(send) == {person.pk: ("left_out", "missing:price")}


def test_text_nobody_approved_leaves_out():
    person = agreed()
    send = send_to(person, variants=[Wording("A", "not-written")])
    work()
    assert states(send) == {person.pk: ("left_out", "no_text")}


def test_people_in_another_phase_are_left_out():
    person = agreed()
    send = send_to(person, phase="loyalty")
    work()
    assert states(send) == {person.pk: ("left_out", "phase")}


def test_budget_of_a_person_holds_over_several_sends():
    ContactRules.objects.create(commercial_cap=1)
    person = agreed()
    poor, rich = send_to(person, value=40), send_to(person, value=90, name="Scholarship")
    work()
    assert states(rich) == {person.pk: ("queued", "")}
    assert states(poor)[person.pk][0] == "left_out"
    assert OutgoingMessage.objects.count() == 1


def test_no_more_leave_in_an_hour_than_were_chosen():
    send = send_to(*(agreed() for _turn in range(5)), per_hour=2)
    work(LATER)
    assert send.deliveries.filter(state="queued").count() == 2
    work(LATER + timedelta(minutes=30))
    assert send.deliveries.filter(state="queued").count() == 2
    work(LATER + timedelta(minutes=61))
    assert send.deliveries.filter(state="queued").count() == 4


def test_offers_wait_for_the_morning():
    night = MONDAY_9AM + timedelta(hours=14)
    send = send_to(agreed())
    work(night)
    assert send.deliveries.get().state == "waiting"
    work(night + timedelta(hours=12))
    assert send.deliveries.get().state == "queued"


def test_nothing_is_queued_while_all_sends_are_stopped():
    send = send_to(agreed())
    stop.stop(by=UserFactory(), why="Wrong price", at=MONDAY_9AM)
    work()
    assert send.deliveries.get().state == "waiting"
    stop.resume(by=UserFactory(), at=LATER)
    work()
    assert send.deliveries.get().state == "queued"


def test_stopped_send_goes_on_where_it_stopped():
    people = [agreed() for _turn in range(4)]
    send = send_to(*people, per_hour=3)
    work()
    deliver(limit=1)
    halting.stop_send(send, by=UserFactory(), why="Wrong date", at=LATER)
    work(LATER + timedelta(hours=3))
    deliver(LATER + timedelta(hours=3))
    assert len(mail.outbox) == 1

    halting.restart(send, by=UserFactory(), at=LATER + timedelta(hours=4))
    work(LATER + timedelta(hours=4))
    deliver(LATER + timedelta(hours=4))
    assert sorted(to for letter in mail.outbox for to in letter.to) == sorted(
        person.identities.get().value for person in people
    )


def test_two_who_turn_out_to_be_one_get_it_once():
    one, other = agreed(), agreed()
    send = send_to(one, other, per_hour=1)
    work()
    merging.merge(one, other, at=LATER)
    work(LATER + timedelta(hours=2))
    deliver(LATER + timedelta(hours=2))
    work(LATER + timedelta(hours=4))
    deliver(LATER + timedelta(hours=4))
    assert len(mail.outbox) == 1
    assert not send.deliveries.filter(state="waiting").exists()


def test_whoever_is_erased_between_list_and_outbox_gets_nothing():
    person = agreed()
    send = send_to(person)
    queueing.start_due(at=LATER)
    erasure.erase(person, at=LATER)
    work()
    deliver()
    assert not mail.outbox
    assert not send.deliveries.filter(state="queued").exists()


def test_one_broken_send_does_not_keep_the_others():
    broken, whole = send_to(agreed(), value=90), send_to(agreed())
    Delivery.objects.all().delete()
    broken.segment.kind, broken.segment.rules = "dynamic", {"version": 99}
    broken.segment.save()
    work()
    assert whole.deliveries.get().state == "queued"
    broken.refresh_from_db()
    assert broken.state == "halted"
    assert "another version" in broken.why


def test_list_is_written_once_however_often_it_is_written():
    from contact_centre.sends import lists

    send = send_to(agreed(), agreed())
    assert lists.write(send, at=LATER) == 2
    assert lists.write(send, at=LATER) == 0


def test_queries_do_not_grow_with_people(django_assert_max_num_queries):
    send_to(*(agreed() for _turn in range(20)))
    queueing.start_due(at=LATER)
    send = Send.objects.get()
    with django_assert_max_num_queries(25):
        assert queueing.queue_batch(send, at=LATER) == 20
