"""Processes that move people and are killed in the middle: nobody is left half way, nobody is asked twice."""

import os
import subprocess
import sys
import time
from collections import Counter

import pytest
from django.db import connection

from contact_centre.journeys import walking
from contact_centre.models import Case, Walk, WalkLog
from people.models import OutgoingMessage, Person
from tests.factories.contact_centre import MessageTemplateFactory
from tests.factories.journeys import end, live_journey, step
from tests.factories.people import MONDAY_9AM, IdentityFactory

PEOPLE = 240
MOVE_ALL = """
import sys, django
django.setup()
from datetime import datetime
from django.db import connections
connections["default"].settings_dict["NAME"] = sys.argv[1]
from contact_centre.journeys import walking
print("begun", flush=True)
walking.move_due(at=datetime.fromisoformat(sys.argv[2]))
"""


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
    environment = {**os.environ, "DJANGO_SETTINGS_MODULE": "config.settings.test"}
    name = connection.settings_dict["NAME"]

    def begin():
        return subprocess.Popen(
            [sys.executable, "-c", MOVE_ALL, name, MONDAY_9AM.isoformat()],
            env=environment,
            stdout=subprocess.PIPE,
            text=True,
        )

    for _round in range(3):
        movers = [begin() for _process in range(2)]
        for mover in movers:
            mover.stdout.readline()
        time.sleep(0.4)  # somewhere in the middle; where does not matter
        for mover in movers:
            mover.kill()
            mover.communicate(timeout=60)
    last = [begin(), begin()]
    for mover in last:
        mover.communicate(timeout=300)
    assert [mover.returncode for mover in last] == [0, 0]
    walking.move_due(at=MONDAY_9AM)  # what the database still held for the killed

    assert set(Walk.objects.values_list("step", "state")) == {("wait", "walking")}
    whats = Counter(WalkLog.objects.values_list("walk", "what"))
    assert set(whats.values()) == {1}
    assert len(whats) == 4 * PEOPLE  # came in, sent, asked, waits
    assert Counter(OutgoingMessage.objects.values_list("person", flat=True)) == dict.fromkeys(
        [person.pk for person in people], 1
    )
    assert Counter(Case.objects.values_list("person", flat=True)) == dict.fromkeys([one.pk for one in people], 1)
