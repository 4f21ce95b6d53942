"""Advisers who begin the same application at once, in processes of their own."""

from datetime import UTC, date, datetime

import pytest

from enquiries.models import Enquiry
from enrolment import applications
from enrolment.models import Application
from people.models import OutgoingMessage, User
from programmes.models import Intake
from tests.factories.enquiries import EnquiryFactory
from tests.factories.people import UserFactory
from tests.factories.programmes import IntakeFactory, ProgrammeFactory
from tests.people import at_once

AT = datetime(2026, 3, 2, 8, 0, tzinfo=UTC)


def _begin(_number):
    enquiry, intake, by = Enquiry.objects.get(), Intake.objects.get(), User.objects.get()
    return applications.start_for(enquiry, intake, by=by, at=AT).pk


@pytest.mark.database
@pytest.mark.django_db(transaction=True)
def test_four_advisers_at_once_begin_one_application():
    UserFactory()
    IntakeFactory(programme=ProgrammeFactory(), price_minor=90_000, currency="EUR", starts_on=date(2026, 10, 1))
    EnquiryFactory(state="contacted")
    begun = at_once.run(_begin, processes=4)
    assert len(set(begun)) == Application.objects.count() == 1
    assert OutgoingMessage.objects.filter(key__startswith="enrolment:begun:").count() == 1
    assert Enquiry.objects.get().moves.filter(to_state="qualified").count() == 1
