"""Many at the same instant: one person, and one enquiry for each real question."""

import threading
from datetime import UTC, datetime

import pytest
from django.db import connection

from contact_centre.models import Case
from enquiries.intake import posting
from enquiries.models import Enquiry, Submission
from people.models import Person

AT = datetime(2026, 3, 2, 8, 0, tzinfo=UTC)
CLIENTS = 32


@pytest.mark.database
@pytest.mark.django_db(transaction=True)
def test_thirty_two_at_once_leave_one_person_and_one_enquiry_for_each_question():
    barrier, faults = threading.Barrier(CLIENTS), []

    def send(number):
        try:
            barrier.wait()
            fields = {"email": "laia@example.org", "message": ("When?", "How much?")[number % 2]}
            posting.post(None, fields, at=AT, language="en")
        except Exception as fault:
            faults.append(repr(fault))
        finally:
            connection.close()

    senders = [threading.Thread(target=send, args=[number]) for number in range(CLIENTS)]
    for one in senders:
        one.start()
    for one in senders:
        one.join()
    assert faults == []
    assert Person.objects.count() == 1
    assert sorted(Enquiry.objects.values_list("message", flat=True)) == ["How much?", "When?"]
    assert Case.objects.count() == 2
    assert Submission.objects.filter(outcome="repeated").count() == CLIENTS - 2
