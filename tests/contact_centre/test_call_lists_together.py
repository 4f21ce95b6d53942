"""Advisers who call from one list at once, in processes of their own as in production."""

import os
import subprocess
import sys

import pytest
from django.db import connection

from contact_centre.models import CallListEntry
from tests.factories.desk import CallListEntryFactory, CallListFactory
from tests.factories.people import MONDAY_9AM, ConsentFactory, PersonFactory, UserFactory

PROCESSES, PEOPLE = 4, 24
CALL_ALL = """
import sys, django
django.setup()
from datetime import datetime, timedelta
from django.db import connections
connections["default"].settings_dict["NAME"] = sys.argv[1]
from contact_centre import call_lists
from contact_centre.models import CallList
from people.models import User
adviser, at = User.objects.get(pk=sys.argv[2]), datetime.fromisoformat(sys.argv[3]) + timedelta(hours=2)
called = CallList.objects.get()
while entry := call_lists.take_next(called, by=adviser, at=at):
    call_lists.log(entry, by=adviser, at=at, outcome="reached", offer="accepted")
    print(entry.pk)
"""


@pytest.mark.database
@pytest.mark.django_db(transaction=True)
def test_nobody_is_called_by_two():
    called = CallListFactory(state="open")
    for number in range(PEOPLE):
        person = PersonFactory(phone=f"+346123456{number:02}")
        ConsentFactory(person=person, channel="phone")
        CallListEntryFactory(call_list=called, person=person)
    advisers = [UserFactory(role="Adviser") for _process in range(PROCESSES)]
    environment = {**os.environ, "DJANGO_SETTINGS_MODULE": "config.settings.test"}
    name = connection.settings_dict["NAME"]

    processes = [
        subprocess.Popen(
            [sys.executable, "-c", CALL_ALL, name, str(adviser.pk), MONDAY_9AM.isoformat()],
            env=environment,
            stdout=subprocess.PIPE,
            text=True,
        )
        for adviser in advisers
    ]
    taken = [int(pk) for process in processes for pk in process.communicate(timeout=300)[0].split()]

    assert [process.returncode for process in processes] == [0] * PROCESSES
    assert sorted(taken) == sorted(CallListEntry.objects.values_list("pk", flat=True))
    assert CallListEntry.objects.filter(attempts=1, state="done").count() == PEOPLE
