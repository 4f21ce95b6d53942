"""Several workers run the matrix beside each other, in processes of their own."""

import os
import subprocess
import sys

import pytest
from django.db import connection

from contact_centre.models import MatrixCell, MatrixDue
from people.models import OutgoingMessage
from tests.factories.contact_centre import MessageTemplateFactory
from tests.factories.enquiries import EnquiryFactory
from tests.factories.people import MONDAY_9AM, PersonFactory

PROCESSES, PEOPLE = 5, 40
SWEEP = """
import sys, django
django.setup()
from datetime import datetime
from django.db import connections
connections["default"].settings_dict["NAME"] = sys.argv[1]
from contact_centre.matrix import running
print(running.sweep(at=datetime.fromisoformat(sys.argv[2]))["matrix_sent"])
"""


@pytest.mark.database
@pytest.mark.django_db(transaction=True)
def test_nobody_is_written_to_twice_and_nobody_is_forgotten_by_five_workers():
    MessageTemplateFactory(code="welcome", subject="Hola", body="Hola {person}", kind="")
    MatrixCell.objects.create(moment="enquiry_received", channel="email", template_code="welcome", is_on=True)
    for _number in range(PEOPLE):
        EnquiryFactory(person=PersonFactory(), received_at=MONDAY_9AM)
    environment = {**os.environ, "DJANGO_SETTINGS_MODULE": "config.settings.test"}
    asked = [sys.executable, "-c", SWEEP, connection.settings_dict["NAME"], MONDAY_9AM.isoformat()]

    processes = [
        subprocess.Popen(asked, env=environment, stdout=subprocess.PIPE, text=True) for _process in range(PROCESSES)
    ]
    sent = [int(process.communicate(timeout=300)[0].split()[-1]) for process in processes]

    assert [process.returncode for process in processes] == [0] * PROCESSES
    assert sum(sent) == PEOPLE
    assert MatrixDue.objects.filter(state="sent").count() == PEOPLE
    letters = OutgoingMessage.objects.filter(key__startswith="matrix:")
    assert letters.count() == letters.values("person").distinct().count() == PEOPLE
