"""Many advisers at once, in processes of their own as in production."""

import os
import subprocess
import sys
from collections import Counter

import pytest
from django.db import connection

from contact_centre.models import Case, CaseEvent
from tests.factories.contact_centre import CaseFactory
from tests.factories.people import MONDAY_9AM, PersonFactory, UserFactory

PROCESSES, CASES = 16, 200
CLAIM_ALL = """
import sys, django
django.setup()
from datetime import datetime
from django.db import connections
connections["default"].settings_dict["NAME"] = sys.argv[1]
from contact_centre import queue
from people.models import User
adviser, at = User.objects.get(pk=sys.argv[2]), datetime.fromisoformat(sys.argv[3])
while case := queue.claim_next(by=adviser, at=at):
    print(case.pk)
"""


@pytest.mark.database
@pytest.mark.django_db(transaction=True)
def test_no_case_is_claimed_twice_by_sixteen_processes():
    person = PersonFactory()
    Case.objects.bulk_create(CaseFactory.build_batch(CASES, person=person))
    advisers = [UserFactory() for _process in range(PROCESSES)]
    environment = {**os.environ, "DJANGO_SETTINGS_MODULE": "config.settings.test"}
    name = connection.settings_dict["NAME"]

    processes = [
        subprocess.Popen(
            [sys.executable, "-c", CLAIM_ALL, name, str(adviser.pk), MONDAY_9AM.isoformat()],
            env=environment,
            stdout=subprocess.PIPE,
            text=True,
        )
        for adviser in advisers
    ]
    claimed = [int(pk) for process in processes for pk in process.communicate(timeout=300)[0].split()]

    assert [process.returncode for process in processes] == [0] * PROCESSES
    assert sorted(claimed) == sorted(Case.objects.values_list("pk", flat=True))
    assert max(Counter(claimed).values()) == 1
    assert CaseEvent.objects.filter(kind="taken").count() == CASES
    assert not Case.objects.waiting().exists()
