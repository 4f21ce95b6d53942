"""Processes that move people and are killed in the middle: nobody is left half way, nobody is asked twice."""

import multiprocessing
import os
import time
from collections import Counter

import pytest
from django.db import connections

from contact_centre.journeys import walking
from contact_centre.models import Case, Walk, WalkLog
from people.models import OutgoingMessage, Person
from tests.factories.contact_centre import MessageTemplateFactory
from tests.factories.journeys import end, live_journey, step
from tests.factories.people import MONDAY_9AM, IdentityFactory

PEOPLE = 240
FORK = multiprocessing.get_context("fork")


def begin():
    """A process of its own that moves everybody; it must not share a connection with this one."""
    connections.close_all()
    begun = FORK.Event()
    mover = FORK.Process(target=_move_all, args=(begun,), daemon=True)
    mover.start()
    return mover, begun


def _move_all(begun):
    begun.set()
    walking.move_due(at=MONDAY_9AM)
    os._exit(0)


@pytest.mark.database
@pytest.mark.django_db(transaction=True)
def test_killed_processes_leave_every_walk_whole():
    MessageTemplateFactory(code="welcome", purpose="service", subject="Hola", body="Bon dia.")
    journey = live_journey(
        step("letter", "message", "call", template="welcome", channel="email"),
        step("call", "task", "wait", text="Call them", case_kind="call"),
        step("wait", "wait", "end", mode="span", minutes=60_000),
        end(),
    )
    people = [Person(given_name="Ona", created_at=MONDAY_9AM) for _one in range(PEOPLE)]
    for person in Person.objects.bulk_create(people):
        IdentityFactory(person=person, value=f"ona{person.pk}@example.org")
    walking.let_in(journey, [(person.pk, f"t:{person.pk}", None) for person in people], at=MONDAY_9AM)

    for _round in range(3):
        movers = [begin() for _process in range(2)]
        for _mover, begun in movers:
            begun.wait(60)
        time.sleep(0.4)  # somewhere in the middle; where does not matter
        for mover, _begun in movers:
            mover.kill()
            mover.join(60)
    last = [begin()[0], begin()[0]]
    for mover in last:
        mover.join(300)
    assert [mover.exitcode for mover in last] == [0, 0]
    walking.move_due(at=MONDAY_9AM)  # what the database still held for the killed

    assert set(Walk.objects.values_list("step", "state")) == {("wait", "walking")}
    whats = Counter(WalkLog.objects.values_list("walk", "what"))
    assert set(whats.values()) == {1}
    assert len(whats) == 4 * PEOPLE  # came in, sent, asked, waits
    assert Counter(OutgoingMessage.objects.values_list("person", flat=True)) == dict.fromkeys(
        [person.pk for person in people], 1
    )
    assert Counter(Case.objects.values_list("person", flat=True)) == dict.fromkeys([one.pk for one in people], 1)
