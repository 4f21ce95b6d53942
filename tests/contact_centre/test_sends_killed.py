"""A send goes on exactly where it was, whichever process is killed: nobody twice, nobody missed."""

import multiprocessing
import os
import random
import signal
import time
from collections import Counter
from datetime import timedelta

import pytest
from django.db import OperationalError, connection, connections, transaction

from contact_centre.models import Delivery, Send
from contact_centre.sends import queueing
from people.contact import outbox
from people.models import Consent, Identity, OutgoingMessage, Person
from tests.factories.contact_centre import MessageTemplateFactory
from tests.factories.people import MONDAY_9AM
from tests.factories.sends import SegmentFactory, SendFactory, SendVariantFactory

pytestmark = [pytest.mark.database, pytest.mark.django_db(transaction=True)]
PEOPLE, WORKERS, KILLS = 300, 3, 12
AT = MONDAY_9AM + timedelta(hours=1)
FORK = multiprocessing.get_context("fork")


@pytest.fixture
def send():
    MessageTemplateFactory(code="open-day", purpose="commercial", subject="Hola", body="Vine")
    people = Person.objects.bulk_create(
        Person(given_name=f"Persona {n}", language="ca", created_at=MONDAY_9AM) for n in range(PEOPLE)
    )
    Identity.objects.bulk_create(
        Identity(person=one, kind="email", value=f"p{one.pk}@example.org", created_at=MONDAY_9AM) for one in people
    )
    Consent.objects.bulk_create(
        Consent(person=one, purpose="commercial", channel="email", decision="granted", at=MONDAY_9AM, language="ca",
                wording_version="commercial-2026-1", source="test")
        for one in people
    )  # fmt: skip
    segment = SegmentFactory()
    segment.members.add(*people, through_defaults={"added_at": MONDAY_9AM})
    send = SendFactory(segment=segment, state=Send.State.APPROVED)
    SendVariantFactory(send=send)
    return send


def start(task, *given):
    """A process of its own; it must not share a connection with this one."""
    connections.close_all()
    child = FORK.Process(target=_run, args=(task, *given), daemon=True)
    child.start()
    return child


def _run(task, *given):
    try:
        task(*given)
    except OperationalError:
        os._exit(3)  # its connection was cut: whoever watches over it starts another
    os._exit(0)


def queue_everything():
    queueing.BATCH = 4
    while not Send.objects.filter(state=Send.State.SENDING).exists():
        queueing.start_due(at=AT)
    send = Send.objects.get()
    while Delivery.objects.filter(state="waiting").exists():
        queueing.queue_batch(send, at=AT, size=4)


def deliver_everything():
    while outbox.deliver_due(at=AT + timedelta(minutes=1), limit=5):
        pass


def cut_a_connection():
    """What happens to a client when the database server is restarted, or the network goes."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_terminate_backend(pid) FROM (SELECT pid FROM pg_stat_activity "
            "WHERE datname = current_database() AND pid <> pg_backend_pid() ORDER BY random() LIMIT 1) AS one"
        )


def run_with_killings(task, is_done):
    chance, killed = random.Random(5), Counter()
    workers = [start(task) for _number in range(WORKERS)]
    deadline = time.monotonic() + 240
    while not is_done() and time.monotonic() < deadline:
        time.sleep(chance.uniform(0.02, 0.15))
        if killed.total() < KILLS:
            if killed.total() % 3 == 1:  # the second act already, however quick the machine
                cut_a_connection()
                killed["connection"] += 1
            else:
                os.kill(chance.choice(workers).pid, signal.SIGKILL)
                killed["process"] += 1
        workers = [worker if worker.is_alive() else start(task) for worker in workers]
    for worker in workers:
        worker.join(timeout=120)
    assert killed["process"] > 0
    assert killed["connection"] > 0


def test_nobody_twice_and_nobody_missed_while_processes_and_connections_die(send):
    run_with_killings(
        queue_everything,
        lambda: send.deliveries.exists() and not send.deliveries.filter(state="waiting").exists(),
    )
    assert send.deliveries.count() == PEOPLE
    assert set(send.deliveries.values_list("state", flat=True)) == {"queued"}
    messages = OutgoingMessage.objects.values_list("person", "delivery__person")
    assert len(messages) == PEOPLE
    assert all(person == listed for person, listed in messages)
    assert len({person for person, _listed in messages}) == PEOPLE


def test_letters_that_a_killed_process_held_leave_with_the_same_number(send):
    queueing.work_due(at=AT, seconds=60)
    run_with_killings(
        deliver_everything, lambda: not OutgoingMessage.objects.due(at=AT + timedelta(minutes=1)).exists()
    )
    late = AT + outbox.STALE_AFTER + timedelta(minutes=5)
    while outbox.deliver_due(at=late):
        pass
    assert OutgoingMessage.objects.filter(state="sent").count() == PEOPLE
    queueing.work_due(at=late, seconds=10)
    assert Send.objects.get().state == "done"


def die_before_the_commit():
    queueing.start_due(at=AT)
    with transaction.atomic():
        queueing.queue_batch(Send.objects.get(), at=AT, size=50)
        assert OutgoingMessage.objects.count() == 50
        os.kill(os.getpid(), signal.SIGKILL)


def test_process_killed_before_its_commit_leaves_nothing_behind(send):
    child = start(die_before_the_commit)
    child.join(timeout=60)
    assert child.exitcode == -signal.SIGKILL
    assert not OutgoingMessage.objects.exists()
    assert send.deliveries.filter(state="waiting").count() == PEOPLE
    queueing.work_due(at=AT, seconds=60)
    assert OutgoingMessage.objects.count() == PEOPLE


def die_while_the_list_is_written():
    with transaction.atomic():
        queueing._start(Send.objects.get().pk, at=AT)
        assert Delivery.objects.count() == PEOPLE
        os.kill(os.getpid(), signal.SIGKILL)


def test_scheduler_killed_while_it_writes_the_list_leaves_the_send_for_the_next(send):
    child = start(die_while_the_list_is_written)
    child.join(timeout=60)
    assert not Delivery.objects.exists()
    queueing.work_due(at=AT, seconds=60)
    assert OutgoingMessage.objects.count() == PEOPLE
