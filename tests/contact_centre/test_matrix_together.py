"""Several workers run the matrix beside each other, in processes of their own."""

import pytest

from contact_centre.matrix import running
from contact_centre.models import MatrixCell, MatrixDue
from people.models import OutgoingMessage
from tests.factories.contact_centre import MessageTemplateFactory
from tests.factories.enquiries import EnquiryFactory
from tests.factories.people import MONDAY_9AM, PersonFactory
from tests.people import at_once

PROCESSES, PEOPLE = 5, 40


@pytest.mark.database
@pytest.mark.django_db(transaction=True)
def test_nobody_is_written_to_twice_and_nobody_is_forgotten_by_five_workers():
    MessageTemplateFactory(code="welcome", subject="Hola", body="Hola {person}", kind="")
    MatrixCell.objects.create(moment="enquiry_received", channel="email", template_code="welcome", is_on=True)
    for _number in range(PEOPLE):
        EnquiryFactory(person=PersonFactory(), received_at=MONDAY_9AM)

    sent = at_once.run(lambda _number: running.sweep(at=MONDAY_9AM)["matrix_sent"], processes=PROCESSES)

    assert sum(sent) == PEOPLE
    assert MatrixDue.objects.filter(state="sent").count() == PEOPLE
    letters = OutgoingMessage.objects.filter(key__startswith="matrix:")
    assert letters.count() == letters.values("person").distinct().count() == PEOPLE
