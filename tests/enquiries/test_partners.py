"""What partners bring adds up with the sources of all enquiries."""

from datetime import UTC, datetime

import pytest

from enquiries.models import Enquiry
from enquiries.plans import partners
from tests.factories.enquiries import EnquiryFactory
from tests.factories.plans import PartnerFactory

pytestmark = pytest.mark.django_db
SINCE, UNTIL = datetime(2026, 1, 1, tzinfo=UTC), datetime(2027, 1, 1, tzinfo=UTC)


def report():
    return partners.report(since=SINCE, until=UNTIL)


def test_partners_and_other_sources_are_together_all_enquiries():
    portal, school = PartnerFactory(code="portal"), PartnerFactory(code="school")
    EnquiryFactory.create_batch(2, partner=portal, source="portal")
    EnquiryFactory(partner=portal, source="portal", state="enrolled", ended_at=SINCE, contacted_at=SINCE)
    EnquiryFactory(partner=school, source="school", lost=True, contacted_at=SINCE)  # reached, whatever became of it
    EnquiryFactory.create_batch(3, source="google", medium="cpc")
    EnquiryFactory()
    EnquiryFactory(partner=portal, received_at=datetime(2025, 6, 1, tzinfo=UTC))
    found = report()
    assert [(line.partner, line.enquiries, line.contacted, line.enrolled) for line in found.partners] == [
        (portal, 3, 1, 1),
        (school, 1, 1, 0),
    ]
    assert [(line.source, line.medium, line.enquiries) for line in found.sources] == [("google", "cpc", 3), ("", "", 1)]
    assert (found.total, found.of_partners, found.of_nobody) == (8, 4, 4)
    assert found.adds_up


def test_source_that_is_a_partners_code_without_the_partner_is_said_and_can_be_claimed():
    EnquiryFactory.create_batch(2, source="Portal-Uni")
    EnquiryFactory(source="portal")
    partner = PartnerFactory(code="portal-uni")
    [line] = report().partners
    assert (line.enquiries, line.unclaimed) == (0, 2)
    assert partners.claim(partner, at=SINCE, by=None) == 2
    assert partners.claim(partner, at=SINCE, by=None) == 0
    [line] = report().partners
    assert (line.enquiries, line.unclaimed) == (2, 0)
    assert Enquiry.objects.filter(partner=None).count() == 1


def test_report_takes_the_same_queries_for_one_partner_and_three(django_assert_num_queries):
    EnquiryFactory(partner=PartnerFactory())
    with django_assert_num_queries(4):
        report()
    EnquiryFactory(partner=PartnerFactory(), source="a")
    EnquiryFactory(partner=PartnerFactory(), source="b")
    with django_assert_num_queries(4):
        report()
